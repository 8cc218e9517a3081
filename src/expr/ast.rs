//! The syntax tree of a Jinja program.
//!
//! MiniJinja's own tree is declared unstable, does not have the positions of names, and gives many expressions a
//! range that begins at the token before them. `lower` turns it into this tree once, with exact ranges; everything
//! else works on this one. Names and texts are borrowed from the source. All ranges are bytes of the source.

use std::ops::Range;

use super::Constant;

/// The syntax tree of a program.
#[derive(Debug)]
pub enum Tree<'a> {
    /// The expression of a `when` or a `for`.
    Expression(Expr<'a>),
    /// A text with Jinja in it.
    Text(Vec<Statement<'a>>),
}

/// A part of a text: literal text, an expression or a statement.
#[derive(Debug)]
pub struct Statement<'a> {
    /// What it is.
    pub kind: StatementKind<'a>,
    /// Where it is: a literal text exactly, a statement without its delimiters.
    pub range: Range<usize>,
}

/// What a part of a text is.
#[derive(Debug)]
pub enum StatementKind<'a> {
    /// Literal text, without what `-` trims.
    Text(&'a str),
    /// `{{ expression }}`
    Emit(Expr<'a>),
    /// `{% for target in items if filter %}body{% else %}otherwise{% endfor %}`
    For(For<'a>),
    /// `{% if condition %}yes{% else %}no{% endif %}`; `elif` is an `if` inside of `no`.
    If {
        /// The condition.
        condition: Expr<'a>,
        /// The statements for a true condition.
        yes: Vec<Statement<'a>>,
        /// The statements for a false condition.
        no: Vec<Statement<'a>>,
    },
    /// `{% with target = value, … %}body{% endwith %}`
    With {
        /// The targets and their values.
        assignments: Vec<(Target<'a>, Expr<'a>)>,
        /// The statements that see the targets.
        body: Vec<Statement<'a>>,
    },
    /// `{% set target = value %}`
    Set {
        /// What is assigned to.
        target: Target<'a>,
        /// The value.
        value: Expr<'a>,
    },
    /// `{% set target | filter %}body{% endset %}`
    SetBlock {
        /// What is assigned to.
        target: Target<'a>,
        /// The filters that the text of the body passes through.
        filter: Option<Expr<'a>>,
        /// The statements that make the text.
        body: Vec<Statement<'a>>,
    },
    /// `{% filter filter %}body{% endfilter %}`
    Filter {
        /// The filters that the text of the body passes through.
        filter: Expr<'a>,
        /// The statements that make the text.
        body: Vec<Statement<'a>>,
    },
}

/// A `{% for %}`.
#[derive(Debug)]
pub struct For<'a> {
    /// What each item is assigned to.
    pub target: Target<'a>,
    /// The list or mapping that is iterated over.
    pub items: Expr<'a>,
    /// The condition on items.
    pub filter: Option<Expr<'a>>,
    /// The statements for each item.
    pub body: Vec<Statement<'a>>,
    /// The statements for when there are no items.
    pub otherwise: Vec<Statement<'a>>,
}

/// The left-hand side of an assignment.
#[derive(Debug)]
pub enum Target<'a> {
    /// A name.
    Name(Name<'a>),
    /// Several targets, to which the items of a list are assigned.
    List(Vec<Target<'a>>),
    /// An attribute of a namespace; the expression is the whole target.
    Attribute(Expr<'a>),
}

/// A name as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// The name.
    pub text: &'a str,
    /// Where it is.
    pub range: Range<usize>,
}

/// An expression.
#[derive(Debug)]
pub struct Expr<'a> {
    /// What it is.
    pub kind: ExprKind<'a>,
    /// Where it is, without parentheses around it.
    pub range: Range<usize>,
    /// The value of an expression of constants.
    pub(super) folded: Option<Constant>,
}

/// What an expression is.
#[derive(Debug)]
pub enum ExprKind<'a> {
    /// A string, a number, a boolean or `none`.
    Literal(Constant),
    /// A variable.
    Name(&'a str),
    /// `of.name`
    Attribute {
        /// The value.
        of: Box<Expr<'a>>,
        /// The attribute.
        name: Name<'a>,
    },
    /// `of[key]`
    Item {
        /// The value.
        of: Box<Expr<'a>>,
        /// The key or index.
        key: Box<Expr<'a>>,
    },
    /// `of[start:stop:step]`
    Slice {
        /// The value.
        of: Box<Expr<'a>>,
        /// The bounds that are written.
        bounds: SliceBounds<'a>,
    },
    /// `not value`; `a not in b` and `a is not b` negate the comparison and the test.
    Not(Box<Expr<'a>>),
    /// `-value`
    Negate(Box<Expr<'a>>),
    /// `left op right`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The left operand.
        left: Box<Expr<'a>>,
        /// The right operand.
        right: Box<Expr<'a>>,
    },
    /// Two or more comparisons in a chain: `0 < x < 5`
    Chain {
        /// The first operand.
        first: Box<Expr<'a>>,
        /// The operators with the operands that follow them.
        rest: Vec<(BinaryOp, Expr<'a>)>,
    },
    /// `yes if condition else no`
    If {
        /// The condition.
        condition: Box<Expr<'a>>,
        /// The value for a true condition.
        yes: Box<Expr<'a>>,
        /// The value for a false condition.
        no: Option<Box<Expr<'a>>>,
    },
    /// `input | name(arguments)`; a filter of a block has no input.
    Filter {
        /// The value.
        input: Option<Box<Expr<'a>>>,
        /// The filter.
        name: Name<'a>,
        /// Its arguments.
        arguments: Vec<Argument<'a>>,
    },
    /// `of is name(arguments)`
    Test {
        /// The value.
        of: Box<Expr<'a>>,
        /// The test.
        name: Name<'a>,
        /// Its arguments.
        arguments: Vec<Argument<'a>>,
    },
    /// `callee(arguments)`
    Call {
        /// What is called.
        callee: Box<Expr<'a>>,
        /// Its arguments.
        arguments: Vec<Argument<'a>>,
    },
    /// `[item, …]`, and the tuple `(item, …)`
    List(Vec<Expr<'a>>),
    /// `{key: value, …}`
    Map(Vec<(Expr<'a>, Expr<'a>)>),
}

/// The bounds of a slice.
#[derive(Debug)]
pub struct SliceBounds<'a> {
    /// The first index.
    pub start: Option<Box<Expr<'a>>>,
    /// The index after the last.
    pub stop: Option<Box<Expr<'a>>>,
    /// The distance between indices.
    pub step: Option<Box<Expr<'a>>>,
}

/// An argument of a call.
#[derive(Debug)]
pub struct Argument<'a> {
    /// How it is passed.
    pub kind: ArgumentKind<'a>,
    /// The value.
    pub value: Expr<'a>,
}

/// How an argument is passed.
#[derive(Debug)]
pub enum ArgumentKind<'a> {
    /// By its position.
    Positional,
    /// `name=value`
    Keyword(Name<'a>),
    /// `*values` or `**values`
    Splat,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
    In,
    NotIn,
    And,
    Or,
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Rem,
    Pow,
    Concat,
}

impl BinaryOp {
    /// Returns the operator as it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Lte => "<=",
            Self::Gt => ">",
            Self::Gte => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::And => "and",
            Self::Or => "or",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::FloorDiv => "//",
            Self::Rem => "%",
            Self::Pow => "**",
            Self::Concat => "~",
        }
    }

    /// Returns whether it is one of `<`, `<=`, `>` and `>=`.
    #[must_use]
    pub fn is_order(self) -> bool {
        matches!(self, Self::Lt | Self::Lte | Self::Gt | Self::Gte)
    }
}

impl<'a> Tree<'a> {
    /// Returns the statements of a text; an expression has none.
    #[must_use]
    pub fn statements(&self) -> &[Statement<'a>] {
        match self {
            Self::Text(statements) => statements,
            Self::Expression(_) => &[],
        }
    }

    /// Returns the expression if the program is nothing else, so that its value keeps its type.
    #[must_use]
    pub fn whole(&self) -> Option<&Expr<'a>> {
        match self {
            Self::Expression(expression) => Some(expression),
            Self::Text(statements) => match statements.as_slice() {
                [Statement { kind: StatementKind::Emit(expression), .. }] => Some(expression),
                _ => None,
            },
        }
    }
}

impl<'a> Expr<'a> {
    /// Returns the value of an expression that consists of constants only.
    #[must_use]
    pub fn constant(&self) -> Option<&Constant> {
        match &self.kind {
            ExprKind::Literal(constant) => Some(constant),
            _ => self.folded.as_ref(),
        }
    }

    /// Returns the name if the expression is nothing but one.
    #[must_use]
    pub fn as_name(&self) -> Option<&'a str> {
        match self.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }
}

impl Expr<'_> {
    /// Returns where the content of a string literal is, if it has no escapes. `source`: the text of the tree.
    #[must_use]
    pub fn unescaped(&self, source: &str) -> Option<Range<usize>> {
        let inside = self.range.start + 1..self.range.end.checked_sub(1)?;
        let ExprKind::Literal(constant) = &self.kind else { return None };
        (source.get(inside.clone()) == constant.as_str() && constant.as_str().is_some()).then_some(inside)
    }
}

impl<'a> SliceBounds<'a> {
    /// Returns the bounds that are written, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Expr<'a>> {
        [&self.start, &self.stop, &self.step].into_iter().flatten().map(AsRef::as_ref)
    }
}
