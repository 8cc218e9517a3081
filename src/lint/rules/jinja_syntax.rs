//! An expression or statement that does not parse.

use crate::expr::{Certainty, Correction, JinjaError, JinjaErrorKind, library};
use crate::lint::finding::Offer;
use crate::lint::foreign::{self, Instead, Replacement};
use crate::lint::near::nearest;
use crate::lint::wording::one_of;
use crate::lint::{Applicability, Context, Edit, Findings, Fix, Rule, Severity};
use crate::source::Span;
use crate::syntax::quote;
use crate::template::{EmbeddedProgram, Template};

pub(in crate::lint) static RULE: Rule =
    Rule::context("jinja-syntax", Severity::Error, include_str!("jinja_syntax.md"), check);

/// Statements of Jinja that are not supported, since a template is a single message.
const UNSUPPORTED: [&str; 7] = ["macro", "call", "block", "extends", "include", "import", "from"];

/// The keywords of those that are.
const STATEMENTS: [&str; 13] =
    ["if", "elif", "else", "endif", "for", "endfor", "set", "endset", "with", "endwith", "filter", "endfilter", "raw"];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for program in template.programs() {
        let Err(broken) = program.program else { continue };
        let headline = if program.is_condition() { "invalid expression" } else { "invalid Jinja syntax" };
        // Other errors in an unquoted value are reported once it is quoted.
        let is_reported = match program.is_condition() {
            true => has_braces(context, &program, findings),
            false => context.is_unquoted(program.span()),
        };
        for error in broken.errors.iter().filter(|_| !is_reported) {
            report(error, headline, &program, template, findings);
        }
    }
}

fn report(
    error: &JinjaError,
    headline: &str,
    program: &EmbeddedProgram<'_>,
    template: &Template,
    findings: &mut Findings<'_>,
) {
    let file = &template.file;
    let location = program.locate(file, error.range.clone());
    let offer = replacement(error, template).and_then(|replacement| Offer::of(program, file, &replacement));
    let span = offer.as_ref().map_or(location, |offer| offer.rewriting.span);
    let mut finding = findings.at(span, headline).label(error.kind.to_string());
    if let JinjaErrorKind::Misplaced { open: Some(block), .. } = &error.kind {
        finding = finding.also(program.locate(file, block.range.clone()), "opened here");
    }
    let advice = advice(&error.kind);
    match (offer, advice) {
        (Some(offer), Some(advice)) if advice_stands(&error.kind, offer.applicability) => {
            finding.rewrite(offer).help(advice);
        }
        (Some(offer), _) => {
            finding.rewrite(offer);
        }
        (None, Some(advice)) => {
            finding.help(advice);
        }
        (None, None) => {}
    }
}

/// Returns what is written in the place of an error. A name that is declared is certainly meant. The argument of a filter that there is not, after a colon, goes
/// to the one that other languages call so.
fn replacement(error: &JinjaError, template: &Template) -> Option<Replacement> {
    let Correction { mut text, certainty } = error.correction.clone()?;
    let mut is_certain = certainty == Certainty::Certain;
    let is_declared = |name: &str| template.variables.as_ref().is_some_and(|variables| variables.get(name).is_some());
    if let JinjaErrorKind::NotAscii(_) = error.kind
        && !is_certain
    {
        let joined = text.replace('_', "");
        text = if is_declared(&joined) && !is_declared(&text) { joined } else { text };
        is_certain = is_declared(&text);
    }
    if let JinjaErrorKind::ColonArgument(filter) = &error.kind
        && library::filter(filter).is_none()
    {
        let Some(Instead::Name(name)) = foreign::for_filter(filter) else { return None };
        text = text.replacen(filter.as_str(), name, 1);
    }
    Some(Replacement { range: error.range.clone(), text, is_same: is_certain })
}

/// Returns whether the advice for an error says more than its correction.
fn advice_stands(error: &JinjaErrorKind, applicability: Applicability) -> bool {
    match error {
        JinjaErrorKind::UnknownStatement(name) => advice_for_statement(name).is_some(),
        JinjaErrorKind::Foreign { written, .. } => written == "=" && applicability == Applicability::Unsafe,
        _ => false,
    }
}

/// Returns what to do about an error without a correction.
fn advice(error: &JinjaErrorKind) -> Option<String> {
    let advice = match error {
        JinjaErrorKind::Unclosed(keyword) => return Some(format!("close it with `{{% end{keyword} %}}`")),
        JinjaErrorKind::UnclosedDelimiter(opening) => return Some(format!("close it with `{}`", closing(opening))),
        JinjaErrorKind::Unopened(_) => "remove it, or open it before",
        JinjaErrorKind::UnknownStatement(name) => return Some(instead_of_statement(name)),
        JinjaErrorKind::StatementInBraces(_) => "write `{% … %}` around a statement",
        JinjaErrorKind::Unsupported("do") => {
            "remove it: values do not change; another list is made with `{% set list = list + [item] %}`"
        }
        JinjaErrorKind::Unsupported(_) => "remove it",
        JinjaErrorKind::TooDeep => {
            "join the conditions of nested blocks with `and`, and remove brackets that change nothing"
        }
        JinjaErrorKind::TooLong => "shorten the text",
        JinjaErrorKind::TooManyTokens | JinjaErrorKind::TooManyElifs => {
            "compute the value in your code, and give it as a variable"
        }
        JinjaErrorKind::Misplaced { found, open: Some(block) } if found.starts_with("end") => {
            return Some(format!("write `{{% end{} %}}`", block.keyword));
        }
        JinjaErrorKind::Misplaced { .. } => "remove it, or open the block before it",
        JinjaErrorKind::Foreign { written, jinja } => return instead_of_foreign(written, jinja),
        JinjaErrorKind::ColonArgument(filter) => {
            let instead = foreign::for_filter(filter).filter(|_| library::filter(filter).is_none());
            return Some(instead.map_or_else(|| format!("write `{filter}(…)`"), Instead::help));
        }
        JinjaErrorKind::Several => "write each in its own braces",
        JinjaErrorKind::Missing => "write an expression, such as the name of a variable",
        JinjaErrorKind::NoOperand { operator, .. } if operator == "|" => {
            "write the name of a filter after it, or remove it"
        }
        JinjaErrorKind::NoOperand { .. } => "write the operand, or remove the operator",
        JinjaErrorKind::NoOperator(_) => "write an operator between the two, such as `~` to join them",
        JinjaErrorKind::NotAscii(character) => instead_of_character(*character),
        JinjaErrorKind::NotForIn => "write it like `photo in photos`",
        JinjaErrorKind::ReservedName(_) | JinjaErrorKind::Syntax(_) => return None,
    };
    Some(advice.to_owned())
}

fn closing(opening: &str) -> &str {
    match opening {
        "{{" => "}}",
        "{%" => "%}",
        "(" => ")",
        "[" => "]",
        "{" => "}",
        quote => quote,
    }
}

fn instead_of_foreign(written: &str, jinja: &str) -> Option<String> {
    let advice = match (written, jinja) {
        ("=", _) => "write `==` to compare, or `{% set x = … %}` to assign",
        ("?", _) => "write `a if condition else b`",
        ("=>", "") => {
            "use a filter, such as `map(attribute=\"name\")`, or a `{% for %}`: Jinja has no functions in expressions"
        }
        ("contains", _) => "write `item in list`",
        ("??", _) => "write `| default(…)` after the value",
        (_, "\"…\" ~ …") => "join strings and values with `~`: `\"سلام \" ~ name`",
        ("`", _) => "write `\"` around the string, and join values with `~`",
        (_, "") => return None,
        _ => return Some(format!("write `{jinja}`")),
    };
    Some(advice.to_owned())
}

fn instead_of_character(character: char) -> &'static str {
    match character {
        '“' | '”' | '„' | '‘' | '’' | '‚' | '«' | '»' => "write `\"` or `'` around a string",
        _ if character.is_alphabetic() => "put text in quotes, and name variables with a-z, A-Z, 0-9 and `_`",
        '\u{200c}' => "remove it, or write `_`",
        _ => "remove it, or put it in a string",
    }
}

/// Returns what to do instead of a statement that there is not.
fn instead_of_statement(name: &str) -> String {
    if let Some(advice) = advice_for_statement(name) {
        return advice.to_owned();
    }
    match nearest(name, STATEMENTS).as_slice() {
        [] => "remove it, or send it as text: `{% raw %}…{% endraw %}`".to_owned(),
        near => format!("write {}", one_of(near.iter().map(|name| format!("`{name}`")))),
    }
}

/// Returns what Jinja has for a statement of another language.
fn advice_for_statement(name: &str) -> Option<&'static str> {
    let advice = match name {
        name if UNSUPPORTED.contains(&name) => {
            "remove it: templates have no macros, blocks and includes; to reuse a value, write `{% set %}`"
        }
        "while" | "until" | "loop" | "foreach" | "each" => {
            "repeat with `{% for x in list %}…{% endfor %}`, the only loop of Jinja"
        }
        "switch" | "match" | "case" | "when" => "write `{% if x == 1 %}…{% elif x == 2 %}…{% else %}…{% endif %}`",
        "unless" => "write `{% if not … %}…{% endif %}`",
        "let" | "var" | "const" | "assign" => "write `{% set x = … %}`",
        "print" | "echo" => "write `{{ … }}`",
        "comment" => "write `{# … #}`",
        "break" | "continue" => "remove it, and limit the list: `{% for x in list[:3] %}`",
        _ => return None,
    };
    Some(advice)
}

/// Reports braces around a condition, which takes none.
fn has_braces(context: &Context<'_>, program: &EmbeddedProgram<'_>, findings: &mut Findings<'_>) -> bool {
    let span = program.span();
    let quotes = usize::from(!context.is_unquoted(span));
    let inside = Span::new(span.start + quotes, span.end.saturating_sub(quotes).max(span.start + quotes));
    let expression = context.file.slice(inside).strip_prefix("{{").and_then(|text| text.strip_suffix("}}"));
    let Some(expression) = expression.map(str::trim) else { return false };
    // Existing quotes stay, with the escapes in them.
    let replacement = if quotes == 0 { quote(expression) } else { expression.to_owned() };
    findings
        .at(span, "braces around an expression")
        .label("`when` and `for` take an expression without braces")
        .help(format!("write `{replacement}`"))
        .fix(Fix::safe_edit("remove the braces", Edit::replace(inside, replacement)));
    true
}
