//! `kenarc explain`

use std::io::Write;

use clap::Args;

use crate::config::NotConfigurable;
use crate::lint::{self, RULES};

use super::exit::{Exit, Failure};
use super::help::{self, CommandExample, ExitMeaning};
use super::output::Terminal;

/// Explain a rule
#[derive(Args)]
#[command(after_help = help::epilogue("", EXAMPLES, STATUSES))]
pub(super) struct Arguments {
    /// The id of a rule; without it, all rules are listed
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

const EXAMPLES: &[CommandExample] =
    &[("kenarc explain", "List all rules"), ("kenarc explain invalid-link", "Explain one rule")];

const STATUSES: &[ExitMeaning] = &[(Exit::Done, "success"), (Exit::Failed, "unknown rule, or wrong usage")];

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut out = terminal.stdout();
    match &arguments.rule {
        None => {
            let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
            for rule in RULES {
                let severity = rule.severity.to_string();
                writeln!(out, "{:width$}  {severity:7}  {}", rule.id, rule.summary())?;
            }
        }
        Some(id) => {
            let rule = lint::find(id).ok_or_else(|| no_such_rule(id))?;
            write!(out, "{}", rule.page)?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn no_such_rule(id: &str) -> Failure {
    let error = NotConfigurable::unknown(id);
    Failure::with_help(error.to_string(), error.help())
}
