//! `kenarc render`

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::config::Project;
use super::exit::{Exit, Failure};
use super::inputs::Inputs;
use super::output::Terminal;

/// Print the request JSON of a template
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// Indent by two spaces, as the API document does
    #[arg(long)]
    pretty: bool,
    /// Write to a file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let message = arguments.inputs.render(&Project::find()?.config)?;
    let json = if arguments.pretty { message.to_json_pretty() } else { message.to_json() };
    match &arguments.output {
        Some(path) => fs::write(path, json + "\n")
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?,
        None => {
            let mut out = terminal.raw_stdout();
            writeln!(out, "{json}")?;
            out.flush()?;
        }
    }
    Ok(Exit::Done)
}
