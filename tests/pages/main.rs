//! Pages whose examples are run: the rules' pages, the cases in `tests/cases`, the README and the documentation.
//!
//! `UPDATE_PAGES=1 cargo test --test pages` writes the outputs on the pages anew.

#![cfg(all(feature = "cli", unix))]
#![expect(clippy::expect_used, clippy::panic, reason = "that is how a test fails")]

mod cases;
mod commands;
mod documentation;
mod edits;
mod example;
mod help;
mod page;
mod places;
mod rules;
mod transcript;
