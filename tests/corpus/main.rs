//! A corpus of templates that nobody wrote: valid ones in all shapes, and the same ones with one defect in each.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod agreement;
mod choices;
mod clean;
#[path = "../support/cli.rs"]
mod cli;
mod compose;
mod defects;
mod fixed;
mod generate;
#[path = "../support/machine.rs"]
mod machine;
mod planted;
mod plantings;
mod renders;
mod tree;
mod variables;
mod wild;
mod write;
