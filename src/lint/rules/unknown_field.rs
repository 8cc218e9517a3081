//! A key that is not a field of its mapping.

use crate::lint::near::nearest;
use crate::lint::wording::one_of;
use crate::lint::{Applicability, Context, Findings, Rule, Severity};
use crate::schema::{Element, Violation, ViolationKind};
use crate::source::Span;

pub(in crate::lint) static RULE: Rule =
    Rule::violation("unknown-field", Severity::Error, include_str!("unknown_field.md"));

/// Reports a key that is not a field.
pub(in crate::lint) fn report(
    violation: &Violation,
    key: &str,
    element: Element,
    allowed: &[&str],
    present: &[&str],
    findings: &mut Findings<'_>,
) {
    let whole = whole(element, &violation.name);
    let finding =
        findings.at(violation.span, format!("unknown field `{key}`")).label(format!("not a field of {whole}"));
    let near = near(key, allowed);
    let free: Vec<&str> = near.iter().filter(|name| !present.contains(name)).copied().collect();
    match near.first() {
        None => {
            let names = one_of(allowed.iter().map(|name| format!("`{name}`")));
            finding.help(format!("remove it, or use {names}"));
        }
        Some(name) if free.is_empty() => {
            finding.help(format!("remove it: `{name}` is already given"));
        }
        Some(_) => {
            finding.suggest(&free, violation.span, Applicability::Safe);
        }
    }
}

/// The misspelt keys of a file, by their location.
pub(in crate::lint) struct MisspeltKeys {
    /// The offset of each key and the names that it can stand for, in the order of the file.
    keys: Vec<(usize, Vec<&'static str>)>,
}

impl MisspeltKeys {
    pub(in crate::lint) fn new(context: &Context<'_>) -> Self {
        let mut keys: Vec<(usize, Vec<&'static str>)> = Vec::new();
        for violation in &context.violations {
            if let ViolationKind::UnknownField { key, allowed, .. } = &violation.kind {
                keys.push((violation.span.start, near(key, allowed)));
            }
        }
        keys.sort_unstable();
        Self { keys }
    }

    /// Returns whether a part contains a missing key under a misspelt name.
    pub(super) fn has(&self, missing: &str, part: Span) -> bool {
        let first = self.keys.partition_point(|(start, _)| *start < part.start);
        let mut inside = self.keys[first..].iter().take_while(|(start, _)| *start < part.end);
        inside.any(|(_, meant)| meant.contains(&missing))
    }
}

fn near<'a>(key: &str, allowed: &[&'a str]) -> Vec<&'a str> {
    nearest(key, allowed.iter().copied())
}

/// Returns the mapping that has these fields.
fn whole(element: Element, name: &str) -> String {
    match element {
        Element::Template => "a template".to_owned(),
        Element::Request => "a request".to_owned(),
        Element::Grid => "a grid".to_owned(),
        Element::Row => "a row".to_owned(),
        Element::Button => "a button".to_owned(),
        Element::Action | Element::ActionValue => format!("`{name}`"),
    }
}
