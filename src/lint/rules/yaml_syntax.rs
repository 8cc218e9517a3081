//! Text that is not YAML, or past a bound.

use granit_parser::ErrorKind;

use crate::lint::{Diagnostic, Context, Findings, Label, Rule, Severity};
use crate::source::{SourceError, SourceFile, Span};
use crate::syntax::SyntaxError;

pub(in crate::lint) static RULE: Rule = Rule::context("yaml-syntax", Severity::Error, include_str!("yaml_syntax.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    report_all(context.syntax_errors, context.file, findings);
}

/// Puts errors into words, but for those that other rules do.
pub(in crate::lint) fn report_all(errors: &[SyntaxError], file: &SourceFile, findings: &mut Findings<'_>) {
    for (index, error) in errors.iter().enumerate() {
        // Where `*` begins text, the parser also stumbles over what follows the word.
        let is_consequence = match (error, index.checked_sub(1).and_then(|before| errors.get(before))) {
            (SyntaxError::Invalid { span, .. }, Some(SyntaxError::UnknownAnchor { span: alias, .. })) => {
                !file.slice(Span::new(alias.end, span.start)).contains('\n')
            }
            _ => false,
        };
        if !is_consequence {
            report(error, file, findings);
        }
    }
}

fn report(error: &SyntaxError, file: &SourceFile, findings: &mut Findings<'_>) {
    let written = |span: &Span| file.slice(*span);
    match error {
        SyntaxError::DuplicateKey { .. } | SyntaxError::DoubleBrace { .. } | SyntaxError::Json { .. } => {}
        SyntaxError::Invalid { kind, span } => {
            let (message, help) = invalid(kind);
            let finding = findings.at(place(kind, *span, file), message);
            if let Some(help) = help {
                finding.help(help);
            }
        }
        SyntaxError::Empty { span } => {
            findings.at(*span, "the file holds no document").help("a template has at least a `message`");
        }
        SyntaxError::MultipleDocuments { span } => {
            findings
                .at(*span, "a second document begins here, and a file holds one")
                .help("keep it in a file of its own");
        }
        SyntaxError::ControlCharacter { character, span } => {
            let message = format!("the control character U+{:04X} may not stand in YAML", u32::from(*character));
            findings
                .at(*span, message)
                .help(format!("in double quotes it is written `\\u{:04X}`", u32::from(*character)));
        }
        SyntaxError::ComplexKey { span } => {
            findings
                .at(*span, "a key is text, and this is a list or a mapping")
                .help("put text that begins with `[` or `{` in quotes");
        }
        SyntaxError::BadMerge { span } => {
            findings.at(*span, "`<<` merges a mapping or a list of mappings, and this is neither");
        }
        SyntaxError::UnknownAnchor { name, span } => {
            let message = format!("`*{name}` stands for an anchor that is not defined above it");
            findings
                .at(*span, message)
                .help("put text that begins with `*` in quotes, or define the anchor with `&` above");
        }
        SyntaxError::CyclicAlias { name, span } => {
            findings.at(*span, format!("`*{name}` stands inside of what it stands for"));
        }
        SyntaxError::ForeignTag { tag, span } => {
            let message = format!("the tag `{tag}` is not one of YAML's core tags");
            findings.at(*span, message).help("leave it out, or put text that begins with `!` in quotes");
        }
        SyntaxError::UnfitTag { tag, value, .. } => {
            findings.at(*value, format!("`{}` is not what the tag `{tag}` says", written(value)));
        }
        SyntaxError::NotJson { span } => {
            let message = format!("JSON has no number `{}`", written(span));
            findings.at(*span, message).help("put it in quotes to send it as text");
        }
        SyntaxError::TooDeep { limit, span } => {
            findings
                .at(*span, format!("lists and mappings nest more than {limit} deep here, the most that a file may"));
        }
        SyntaxError::TooManyNodes { limit, span } => {
            let message = format!("aliases stand for more than {limit} values here, the most that a file may hold");
            findings.at(*span, message);
        }
    }
}

/// What an error is about. The parser gives what follows a tab or a `-`, and of text in quotes the first quote.
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
        // Of plain text that goes on behind a tab the parser gives the text.
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

/// The first tabs that a line below an offset is indented with.
fn next_tab(text: &str, offset: usize) -> Option<Span> {
    let breaks = text[offset..].match_indices('\n').map(|(at, _)| offset + at + 1);
    let mut tabs = breaks.map(|start| {
        let line = text[start..].trim_start_matches(' ');
        let start = text.len() - line.len();
        Span::new(start, start + line.len() - line.trim_start_matches('\t').len())
    });
    tabs.find(|tabs| !tabs.is_empty())
}

/// What the parser missed or met, and what to do about it.
fn invalid(kind: &ErrorKind) -> (String, Option<&'static str>) {
    use ErrorKind as Kind;

    let (message, help) = match kind {
        Kind::UnclosedQuotedScalar => ("a quote is opened here and never closed", None),
        Kind::InvalidQuotedScalarIndent | Kind::DocumentIndicatorInQuotedScalar => (
            "a quote is opened here, and the text goes on in a line that is not indented",
            Some("close the quote, or indent the lines below"),
        ),
        Kind::InvalidTrailingSingleQuotedScalar => (
            "text follows a closing quote",
            Some("quote the whole text, with `''` for each `'` in it, or put a `,` between two items"),
        ),
        Kind::InvalidTrailingDoubleQuotedScalar => (
            "text follows a closing quote",
            Some("quote the whole text, with `\\\"` for each `\"` in it, or put a `,` between two items"),
        ),
        Kind::UnknownQuotedScalarEscape => (
            "a backslash in double quotes begins an escape, and this is none",
            Some("write `\\\\` for a backslash, or use single quotes"),
        ),
        Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidUnicodeEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate => (
            "this escape stands for no character",
            Some("after `\\x` come two hexadecimal digits, after `\\u` four, after `\\U` eight"),
        ),
        Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabNotAllowed
        | Kind::TabAtBlockScalarStart
        | Kind::TabInPlainScalar => ("a tab stands where YAML wants spaces", Some("indent with spaces")),
        Kind::MappingValueNotAllowed | Kind::InvalidColonPlacement => (
            "a `:` stands where no key can be",
            Some("put text that holds `: ` in quotes, and indent a key as its neighbours are"),
        ),
        Kind::ExpectedDocumentStart => (
            "this line stands further left than the first key of the file",
            Some("begin the keys of the top level in one column"),
        ),
        Kind::ExpectedBlockMappingKey => (
            "a key is expected here",
            Some("is the line indented as its neighbours are, and does the one above end as it should?"),
        ),
        Kind::ExpectedBlockSequenceEntry => (
            "a `-` is expected here, as on the items above",
            Some("begin an item with `- `, or indent the line as the rest of its item is"),
        ),
        Kind::SimpleKeyExpected => ("a `:` is missing after this key", Some("write `key: value`")),
        Kind::UnclosedFlowCollection { open } => return (format!("a `{open}` is opened here and never closed"), None),
        Kind::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("a `{open}` is opened here, and the next to be closed is a `{close}`"), None);
        }
        Kind::MisplacedFlowCollectionEnd => {
            ("a bracket is closed here that is not open", Some("put text that begins with a bracket in quotes"))
        }
        Kind::ExpectedFlowMappingSeparator => ("a `,` or a `}` is missing before this", None),
        Kind::ExpectedFlowSequenceSeparator => ("a `,` or a `]` is missing before this", None),
        Kind::InvalidBlockScalarHeader => {
            ("the text of `|` or `>` begins on the next line", Some("put text that begins with `|` or `>` in quotes"))
        }
        Kind::BlockSequenceEntryNotAllowed => (
            "a list cannot begin on the line of its key",
            Some("begin it on the next line, or put text that begins with `- ` in quotes"),
        ),
        Kind::MappingKeyNotAllowed => {
            ("a `?` stands where no key can be", Some("put text that begins with `? ` in quotes"))
        }
        Kind::MissingAnchorOrAliasName => {
            ("a name is missing here", Some("put text that begins with `*` or `&` in quotes"))
        }
        Kind::InvalidTagTerminator | Kind::InvalidGlobalTagCharacter | Kind::UndeclaredTagHandle => {
            ("a `!` begins a tag, and this is none of YAML's", Some("put text that begins with `!` in quotes"))
        }
        Kind::UnexpectedCharacter { character } => {
            return (format!("no value can begin with `{character}`"), Some("put the text in quotes"));
        }
        other => return (format!("this is not YAML: {other}"), None),
    };
    (message.to_owned(), help)
}

/// A file that gives no text. An error of the operating system is no finding and comes back as it is.
pub(in crate::lint) fn unreadable(error: SourceError) -> Result<Diagnostic, SourceError> {
    let (file, span, message, help) = match error {
        SourceError::Unreadable { .. } => return Err(error),
        SourceError::TooLarge { name } => {
            let message = "the file is larger than 1 MiB, the most that a template or a file of variables may hold";
            (SourceFile::new(name, ""), Span::at(0), message, None)
        }
        SourceError::NotUtf8 { file, span } => (file, span, "a byte here is not UTF-8", Some("save the file as UTF-8")),
    };
    Ok(Diagnostic {
        rule: RULE.id,
        severity: RULE.severity,
        message: message.to_owned(),
        labels: vec![Label { file, span, message: String::new() }],
        help: help.map(str::to_owned),
        fix: None,
    })
}
