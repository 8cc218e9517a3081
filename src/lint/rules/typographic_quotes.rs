//! Typographic quotes around a whole value, which YAML does not read as quotes.

use crate::lint::literals::Literal;
use crate::lint::{Edit, Findings, Fix, Rule, Severity, TextContext};
use crate::syntax::{ScalarStyle, quote};

pub(in crate::lint) static RULE: Rule =
    Rule::text("typographic-quotes", Severity::Warning, include_str!("typographic_quotes.md"), check);

/// Opening quotes with those that close them.
const PAIRS: [(&str, &str); 7] = [("“", "”"), ("”", "”"), ("„", "“"), ("„", "”"), ("‘", "’"), ("‚", "‘"), ("“", "“")];

fn check(literal: &Literal<'_>, _: &TextContext<'_>, findings: &mut Findings<'_>) {
    if !literal.is_read_by_people() || literal.origin.style != ScalarStyle::Plain {
        return;
    }
    let Some(inside) = inside(literal.source) else { return };
    let quoted = quote(inside);
    let finding = findings
        .at(literal.span(), "typographic quotes around a text")
        .label("YAML does not read these as quotes, so they are sent");
    if literal.source.contains('\n') {
        finding.help("use straight quotes, or put the whole text in them if these are to be sent");
    } else {
        let edit = Edit::replace(literal.span(), quoted.clone());
        finding
            .help(format!("write {quoted}, or {} if the quotes are to be sent", quote(literal.source)))
            .fix(Fix::unsafe_edit("use straight quotes", edit));
    }
}

/// Returns the text between typographic quotes, if they are around all of it.
fn inside(text: &str) -> Option<&str> {
    let inside = PAIRS.iter().find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))?;
    let is_quote = |character: char| matches!(character, '“' | '”' | '„' | '‘' | '‚');
    (!inside.is_empty() && !inside.contains(is_quote)).then_some(inside)
}
