//! From the syntax tree of a link to its holes, each with the part of the URL in which it stands.

use std::ops::Range;

use crate::expr::Tree;
use crate::expr::syntax::{Expr, Stmt};

use super::Part;

/// What makes it impossible to escape the values of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkExpressionError {
    /// A value would be part of the scheme.
    HoleInScheme {
        /// The expression.
        range: Range<usize>,
    },
    /// The branches of an `if`, or the iterations of a `for`, end in different parts of the URL.
    BranchesDiffer {
        /// The statement.
        range: Range<usize>,
        /// Where the first branch ends.
        first: Part,
        /// Where the other ends.
        second: Part,
    },
    /// A block whose text is caught and used elsewhere.
    UnsupportedBlock {
        /// The statement.
        range: Range<usize>,
    },
}

/// Finds what makes it impossible to escape the values of a link.
#[must_use]
pub fn problems(tree: &Tree<'_>) -> Vec<LinkExpressionError> {
    match tree.whole() {
        Some(_) => Vec::new(),
        None => Walk::over(tree).problems,
    }
}

/// A hole of a link, and what is certain about its place.
pub(super) struct LinkExpression<'t> {
    /// What stands in it.
    pub(super) expression: &'t Expr<'t>,
    /// Where it stands.
    pub(super) part: Part,
    /// Whether something follows in any case, so that it is not the whole link.
    pub(super) is_followed: bool,
    /// Whether it is all that stands between two delimiters: the whole host, a whole segment of the path.
    pub(super) is_alone: bool,
}

/// The holes of a link; none of one in which values cannot be escaped.
pub(super) fn holes<'t>(tree: &'t Tree<'t>) -> Vec<LinkExpression<'t>> {
    if let Some(expression) = tree.whole() {
        return vec![LinkExpression { expression, part: Part::Start, is_followed: false, is_alone: true }];
    }
    let walk = Walk::over(tree);
    if walk.problems.is_empty() { walk.holes } else { Vec::new() }
}

struct Walk<'t> {
    problems: Vec<LinkExpressionError>,
    holes: Vec<LinkExpression<'t>>,
}

impl<'t> Walk<'t> {
    fn over(tree: &'t Tree<'t>) -> Self {
        let mut walk = Self { problems: Vec::new(), holes: Vec::new() };
        let statements = tree.statements();
        walk.statements(statements, Part::Start);
        // The end of the link is a delimiter too.
        if let ([.., before, Stmt::EmitExpr(_)], Some(last)) = (statements, walk.holes.last_mut()) {
            last.is_alone = ends_segment(Some(before));
        }
        walk
    }

    fn statements(&mut self, statements: &'t [Stmt<'t>], start: Part) -> Part {
        let mut part = start;
        for (index, statement) in statements.iter().enumerate() {
            if let Stmt::EmitExpr(emit) = statement {
                let before = index.checked_sub(1).and_then(|index| statements.get(index));
                let after = statements.get(index + 1).and_then(literal).unwrap_or_default();
                let is_alone = ends_segment(before) && after.starts_with(['/', '?', '#']);
                self.holes.push(LinkExpression {
                    expression: &emit.expr,
                    part,
                    is_followed: !after.is_empty(),
                    is_alone,
                });
            }
            part = self.statement(statement, part);
        }
        part
    }

    fn statement(&mut self, statement: &'t Stmt<'t>, part: Part) -> Part {
        match statement {
            Stmt::EmitRaw(raw) => part.after(raw.raw),
            Stmt::EmitExpr(emit) => {
                if part == Part::Scheme {
                    self.problems.push(LinkExpressionError::HoleInScheme { range: bytes(emit.expr.span()) });
                }
                part.after_value()
            }
            Stmt::IfCond(condition) => {
                let first = self.statements(&condition.true_body, part);
                let second = self.statements(&condition.false_body, part);
                self.same(bytes(condition.span()), first, second)
            }
            Stmt::ForLoop(each) => {
                let end = self.statements(&each.body, part);
                let round = self.same(bytes(each.span()), part, end);
                let none = self.statements(&each.else_body, part);
                self.same(bytes(each.span()), round, none)
            }
            Stmt::WithBlock(with) => self.statements(&with.body, part),
            Stmt::SetBlock(set) => self.unsupported(bytes(set.span()), part),
            Stmt::FilterBlock(filter) => self.unsupported(bytes(filter.span()), part),
            Stmt::Set(_) | Stmt::Template(_) | Stmt::AutoEscape(_) | Stmt::Do(_) => part,
        }
    }

    fn same(&mut self, range: Range<usize>, first: Part, second: Part) -> Part {
        if first != second {
            self.problems.push(LinkExpressionError::BranchesDiffer { range, first, second });
        }
        first
    }

    fn unsupported(&mut self, range: Range<usize>, part: Part) -> Part {
        self.problems.push(LinkExpressionError::UnsupportedBlock { range });
        part
    }
}

/// The text outside of holes.
fn literal<'t>(statement: &Stmt<'t>) -> Option<&'t str> {
    match statement {
        Stmt::EmitRaw(raw) => Some(raw.raw),
        _ => None,
    }
}

fn ends_segment(statement: Option<&Stmt<'_>>) -> bool {
    statement.and_then(literal).is_some_and(|text| text.ends_with('/'))
}

fn bytes(span: minijinja::machinery::Span) -> Range<usize> {
    span.start_offset as usize..span.end_offset as usize
}
