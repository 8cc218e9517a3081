//! `kenarc schema`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::message;
use crate::schema;

use super::exit::{Exit, Failure};
use super::inputs::read_template;
use super::output::Terminal;
use super::project::project;

/// Print a JSON Schema (2020-12)
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Of templates, for editors (the default)
    Template,
    /// Of the request body
    Message,
    /// Of a template's variables
    Variables {
        /// The template
        #[arg(value_name = "TEMPLATE")]
        template: PathBuf,
    },
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut out = terminal.stdout();
    match &arguments.what {
        None | Some(What::Template) => write!(out, "{}", schema::SCHEMA)?,
        Some(What::Message) => write!(out, "{}", message::SCHEMA)?,
        Some(What::Variables { template }) => {
            let template = read_template(template, &project()?.config)?;
            let schema = template.variables_schema();
            writeln!(out, "{schema:#}")?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}
