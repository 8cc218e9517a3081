//! What the library finds in templates and requests, reads from YAML and proves about expressions.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "that is how a test fails")]

mod contracts;
mod counts;
mod findings;
mod foreign;
mod icons;
mod library;
mod links;
#[cfg(all(feature = "cli", unix))]
#[path = "../support/machine.rs"]
mod machine;
mod message;
mod one_finding;
mod persian;
mod requests;
mod suppressions;
mod syntax;
mod types;
#[cfg(all(feature = "cli", unix))]
mod yaml_test_suite;
