//! A value of the wrong type.

use serde_json::{Value as Json, json};

use crate::lint::declaration::type_meant;
use crate::lint::finding::Finding;
use crate::lint::notation::Notation;
use crate::lint::typos;
use crate::lint::wording::one_of;
use crate::lint::{Context, Edit, Findings, Fix, Rule, Severity};
use crate::message::Side;
use crate::schema::{Kind, Violation};
use crate::syntax::{Node, Value};

use super::foreign_placeholder::in_braces;

pub(in crate::lint) static RULE: Rule = Rule::violation("wrong-type", Severity::Error, include_str!("wrong_type.md"));

/// The keys that cannot be removed.
const REQUIRED: [&str; 5] = ["message", "text_message", "icon", "caption", "post_token"];

/// Reports a value of the wrong type.
pub(in crate::lint) fn report(
    context: &Context<'_>,
    violation: &Violation,
    expected: &[Kind],
    found: Kind,
    findings: &mut Findings<'_>,
) {
    let typo = match found {
        Kind::String if violation.name.is_empty() => typos::in_line(context.file, violation.span.start),
        // The lines below are not indented as they seem to be.
        Kind::Null if typos::is_below(context.file, violation.span.end) => return,
        _ => None,
    };
    if let Some(typo) = typo.filter(|_| !context.is_request()) {
        typo.clone().describe(findings.at(typo.span, typo.headline));
        return;
    }
    let wanted = one_of(expected.iter().map(|kind| kind.noun()));
    let written = context.file.slice(violation.span);
    let finding = findings
        .at(violation.span, format!("wrong type for {}", subject(context, &violation.name)))
        .label(format!("expected {wanted}, found {found}"));
    if expected.contains(&Kind::String) && matches!(found, Kind::Number | Kind::Boolean) {
        let quoted = format!("\"{written}\"");
        let edit = Edit::replace(violation.span, quoted.clone());
        finding.help(format!("write {quoted}")).fix(Fix::safe_edit("quote the value", edit));
    } else if expected.contains(&Kind::String)
        && found == Kind::Object
        && let Some((_, name)) = in_braces(written).filter(|(length, _)| *length == written.len())
    {
        let quoted = format!("\"{{{{ {name} }}}}\"");
        let edit = Edit::replace(violation.span, quoted.clone());
        finding.help(format!("write {quoted}")).fix(Fix::unsafe_edit("write an expression", edit));
    } else if context.is_request() {
        if let Some(help) = help_in_request(&violation.name, found) {
            finding.help(help);
        }
    } else if violation.name.is_empty() && found == Kind::String {
        finding.help("write `message: …`, with a space after the colon");
    } else if found == Kind::Null && !violation.name.is_empty() {
        finding.help(if REQUIRED.contains(&violation.name.as_str()) {
            "write a value after the colon"
        } else {
            "write a value, or remove the key"
        });
    } else if expected == [Kind::Object] && found == Kind::Array {
        finding.help("write the mapping itself, without a list around it");
    } else if expected == [Kind::Boolean, Kind::Object] {
        report_declaration(context, violation, finding);
    }
}

/// Says how to write the type, or the value, that stands in place of a declaration.
fn report_declaration(context: &Context<'_>, violation: &Violation, finding: Finding<'_>) {
    let root = context.document.map(|document| &document.root);
    let entry = root.and_then(|root| root.as_mapping()?.get("variables")?.value.as_mapping()?.get(&violation.name));
    let Some(entry) = entry.filter(|entry| entry.value.span == violation.span) else { return };
    let notation = Notation::around(context.file, entry.key.span);
    let types = |value: &Node<'_>| match &value.value {
        Value::String(name) => type_meant(&name.text),
        Value::Sequence(items) if !items.is_empty() => {
            let names: Option<Vec<&str>> = items.iter().map(|item| Some(&*item.as_scalar()?.text)).collect();
            type_meant(&names?.join("|"))
        }
        _ => None,
    };
    if let Some(meant) = types(&entry.value) {
        let declaration = notation.value(&Json::Object(meant.declaration()));
        let edit = Edit::replace(violation.span, declaration.clone());
        finding.help(format!("write `{declaration}`")).fix(Fix::safe_edit("write a declaration", edit));
    } else if matches!(entry.value.value, Value::String(_) | Value::Number(_)) {
        let default = notation.value(&json!({ "default": entry.value.to_json() }));
        finding.help(format!("write `{default}` if this is its value"));
    }
}

/// Reports a variable's name that no expression can use.
pub(in crate::lint) fn report_name(violation: &Violation, findings: &mut Findings<'_>) {
    findings
        .at(violation.span, format!("invalid variable name `{}`", violation.name))
        .label("no expression can use this name")
        .help("use only a-z, A-Z, 0-9 and `_`, no digit at the start, and no reserved word such as `loop` or `not`");
}

/// Returns the name of the part: its key, or its position in a list.
fn subject(context: &Context<'_>, name: &str) -> String {
    match name.parse::<usize>() {
        _ if name.is_empty() => format!("the {}", context.whole()),
        Ok(index) => format!("item {} of this list", index + 1),
        Err(_) => format!("`{name}`"),
    }
}

/// Returns what to send instead of a common mistake.
fn help_in_request(name: &str, found: Kind) -> Option<&'static str> {
    match (name, found) {
        (_, Kind::Null) => Some("remove the key if there is no value"),
        (name, Kind::Array) if Side::ALL.iter().any(|side| side.field() == name) => {
            Some("write `{\"rows\": [{\"buttons\": […]}]}`; only templates can have a list of rows")
        }
        ("data", Kind::Array) => Some("write `{}` for an empty object; in PHP, `new stdClass`"),
        ("", Kind::String) => Some("encode the body as JSON only once"),
        _ => None,
    }
}
