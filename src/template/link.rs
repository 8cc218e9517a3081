//! Where in a URL a hole stands.
//!
//! [`Part`] is a place in the URL of `open_direct_link` (RFC 3986 §3), and [`Part::after`] leads from one to the next over
//! literal text. The renderer follows it over the text that comes out, and so knows how each value must be escaped; the
//! walk here follows it over the syntax tree and finds links in which that cannot work.

use std::ops::Range;

use super::expr::{Tree, syntax::Stmt};

/// A place in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Nothing of the URL is there yet.
    Start,
    /// In the scheme, or in the `//` after it: no value may stand here.
    Scheme,
    /// After a value that is a URL's beginning; ends at the first `/`, `?` or `#`.
    Base,
    /// In the host.
    Host,
    /// In the port.
    Port,
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In the fragment.
    Fragment,
}

impl Part {
    /// The place after a stretch of literal text.
    #[must_use]
    pub fn after(self, text: &str) -> Self {
        let mut part = self;
        let mut rest = text;
        while !rest.is_empty() {
            let (next, consumed) = part.step(rest);
            rest = &rest[consumed..];
            part = next;
        }
        part
    }

    /// The place after the next delimiter of non-empty text, and the bytes up to there.
    fn step(self, text: &str) -> (Self, usize) {
        let to_next = |ends: &[(char, Self)], part: Self| {
            let found = text.find(|c| ends.iter().any(|(end, _)| *end == c));
            found.map_or((part, text.len()), |at| {
                let next = ends.iter().find(|(end, _)| text[at..].starts_with(*end)).map_or(part, |(_, next)| *next);
                (next, at + 1)
            })
        };
        match self {
            Self::Start | Self::Scheme => match text.find("//") {
                Some(at) => (Self::Host, at + 2),
                None => (Self::Scheme, text.len()),
            },
            Self::Base => to_next(&[('/', Self::Path), ('?', Self::Query), ('#', Self::Fragment)], Self::Base),
            // `user@` and `[v6]` belong to the host; only a colon after those begins the port.
            Self::Host => {
                to_next(&[('/', Self::Path), ('?', Self::Query), ('#', Self::Fragment), (':', Self::Port)], Self::Host)
            }
            Self::Port => to_next(&[('/', Self::Path), ('?', Self::Query), ('#', Self::Fragment)], Self::Port),
            Self::Path => to_next(&[('?', Self::Query), ('#', Self::Fragment)], Self::Path),
            Self::Query => to_next(&[('#', Self::Fragment)], Self::Query),
            Self::Fragment => (Self::Fragment, text.len()),
        }
    }

    /// The place after a value.
    #[must_use]
    pub fn after_value(self) -> Self {
        if self == Self::Start { Self::Base } else { self }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "beginning",
            Self::Scheme => "scheme",
            Self::Base => "base URL",
            Self::Host => "host",
            Self::Port => "port",
            Self::Path => "path",
            Self::Query => "query",
            Self::Fragment => "fragment",
        }
    }
}

/// What makes it impossible to escape the values of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkProblem {
    /// A value would be part of the scheme.
    HoleInScheme {
        /// The expression.
        range: Range<usize>,
    },
    /// The branches of an `if`, or the rounds of a `for`, end in different parts of the URL.
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
pub fn problems(tree: &Tree<'_>) -> Vec<LinkProblem> {
    let mut walk = Walk { problems: Vec::new() };
    if tree.whole().is_none() {
        walk.statements(tree.statements(), Part::Start);
    }
    walk.problems
}

struct Walk {
    problems: Vec<LinkProblem>,
}

impl Walk {
    fn statements(&mut self, statements: &[Stmt<'_>], start: Part) -> Part {
        statements.iter().fold(start, |part, statement| self.statement(statement, part))
    }

    fn statement(&mut self, statement: &Stmt<'_>, part: Part) -> Part {
        match statement {
            Stmt::EmitRaw(raw) => part.after(raw.raw),
            Stmt::EmitExpr(emit) => {
                if part == Part::Scheme {
                    self.problems.push(LinkProblem::HoleInScheme { range: bytes(emit.expr.span()) });
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
            self.problems.push(LinkProblem::BranchesDiffer { range, first, second });
        }
        first
    }

    fn unsupported(&mut self, range: Range<usize>, part: Part) -> Part {
        self.problems.push(LinkProblem::UnsupportedBlock { range });
        part
    }
}

fn bytes(span: minijinja::machinery::Span) -> Range<usize> {
    span.start_offset as usize..span.end_offset as usize
}
