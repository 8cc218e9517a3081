//! A link that can be no absolute http(s) URL.

use crate::diagnostic::Severity;
use crate::message::{LinkProblem as Flaw, parse_link};
use crate::template::Text;
use crate::template::expr::syntax::Stmt;
use crate::template::link::{self, LinkProblem as Problem};

use super::schema_words::quote;
use super::{Facts, Findings, Rule};

pub(super) static RULE: Rule = Rule::facts("invalid-link", Severity::Error, include_str!("invalid_link.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &facts.template else { return };
    for text in template.links() {
        let place = |range| text.locate(&template.file, range);
        if let Some((problem, link)) = literal_flaw(text) {
            let span = match problem {
                _ if link.is_empty() => text.span(),
                Flaw::ForbiddenCharacter(character) => {
                    let at = link.find(character).unwrap_or_default();
                    place(at..at + character.len_utf8())
                }
                _ => place(0..link.len()),
            };
            findings
                .at(span, format!("a link is an absolute https URL, and {}", flaw(&problem)))
                .help("write the whole address, such as https://app.example/reports/7");
        }
        for problem in text.program().map(|program| link::problems(program.tree())).unwrap_or_default() {
            match problem {
                Problem::HoleInScheme { range } => {
                    findings
                        .at(place(range), "a value cannot be part of a link's scheme")
                        .help("write `https://` out, or let one variable at the very start hold the whole base URL");
                }
                Problem::BranchesDiffer { range, first, second } => {
                    let message = format!(
                        "one way through this block ends in the {} of the link, another in the {}, so what follows cannot be escaped",
                        first.name(),
                        second.name()
                    );
                    findings.at(place(range), message).help("let every branch end in the same part of the URL");
                }
                Problem::UnsupportedBlock { range } => {
                    findings
                        .at(place(range), "a block whose text is kept for later cannot be used in a link")
                        .help("use `{{ … }}`, `{% if %}`, `{% for %}` and `{% set x = … %}`");
                }
            }
        }
    }
}

/// What is wrong with a link whatever the values, and the text in which it is: the link, or its scheme where holes follow.
fn literal_flaw(text: &Text) -> Option<(Flaw, &str)> {
    if let Some(link) = text.literal() {
        return Some((parse_link(link).err()?, link));
    }
    match text.program()?.tree().statements() {
        [Stmt::EmitRaw(raw), ..] => {
            let (scheme, _) = raw.raw.split_once("://")?;
            match parse_link(&format!("{scheme}://host")).err()? {
                problem @ Flaw::Scheme(_) => Some((problem, scheme)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// "this has no host"
pub(super) fn flaw(problem: &Flaw) -> String {
    match problem {
        Flaw::ForbiddenCharacter(' ') => "no space may stand in it".to_owned(),
        Flaw::ForbiddenCharacter(character) => {
            format!("the character U+{:04X} may not stand in it", u32::from(*character))
        }
        Flaw::Relative => "this has no scheme".to_owned(),
        Flaw::Scheme(scheme) => format!("the scheme of this is {}", quote(&scheme.as_str().into())),
        Flaw::NoHost => "this has no host".to_owned(),
        Flaw::Malformed(error) => format!("this is none: {error}"),
    }
}
