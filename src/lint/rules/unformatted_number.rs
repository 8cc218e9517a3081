//! Numbers in Persian text that readers see in Latin digits, without separators.

use std::ops::Range;

use crate::lint::finding::Offer;
use crate::lint::foreign;
use crate::lint::{Context, Findings, Rule, Severity};

use super::mixed_digits::is_of_code;
use super::type_mismatch::quoted_expression;

pub(in crate::lint) static RULE: Rule =
    Rule::context("unformatted-number", Severity::Warning, include_str!("unformatted_number.md"), check);

/// Words after which a number is certainly an amount, and neither a year nor a code.
const UNITS: [&str; 6] = ["تومان", "ریال", "هزار", "میلیون", "میلیارد", "متر"];

const QUOTES: [char; 2] = ['"', '\''];

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
        let around = Around::of(program.source(), &bare.range);
        if around.is_code() {
            continue;
        }
        let written = program.slice(&bare.range);
        let is_amount = UNITS.iter().any(|unit| around.after.trim_start().starts_with(unit));
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

/// The literal text around a number, in the text or in what `~` puts together.
struct Around<'p> {
    before: &'p str,
    after: &'p str,
}

impl<'p> Around<'p> {
    fn of(source: &'p str, number: &Range<usize>) -> Self {
        let before = source.get(..number.start).unwrap_or_default();
        let before = before.trim_end_matches(|c: char| c.is_whitespace() || c == '(');
        let after = source.get(number.end..).unwrap_or_default();
        let after = after.trim_start_matches(|c: char| c.is_whitespace() || c == ')');
        let literal_before = || before.strip_suffix('~')?.trim_end().strip_suffix(QUOTES);
        let literal_after = || after.strip_prefix('~')?.trim_start().strip_prefix(QUOTES);
        Self {
            before: before.strip_suffix("{{").or_else(literal_before).unwrap_or_default(),
            after: after.strip_prefix("}}").or_else(literal_after).unwrap_or_default(),
        }
    }

    /// Returns whether the number is a part of an address or a code, where readers expect Latin digits.
    fn is_code(&self) -> bool {
        let is_end = |c: char| c.is_whitespace() || QUOTES.contains(&c) || matches!(c, '{' | '}');
        let words = [self.before.rsplit(is_end).next(), self.after.split(is_end).next()];
        // `3/5` is not an address.
        words.into_iter().flatten().any(|word| word.contains(|c| c != '/' && is_of_code(c)))
    }
}
