//! Syntax errors of YAML and of strict JSON. Sentences about them are made in `lint`.

use std::fmt;

use granit_parser::ErrorKind;

use crate::source::Span;

use super::json_parser::JsonErrorKind;

/// What the YAML parser expected or found. The rule `yaml-syntax` describes it.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidYaml(ErrorKind);

impl InvalidYaml {
    pub(super) fn new(kind: ErrorKind) -> Self {
        Self(kind)
    }

    /// Returns the parser's own error.
    pub(crate) fn kind(&self) -> &ErrorKind {
        &self.0
    }
}

impl fmt::Debug for InvalidYaml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A syntax error in YAML or in strict JSON, with its span.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyntaxError {
    /// The text violates the grammar of YAML. Nothing after it is read.
    Invalid {
        /// What the parser expected or found.
        kind: InvalidYaml,
        /// The character, word or rest of a line that is wrong; empty at the end of the file.
        span: Span,
    },
    /// There is no document: the file is empty, or has only comments.
    Empty {
        /// Where the document would begin.
        span: Span,
    },
    /// A second document. It is not read.
    MultipleDocuments {
        /// The `---` that begins it.
        span: Span,
    },
    /// Characters that are not allowed in YAML (YAML 1.2.2 §5.1), such as NUL or a terminal escape. They are read as
    /// spaces.
    ControlCharacter {
        /// The first of them.
        character: char,
        /// The run of such characters.
        span: Span,
    },
    /// A value or a key that begins with `{{`, `{%` or `{#` without quotes, which is a flow mapping in YAML. It is
    /// read as text.
    DoubleBrace {
        /// The text that must be quoted.
        span: Span,
    },
    /// A comment that is probably meant as a part of the plain text before it, and after which the file cannot be read.
    /// It is read as text.
    CommentInText {
        /// The text with the comment.
        text: Span,
        /// The comment, as far as it is a part of the text.
        comment: Span,
    },
    /// A key that is repeated in a mapping. The first one is used.
    DuplicateKey {
        /// The key's text.
        key: String,
        /// The first key.
        first: Span,
        /// The repetition.
        second: Span,
    },
    /// A merge key that is repeated in a mapping. All of them are merged.
    RepeatedMerge {
        /// The first `<<`.
        first: Span,
        /// The value of the first one as it is written: the alias, if it is one.
        first_value: Span,
        /// The repetition.
        second: Span,
        /// The value of the repetition as it is written.
        second_value: Span,
    },
    /// A key that is a list or a mapping. Its entry is omitted.
    ComplexKey {
        /// The key.
        span: Span,
    },
    /// `<<` with a value that is neither a mapping nor a list of mappings.
    BadMerge {
        /// The value, or the item of the list.
        span: Span,
    },
    /// An alias whose anchor is not defined above it.
    UnknownAnchor {
        /// The name, without `*`.
        name: String,
        /// The alias.
        span: Span,
    },
    /// An alias inside of the node that it refers to.
    CyclicAlias {
        /// The name, without `*`.
        name: String,
        /// The alias.
        span: Span,
    },
    /// A tag that is not part of YAML's core schema.
    ForeignTag {
        /// The tag as it is written.
        tag: String,
        /// The tag.
        span: Span,
    },
    /// A tag of the core schema on a value of another kind, as in `!!int abc`.
    UnfitTag {
        /// The tag as it is written.
        tag: String,
        /// The tag.
        span: Span,
        /// The value.
        value: Span,
    },
    /// A number that JSON cannot represent: `.inf`, `.nan`, or an integer beyond 64 bits.
    NotJson {
        /// The number.
        span: Span,
    },
    /// An integer that fits neither a signed nor an unsigned number of 64 bits.
    TooWide {
        /// The integer.
        span: Span,
    },
    /// Lines in brackets that are not indented more than the block around them.
    Underindented {
        /// The number of spaces by which the lines must be indented at least.
        least: usize,
        /// The bracket, sign or word at the beginning of the first line.
        span: Span,
        /// The indentation of each of the lines.
        lines: Vec<Span>,
    },
    /// Lists and mappings nest too deeply. The content is not read.
    TooDeep {
        /// The depth that is allowed.
        limit: usize,
        /// What opens the level beyond the limit: a bracket, the first key or item, or an alias.
        span: Span,
    },
    /// Aliases expand to too many nodes in total. This alias, and later ones that exceed the limit, are not expanded.
    TooManyNodes {
        /// The number that is allowed.
        limit: usize,
        /// The alias.
        span: Span,
    },
    /// The text violates the grammar of JSON. Nothing after it is read.
    Json {
        /// What is wrong.
        problem: JsonErrorKind,
        /// The character or word that is wrong.
        span: Span,
    },
}

impl SyntaxError {
    /// Returns where the error is.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Invalid { span, .. }
            | Self::Empty { span }
            | Self::MultipleDocuments { span }
            | Self::ControlCharacter { span, .. }
            | Self::DoubleBrace { span }
            | Self::CommentInText { text: span, .. }
            | Self::DuplicateKey { second: span, .. }
            | Self::RepeatedMerge { second: span, .. }
            | Self::ComplexKey { span }
            | Self::BadMerge { span }
            | Self::UnknownAnchor { span, .. }
            | Self::CyclicAlias { span, .. }
            | Self::ForeignTag { span, .. }
            | Self::UnfitTag { span, .. }
            | Self::NotJson { span }
            | Self::TooWide { span }
            | Self::Underindented { span, .. }
            | Self::TooDeep { span, .. }
            | Self::TooManyNodes { span, .. }
            | Self::Json { span, .. } => *span,
        }
    }
}
