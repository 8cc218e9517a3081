//! Numbers in Persian text that readers see in Latin digits, without separators.

use crate::lint::finding::Offer;
use crate::lint::foreign;
use crate::lint::{Context, Findings, Rule, Severity};

use super::type_mismatch::quoted_expression;

pub(in crate::lint) static RULE: Rule =
    Rule::context("unformatted-number", Severity::Warning, include_str!("unformatted_number.md"), check);

/// Words after which a number is certainly an amount, and neither a year nor a code.
const UNITS: [&str; 6] = ["تومان", "ریال", "هزار", "میلیون", "میلیارد", "متر"];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(template), Some(types)) = (&context.template, context.declared_types()) else { return };
    if types.bare_numbers.is_empty() {
        return;
    }
    let programs = template.programs();
    let mut reported = Vec::new();
    for bare in &types.bare_numbers {
        let Some(embedded) = programs.iter().find(|embedded| embedded.id == bare.program) else { continue };
        let Ok(program) = embedded.program else { continue };
        let location = embedded.locate(&template.file, bare.range.clone());
        // A text with an anchor is visited again wherever an alias refers to it.
        if reported.contains(&location) {
            continue;
        }
        reported.push(location);
        let written = program.slice(&bare.range);
        let after = program.source().get(bare.range.end..).and_then(|after| after.split_once("}}"));
        let is_amount = after.is_some_and(|(_, text)| UNITS.iter().any(|unit| text.trim_start().starts_with(unit)));
        let finding = findings
            .at(location, format!("unformatted number {}", quoted_expression(written)))
            .label("shown in Latin digits, without separators");
        let Some(replacement) = foreign::filtered(program, &bare.range, "number", is_amount) else { continue };
        let text = replacement.text.clone();
        let digits = text.strip_suffix("number").map(|value| format!("{value}digits")).unwrap_or_default();
        let finding = match Offer::of(embedded, &template.file, &replacement) {
            Some(offer) => finding.rewrite(offer),
            None => finding,
        };
        finding.help(match is_amount {
            true => format!("write `{text}`"),
            false => format!("write `{text}`, or `{digits}` for a year or a code"),
        });
    }
}
