//! Everything that is known of a file before a rule speaks.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::Arc;

use crate::analysis::counts::{self, LimitOverflow};
use crate::analysis::links::{Misplaced, Patterns, misplaced};
use crate::analysis::types::{TypeError, Types};
use crate::message::{Icons, MessageKind, is_media_token, is_post_token};
use crate::references::{PartFile, ReferenceError, Resolved};
use crate::render::{ProjectValues, Values};
use crate::schema::{DocumentKind, Kind, Verdict, Violation, ViolationKind, violations};
use crate::source::{SourceFile, Span};
use crate::syntax::{CommentedText, Document, Parsed, SyntaxError};
use crate::template::{self, Template};

use super::Checker;
use super::commented::{Subject, commented_values};
use super::near::nearest;

/// What the rules look at.
pub struct Context<'a> {
    /// What the file is to be; `None` for a library, which has no structure of its own.
    pub subject: Option<DocumentKind>,
    /// The file.
    pub file: &'a Arc<SourceFile>,
    /// What is wrong with it as YAML; of a request, as JSON.
    pub syntax_errors: &'a [SyntaxError],
    /// The references that stand for nothing.
    pub(super) reference_errors: &'a [ReferenceError],
    /// The other files that parts of the template come from.
    pub(super) parts: &'a [Arc<PartFile>],
    /// Whether parts of the document could not be read.
    is_damaged: bool,
    /// The tree, where there is one.
    pub document: Option<&'a Document<'a>>,
    /// The names that icons may have.
    pub icons: &'a Arc<Icons>,
    /// How it differs from its documented structure.
    pub violations: Vec<Violation>,
    /// The template, where the file is one and there is a tree.
    pub template: Option<Template>,
    patterns: Option<&'a Patterns>,
    project_values: Option<&'a ProjectValues>,
    commented: Vec<CommentedText>,
    types: OnceCell<Types>,
    overflows: OnceCell<Vec<LimitOverflow>>,
    misplaced: OnceCell<Vec<Misplaced>>,
}

impl<'a> Context<'a> {
    /// Reads a file, whose references are resolved, as a template.
    #[must_use]
    pub fn new(resolved: &'a Resolved<'a>, checker: &'a Checker) -> Self {
        let icons = &checker.config().icons;
        let Resolved { file, parsed, errors, parts } = resolved;
        let context = Self::about(Some(DocumentKind::Template), file, parsed, errors, icons);
        let template = parsed.document.as_ref().map(|document| {
            let mut template = template::read(document, file, checker.validators());
            if context.is_damaged() {
                template.broken.push(document.root.span);
            }
            Template { icons: Arc::clone(icons), ..template }
        });
        let patterns = Some(checker.patterns());
        let project_values = Some(checker.config().values.as_ref());
        Self { template, patterns, project_values, parts, ..context }
    }

    /// Reads a file, whose references are resolved, as a library of parts.
    pub(super) fn of_library(resolved: &'a Resolved<'a>, checker: &'a Checker) -> Self {
        let Resolved { file, parsed, errors, .. } = resolved;
        Self::about(None, file, parsed, errors, &checker.config().icons)
    }

    /// Reads a parsed body as a request for a message of this kind that may have these icons.
    #[must_use]
    pub fn of_request(
        file: &'a Arc<SourceFile>,
        parsed: &'a Parsed<'a>,
        kind: MessageKind,
        icons: &'a Arc<Icons>,
    ) -> Self {
        Self::about(Some(DocumentKind::Request(kind)), file, parsed, &[], icons)
    }

    fn about(
        subject: Option<DocumentKind>,
        file: &'a Arc<SourceFile>,
        parsed: &'a Parsed<'a>,
        reference_errors: &'a [ReferenceError],
        icons: &'a Arc<Icons>,
    ) -> Self {
        let document = parsed.document.as_ref();
        let is_damaged = is_damaged(document, &parsed.errors) || !reference_errors.is_empty();
        let commented = match (document, subject) {
            (Some(document), Some(DocumentKind::Template)) => commented_values(document, file, Subject::Template),
            _ => Vec::new(),
        };
        let mut violations =
            document.zip(subject).map(|(document, subject)| violations(document, subject)).unwrap_or_default();
        // Other errors in an unquoted value are reported once it is quoted.
        violations.retain(|violation| !is_unquoted(&parsed.errors, violation.span));
        violations.retain(|violation| !is_commented(&commented, violation.span));
        violations.retain(|violation| !is_valid(violation, file, icons));
        name_misspelt(&mut violations);
        if is_damaged {
            violations.retain(|violation| !can_be_missing(&violation.kind));
        }
        Self {
            subject,
            file,
            icons,
            syntax_errors: &parsed.errors,
            reference_errors,
            parts: &[],
            is_damaged,
            document,
            violations,
            template: None,
            patterns: None,
            project_values: None,
            commented,
            types: OnceCell::new(),
            overflows: OnceCell::new(),
            misplaced: OnceCell::new(),
        }
    }

    /// Returns the noun of the whole document.
    pub(super) fn whole(&self) -> &'static str {
        match self.subject {
            Some(DocumentKind::Template) => "template",
            Some(DocumentKind::Request(_)) => "request",
            None => "library",
        }
    }

    /// Returns whether it is the body of a request.
    pub(super) fn is_request(&self) -> bool {
        matches!(self.subject, Some(DocumentKind::Request(_)))
    }

    /// Returns the first line of a range, without white space at its end.
    pub(super) fn first_line(&self, span: Span) -> Span {
        let line = self.file.slice(span).split(['\n', '\r']).next().unwrap_or_default().trim_end();
        Span::new(span.start, span.start + line.len())
    }

    /// Returns whether parts of the document could not be read.
    pub(super) fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Returns whether nothing is known that would keep the template from being rendered.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.syntax_errors.is_empty() && self.violations.iter().all(|violation| violation.verdict == Verdict::Accepted)
    }

    /// Returns what the declarations prove about the expressions.
    #[must_use]
    pub fn types(&self) -> &Types {
        self.types.get_or_init(|| self.template.as_ref().map(Types::of).unwrap_or_default())
    }

    /// Returns what the declarations prove about the expressions; nothing without declarations.
    pub(super) fn declared_types(&self) -> Option<&Types> {
        let has_declarations = self.template.as_ref().is_some_and(|template| template.variables.is_some());
        has_declarations.then(|| self.types())
    }

    /// Returns the expressions that cannot work.
    pub(super) fn type_errors(&self) -> &[TypeError] {
        &self.types().errors
    }

    /// Returns the rows and buttons of which there are too many, or can be.
    #[must_use]
    pub fn overflows(&self) -> &[LimitOverflow] {
        self.overflows.get_or_init(|| {
            self.template.as_ref().map(|template| counts::overflows(template, self.types())).unwrap_or_default()
        })
    }

    /// Returns the values that the project gives to the template.
    pub(super) fn project_values(&self) -> Values {
        let both = self.project_values.zip(self.template.as_ref());
        both.map(|(values, template)| values.for_template(template)).unwrap_or_default()
    }

    /// Returns the expressions of links whose values are not valid in their part of the URL.
    #[must_use]
    pub fn misplaced(&self) -> &[Misplaced] {
        self.misplaced.get_or_init(|| {
            self.template
                .as_ref()
                .zip(self.patterns)
                .map(|(template, patterns)| misplaced(template, patterns))
                .unwrap_or_default()
        })
    }

    /// Returns the comments that are probably meant as a part of the value before them, in the order of the text.
    pub(super) fn commented(&self) -> &[CommentedText] {
        &self.commented
    }

    /// Returns whether a comment cuts a value, about which nothing else is certain.
    pub(super) fn is_commented(&self, span: Span) -> bool {
        is_commented(&self.commented, span)
    }

    /// Returns whether a value is read as text that has to be quoted: it begins with an expression or a statement, or a
    /// comment cuts it.
    #[must_use]
    pub fn is_unquoted(&self, span: Span) -> bool {
        is_unquoted(self.syntax_errors, span)
    }

    /// Returns the template alone.
    #[must_use]
    pub fn into_template(self) -> Option<Template> {
        self.template
    }
}

/// Returns whether a text that violates the schema is valid nevertheless: the schema lists the published icons only,
/// and takes the line break at the end of a block scalar for a part of a name or a token.
fn is_valid(violation: &Violation, file: &SourceFile, icons: &Icons) -> bool {
    let is_block = || {
        let head = file.slice(violation.span).lines().next().unwrap_or_default();
        let sign = head.split(['#', ' ']).next().unwrap_or_default();
        sign.starts_with(['|', '>']) && !sign.contains('+')
    };
    match &violation.kind {
        ViolationKind::UnknownIcon { name } => icons.is_extra(name) || icons.is_known(name) && is_block(),
        ViolationKind::NotPostToken { token } => is_post_token(token) && is_block(),
        ViolationKind::NotMediaToken { token } => is_media_token(token) && is_block(),
        _ => false,
    }
}

/// Returns whether there is a document, but parts of it are missing.
fn is_damaged(document: Option<&Document<'_>>, errors: &[SyntaxError]) -> bool {
    document.is_some() && errors.iter().any(|error| matches!(error, SyntaxError::Invalid { .. }))
}

/// Returns whether a violation can be a consequence of a part that is missing.
fn can_be_missing(violation: &ViolationKind) -> bool {
    match violation {
        ViolationKind::MissingField { .. } | ViolationKind::NoAction | ViolationKind::Empty { .. } => true,
        ViolationKind::WrongType { found, .. } => *found == Kind::Null,
        _ => false,
    }
}

/// Of a key that is missing because it is misspelt, the misspelling is what there is to say. Where a mapping lacks its
/// one necessary key, the schema speaks of that alone.
fn name_misspelt(violations: &mut [Violation]) {
    let is_unknown = |violation: &&Violation| matches!(violation.kind, ViolationKind::UnknownField { .. });
    let known: HashSet<Span> = violations.iter().filter(is_unknown).map(|violation| violation.span).collect();
    for violation in violations {
        let ViolationKind::MissingField { key, element, allowed, others } = &violation.kind else { continue };
        let is_meant = |(other, _): &&(String, Span)| !nearest(other, [*key]).is_empty();
        if let Some((other, span)) = others.iter().find(is_meant).filter(|(_, span)| !known.contains(span)) {
            let (key, allowed) = (other.clone(), allowed.clone());
            let kind = ViolationKind::UnknownField {
                key,
                element: *element,
                whole: violation.span,
                allowed,
                present: Vec::new(),
            };
            *violation = Violation { span: *span, name: violation.name.clone(), verdict: Verdict::Refused, kind };
        }
    }
}

/// `errors`: in order of place.
fn is_unquoted(errors: &[SyntaxError], value: Span) -> bool {
    let first = errors.partition_point(|error| error.span() < value);
    let mut here = errors[first..].iter().take_while(|error| error.span() == value);
    here.any(|error| matches!(error, SyntaxError::DoubleBrace { .. } | SyntaxError::CommentInText { .. }))
}

/// `commented`: in order of place.
fn is_commented(commented: &[CommentedText], value: Span) -> bool {
    let after = commented.partition_point(|commented| commented.value.start <= value.start);
    after.checked_sub(1).is_some_and(|index| value.end <= commented[index].value.end)
}
