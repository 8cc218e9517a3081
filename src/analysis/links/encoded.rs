//! Values that are encoded before they are inserted into a link, where they are encoded again.

use std::ops::Range;

use crate::analysis::types::{self, Kinds};
use crate::expr::ast::{BinaryOp, Expr, ExprKind, Statement, StatementKind, Target};
use crate::expr::visit::{ProgramVisitor, walk_statement, walk_tree};
use crate::source::Span;
use crate::template::visit::{Scope, TemplateVisitor, TextRole, walk};
use crate::template::{Template, Text};

use super::UrlPart;
use super::flow;

/// A value that is encoded twice.
#[derive(Clone, Debug)]
pub struct EncodedTwice {
    /// What encodes it: a filter, or a literal that contains `%20` or the like.
    pub location: Span,
    /// The part of the URL, where the second encoding happens.
    pub part: UrlPart,
    /// What to remove, if a filter encodes it.
    pub removal: Option<Span>,
    /// The kinds of the value before the filter.
    pub kinds: Kinds,
}

/// Finds the values in links that are encoded twice.
pub(crate) fn encoded_twice(template: &Template) -> Vec<EncodedTwice> {
    let mut search = EncodingSearch { found: Vec::new() };
    walk(template, &mut search);
    if search.found.is_empty() {
        return Vec::new();
    }
    let observed = types::observe(template);
    let twice = |encoding: Encoding<'_>| {
        let locate = |range: Range<usize>| encoding.text.locate(&template.file, range);
        let Encoded { range, removal, input } = encoding.encoded;
        let known = input.and_then(|input| observed.part(encoding.text.id, &input));
        EncodedTwice {
            location: locate(range),
            part: encoding.part,
            removal: removal.map(locate),
            kinds: known.map_or(Kinds::ALL, |known| known.kinds),
        }
    };
    search.found.into_iter().map(twice).collect()
}

/// A part of an expression that is encoded, with ranges of the program.
#[derive(Clone)]
struct Encoded {
    /// What encodes.
    range: Range<usize>,
    /// What to remove.
    removal: Option<Range<usize>>,
    /// The value before a filter.
    input: Option<Range<usize>>,
}

/// An encoded part in a link.
struct Encoding<'t> {
    text: &'t Text,
    part: UrlPart,
    encoded: Encoded,
}

struct EncodingSearch<'t> {
    found: Vec<Encoding<'t>>,
}

impl<'t> TemplateVisitor<'t> for EncodingSearch<'t> {
    fn text(&mut self, text: &'t Text, role: TextRole, _: &Scope<'t>) {
        let (TextRole::Link, Some(program)) = (role, text.program()) else { return };
        let is_suspect = program.calls().iter().any(|call| call.name == "urlencode") || program.source().contains('%');
        if !is_suspect {
            return;
        }
        let mut parts = EncodedParts { source: program.source(), sets: Vec::new() };
        walk_tree(&mut parts, program.tree());
        for link in flow::expressions(program.tree()) {
            if matches!(link.part, UrlPart::Path | UrlPart::Query | UrlPart::Fragment) {
                let encodings = parts.of(link.expression).into_iter();
                self.found.extend(encodings.map(|encoded| Encoding { text, part: link.part, encoded }));
            }
        }
        self.found.dedup_by(|a, b| a.text.id == b.text.id && a.encoded.range == b.encoded.range);
    }
}

/// The encoded parts of the expressions of a program.
struct EncodedParts<'t> {
    source: &'t str,
    /// Of the names that `{% set %}` binds.
    sets: Vec<(&'t str, Vec<Encoded>)>,
}

impl<'t> ProgramVisitor<'t> for EncodedParts<'t> {
    fn statement(&mut self, statement: &Statement<'t>) {
        if let StatementKind::Set { target: Target::Name(name), value } = &statement.kind {
            let encoded = self.of(value);
            self.sets.push((name.text, encoded));
        }
        walk_statement(self, statement);
    }
}

impl EncodedParts<'_> {
    /// Returns what is certainly encoded in the text of an expression, if that part of the expression is its value.
    fn of(&self, expression: &Expr<'_>) -> Vec<Encoded> {
        match &expression.kind {
            ExprKind::Filter { input: Some(input), name, .. } if name.text == "urlencode" => {
                let start = self.source.get(..name.range.start).and_then(|before| before.rfind('|'));
                let start = start.map(|pipe| self.source[..pipe].trim_end().len());
                let removal = start.map(|start| start..expression.range.end.max(name.range.end));
                vec![Encoded { range: name.range.clone(), removal, input: Some(input.range.clone()) }]
            }
            ExprKind::Filter { input: Some(input), name, .. } if KEEPING.contains(&name.text) => self.of(input),
            ExprKind::Binary { op: BinaryOp::Concat | BinaryOp::Add | BinaryOp::Or, left, right } => {
                [self.of(left), self.of(right)].concat()
            }
            ExprKind::If { yes, no, .. } => {
                [self.of(yes), no.as_ref().map(|no| self.of(no)).unwrap_or_default()].concat()
            }
            ExprKind::Literal(text) if text.as_str().is_some_and(has_escape) => {
                vec![Encoded { range: expression.range.clone(), removal: None, input: None }]
            }
            ExprKind::Name(name) => {
                let set = self.sets.iter().rev().find(|(set, _)| set == name);
                set.map(|(_, encoded)| encoded.clone()).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

/// The filters that keep the escapes of a text.
const KEEPING: [&str; 6] = ["d", "default", "lower", "string", "trim", "upper"];

/// Returns whether a text contains an escape of a URL, such as `%20` (RFC 3986 §2.1).
fn has_escape(text: &str) -> bool {
    text.split('%').skip(1).any(|rest| {
        let digits = rest.as_bytes().get(..2).unwrap_or_default();
        digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit)
    })
}
