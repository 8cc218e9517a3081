//! An expression or statement that does not parse.

use crate::expr::JinjaErrorKind;
use crate::lint::finding::Finding;
use crate::lint::near::nearest;
use crate::lint::wording::one_of;
use crate::lint::{Context, Edit, Findings, Fix, Rule, Severity};
use crate::source::Span;
use crate::template::EmbeddedProgram;

use super::unquoted_expression::quote;

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
        let Err(error) = program.program else { continue };
        let location = program.locate(&template.sources, error.range.clone());
        if program.is_condition() {
            if !has_braces(context, &program, findings) {
                let finding = findings.at(location, "invalid expression").label(error.kind.to_string());
                advise(finding, &error.kind);
            }
        } else if !context.is_unquoted(program.span()) {
            let finding = findings.at(location, "invalid Jinja syntax").label(error.kind.to_string());
            advise(finding, &error.kind);
        }
    }
}

fn advise(finding: Finding<'_>, error: &JinjaErrorKind) {
    match error {
        JinjaErrorKind::Unclosed(keyword) => finding.help(format!("close it with `{{% end{keyword} %}}`")),
        JinjaErrorKind::UnknownStatement(name) => match name.as_str() {
            name if UNSUPPORTED.contains(&name) => finding
                .help("remove it: templates have no macros, blocks and includes; to reuse a value, write `{% set %}`"),
            "elseif" | "elsif" => finding.help("write `elif`"),
            "while" | "until" | "loop" | "foreach" | "each" => {
                finding.help("repeat with `{% for x in list %}…{% endfor %}`, the only loop of Jinja")
            }
            "switch" | "match" | "case" | "when" => {
                finding.help("write `{% if x == 1 %}…{% elif x == 2 %}…{% else %}…{% endif %}`")
            }
            "unless" => finding.help("write `{% if not … %}…{% endif %}`"),
            "let" | "var" | "const" | "assign" => finding.help("write `{% set x = … %}`"),
            "print" | "echo" => finding.help("write `{{ … }}`"),
            "comment" => finding.help("write `{# … #}`"),
            "break" | "continue" => finding.help("remove it, and limit the list: `{% for x in list[:3] %}`"),
            name => match nearest(name, STATEMENTS).as_slice() {
                [] => finding.help("remove it, or send it as text: `{% raw %}…{% endraw %}`"),
                near => finding.help(format!("write {}", one_of(near.iter().map(|name| format!("`{name}`"))))),
            },
        },
        JinjaErrorKind::Unsupported(_) => finding.help("remove it"),
        JinjaErrorKind::TooDeep => {
            finding.help("join the conditions of nested blocks with `and`, and remove brackets that change nothing")
        }
        JinjaErrorKind::TooLong => finding.help("shorten the text"),
        JinjaErrorKind::TooManyTokens | JinjaErrorKind::TooManyElifs => {
            finding.help("compute the value in your code, and give it as a variable")
        }
        JinjaErrorKind::Misplaced { found, open: Some(open) } if found == "end" => {
            finding.help(format!("write `{{% end{open} %}}`"))
        }
        JinjaErrorKind::Misplaced { found, open: Some(open) } if found.starts_with("end") => {
            finding.help(format!("close the blocks in the reverse order of opening; `{open}` is the innermost one"))
        }
        JinjaErrorKind::Misplaced { .. } => finding.help("remove it, or open the block before it"),
        JinjaErrorKind::Foreign { written: "=", .. } => {
            finding.help("write `==` to compare, or `{% set x = … %}` to assign")
        }
        JinjaErrorKind::Foreign { written: "?", .. } => finding.help("write `a if condition else b`"),
        JinjaErrorKind::Foreign { jinja, .. } => finding.help(format!("write `{jinja}`")),
        JinjaErrorKind::NotAscii('“' | '”' | '„' | '‘' | '’' | '«' | '»') => {
            finding.help("write `\"` or `'` around a string")
        }
        JinjaErrorKind::NotAscii(character) if is_digit(*character) => {
            finding.help("write the number with the digits 0–9")
        }
        JinjaErrorKind::NotAscii('،') => finding.help("write `,`"),
        JinjaErrorKind::NotAscii(character) if !character.is_alphanumeric() => {
            finding.help("remove it, or put it in a string")
        }
        JinjaErrorKind::NotAscii(_) => {
            finding.help("put text in quotes, and name variables with a-z, A-Z, 0-9 and `_`")
        }
        JinjaErrorKind::NotForIn => finding.help("write it like `photo in photos`"),
        _ => finding,
    };
}

/// Returns whether a character is a Persian or an Arabic digit.
fn is_digit(character: char) -> bool {
    matches!(character, '۰'..='۹' | '٠'..='٩')
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
