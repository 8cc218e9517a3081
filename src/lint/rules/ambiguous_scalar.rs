//! An unquoted value that YAML 1.1 reads differently, or a number that loses its leading zero.

use std::collections::HashSet;

use crate::lint::scalars::{Leaf, leaves_except};
use crate::lint::{Context, Edit, Findings, Fix, Rule, Severity};
use crate::schema::{Violation, ViolationKind};
use crate::source::{SourceFile, Span};
use crate::syntax::{ScalarStyle, Value};
use crate::template::{EmbeddedProgram, Template};

pub(in crate::lint) static RULE: Rule =
    Rule::context("ambiguous-scalar", Severity::Warning, include_str!("ambiguous_scalar.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(root) = context.document.and_then(|document| document.root.as_mapping()) else { return };
    // A `when` is an expression: in `when: n`, `n` is a name.
    let programs = context.template.as_ref().map(Template::programs).unwrap_or_default();
    let mut conditions: Vec<Span> =
        programs.iter().filter(|program| program.is_condition()).map(EmbeddedProgram::span).collect();
    conditions.sort_unstable();
    let unknown: HashSet<Span> =
        context.violations.iter().filter(|found| is_unknown(found)).map(|found| found.span).collect();
    // A value under `x-…` is not part of the message unless an alias refers to it.
    for entry in root.entries.iter().filter(|entry| !entry.key.text.starts_with("x-")) {
        if unknown.contains(&entry.key.span) {
            continue;
        }
        leaves_except(&entry.value, &|key| unknown.contains(&key.span), &mut |leaf| {
            if conditions.binary_search(&leaf.span()).is_err() {
                look(&leaf, context.file, findings);
            }
        });
    }
}

/// Returns whether a key is not a field: neither is its value read.
fn is_unknown(found: &Violation) -> bool {
    matches!(found.kind, ViolationKind::UnknownField { .. })
}

fn look(leaf: &Leaf<'_, '_>, file: &SourceFile, findings: &mut Findings<'_>) {
    if let Leaf::Value(node) = leaf
        && matches!(node.value, Value::Number(_))
    {
        leading_zero(leaf, file.slice(node.span), findings);
    }
    let Some((text, origin)) = leaf.text(file) else { return };
    if origin.style != ScalarStyle::Plain || !could_be_ambiguous(text) {
        return;
    }
    // Coordinates are called `y`, and few readers take a key for a boolean that is one letter.
    let is_letter_key = matches!(leaf, Leaf::Key(_)) && text.len() == 1;
    let Some(kind) = yaml_1_1(text).filter(|_| !is_letter_key) else { return };
    let span = leaf.span();
    if has_tag(file, span.start) {
        return;
    }
    let quoted = format!("\"{text}\"");
    findings
        .at(span, format!("ambiguous scalar `{text}`"))
        .label(format!("a string in YAML 1.2, but {kind} in YAML 1.1"))
        .help(format!("write `{quoted}`"))
        .fix(Fix::safe_edit("quote the scalar", Edit::replace(span, quoted)));
}

/// Reports a number with a leading zero, which is lost. There is no fix: only the author knows whether a string is
/// meant.
fn leading_zero(leaf: &Leaf<'_, '_>, written: &str, findings: &mut Findings<'_>) {
    let (sign, digits) = written.split_at(usize::from(written.starts_with(['-', '+'])));
    let rest = digits.trim_start_matches('0');
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_whole || digits.len() < 2 || rest.len() == digits.len() {
        return;
    }
    let kept = if rest.is_empty() { "0" } else { rest };
    let octal = i64::from_str_radix(digits, 8).ok().filter(|_| !rest.is_empty());
    let octal = octal.map(|value| format!(", or in YAML 1.1 as the octal number {value}"));
    findings
        .at(leaf.span(), format!("leading zero in the number `{written}`"))
        .label(format!("read as {sign}{kept}{}", octal.unwrap_or_default()))
        .help(format!("write `\"{written}\"` to keep the zero, or `{sign}{kept}` for a number"));
}

/// Returns whether a string begins like one that YAML 1.1 reads as another type.
fn could_be_ambiguous(text: &str) -> bool {
    text.starts_with(['y', 'Y', 'n', 'N', 'o', 'O', '+', '-', '.']) || text.starts_with(|c: char| c.is_ascii_digit())
}

/// Returns what YAML 1.1 reads in place of a string of YAML 1.2 (<https://yaml.org/type/bool.html>, `int.html`,
/// `float.html`).
fn yaml_1_1(text: &str) -> Option<&'static str> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some("the boolean true"),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some("the boolean false"),
        _ if is_sexagesimal(unsigned) => Some("a base-60 number"),
        _ if is_binary(unsigned) || is_grouped(unsigned) => Some("a number"),
        _ => None,
    }
}

/// Returns whether YAML 1.1 reads a number in base 60: `12:30`, `1:02:03.5`.
fn is_sexagesimal(unsigned: &str) -> bool {
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    let Some((first, rest)) = whole.split_once(':') else { return false };
    let is_first = is_digits(first) && (fraction.is_some() || !first.starts_with('0'));
    let is_sixtieth = |digits: &str| matches!(digits.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    is_first && rest.split(':').all(is_sixtieth) && fraction.is_none_or(|digits| digits.is_empty() || is_digits(digits))
}

/// Returns whether YAML 1.1 reads a binary number: `0b1010`.
fn is_binary(unsigned: &str) -> bool {
    let digits = unsigned.strip_prefix("0b").unwrap_or_default();
    digits.contains(['0', '1']) && digits.bytes().all(|byte| matches!(byte, b'0' | b'1' | b'_'))
}

/// Returns whether YAML 1.1 reads a number with grouped digits: `1_000`, `1_000.5`.
fn is_grouped(unsigned: &str) -> bool {
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    unsigned.contains('_')
        && is_digits(whole)
        && !whole.starts_with('_')
        && (fraction.is_empty() || is_digits(fraction))
}

fn is_digits(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

/// Returns whether a tag before a value declares its type: `!!str no`.
fn has_tag(file: &SourceFile, start: usize) -> bool {
    let before = file.text().get(..start).unwrap_or_default();
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let mut words = line.split_ascii_whitespace().rev().skip_while(|word| word.starts_with('&'));
    words.next().is_some_and(|word| word.trim_start_matches(['[', '{', ',']).starts_with('!'))
}
