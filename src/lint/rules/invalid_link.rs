//! A link that is no absolute http(s) URL, whatever the values, or with one that is declared.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::{LinkError, find_forbidden, parse_link};
use crate::expr::Program;
use crate::expr::ast::{Statement, StatementKind};
use crate::analysis::links::{self, Constraint, LinkFault, LinkExpressionError, Misplaced, Proof, UrlPart};
use crate::analysis::types::Type;
use crate::template::{Template, Text};
use crate::source::Location;
use crate::schema::ViolationKind;
use crate::lint::finding::Finding;
use crate::lint::wording::{format_noun, one_of, quote};

pub(in crate::lint) static RULE: Rule = Rule::structure("invalid-link", Severity::Error, include_str!("invalid_link.md"), check);

/// The longest pattern that is quoted, in characters.
const MAX_PATTERN: usize = 60;

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for violation in &context.violations {
        if let ViolationKind::InvalidLink { error } = &violation.kind {
            report(error, violation.span, findings);
        }
    }
    let Some(template) = &context.template else { return };
    for text in template.links() {
        literal(template, text, findings);
        if let Some(program) = text.program() {
            places(template, text, program, findings);
        }
    }
    for hole in context.misplaced().iter().filter(|hole| hole.fault != LinkFault::Insecure) {
        misplaced(hole, findings);
    }
}

/// What is wrong with a link whatever the values.
fn literal(template: &Template, text: &Text, findings: &mut Findings<'_>) {
    let place = |range| text.locate(&template.sources, range);
    let found = match text.literal() {
        Some(link) => parse_link(link).err().map(|problem| (problem, 0, link)),
        None => text.program().and_then(literal_flaw),
    };
    let Some((problem, start, part)) = found else { return };
    let span = match problem {
        _ if part.is_empty() => text.location(),
        LinkError::ForbiddenCharacter(character) => {
            let at = start + part.find(character).unwrap_or_default();
            place(at..at + character.len_utf8())
        }
        _ => place(start..start + part.len()),
    };
    report(&problem, span, findings);
}

fn report(problem: &LinkError, location: impl Into<Location>, findings: &mut Findings<'_>) {
    findings
        .at(location, format!("a link is an absolute https URL, and {}", flaw(problem)))
        .help("write the whole address, such as https://app.example/reports/7");
}

/// What is wrong with the text around the holes, and the part of it in which it is: its place and the text.
fn literal_flaw(program: &Program) -> Option<(LinkError, usize, &str)> {
    let literals = || program.literals().into_iter().filter_map(|range| Some((range.start, program.source().get(range)?)));
    let [Statement { kind: StatementKind::Text(first), .. }, ..] = program.tree().statements() else { return forbidden(literals()) };
    let (start, _) = literals().next()?;
    beginning(first).map(|(problem, part)| (problem, start, part)).or_else(|| forbidden(literals()))
}

/// What is wrong with the scheme of a link, and with the host where it is written out too.
fn beginning(text: &str) -> Option<(LinkError, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    if let Some(problem @ LinkError::Scheme(_)) = parse_link(&format!("{scheme}://host")).err() {
        return Some((problem, scheme));
    }
    let host = rest.find(['/', '?', '#'])?;
    let origin = &text[..scheme.len() + "://".len() + host];
    parse_link(origin).err().map(|problem| (problem, origin))
}

fn forbidden<'p>(mut literals: impl Iterator<Item = (usize, &'p str)>) -> Option<(LinkError, usize, &'p str)> {
    literals.find_map(|(start, text)| {
        let (_, character) = find_forbidden(text)?;
        Some((LinkError::ForbiddenCharacter(character), start, text))
    })
}

/// Where values cannot be escaped.
fn places(template: &Template, text: &Text, program: &Program, findings: &mut Findings<'_>) {
    let place = |range| text.locate(&template.sources, range);
    for problem in links::errors(program.tree()) {
        match problem {
            LinkExpressionError::InScheme { range } => {
                findings
                    .at(place(range), "a value cannot be part of a link's scheme")
                    .help("write `https://` out, or let one variable at the very start hold the whole base URL");
            }
            LinkExpressionError::BranchesDiffer { range, first, second } => {
                let message = format!(
                    "one way through this block ends in the {} of the link, another in the {}, so what follows cannot be escaped",
                    first.name(),
                    second.name()
                );
                findings.at(place(range), message).help("let every branch end in the same part of the URL");
            }
            LinkExpressionError::UnsupportedBlock { range } => {
                findings
                    .at(place(range), "a block whose text is kept for later cannot be used in a link")
                    .help("use `{{ … }}`, `{% if %}`, `{% for %}` and `{% set x = … %}`");
            }
        }
    }
}

/// A hole whose values do not belong where it stands.
fn misplaced(hole: &Misplaced, findings: &mut Findings<'_>) {
    let finding = findings.at(hole.location, message(hole));
    let finding = match &hole.proof {
        Proof::Written { .. } => finding,
        Proof::Listed { places, .. } => places.iter().fold(finding, |finding, place| finding.also(*place, "listed here")),
        Proof::Declared { variable, .. } => finding.also(*variable, "declared here"),
    };
    advise(finding, hole);
}

fn message(hole: &Misplaced) -> String {
    let Misplaced { name, part, .. } = hole;
    match (&hole.fault, &hole.proof) {
        (LinkFault::NoLink(problem), Proof::Listed { value, .. }) => {
            format!("a link is an absolute https URL, and with `{name}` = {} {}", quote(value), flaw(problem))
        }
        (LinkFault::NoLink(problem), _) => format!("a link is an absolute https URL, and {}", flaw(problem)),
        (_, Proof::Written { value }) => format!("the {} of a link takes {}, and this is {}", part.name(), part.takes(), quote(value)),
        (_, Proof::Listed { value, .. }) => {
            format!("the {} of a link takes {}, and `{name}` can be {}", part.name(), part.takes(), quote(value))
        }
        (_, Proof::Declared { causes, .. }) => {
            let what = match part {
                UrlPart::Start if hole.is_followed => "a link begins with an absolute https URL",
                UrlPart::Start => "a link is an absolute https URL",
                UrlPart::Port => "the port of a link is a number from 0 to 65535",
                _ => "the host of a link is a DNS name",
            };
            format!("{what}, and `{name}` is {}", one_of(causes.iter().map(noun)))
        }
    }
}

/// What a declaration says of every value: "an e-mail address".
fn noun(cause: &Constraint) -> String {
    match cause {
        Constraint::Kinds(kinds) => Type::of(*kinds).to_string(),
        Constraint::Format(format) => format_noun(format),
        Constraint::Pattern(pattern) if pattern.chars().count() > MAX_PATTERN => "text that matches its pattern".to_owned(),
        Constraint::Pattern(pattern) => format!("text that matches the pattern `{pattern}`"),
        Constraint::MaxLength(length) => format!("text of at most {length} characters"),
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

fn advise<'f>(finding: Finding<'f>, hole: &Misplaced) -> Finding<'f> {
    let is_declared = matches!(hole.proof, Proof::Declared { .. });
    match hole.part {
        UrlPart::Start if is_declared => finding.help("declare what holds a whole address: `format: uri`"),
        UrlPart::Start if hole.is_followed => finding.help("give the beginning of an address, such as https://app.example"),
        UrlPart::Start => finding.help("give the whole address, such as https://app.example/reports/7"),
        UrlPart::Host if is_declared => finding.help("declare a name such as app.example: `format: hostname`; a whole URL belongs at the very start of a link"),
        UrlPart::Port if is_declared => finding.help("declare `{ type: integer, minimum: 1, maximum: 65535 }`"),
        _ => finding,
    }
}

/// "this has no host"
pub(in crate::lint) fn flaw(problem: &LinkError) -> String {
    match problem {
        LinkError::ForbiddenCharacter(' ') => "no space may stand in it".to_owned(),
        LinkError::ForbiddenCharacter(character) => {
            format!("the character U+{:04X} may not stand in it", u32::from(*character))
        }
        LinkError::Relative => "this has no scheme".to_owned(),
        LinkError::Scheme(scheme) => format!("the scheme of this is {}", quote(&scheme.as_str().into())),
        LinkError::NoHost => "this has no host".to_owned(),
        LinkError::Malformed(error) => format!("this is none: {error}"),
    }
}
