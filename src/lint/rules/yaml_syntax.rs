//! Text that is not YAML, or that exceeds a limit.

use granit_parser::ErrorKind;

use crate::lint::typos::{self, MAX_INDENTATION, Typo};
use crate::lint::wording::counted;
use crate::lint::{Applicability, Context, Diagnostic, Edit, Findings, Fix, Label, Rule, Severity};
use crate::source::{SourceError, SourceFile, Span};
use crate::syntax::SyntaxError;

pub(in crate::lint) static RULE: Rule =
    Rule::context("yaml-syntax", Severity::Error, include_str!("yaml_syntax.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    report_all(context.syntax_errors, context.file, "write at least a `message`", findings);
}

/// Reports errors, except those that other rules report.
///
/// `help_if_empty`: what to write into an empty file.
pub(in crate::lint) fn report_all(
    errors: &[SyntaxError],
    file: &SourceFile,
    help_if_empty: &str,
    findings: &mut Findings<'_>,
) {
    for (index, error) in errors.iter().enumerate() {
        // After text that begins with `*`, the parser also fails on the rest of the line.
        let is_consequence = match (error, index.checked_sub(1).and_then(|before| errors.get(before))) {
            (SyntaxError::Invalid { span, .. }, Some(SyntaxError::UnknownAnchor { span: alias, .. })) => {
                !file.slice(Span::new(alias.end, span.start)).contains('\n')
            }
            _ => false,
        };
        if !is_consequence {
            report(error, file, help_if_empty, findings);
        }
    }
}

fn report(error: &SyntaxError, file: &SourceFile, help_if_empty: &str, findings: &mut Findings<'_>) {
    let written = |span: &Span| file.slice(*span);
    match error {
        SyntaxError::DuplicateKey { .. }
        | SyntaxError::RepeatedMerge { .. }
        | SyntaxError::DoubleBrace { .. }
        | SyntaxError::CommentInText { .. }
        | SyntaxError::Json { .. } => {}
        SyntaxError::Invalid { kind, span } => {
            let kind = kind.kind();
            if let Some(typo) = typo(kind, *span, file) {
                typo.clone().describe(findings.at(typo.span, typo.headline));
                return;
            }
            let Invalid { headline, label, help } = invalid(kind);
            let finding = findings.at(place(kind, *span, file), headline).label(label);
            if let Some(help) = help {
                finding.help(help);
            }
        }
        SyntaxError::Empty { span } => {
            findings.at(*span, "empty document").label("expected a mapping").help(help_if_empty);
        }
        SyntaxError::MultipleDocuments { span } => {
            findings
                .at(*span, "several documents in a file")
                .label("a second document begins here")
                .help("move it to a file of its own");
        }
        SyntaxError::ControlCharacter { character, span } => {
            let code_point = u32::from(*character);
            findings
                .at(*span, "control character in YAML")
                .label(format!("found U+{code_point:04X}"))
                .help(format!("remove it, or write `\\u{code_point:04X}` in double quotes"));
        }
        SyntaxError::ComplexKey { span } => {
            findings
                .at(*span, "invalid key")
                .label("expected a string, found a list or a mapping")
                .help("put text that begins with `[` or `{` in quotes");
        }
        SyntaxError::BadMerge { span } => {
            findings
                .at(*span, "invalid merge")
                .label("expected a mapping or a list of mappings after `<<`")
                .help("write the alias of a mapping, or remove the line");
        }
        SyntaxError::UnknownAnchor { name, span } => {
            findings
                .at(*span, format!("undefined alias `*{name}`"))
                .label(format!("no anchor `&{name}` is defined above"))
                .help("put text that begins with `*` in quotes, or define the anchor above");
        }
        SyntaxError::CyclicAlias { name, span } => {
            findings
                .at(*span, format!("recursive alias `*{name}`"))
                .label("refers to a value that contains it")
                .help("remove it, or write out the value");
        }
        SyntaxError::ForeignTag { tag, span } => {
            findings
                .at(*span, format!("unknown tag `{tag}`"))
                .label("not a tag of the YAML core schema")
                .help("remove it, or put text that begins with `!` in quotes");
        }
        SyntaxError::UnfitTag { tag, value, .. } => {
            findings
                .at(*value, format!("wrong value for the tag `{tag}`"))
                .label(format!("`{}` does not match the tag", written(value)))
                .help("remove the tag, or write a value of its type");
        }
        SyntaxError::NotJson { span } => {
            findings
                .at(*span, format!("number `{}` has no JSON form", written(span)))
                .label("expected a number that JSON can represent")
                .help("put it in quotes to send it as a string");
        }
        SyntaxError::TooWide { span } => {
            findings
                .at(*span, format!("integer `{}` is out of range", written(span)))
                .label(format!("expected an integer of 64 bits: from {} to {}", i64::MIN, u64::MAX))
                .help("put it in quotes to send it as a string");
        }
        SyntaxError::Underindented { least, span, lines } => {
            let spaces = counted(*least, "space");
            let edits = lines.iter().map(|line| Edit::replace(*line, " ".repeat(*least))).collect();
            let finding = findings
                .at(*span, "wrong indentation in brackets")
                .label(format!("expected at least {spaces} before this"))
                .help(format!("indent the lines up to the closing bracket by at least {spaces}"));
            if *least <= MAX_INDENTATION {
                finding.fix(Fix::new(Applicability::Safe, "indent the lines", edits));
            }
        }
        SyntaxError::TooDeep { limit, span } => {
            findings
                .at(*span, "document nests too deeply")
                .label(format!("expected at most {limit} nested lists and mappings"))
                .help("remove levels, or write the inner ones as JSON in a string");
        }
        SyntaxError::TooManyNodes { limit, span } => {
            findings
                .at(*span, "aliases expand to too many values")
                .label(format!("expected at most {limit} values in a file"))
                .help("remove aliases of values that contain other aliases");
        }
    }
}

/// Returns the slip that probably made the parser fail at a location.
fn typo(kind: &ErrorKind, span: Span, file: &SourceFile) -> Option<Typo> {
    use ErrorKind as Kind;

    match kind {
        Kind::ExpectedFlowMappingSeparator | Kind::ExpectedFlowSequenceSeparator | Kind::MappingValueNotAllowed
            if let Some(typo) = typos::persian_comma(file, span.start) =>
        {
            Some(typo)
        }
        Kind::MappingValueNotAllowed
        | Kind::InvalidColonPlacement
        | Kind::ExpectedDocumentStart
        | Kind::ExpectedBlockMappingKey
        | Kind::ExpectedBlockSequenceEntry
        | Kind::SimpleKeyExpected => {
            typos::unindented_text(file, span.start).or_else(|| typos::around(file, span.start))
        }
        _ => None,
    }
}

/// Returns the location of an error. The parser gives the location after a tab or a `-`, and that of the opening quote
/// of a string.
fn place(kind: &ErrorKind, span: Span, file: &SourceFile) -> Span {
    use ErrorKind as Kind;

    let before = file.slice(Span::new(0, span.start));
    let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
    let tabs = line.len() - line.trim_end_matches('\t').len();
    let item = line.trim_start();
    match (kind, file.slice(span)) {
        (Kind::TabInBlockIndentation | Kind::TabInIndentation | Kind::TabNotAllowed, _) if tabs > 0 => {
            Span::new(span.start - tabs, span.start)
        }
        // For plain text that continues after a tab, the parser gives the text.
        (Kind::TabInPlainScalar | Kind::TabInBlockIndentation | Kind::TabInIndentation, _) => {
            next_tab(file.text(), span.start).unwrap_or(span)
        }
        (Kind::ExpectedBlockMappingKey, _) if item.starts_with('-') && item.trim_matches(['-', ' ']).is_empty() => {
            let start = span.start - item.len();
            Span::new(start, start + 1)
        }
        (_, quote @ ("\"" | "'")) => {
            let rest = file.slice(Span::new(span.end, file.text().len())).lines().next().unwrap_or_default();
            let length = rest.find(quote).map_or(0, |end| end + quote.len());
            Span::new(span.start, span.end + length)
        }
        _ => span,
    }
}

/// Returns the first tabs that indent a line after an offset.
fn next_tab(text: &str, offset: usize) -> Option<Span> {
    let breaks = text[offset..].match_indices('\n').map(|(at, _)| offset + at + 1);
    let mut tabs = breaks.map(|start| {
        let line = text[start..].trim_start_matches(' ');
        let start = text.len() - line.len();
        Span::new(start, start + line.len() - line.trim_start_matches('\t').len())
    });
    tabs.find(|tabs| !tabs.is_empty())
}

/// The parts of a finding about a syntax error.
struct Invalid {
    headline: String,
    label: String,
    help: Option<&'static str>,
}

/// Describes an error of the parser.
fn invalid(kind: &ErrorKind) -> Invalid {
    use ErrorKind as Kind;

    let (headline, label, help) = match kind {
        Kind::UnclosedQuotedScalar => ("unclosed quote", "opened here and never closed", "close the quote"),
        Kind::InvalidQuotedScalarIndent | Kind::DocumentIndicatorInQuotedScalar => (
            "unindented line in quoted text",
            "the text continues in a line that is not indented",
            "close the quote, or indent the lines below",
        ),
        Kind::InvalidTrailingSingleQuotedScalar => (
            "text after a closing quote",
            "expected the end of the value",
            "quote the whole text, with `''` for each `'` in it, or put a `,` between two items",
        ),
        Kind::InvalidTrailingDoubleQuotedScalar => (
            "text after a closing quote",
            "expected the end of the value",
            "quote the whole text, with `\\\"` for each `\"` in it, or put a `,` between two items",
        ),
        Kind::UnknownQuotedScalarEscape => {
            ("unknown escape", "not an escape of YAML", "write `\\\\` for a backslash, or use single quotes")
        }
        Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidUnicodeEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate => (
            "invalid escape",
            "not the escape of a character",
            "write two hexadecimal digits after `\\x`, four after `\\u`, and eight after `\\U`",
        ),
        Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabNotAllowed
        | Kind::TabAtBlockScalarStart
        | Kind::TabInPlainScalar => ("tab in the indentation", "expected spaces", "indent with spaces"),
        Kind::CommentInterceptedScalar => (
            "comment in unquoted text",
            "the text continues in the line below",
            "put the whole text in quotes to keep this part, or move the comment to a line of its own above the text",
        ),
        Kind::MappingValueNotAllowed | Kind::InvalidColonPlacement => (
            "unexpected `:`",
            "no key can be here",
            "put text that contains `: ` in quotes, and indent keys of one mapping alike",
        ),
        Kind::ExpectedDocumentStart => (
            "inconsistent indentation",
            "indented less than the first key of the file",
            "indent all top-level keys alike",
        ),
        Kind::ExpectedBlockMappingKey => (
            "expected a key",
            "not a key of the mapping above",
            "indent keys of one mapping alike, and check how the line above ends",
        ),
        Kind::ExpectedBlockSequenceEntry => (
            "expected a list item",
            "expected `- `, as for the items above",
            "begin the item with `- `, or indent the line like the rest of its item",
        ),
        Kind::SimpleKeyExpected => ("missing `:`", "expected `:` after this key", "write `key: value`"),
        Kind::UnclosedFlowCollection { open } => {
            return Invalid {
                headline: format!("unclosed `{open}`"),
                label: "opened here and never closed".to_owned(),
                help: Some("close the bracket"),
            };
        }
        Kind::MismatchedFlowCollectionEnd { open, close } => {
            return Invalid {
                headline: "mismatched brackets".to_owned(),
                label: format!("`{open}` is opened here, but the next bracket to close is `{close}`"),
                help: Some("close the brackets in the reverse order of opening"),
            };
        }
        Kind::MisplacedFlowCollectionEnd => (
            "unexpected closing bracket",
            "no bracket is open",
            "remove it, or put text that begins with a bracket in quotes",
        ),
        Kind::ExpectedFlowMappingSeparator => {
            ("missing `,` or `}`", "expected `,` or `}` before this", "add a `,` or a `}`")
        }
        Kind::ExpectedFlowSequenceSeparator => {
            ("missing `,` or `]`", "expected `,` or `]` before this", "add a `,` or a `]`")
        }
        Kind::InvalidBlockScalarHeader => (
            "text after `|` or `>`",
            "expected the text on the next line",
            "begin the text on the next line, or put text that begins with `|` or `>` in quotes",
        ),
        Kind::BlockSequenceEntryNotAllowed => (
            "list on the line of its key",
            "expected the list on the next line",
            "begin the list on the next line, or put text that begins with `- ` in quotes",
        ),
        Kind::MappingKeyNotAllowed => {
            ("unexpected `?`", "no key can be here", "put text that begins with `? ` in quotes")
        }
        Kind::MissingAnchorOrAliasName => {
            ("missing anchor name", "expected a name after this", "put text that begins with `*` or `&` in quotes")
        }
        Kind::UnsupportedYamlMajorVersion => {
            ("unsupported version of YAML", "expected version 1.2", "write `%YAML 1.2`, or remove the line")
        }
        Kind::InvalidTagTerminator | Kind::InvalidGlobalTagCharacter | Kind::UndeclaredTagHandle => {
            ("unknown tag", "not a tag of YAML", "put text that begins with `!` in quotes")
        }
        Kind::UnexpectedCharacter { character } => {
            return Invalid {
                headline: format!("unexpected `{character}`"),
                label: "no value can begin with this character".to_owned(),
                help: Some("put the text in quotes"),
            };
        }
        other => return Invalid { headline: "invalid YAML".to_owned(), label: other.to_string(), help: None },
    };
    Invalid { headline: headline.to_owned(), label: label.to_owned(), help: Some(help) }
}

/// Returns the finding for a file that is not text. An error of the operating system is returned unchanged, as `Err`.
pub(in crate::lint) fn unreadable(error: SourceError) -> Result<Diagnostic, SourceError> {
    let (file, span, headline, label, help) = match error {
        SourceError::Unreadable { .. } => return Err(error),
        SourceError::TooLarge { name } => {
            // The file has no text here, so that no label can be shown.
            (SourceFile::new(name, ""), Span::at(0), "file is larger than 1 MiB", "", None)
        }
        SourceError::NotUtf8 { file, span } => {
            (file, span, "invalid UTF-8", "this byte is not UTF-8", Some("save the file as UTF-8"))
        }
        SourceError::Utf16 { file } => {
            (file, Span::at(0), "wrong encoding", "this file is UTF-16, not UTF-8", Some("save the file as UTF-8"))
        }
    };
    Ok(Diagnostic {
        rule: RULE.id,
        severity: RULE.severity,
        message: headline.to_owned(),
        labels: vec![Label { file, span, message: label.to_owned() }],
        help: help.map(str::to_owned),
        fix: None,
    })
}
