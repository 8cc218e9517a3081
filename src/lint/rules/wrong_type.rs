//! A value of another kind than the one that belongs there.

use jsonschema::JsonType;

use crate::lint::{Facts, Findings, Fix, Rule, Severity};
use crate::schema::Problem;
use crate::lint::wording::{noun, one_of};

pub(in crate::lint) static RULE: Rule = Rule::structure("wrong-type", Severity::Error, include_str!("wrong_type.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for misfit in &facts.misfits {
        match &misfit.problem {
            Problem::WrongType { expected, found } => {
                let wanted = one_of(expected.iter().map(|kind| noun(*kind)));
                let written = facts.file.slice(misfit.span);
                let finding =
                    findings.at(misfit.span, format!("{} is {wanted}, and this is {found}", subject(facts, &misfit.name)));
                if expected.contains(&JsonType::String) && matches!(*found, "a number" | "a boolean") {
                    let quoted = format!("\"{written}\"");
                    finding.help(format!("write {quoted}")).fix(Fix::replace("quote it", misfit.span, quoted));
                } else if facts.is_request() {
                    if let Some(help) = help_in_request(&misfit.name, found) {
                        finding.help(help);
                    }
                } else if misfit.name.is_empty() && *found == "text" {
                    finding.help("write `message: …`, with a space after the colon");
                }
            }
            Problem::NotName => {
                findings
                    .at(misfit.span, format!("`{}` is no name that a hole can use", misfit.name))
                    .help("a variable's name is made of a-z, A-Z, 0-9 and `_`, does not begin with a digit, and is no word such as `loop` or `not`");
            }
            Problem::Other { message } => {
                findings.at(misfit.span, message.clone());
            }
            _ => {}
        }
    }
}

/// What the part is called: its key, or its place in a list.
fn subject(facts: &Facts<'_>, name: &str) -> String {
    match name.parse::<usize>() {
        _ if name.is_empty() => facts.whole().to_owned(),
        Ok(index) => format!("item {} of this list", index + 1),
        Err(_) => format!("`{name}`"),
    }
}

/// What programs, and people who know templates, commonly send in place of what belongs there.
fn help_in_request(name: &str, found: &str) -> Option<&'static str> {
    match (name, found) {
        (_, "nothing") => Some("leave the key out where there is nothing to send"),
        ("sender_buttons" | "receiver_buttons", "a list") => {
            Some("a list of rows is the templates' short form; a request has {\"rows\": [{\"buttons\": […]}]}")
        }
        ("data", "a list") => Some("an empty mapping is written {}; in PHP, `new stdClass`"),
        ("", "text") => Some("was the body encoded as JSON twice?"),
        _ => None,
    }
}
