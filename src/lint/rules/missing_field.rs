//! A required field that is missing.

use crate::lint::typos;
use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::{MEDIA_TOKEN, MessageKind};
use crate::schema::Violation;

use super::unknown_field::MisspeltKeys;

pub(in crate::lint) static RULE: Rule =
    Rule::violation("missing-field", Severity::Error, include_str!("missing_field.md"));

/// Reports a missing field, unless it is there under a misspelt name.
pub(in crate::lint) fn report(
    context: &Context<'_>,
    violation: &Violation,
    key: &str,
    misspelt: &MisspeltKeys,
    findings: &mut Findings<'_>,
) {
    let is_text = MessageKind::ALL.iter().any(|kind| kind.text_field() == key);
    if misspelt.has(key, violation.span) || is_text && misspelt.has(MEDIA_TOKEN, violation.span) {
        return;
    }
    let typo = (!context.is_request()).then(|| typos::in_line(context.file, violation.span.start)).flatten();
    if let Some(typo) = typo.filter(|typo| violation.span.start <= typo.span.start) {
        typo.clone().describe(findings.at(typo.span, typo.headline));
        return;
    }
    let (whole, help) = advice(key, context);
    let finding = findings
        .at(context.first_line(violation.span), format!("missing field `{key}`"))
        .label(format!("{whole} requires `{key}`"));
    if !help.is_empty() {
        finding.help(help);
    }
}

/// Returns what lacks a field, and what to do.
pub(super) fn advice(key: &str, context: &Context<'_>) -> (&'static str, String) {
    let whole = if context.is_request() { "a request" } else { "a template" };
    let quote = if context.is_request() { "\"" } else { "" };
    let text = |value| format!("`{quote}{key}{quote}: {quote}{value}{quote}`");
    let part = |value| format!("`{quote}{key}{quote}: {value}`");
    let or_short = |form| if context.is_request() { "" } else { form };
    match key {
        "type" => (whole, format!("add {}, the only type for now", text("TEXT"))),
        "message" | "text_message" => (whole, format!("add {}, the text of the message", text("…"))),
        "icon" => ("a button", format!("add an icon, such as {}; `kenarc icons WORD` finds others", text("SUPPORT"))),
        "caption" => ("a button", format!("add {}, the text of the button", text("…"))),
        "rows" => ("a grid", format!("add {}{}", part("[…]"), or_short(", or write the grid as a list of rows"))),
        "buttons" => ("a row", format!("add {}{}", part("[…]"), or_short(", or write the row as a list of buttons"))),
        "data" => ("this action", format!("add {}, which Divar sends back to your server", part("{…}"))),
        "post_token" => ("this action", format!("add {}, the last part of the post's address on divar.ir", text("…"))),
        _ => ("this", String::new()),
    }
}
