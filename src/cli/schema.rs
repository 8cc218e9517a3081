//! `kenarc schema`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::lint::Checker;
use crate::message;
use crate::schema;

use super::exit::{Exit, Failure};
use super::help::{self, CommandExample, ExitMeaning};
use super::inputs::read_template;
use super::output::Terminal;
use super::project::project;

/// Print a JSON Schema (draft 2020-12)
#[derive(Args)]
#[command(after_help = help::epilogue("", EXAMPLES, STATUSES))]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// The schema of templates, for editors (default)
    Template,
    /// The schema of the request body, for chats and for chatbots
    Message,
    /// The schema of the variables of a template
    Variables {
        /// The template
        #[arg(value_name = "TEMPLATE")]
        template: PathBuf,
    },
}

const EXAMPLES: &[CommandExample] = &[
    ("kenarc schema > template.schema.json", "Save the schema of templates for an editor"),
    ("kenarc schema variables templates/order.yaml", "Show which variables a template takes"),
];

const STATUSES: &[ExitMeaning] = &[
    (Exit::Done, "success"),
    (Exit::Findings, "the template is invalid"),
    (Exit::Failed, "wrong usage, or the template cannot be read"),
];

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut out = terminal.stdout();
    match &arguments.what {
        None | Some(What::Template) => write!(out, "{}", schema::SCHEMA)?,
        Some(What::Message) => write!(out, "{}", message::SCHEMA)?,
        Some(What::Variables { template }) => {
            let template = read_template(template, &Checker::new(project(std::slice::from_ref(template))?.config))?;
            let schema = template.variables_schema();
            writeln!(out, "{schema:#}")?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}
