//! A key that the language does not have.

use crate::diagnostic::Severity;
use crate::source::Span;
use crate::template::structure::Problem;

use super::near::nearest;
use super::{Facts, Findings, Rule};

pub(super) static RULE: Rule = Rule::facts("unknown-field", Severity::Error, include_str!("unknown_field.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for misfit in &facts.misfits {
        if let Problem::UnknownField { key, allowed } = &misfit.problem {
            let whole = whole(allowed, &misfit.name);
            let near = near(key, allowed);
            let finding = findings.at(misfit.span, format!("{whole} has no field `{key}`"));
            if near.is_empty() {
                let names: Vec<String> = allowed.iter().map(|name| format!("`{name}`")).collect();
                finding.help(format!("what may stand here: {}", names.join(", ")));
            } else {
                finding.suggest(&near, misfit.span);
            }
        }
    }
}

/// Whether a key that is missing in a part is there, misspelt.
pub(super) fn is_misspelt(facts: &Facts<'_>, missing: &str, part: Span) -> bool {
    facts.misfits.iter().any(|misfit| match &misfit.problem {
        Problem::UnknownField { key, allowed } => {
            let is_inside = part.start <= misfit.span.start && misfit.span.end <= part.end;
            is_inside && near(key, allowed).contains(&missing)
        }
        _ => false,
    })
}

fn near<'a>(key: &str, allowed: &'a [String]) -> Vec<&'a str> {
    nearest(key, allowed.iter().map(String::as_str))
}

/// What has these fields.
fn whole(allowed: &[String], name: &str) -> String {
    let has = |field: &str| allowed.iter().any(|name| name == field);
    if has("message") {
        "a template".to_owned()
    } else if has("caption") {
        "a button".to_owned()
    } else if has("rows") {
        "a grid".to_owned()
    } else if has("buttons") {
        "a row".to_owned()
    } else {
        format!("`{name}`")
    }
}
