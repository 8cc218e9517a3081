//! The command line, apart from what sends: one module a command, and what holds for all of them.

#![cfg(all(feature = "cli", unix))]
#![expect(clippy::panic, clippy::unwrap_used, reason = "that is how a test fails")]

mod bad_input;
mod check;
#[path = "../support/cli.rs"]
mod cli;
mod config;
mod fix;
mod formats;
mod injection;
#[path = "../support/machine.rs"]
mod machine;
mod render;
mod render_batch;
mod test;
