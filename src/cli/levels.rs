//! The options that set the levels of rules: `--ignore`, `--warn`, `--deny`.

use clap::Args;

use crate::config::{NotConfigurable, configurable_rule};
use crate::lint::{Config, Level, Rule};

use super::exit::Failure;

/// The levels of rules. They override the configuration.
#[derive(Args)]
pub(super) struct Levels {
    /// Ignore a rule; can be repeated
    #[arg(long, value_name = "RULE", value_parser = flag)]
    ignore: Vec<&'static Rule>,
    /// Report the findings of a rule as warnings; can be repeated
    #[arg(long, value_name = "RULE", value_parser = flag)]
    warn: Vec<&'static Rule>,
    /// Report the findings of a rule as errors; can be repeated
    #[arg(long, value_name = "RULE", value_parser = flag)]
    deny: Vec<&'static Rule>,
}

impl Levels {
    /// Applies the options to a configuration.
    pub(super) fn apply(&self, config: &mut Config) -> Result<(), Failure> {
        let flags = [
            ("--ignore", &self.ignore, Level::Off),
            ("--warn", &self.warn, Level::Warning),
            ("--deny", &self.deny, Level::Error),
        ];
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for (flag, rules, level) in flags {
            for rule in rules {
                if let Some((other, _)) = seen.iter().find(|(other, id)| *id == rule.id && *other != flag) {
                    let message = format!("`{other} {id}` contradicts `{flag} {id}`", id = rule.id);
                    return Err(Failure::with_help(message, "remove one of them"));
                }
                seen.push((flag, rule.id));
                config.set_level(rule, level);
            }
        }
        Ok(())
    }
}

/// Parses the id of a rule whose level can be set.
fn flag(id: &str) -> Result<&'static Rule, String> {
    configurable_rule(id).map_err(|error| match error {
        NotConfigurable::Unknown { .. } => format!("{error}; {}", error.help()),
        NotConfigurable::NeedsValues(_) | NotConfigurable::NeedsRequest(_) => format!("{error}; {}", error.reason()),
    })
}
