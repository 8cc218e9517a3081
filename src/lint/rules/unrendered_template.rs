//! Jinja in a message that is sent.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::syntax::{Node, Value};

pub(in crate::lint) static RULE: Rule =
    Rule::request("unrendered-template", Severity::Warning, include_str!("unrendered_template.md"), check);

/// What begins an expression or a statement.
const OPENINGS: [&str; 2] = ["{{", "{%"];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    if let Some(document) = context.document {
        check_node(&document.root, context, findings);
    }
}

fn check_node(node: &Node<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    match &node.value {
        Value::String(scalar) => {
            let Some(start) = OPENINGS.iter().filter_map(|opening| scalar.text.find(opening)).min() else { return };
            let rest = &scalar.text[start..];
            let end = rest.find("}}").or_else(|| rest.find("%}")).map_or(rest.len(), |end| end + 2);
            findings
                .at(scalar.origin.locate(context.file.text(), start..start + end), "unrendered expression")
                .label("readers will see this as it is")
                .help("send the output of `kenarc render`, not the template");
        }
        Value::Sequence(items) => items.iter().for_each(|item| check_node(item, context, findings)),
        Value::Mapping(mapping) => {
            mapping.entries.iter().for_each(|entry| check_node(&entry.value, context, findings));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Invalid => {}
    }
}
