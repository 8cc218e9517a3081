//! From the syntax tree of a link to its expressions, each with the part of the URL in which it is.
//!
//! This is not a plain walk: what a statement ends with is what the next one begins with, and branches are compared.

use std::ops::Range;

use crate::expr::ast::{Expr, For, Statement, StatementKind, Tree};

use super::UrlPart;

/// Why the values of a link cannot be escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkExpressionError {
    /// A value would be part of the scheme.
    InScheme {
        /// The expression.
        range: Range<usize>,
    },
    /// The branches of an `if`, or the iterations of a `for`, end in different parts of the URL.
    BranchesDiffer {
        /// The statement.
        range: Range<usize>,
        /// Where the first branch ends.
        first: UrlPart,
        /// Where the other ends.
        second: UrlPart,
    },
    /// A block whose text is captured and used elsewhere.
    UnsupportedBlock {
        /// The statement.
        range: Range<usize>,
    },
}

/// Finds what makes it impossible to escape the values of a link.
#[must_use]
pub fn errors(tree: &Tree<'_>) -> Vec<LinkExpressionError> {
    match tree.whole() {
        Some(_) => Vec::new(),
        None => LinkFlow::through(tree).errors,
    }
}

/// An expression of a link, and what is certain about its surroundings.
pub(super) struct LinkExpression<'t> {
    /// The expression.
    pub(super) expression: &'t Expr<'t>,
    /// The part of the URL in which it is.
    pub(super) part: UrlPart,
    /// Whether something follows in any case, so that it is not the whole link.
    pub(super) is_followed: bool,
    /// Whether it is everything between two delimiters: the whole host, a whole segment of the path.
    pub(super) is_alone: bool,
}

/// Returns the expressions of a link; none if its values cannot be escaped.
pub(super) fn expressions<'t>(tree: &'t Tree<'t>) -> Vec<LinkExpression<'t>> {
    if let Some(expression) = tree.whole() {
        return vec![LinkExpression { expression, part: UrlPart::Start, is_followed: false, is_alone: true }];
    }
    let flow = LinkFlow::through(tree);
    if flow.errors.is_empty() { flow.expressions } else { Vec::new() }
}

struct LinkFlow<'t> {
    errors: Vec<LinkExpressionError>,
    expressions: Vec<LinkExpression<'t>>,
}

impl<'t> LinkFlow<'t> {
    fn through(tree: &'t Tree<'t>) -> Self {
        let mut flow = Self { errors: Vec::new(), expressions: Vec::new() };
        let statements = tree.statements();
        flow.statements(statements, UrlPart::Start);
        // The end of the link is a delimiter, too.
        if let ([.., before, Statement { kind: StatementKind::Emit(_), .. }], Some(last)) =
            (statements, flow.expressions.last_mut())
        {
            last.is_alone = ends_segment(Some(before));
        }
        flow
    }

    fn statements(&mut self, statements: &'t [Statement<'t>], start: UrlPart) -> UrlPart {
        let mut part = start;
        for (index, statement) in statements.iter().enumerate() {
            if let StatementKind::Emit(expression) = &statement.kind {
                let before = index.checked_sub(1).and_then(|index| statements.get(index));
                let after = statements.get(index + 1).and_then(literal).unwrap_or_default();
                let is_alone = ends_segment(before) && after.starts_with(['/', '?', '#']);
                self.expressions.push(LinkExpression { expression, part, is_followed: !after.is_empty(), is_alone });
            }
            part = self.statement(statement, part);
        }
        part
    }

    fn statement(&mut self, statement: &'t Statement<'t>, part: UrlPart) -> UrlPart {
        let range = &statement.range;
        match &statement.kind {
            StatementKind::Text(text) => part.after(text),
            StatementKind::Emit(expression) => {
                if part == UrlPart::Scheme {
                    self.errors.push(LinkExpressionError::InScheme { range: expression.range.clone() });
                }
                part.after_value()
            }
            StatementKind::If { yes, no, .. } => {
                let first = self.statements(yes, part);
                let second = self.statements(no, part);
                self.same(range, first, second)
            }
            StatementKind::For(For { body, otherwise, .. }) => {
                let end = self.statements(body, part);
                let iterations = self.same(range, part, end);
                let none = self.statements(otherwise, part);
                self.same(range, iterations, none)
            }
            StatementKind::With { body, .. } => self.statements(body, part),
            StatementKind::SetBlock { .. } | StatementKind::Filter { .. } => {
                self.errors.push(LinkExpressionError::UnsupportedBlock { range: range.clone() });
                part
            }
            StatementKind::Set { .. } => part,
        }
    }

    fn same(&mut self, range: &Range<usize>, first: UrlPart, second: UrlPart) -> UrlPart {
        if first != second {
            self.errors.push(LinkExpressionError::BranchesDiffer { range: range.clone(), first, second });
        }
        first
    }
}

fn literal<'t>(statement: &Statement<'t>) -> Option<&'t str> {
    match statement.kind {
        StatementKind::Text(text) => Some(text),
        _ => None,
    }
}

fn ends_segment(statement: Option<&Statement<'_>>) -> bool {
    statement.and_then(literal).is_some_and(|text| text.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{LinkExpressionError, errors, expressions};
    use crate::expr::Program;

    /// Each expression with its part of the URL; `!` if it stands alone between delimiters.
    fn parts(link: &str) -> String {
        let program = Program::text(link).expect(link);
        let part = |found: &super::LinkExpression<'_>| {
            let alone = if found.is_alone { "!" } else { "" };
            format!("{}={}{alone}", program.slice(&found.expression.range), found.part.name())
        };
        expressions(program.tree()).iter().map(part).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_expression_is_in_a_part_of_the_url() {
        let cases = [
            ("{{ a }}", "a=beginning!"),
            ("{{ a }}/b/{{ c }}", "a=beginning c=path!"),
            ("https://{{ a }}", "a=host!"),
            ("https://{{ a }}.b:{{ c }}/{{ d }}-e?f={{ g }}#{{ h }}", "a=host c=port d=path g=query h=fragment"),
            ("https://a/{{ b }}/{{ c }}", "b=path! c=path!"),
            ("https://a/{% if b %}{{ c }}{% else %}{{ d }}{% endif %}", "c=path d=path"),
            ("https://a/?{% for b in c %}&d={{ b }}{% endfor %}", "b=query"),
            ("{% with a = b %}https://{{ a }}/{% endwith %}", "a=host!"),
        ];
        for (link, expected) in cases {
            assert_eq!(parts(link), expected, "{link}");
        }
    }

    #[test]
    fn links_whose_values_cannot_be_escaped() {
        let cases = [
            ("ht{{ a }}://b", "InScheme a"),
            ("https://a/{% if b %}?c{% endif %}{{ d }}", "BranchesDiffer if b %}?c{% endif"),
            ("https://a/{% for b in c %}?{% endfor %}", "BranchesDiffer for b in c %}?{% endfor"),
            ("https://a/{% set b %}{{ c }}{% endset %}", "UnsupportedBlock set b %}{{ c }}{% endset"),
            ("https://a/{% filter upper %}b{% endfilter %}", "UnsupportedBlock filter upper %}b{% endfilter"),
            ("https://a/{% set b = c %}{{ b }}", ""),
        ];
        for (link, expected) in cases {
            let program = Program::text(link).expect(link);
            let error = |error: &LinkExpressionError| match error {
                LinkExpressionError::InScheme { range } => format!("InScheme {}", program.slice(range)),
                LinkExpressionError::BranchesDiffer { range, .. } => format!("BranchesDiffer {}", program.slice(range)),
                LinkExpressionError::UnsupportedBlock { range } => {
                    format!("UnsupportedBlock {}", program.slice(range))
                }
            };
            let found: Vec<String> = errors(program.tree()).iter().map(error).collect();
            assert_eq!(found.join(", "), expected, "{link}");
        }
    }
}
