//! A value of another kind than the one that belongs there.

use crate::lint::{Context, Edit, Findings, Fix, Rule, Severity};
use crate::schema::{Kind, ViolationKind};
use crate::lint::wording::one_of;

pub(in crate::lint) static RULE: Rule = Rule::structure("wrong-type", Severity::Error, include_str!("wrong_type.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for violation in &context.violations {
        match &violation.kind {
            ViolationKind::WrongType { expected, found } => {
                let wanted = one_of(expected.iter().map(|kind| kind.noun()));
                let written = context.file.slice(violation.span);
                let finding =
                    findings.at(violation.span, format!("{} is {wanted}, and this is {found}", subject(context, &violation.name)));
                if expected.contains(&Kind::String) && matches!(found, Kind::Number | Kind::Boolean) {
                    let quoted = format!("\"{written}\"");
                    finding.help(format!("write {quoted}")).fix(Fix::safe_edit("quote it", Edit::replace(violation.span, quoted)));
                } else if context.is_request() {
                    if let Some(help) = help_in_request(&violation.name, *found) {
                        finding.help(help);
                    }
                } else if violation.name.is_empty() && *found == Kind::String {
                    finding.help("write `message: …`, with a space after the colon");
                }
            }
            ViolationKind::NotName => {
                findings
                    .at(violation.span, format!("`{}` is no name that a hole can use", violation.name))
                    .help("a variable's name is made of a-z, A-Z, 0-9 and `_`, does not begin with a digit, and is no word such as `loop` or `not`");
            }
            _ => {}
        }
    }
}

/// What the part is called: its key, or its place in a list.
fn subject(context: &Context<'_>, name: &str) -> String {
    match name.parse::<usize>() {
        _ if name.is_empty() => context.whole().to_owned(),
        Ok(index) => format!("item {} of this list", index + 1),
        Err(_) => format!("`{name}`"),
    }
}

/// What programs, and people who know templates, commonly send in place of what belongs there.
fn help_in_request(name: &str, found: Kind) -> Option<&'static str> {
    match (name, found) {
        (_, Kind::Null) => Some("leave the key out where there is nothing to send"),
        ("sender_buttons" | "receiver_buttons", Kind::Array) => {
            Some("a list of rows is the templates' short form; a request has {\"rows\": [{\"buttons\": […]}]}")
        }
        ("data", Kind::Array) => Some("an empty mapping is written {}; in PHP, `new stdClass`"),
        ("", Kind::String) => Some("was the body encoded as JSON twice?"),
        _ => None,
    }
}
