//! A corpus of generated templates: valid ones in all shapes, and the same ones with one defect in each.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod agreement;
mod arbitrary;
mod choices;
#[path = "../support/cli.rs"]
mod cli;
mod compose;
mod damage;
mod defects;
mod false_negatives;
mod false_positives;
mod fixes;
mod generate;
#[path = "../support/machine.rs"]
mod machine;
mod plantings;
mod references;
mod renders;
mod tree;
mod variables;
mod write;
