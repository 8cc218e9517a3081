//! What can be wrong with a file as YAML, or as strict JSON. The words for it are written where findings are made.

use granit_parser::ErrorKind;

use crate::source::Span;

use super::json_parser::JsonErrorKind;

/// One thing wrong with a file as YAML or as strict JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyntaxError {
    /// The YAML grammar has no reading for what stands here. Nothing after it is read.
    Invalid {
        /// What the parser missed or met.
        kind: ErrorKind,
        /// The character, word or rest of a line that it is about; empty at the end of the file.
        span: Span,
    },
    /// There is no document: the file is empty, or holds comments only.
    Empty {
        /// Where the document would begin.
        span: Span,
    },
    /// A second document. It is not read.
    MultipleDocuments {
        /// The `---` that begins it.
        span: Span,
    },
    /// Characters that may not stand in YAML (YAML 1.2.2 §5.1), such as NUL or a terminal escape. They are read as spaces.
    ControlCharacter {
        /// The first of them.
        character: char,
        /// All that stand side by side.
        span: Span,
    },
    /// A value or a key that begins with `{{`, `{%` or `{#` without quotes: a flow mapping to YAML. It is read as text.
    DoubleBrace {
        /// The whole text that wants quotes.
        span: Span,
    },
    /// A key for the second time in one mapping. The first one counts.
    DuplicateKey {
        /// The key's text.
        key: String,
        /// The first place.
        first: Span,
        /// The repetition.
        second: Span,
    },
    /// A key that is a list or a mapping. Its entry is left out.
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
    /// An alias inside of what it stands for.
    CyclicAlias {
        /// The name, without `*`.
        name: String,
        /// The alias.
        span: Span,
    },
    /// A tag that is not of YAML's core schema.
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
    /// A number that JSON cannot carry: `.inf`, `.nan`, or an integer beyond 64 bits.
    NotJson {
        /// The number.
        span: Span,
    },
    /// Lists and mappings nest too deep. What is inside is not read.
    TooDeep {
        /// The depth that is allowed.
        limit: usize,
        /// What opens the level too many: a bracket, the first key or item, or an alias.
        span: Span,
    },
    /// Aliases stand for too many nodes in all. This alias, and those after it that do not fit, are not expanded.
    TooManyNodes {
        /// The number that is allowed.
        limit: usize,
        /// The alias.
        span: Span,
    },
    /// A text that shall be strict JSON has no reading as such. Nothing after it is read.
    Json {
        /// What is wrong.
        problem: JsonErrorKind,
        /// The character or word that it is about.
        span: Span,
    },
}

impl SyntaxError {
    /// Where it is.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Invalid { span, .. }
            | Self::Empty { span }
            | Self::MultipleDocuments { span }
            | Self::ControlCharacter { span, .. }
            | Self::DoubleBrace { span }
            | Self::DuplicateKey { second: span, .. }
            | Self::ComplexKey { span }
            | Self::BadMerge { span }
            | Self::UnknownAnchor { span, .. }
            | Self::CyclicAlias { span, .. }
            | Self::ForeignTag { span, .. }
            | Self::UnfitTag { span, .. }
            | Self::NotJson { span }
            | Self::TooDeep { span, .. }
            | Self::TooManyNodes { span, .. }
            | Self::Json { span, .. } => *span,
        }
    }
}
