//! A value of another kind than the one that belongs there.

use jsonschema::JsonType;

use crate::diagnostic::{Fix, Severity};
use crate::template::structure::Problem;

use super::schema_words::{noun, one_of};
use super::{Facts, Findings, Rule};

pub(super) static RULE: Rule = Rule::facts("wrong-type", Severity::Error, include_str!("wrong_type.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for misfit in &facts.misfits {
        match &misfit.problem {
            Problem::WrongType { expected, found } => {
                let wanted = one_of(expected.iter().map(|kind| noun(*kind)));
                let written = facts.file.slice(misfit.span);
                let finding =
                    findings.at(misfit.span, format!("{} is {wanted}, and this is {found}", subject(&misfit.name)));
                if expected.contains(&JsonType::String) && matches!(*found, "a number" | "a boolean") {
                    let quoted = format!("\"{written}\"");
                    finding.help(format!("write {quoted}")).fix(Fix::replace("quote it", misfit.span, quoted));
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
fn subject(name: &str) -> String {
    match name.parse::<usize>() {
        _ if name.is_empty() => "a template".to_owned(),
        Ok(index) => format!("item {} of this list", index + 1),
        Err(_) => format!("`{name}`"),
    }
}
