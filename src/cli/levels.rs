//! How grave the findings of rules are: `--ignore`, `--warn`, `--deny`.

use clap::Args;

use crate::config::configurable_rule;
use crate::lint::{Config, Level, Rule};

use super::exit::Failure;

/// What becomes of the findings of rules. Flags win over the configuration.
#[derive(Args)]
pub(super) struct Levels {
    /// Do not tell the findings of a rule; repeatable
    #[arg(long, value_name = "RULE", value_parser = flag)]
    ignore: Vec<&'static Rule>,
    /// Make the findings of a rule warnings; repeatable
    #[arg(long, value_name = "RULE", value_parser = flag)]
    warn: Vec<&'static Rule>,
    /// Make the findings of a rule errors; repeatable
    #[arg(long, value_name = "RULE", value_parser = flag)]
    deny: Vec<&'static Rule>,
}

impl Levels {
    /// Changes a configuration as the flags say.
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
                    let message = format!("`{other} {id}` and `{flag} {id}` contradict each other", id = rule.id);
                    return Err(Failure::with_help(message, "keep one of the two"));
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
    configurable_rule(id).map_err(|error| match error.reason() {
        "" => format!("{error}; {}", error.help()),
        reason => format!("{error}; {reason}"),
    })
}
