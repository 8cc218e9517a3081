//! How grave the findings of rules are: `--ignore`, `--warn`, `--deny`.

use clap::Args;

use crate::lint::{self, Config, Level, Rule};

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

/// Why an id is not that of a rule whose level can be set.
pub(super) struct NotSettable {
    pub(super) message: String,
    /// What to do.
    pub(super) help: String,
}

/// The rule of an id, where its level can be set.
pub(super) fn rule(id: &str) -> Result<&'static Rule, NotSettable> {
    match lint::find(id) {
        None => Err(unknown(id)),
        Some(rule) if rule.needs_values() => Err(NotSettable {
            message: format!("`{id}` says why given values make no message, and so cannot be set"),
            help: "only what `kenarc check` finds can be".to_owned(),
        }),
        Some(rule) if rule.needs_request() => Err(NotSettable {
            message: format!("`{id}` speaks of the requests that `kenarc serve` gets, and so cannot be set"),
            help: "only what `kenarc check` finds can be".to_owned(),
        }),
        Some(rule) => Ok(rule),
    }
}

/// The complaint about an id that is no rule's.
pub(super) fn unknown(id: &str) -> NotSettable {
    let near: Vec<String> = lint::near_ids(id).iter().map(|id| format!("`{id}`")).collect();
    let help = match near.as_slice() {
        [] => "`kenarc explain` lists all rules".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    NotSettable { message: format!("there is no rule `{id}`"), help }
}

fn flag(id: &str) -> Result<&'static Rule, String> {
    rule(id).map_err(|NotSettable { message, help }| format!("{message}; {help}"))
}
