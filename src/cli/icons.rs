//! `kenarc icons`

use std::io::Write;

use clap::Args;

use crate::message;

use super::exit::{Exit, Failure};
use super::help::{self, CommandExample, ExitMeaning};
use super::output::Terminal;

/// Search the names of icons
#[derive(Args)]
#[command(after_help = help::epilogue("", EXAMPLES, STATUSES))]
pub(super) struct Arguments {
    /// Words or parts of words, such as `car`; without it, all icons are listed
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
}

const EXAMPLES: &[CommandExample] =
    &[("kenarc icons", "List all icons"), ("kenarc icons car", "Find icons with a word in their names")];

const STATUSES: &[ExitMeaning] =
    &[(Exit::Done, "found"), (Exit::Findings, "no icon has such a name"), (Exit::Failed, "wrong usage")];

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let query = arguments.query.join(" ");
    let names = if query.is_empty() { message::icons().to_vec() } else { message::search(&query) };
    let mut out = terminal.stdout();
    for name in &names {
        writeln!(out, "{name}")?;
    }
    out.flush()?;
    if names.is_empty() {
        terminal.error(&format!("no icon matches `{query}`"), Some("run `kenarc icons` to list all icons"))?;
        return Ok(Exit::Findings);
    }
    Ok(Exit::Done)
}
