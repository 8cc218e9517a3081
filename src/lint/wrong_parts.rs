//! References to parts of the wrong kind: to a row in the place of a button, or to a mapping of buttons.
//!
//! The part may be right for other references, so the mistake is that of the reference, however much of the part does not
//! fit.

use std::collections::HashSet;

use crate::schema::{Violation, ViolationKind};
use crate::source::Span;

use super::Context;
use super::Findings;
use super::rules::unknown_field::{is_misspelt_reference, whole};

/// The references of a template to parts of the wrong kind.
pub(super) struct WrongParts {
    list: Vec<WrongPart>,
    /// The mappings with a misspelt `$ref`, which lack what the part would have.
    misspelt: HashSet<Span>,
}

struct WrongPart {
    target: Span,
    /// The references to it. If there are several, it is not known which of them is wrong.
    sites: Vec<Span>,
    /// What was expected and what was found.
    label: String,
}

impl WrongParts {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut parts: Vec<WrongPart> = Vec::new();
        for violation in &context.violations {
            let (target, label) = match &violation.kind {
                ViolationKind::WrongType { expected, found } => {
                    let expected = super::one_of(expected.iter().map(|kind| kind.noun()));
                    (violation.span, format!("expected {expected}, found {found}"))
                }
                ViolationKind::UnknownField { element, whole: target, present, .. } if present.is_empty() => {
                    let expected = whole(*element, &violation.name);
                    (*target, format!("expected {expected}, found a mapping without any of its fields"))
                }
                _ => continue,
            };
            if parts.last().is_some_and(|part| part.target == target) {
                continue;
            }
            let sites: Vec<Span> = context.file.references_to_whole(target).collect();
            if !sites.is_empty() {
                parts.push(WrongPart { target, sites, label });
            }
        }
        let misspelt = context.violations.iter().filter_map(|violation| match &violation.kind {
            ViolationKind::UnknownField { key, whole, .. } => is_misspelt_reference(key).then_some(*whole),
            _ => None,
        });
        Self { list: parts, misspelt: misspelt.collect() }
    }

    /// Returns whether a violation is about a part that is reported as a whole, or about a reference that is misspelt.
    pub(super) fn explain(&self, violation: &Violation) -> bool {
        let (about, is_key) = match &violation.kind {
            ViolationKind::UnknownField { whole, .. } => (*whole, true),
            _ => (violation.span, false),
        };
        self.list.iter().any(|part| part.target == about) || !is_key && self.misspelt.contains(&about)
    }

    pub(super) fn report(&self, context: &Context<'_>, findings: &mut Findings<'_>) {
        for WrongPart { target, sites, label } in &self.list {
            let part = context.first_line(*target);
            let finding = match sites.as_slice() {
                [site] => findings.at(*site, "wrong kind of part").label(label.clone()).also(part, "this part"),
                sites => {
                    let finding = findings.at(part, "wrong kind of part").label(format!("for one reference: {label}"));
                    sites.iter().fold(finding, |finding, site| finding.also(*site, "referred to here"))
                }
            };
            finding.help("refer to a part of the kind that belongs here");
        }
    }
}
