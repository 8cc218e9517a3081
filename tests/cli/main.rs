//! The command line, apart from sending: one module per command, and what all commands have in common.

#![cfg(all(feature = "cli", unix))]
#![expect(clippy::panic, clippy::unwrap_used, reason = "that is how a test fails")]

mod bad_input;
mod check;
#[path = "../support/cli.rs"]
mod cli;
mod config;
mod environment;
mod fix;
mod formats;
mod injection;
#[path = "../support/machine.rs"]
mod machine;
mod render;
mod render_batch;
mod test;
