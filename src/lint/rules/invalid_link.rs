//! A link that is not an absolute https or http URL, for all values or for a declared one.

use crate::analysis::links::{self, Constraint, LinkExpressionError, LinkFault, Misplaced, Proof, UrlPart};
use crate::analysis::types::Type;
use crate::expr::Program;
use crate::expr::ast::{Statement, StatementKind};
use crate::lint::finding::Finding;
use crate::lint::wording::{format_noun, one_of, quote};
use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::{LinkError, find_forbidden, validate_link};
use crate::source::Span;
use crate::source::characters::named;
use crate::template::{Template, Text};

pub(in crate::lint) static RULE: Rule =
    Rule::structure("invalid-link", Severity::Error, include_str!("invalid_link.md"), check);

/// The longest pattern that is quoted, in characters.
const MAX_PATTERN: usize = 60;

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for text in template.links() {
        literal(template, text, findings);
        if let Some(program) = text.program() {
            places(template, text, program, findings);
        }
    }
    for expression in context.misplaced().iter().filter(|expression| expression.fault != LinkFault::Insecure) {
        misplaced(expression, findings);
    }
}

/// Reports what is wrong with a link for all values.
fn literal(template: &Template, text: &Text, findings: &mut Findings<'_>) {
    let place = |range| text.locate(&template.file, range);
    let found = match text.literal() {
        Some(link) => validate_link(link).err().map(|problem| (problem, 0, link)),
        None => text.program().and_then(literal_flaw),
    };
    let Some((problem, start, part)) = found else { return };
    let span = match problem {
        _ if part.is_empty() => text.span(),
        LinkError::ForbiddenCharacter(character) => {
            let at = start + part.find(character).unwrap_or_default();
            place(at..at + character.len_utf8())
        }
        _ => place(start..start + part.len()),
    };
    report(&problem, span, findings);
}

/// Reports an invalid link.
pub(in crate::lint) fn report(problem: &LinkError, location: Span, findings: &mut Findings<'_>) {
    findings.at(location, "invalid link").label(flaw(problem)).help(match problem {
        LinkError::ForbiddenCharacter(character) => {
            format!("remove it, or write it as `{}`", percent_encoded(*character))
        }
        _ => "write an absolute https URL, such as `https://app.example/reports/7`".to_owned(),
    });
}

/// Returns what is wrong with the text around the expressions, and the offset and the text of the part that is wrong.
fn literal_flaw(program: &Program) -> Option<(LinkError, usize, &str)> {
    let literals =
        || program.literals().into_iter().filter_map(|range| Some((range.start, program.source().get(range)?)));
    let [Statement { kind: StatementKind::Text(first), .. }, ..] = program.tree().statements() else {
        return forbidden(literals());
    };
    let (start, _) = literals().next()?;
    beginning(first).map(|(problem, part)| (problem, start, part)).or_else(|| forbidden(literals()))
}

/// Returns what is wrong with the scheme of a link, or with its host if that is written out.
fn beginning(text: &str) -> Option<(LinkError, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    if let Some(problem @ LinkError::Scheme(_)) = validate_link(&format!("{scheme}://host")).err() {
        return Some((problem, scheme));
    }
    let host = rest.find(['/', '?', '#'])?;
    let origin = &text[..scheme.len() + "://".len() + host];
    validate_link(origin).err().map(|problem| (problem, origin))
}

fn forbidden<'p>(mut literals: impl Iterator<Item = (usize, &'p str)>) -> Option<(LinkError, usize, &'p str)> {
    literals.find_map(|(start, text)| {
        let (_, character) = find_forbidden(text)?;
        Some((LinkError::ForbiddenCharacter(character), start, text))
    })
}

/// Reports expressions whose values cannot be escaped.
fn places(template: &Template, text: &Text, program: &Program, findings: &mut Findings<'_>) {
    let place = |range| text.locate(&template.file, range);
    for problem in links::errors(program.tree()) {
        match problem {
            LinkExpressionError::InScheme { range } => {
                findings
                    .at(place(range), "expression in the scheme of a link")
                    .label("expected `https://`")
                    .help("write out `https://`, or start the link with one variable that contains the whole base URL");
            }
            LinkExpressionError::BranchesDiffer { range, first, second } => {
                findings
                    .at(place(range), "branches end in different parts of a link")
                    .label(format!("one branch ends in the {}, another in the {}", first.name(), second.name()))
                    .help("end every branch in the same part of the URL");
            }
            LinkExpressionError::UnsupportedBlock { range } => {
                findings
                    .at(place(range), "unsupported block in a link")
                    .label("values in this block cannot be escaped")
                    .help("build the link with `{{ … }}`, `{% if %}`, `{% for %}` or `{% set x = … %}`");
            }
        }
    }
}

/// Reports an expression whose values are not valid where it is.
fn misplaced(expression: &Misplaced, findings: &mut Findings<'_>) {
    let finding = findings.at(expression.location, headline(expression)).label(label(expression));
    let finding = match &expression.proof {
        Proof::Written { .. } => finding,
        Proof::Listed { places, .. } => {
            places.iter().fold(finding, |finding, place| finding.also(*place, "listed here"))
        }
        Proof::Declared { variable, .. } => finding.also(*variable, "declared here"),
    };
    advise(finding, expression);
}

fn headline(Misplaced { fault, part, .. }: &Misplaced) -> String {
    match (fault, part) {
        (LinkFault::NoLink(_), _) | (_, UrlPart::Start) => "invalid link".to_owned(),
        (_, part) => format!("invalid value in the {} of a link", part.name()),
    }
}

fn label(expression: &Misplaced) -> String {
    let Misplaced { name, part, .. } = expression;
    match (&expression.fault, &expression.proof) {
        (LinkFault::NoLink(problem), Proof::Listed { value, .. }) => {
            format!("`{name}` can be {}: {}", quote(value), flaw(problem))
        }
        (LinkFault::NoLink(problem), Proof::Written { .. }) => flaw(problem),
        (_, Proof::Written { value }) => format!("expected {}, found {}", part.takes(), quote(value)),
        (_, Proof::Listed { value, .. }) => format!("expected {}, but `{name}` can be {}", part.takes(), quote(value)),
        (_, Proof::Declared { causes, .. }) => {
            let expected = match part {
                UrlPart::Start => "an absolute https URL",
                UrlPart::Port => "a port from 0 to 65535",
                _ => "a DNS name",
            };
            format!("expected {expected}, but `{name}` is {}", one_of(causes.iter().map(noun)))
        }
    }
}

/// Returns what a declaration says of every value: "an e-mail address".
fn noun(cause: &Constraint) -> String {
    match cause {
        Constraint::Kinds(kinds) => Type::of(*kinds).to_string(),
        Constraint::Format(format) => format_noun(format),
        Constraint::Pattern(pattern) if pattern.chars().count() > MAX_PATTERN => {
            "a string that matches its pattern".to_owned()
        }
        Constraint::Pattern(pattern) => format!("a string that matches `{pattern}`"),
        Constraint::MaxLength(length) => format!("a string of at most {length} characters"),
        Constraint::Bound { keyword, limit } => {
            let words = match *keyword {
                "minimum" => "at least",
                "exclusiveMinimum" => "more than",
                "maximum" => "at most",
                _ => "less than",
            };
            format!("{words} {limit}")
        }
    }
}

fn advise<'f>(finding: Finding<'f>, expression: &Misplaced) -> Finding<'f> {
    let is_declared = matches!(expression.proof, Proof::Declared { .. });
    match expression.part {
        UrlPart::Start if is_declared => finding.help("declare it as `{ type: string, format: uri }`"),
        UrlPart::Start if expression.is_followed => {
            finding.help("start the link with a base URL, such as `https://app.example`")
        }
        UrlPart::Start => finding.help("give an absolute https URL, such as `https://app.example/reports/7`"),
        UrlPart::Host if is_declared => finding.help(
            "declare it as `{ type: string, format: hostname }`; only the start of a link can contain a whole URL",
        ),
        UrlPart::Port if is_declared => finding.help("declare it as `{ type: integer, minimum: 1, maximum: 65535 }`"),
        _ if matches!(expression.proof, Proof::Listed { .. }) => finding.help("correct the value in its declaration"),
        _ => finding,
    }
}

/// Returns what is wrong with a link: "expected an absolute https URL, found no host".
pub(in crate::lint) fn flaw(problem: &LinkError) -> String {
    match problem {
        LinkError::ForbiddenCharacter(' ') => "unexpected space".to_owned(),
        LinkError::ForbiddenCharacter(character) => format!("unexpected {}", named(*character)),
        LinkError::Relative => "expected an absolute https URL, found no scheme".to_owned(),
        LinkError::Scheme(scheme) => format!("expected the scheme `https`, found {}", quote(&scheme.as_str().into())),
        LinkError::NoHost => "expected an absolute https URL, found no host".to_owned(),
        LinkError::Malformed(error) => error.to_string(),
    }
}

/// Returns the UTF-8 bytes of a character, percent-encoded (RFC 3986 §2.1).
fn percent_encoded(character: char) -> String {
    character.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")).collect()
}
