//! A button without an action, or with more than one.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::ActionKind;
use crate::schema::ViolationKind;
use crate::lint::wording::one_of;

use super::missing_field::first_line;
use super::unknown_field::Misspelt;

pub(in crate::lint) static RULE: Rule = Rule::structure("one-action", Severity::Error, include_str!("one_action.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let misspelt = Misspelt::new(context);
    for violation in &context.violations {
        match &violation.kind {
            ViolationKind::NoAction => {
                let kinds = || ActionKind::ALL.iter().map(ToString::to_string);
                if kinds().chain(["action".to_owned()]).any(|key| misspelt.has(&key, violation.span)) {
                    continue;
                }
                let names = one_of(kinds().map(|kind| format!("`{kind}`")));
                findings
                    .at(first_line(context, violation.span), "button has no action")
                    .label("expected exactly one action")
                    .help(match context.is_request() && violation.name != "action" {
                        true => format!("add `\"action\": {{…}}` with {names} in it"),
                        false => format!("add {names}"),
                    });
            }
            ViolationKind::SeveralActions { keys } => {
                let label = format!("expected exactly one action, found {}", keys.len());
                let mut keys = keys.iter();
                let first = *keys.next().unwrap_or(&violation.span);
                let finding =
                    findings.at(first, "button has several actions").label(label).help("keep one action, or make a button of each");
                keys.fold(finding, |finding, key| finding.also(*key, "another action"));
            }
            _ => {}
        }
    }
}
