//! No action, or more than one, in a button.

use crate::lint::{Facts, Findings, Rule, Severity};
use crate::message::ActionKind;
use crate::schema::Problem;
use crate::lint::wording::one_of;

use super::missing_field::first_line;
use super::unknown_field::Misspelt;

pub(in crate::lint) static RULE: Rule = Rule::structure("one-action", Severity::Error, include_str!("one_action.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let misspelt = Misspelt::new(facts);
    for misfit in &facts.misfits {
        match &misfit.problem {
            Problem::NoAction => {
                let kinds = || ActionKind::ALL.iter().map(ToString::to_string);
                if kinds().chain(["action".to_owned()]).any(|key| misspelt.has(&key, misfit.span)) {
                    continue;
                }
                let names = one_of(kinds().map(|kind| format!("`{kind}`")));
                findings
                    .at(first_line(facts, misfit.span), "a button has exactly one action, and this one has none")
                    .help(match facts.is_request() && misfit.name != "action" {
                        true => format!("add `\"action\": {{…}}` with {names} in it"),
                        false => format!("add {names}"),
                    });
            }
            Problem::SeveralActions { keys } => {
                let message = format!("a button has exactly one action, and this one has {}", keys.len());
                let mut keys = keys.iter();
                let first = *keys.next().unwrap_or(&misfit.span);
                let finding =
                    findings.at(first, message).says("one").help("keep one of them, or make a button of each");
                keys.fold(finding, |finding, key| finding.also(*key, "another"));
            }
            _ => {}
        }
    }
}
