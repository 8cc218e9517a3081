//! A finding: what is wrong, where, and what to do. How it is printed is the business of `report`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::source::{SourceFile, Span};

/// How grave a finding is. An error fails the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Likely not what the author wants; the message can be sent all the same.
    Warning,
    /// The message cannot be sent.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A range of a file and a message about it.
#[derive(Clone, Debug)]
pub struct Label {
    /// The file that the range is in.
    pub file: Arc<SourceFile>,
    /// The range.
    pub span: Span,
    /// The text under the range; may be empty.
    pub message: String,
}

/// Whether a fix may be applied without asking. `Unsafe` sorts before `Safe`, so that a minimum can be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// The fix is a guess: it may change what the message says, or delete something that the author still needs.
    Unsafe,
    /// The fix preserves the meaning, or the intent is unmistakable.
    Safe,
}

/// A change of bytes that resolves a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, as an instruction: "quote the expression".
    pub title: String,
    /// Whether the change may be applied without asking.
    pub applicability: Applicability,
    /// The changes, in order, without overlaps, in the file of the finding's first label.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub span: Span,
    /// The text that comes.
    pub replacement: String,
}

impl Fix {
    /// Returns a fix with one edit that preserves the meaning, or whose intent is unmistakable.
    pub fn safe_edit(title: impl Into<String>, edit: Edit) -> Self {
        Self::new(Applicability::Safe, title, vec![edit])
    }

    /// Returns a fix with one edit that is a guess about the meaning.
    pub fn unsafe_edit(title: impl Into<String>, edit: Edit) -> Self {
        Self::new(Applicability::Unsafe, title, vec![edit])
    }

    /// Returns a fix. The edits must be in order and must not overlap.
    pub fn new(applicability: Applicability, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), applicability, edits }
    }

    /// Returns the text with the edits applied.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let mut fixed = String::with_capacity(text.len());
        let mut at = 0;
        for edit in &self.edits {
            fixed.push_str(&text[at..edit.span.start]);
            fixed.push_str(&edit.replacement);
            at = edit.span.end;
        }
        fixed.push_str(&text[at..]);
        fixed
    }
}

impl Edit {
    /// Returns an edit that puts a text in the place of a range.
    pub fn replace(span: Span, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into() }
    }

    /// Returns an edit that deletes a range.
    #[must_use]
    pub fn delete(span: Span) -> Self {
        Self { span, replacement: String::new() }
    }
}

/// One finding. Its JSON is described at its implementation of [`serde::Serialize`].
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The id of the rule, kebab-case.
    pub rule: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The headline: what is wrong, in a few words, in lower case and without a full stop.
    pub message: String,
    /// Locations. The first label is the finding's own: its message says what was found and what was expected. The
    /// others point to related code.
    pub labels: Vec<Label>,
    /// What to do: an instruction that begins with a verb.
    pub help: Option<String>,
    /// A change that resolves the finding.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Returns the file of the finding.
    #[must_use]
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.labels[0].file
    }

    /// Returns the range of the finding.
    #[must_use]
    pub fn span(&self) -> Span {
        self.labels[0].span
    }

    /// Returns the finding in one line, without its location: the headline and, after a colon, the message of its first
    /// label.
    #[must_use]
    pub fn summary(&self) -> Cow<'_, str> {
        let label = &self.labels[0].message;
        if label.is_empty() { Cow::Borrowed(&self.message) } else { Cow::Owned(format!("{}: {label}", self.message)) }
    }

    /// Returns the order in which findings are shown: by location, then by rule.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        let key = |d: &Self| (d.span().start, d.span().end, d.rule);
        self.file()
            .name()
            .cmp(other.file().name())
            .then_with(|| key(self).cmp(&key(other)))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| self.labels[0].message.cmp(&other.labels[0].message))
    }
}

impl fmt::Display for Diagnostic {
    /// Writes one line: `file:line:column: severity[rule]: summary`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, severity, .. } = self;
        let position = self.file().position(self.span().start);
        write!(f, "{}:{position}: {severity}[{rule}]: {}", self.file().name(), self.summary())
    }
}
