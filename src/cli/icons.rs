//! `kenarc icons`

use std::io::Write;

use clap::Args;

use crate::message;

use super::exit::{Exit, Failure};
use super::output::Terminal;

/// Find the names of icons
#[derive(Args)]
pub(super) struct Arguments {
    /// Words or parts of words, such as `car`; all icons without it
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let query = arguments.query.join(" ");
    let names = if query.is_empty() { message::icons().to_vec() } else { message::search(&query) };
    let mut out = terminal.stdout();
    for name in &names {
        writeln!(out, "{name}")?;
    }
    out.flush()?;
    if names.is_empty() {
        terminal
            .error(&format!("no icon is called anything like `{query}`"), Some("`kenarc icons` lists all of them"))?;
        return Ok(Exit::Findings);
    }
    Ok(Exit::Done)
}
