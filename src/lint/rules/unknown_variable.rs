//! A value for a variable that is not declared.

use crate::lint::near::nearest;
use crate::lint::wording::one_of;
use crate::lint::{Applicability, Findings, RenderFailure, Rule};
use crate::render::{RenderError, ValueError};
use crate::source::Span;

pub(in crate::lint) static RULE: Rule = Rule::failure("unknown-variable", include_str!("unknown_variable.md"), check);

/// What every undeclared name gets as a label.
const LABEL: &str = "not declared by the template";

fn check(failure: &RenderFailure<'_>, findings: &mut Findings<'_>) {
    let RenderError::Value(ValueError::Unknown { name, file, span }) = failure.error else { return };
    let Some(variables) = &failure.template.variables else { return };
    let near = nearest(name, variables.names.iter().map(String::as_str));
    let finding = findings.elsewhere(file, *span, format!("unknown variable `{name}`")).label(LABEL);
    if variables.names.is_empty() {
        finding.help("remove it, or declare it under `variables`");
    } else if near.is_empty() {
        let names = one_of(variables.names.iter().map(|name| format!("`{name}`")));
        finding.help(format!("remove it, or use {names}"));
    } else {
        finding.suggest(&near, *span, Applicability::Unsafe);
    }
}

/// The most names in a headline.
const MAX_NAMES: usize = 5;

/// Reports the columns of rows that are not declared, all at once. `noun` is what they are, and `known` are the names
/// that they can have.
pub(in crate::lint) fn report_columns(
    undeclared: &[(&str, Span)],
    noun: &str,
    known: &[&str],
    findings: &mut Findings<'_>,
) {
    let [(first, span), others @ ..] = undeclared else { return };
    let quoted = |name: &str| format!("`{name}`");
    let shown: Vec<String> = undeclared.iter().take(MAX_NAMES).map(|(name, _)| quoted(name)).collect();
    let more = undeclared.len() - shown.len();
    let headline = match (others.len(), more) {
        (0, _) => format!("unknown {noun} `{first}`"),
        (_, 0) => format!("unknown {noun}s {}", shown.join(", ")),
        _ => format!("unknown {noun}s {} and {more} more", shown.join(", ")),
    };
    let renamed: Vec<String> = undeclared
        .iter()
        .filter_map(|(name, _)| {
            let near = nearest(name, known.iter().copied());
            (!near.is_empty()).then(|| format!("{} to {}", quoted(name), one_of(near.into_iter().map(quoted))))
        })
        .take(MAX_NAMES)
        .collect();
    let them = if others.is_empty() { "it" } else { "them" };
    let ignore = format!("ignore {them} with `--ignore-extra-columns`");
    let help = match renamed.is_empty() {
        true => format!("declare {them} under `variables`, or {ignore}"),
        false => format!("rename {}, or {ignore}", renamed.join(", ")),
    };
    let finding = findings.at(*span, headline).label(LABEL).help(help);
    let others = others.iter().take(MAX_NAMES - 1);
    others.fold(finding, |finding, (_, span)| finding.also(*span, LABEL));
}
