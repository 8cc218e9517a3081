//! Syntax errors of programs.

use std::ops::Range;

use thiserror::Error;

use crate::source::characters::named;

use super::limits::{MAX_ELIFS, MAX_TOKENS};

/// An error in a program.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct JinjaError {
    /// What is wrong.
    pub kind: JinjaErrorKind,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
    /// What to write there instead, if that is known. The expression or statement parses with it.
    pub correction: Option<Correction>,
}

/// A text that takes the place of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The text.
    pub text: String,
    /// Whether anything else can be meant.
    pub certainty: Certainty,
}

/// Whether a correction is what the author meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Nothing else can be meant.
    Certain,
    /// Something else can be meant.
    Guess,
}

impl Certainty {
    pub(super) fn if_true(is_certain: bool) -> Self {
        if is_certain { Self::Certain } else { Self::Guess }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self::if_true(self == Self::Certain && other == Self::Certain)
    }
}

/// What is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JinjaErrorKind {
    /// The text is longer than a message can be.
    #[error("text with Jinja is limited to 64,000 bytes")]
    TooLong,
    /// One expression or statement has too many tokens.
    #[error("more than {MAX_TOKENS} tokens in one expression or statement")]
    TooManyTokens,
    /// One text has too many `elif`.
    #[error("more than {MAX_ELIFS} `elif` in one text")]
    TooManyElifs,
    /// Blocks or brackets nest more deeply than MiniJinja parses.
    #[error("blocks or brackets nest too deeply")]
    TooDeep,
    /// A statement that makes no sense in a single message: `autoescape`, `do`, `recursive`.
    #[error("`{0}` is not supported in a message")]
    Unsupported(&'static str),
    /// A statement that the language does not have: its keyword.
    #[error("unknown statement `{0}`")]
    UnknownStatement(String),
    /// A statement that is valid only inside of a block, or only in another one. `end` alone closes no block.
    #[error("{}", misplaced(found, open.as_ref()))]
    Misplaced {
        /// The keyword of the statement.
        found: String,
        /// The innermost open block.
        open: Option<OpenBlock>,
    },
    /// A statement in the delimiters of an expression: its keyword.
    #[error("`{0}` is a statement: expected `{{% … %}}`, found `{{{{ … }}}}`")]
    StatementInBraces(String),
    /// An operator or a keyword of another language.
    #[error("{}", foreign(written, jinja))]
    Foreign {
        /// What is written.
        written: String,
        /// What Jinja has instead; empty, if nothing.
        jinja: &'static str,
    },
    /// An argument of a filter after a colon: the filter.
    #[error("expected the argument of `{0}` in parentheses, found `:`")]
    ColonArgument(String),
    /// Several expressions, separated by commas, where one is expected.
    #[error("expected one expression, found several")]
    Several,
    /// No expression where one is expected.
    #[error("expected an expression, found none")]
    Missing,
    /// An operator that lacks an operand.
    #[error("expected {} `{operator}`", operand(*side))]
    NoOperand {
        /// The operator.
        operator: String,
        /// Where the operand is expected.
        side: Side,
    },
    /// Two operands without an operator between them: the second one.
    #[error("expected an operator before `{0}`")]
    NoOperator(String),
    /// A character outside of ASCII in an expression, but not in a string.
    #[error("unexpected {}", named(*.0))]
    NotAscii(char),
    /// The text ends inside of a block: the keyword of its statement.
    #[error("`{{% {0} %}}` is never closed")]
    Unclosed(&'static str),
    /// An expression, a statement, a string or a bracket that does not end: its opening delimiter.
    #[error("`{0}` is never closed")]
    UnclosedDelimiter(&'static str),
    /// A closing bracket that closes nothing.
    #[error("`{0}` closes nothing")]
    Unopened(char),
    /// A `for` of a row or a button that is not `NAME in EXPRESSION`.
    #[error("expected `NAME in EXPRESSION`")]
    NotForIn,
    /// A `for` of a row or a button whose name is a word of the expression language.
    #[error("`{0}` is a reserved word")]
    ReservedName(String),
    /// Any other syntax error, in MiniJinja's words, except for its names of tokens. It has no type for these.
    #[error("{0}")]
    Syntax(String),
}

/// A block that is open where an error is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenBlock {
    /// The keyword of its statement.
    pub keyword: &'static str,
    /// Where the keyword is, in bytes of the text.
    pub range: Range<usize>,
}

/// A side of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before it.
    Left,
    /// After it.
    Right,
}

fn foreign(written: &str, jinja: &str) -> String {
    match (written, jinja) {
        ("`", _) => format!("expected `{jinja}`, found a backtick"),
        (_, "") => format!("unexpected `{written}`"),
        _ => format!("expected `{jinja}`, found `{written}`"),
    }
}

fn operand(side: Side) -> &'static str {
    match side {
        Side::Left => "an operand before",
        Side::Right => "an operand after",
    }
}

/// Returns what is wrong with a statement that closes or continues a block.
fn misplaced(found: &str, open: Option<&OpenBlock>) -> String {
    let opened = found.strip_prefix("end").filter(|block| !block.is_empty()).unwrap_or("if");
    match open {
        Some(OpenBlock { keyword, .. }) if found.starts_with("end") => {
            format!("expected `{{% end{keyword} %}}`, found `{{% {found} %}}`")
        }
        Some(OpenBlock { keyword, .. }) => format!("unexpected `{{% {found} %}}` in `{{% {keyword} %}}`"),
        None => format!("`{{% {found} %}}` without `{{% {opened} %}}`"),
    }
}
