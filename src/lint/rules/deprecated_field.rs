//! A deprecated spelling of a field.

use crate::lint::{Applicability, Context, Findings, Rule, Severity};
use crate::schema::ICON_NAME;

pub(in crate::lint) static RULE: Rule =
    Rule::context("deprecated-field", Severity::Warning, include_str!("deprecated_field.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for key in template.buttons().filter_map(|button| button.icon_name) {
        findings
            .at(key, format!("deprecated field `{ICON_NAME}`"))
            .label("a deprecated spelling of `icon`")
            .suggest(&["icon"], key, Applicability::Safe)
            .help("write `icon`");
    }
}
