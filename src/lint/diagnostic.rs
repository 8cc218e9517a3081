//! A finding: what is wrong, where, and what to do. How it is printed is the business of `report`.

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

/// A range of a file and what there is to say of it.
#[derive(Clone, Debug)]
pub struct Label {
    /// The file that the range is in.
    pub file: Arc<SourceFile>,
    /// The range.
    pub span: Span,
    /// A few words that stand under the range; may be empty.
    pub message: String,
}

/// A change of bytes that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, as an instruction: "quote the hole".
    pub title: String,
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
    /// A fix of one replacement.
    pub fn replace(title: impl Into<String>, span: Span, replacement: impl Into<String>) -> Self {
        Self { title: title.into(), edits: vec![Edit { span, replacement: replacement.into() }] }
    }

    /// The text with the edits applied.
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

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The id of the rule, kebab-case.
    pub rule: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// One sentence: what is there and what belongs there.
    pub message: String,
    /// Where: the first label is the finding's own place, the others help to see why.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// The file of the finding.
    #[must_use]
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.labels[0].file
    }

    /// The range of the finding.
    #[must_use]
    pub fn span(&self) -> Span {
        self.labels[0].span
    }

    /// The order in which findings are shown: by place, then by rule.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        let key = |d: &Self| (d.span().start, d.span().end, d.rule);
        self.file()
            .name()
            .cmp(other.file().name())
            .then_with(|| key(self).cmp(&key(other)))
            .then_with(|| self.message.cmp(&other.message))
    }
}

impl fmt::Display for Diagnostic {
    /// One line: `file:line:column: severity[rule]: message`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, severity, message, .. } = self;
        let position = self.file().position(self.span().start);
        write!(f, "{}:{position}: {severity}[{rule}]: {message}", self.file().name())
    }
}
