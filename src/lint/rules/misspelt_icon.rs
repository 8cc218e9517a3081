//! An icon that is spelled as in the example of the API document, not as in the published list.

use crate::lint::{Context, Edit, Findings, Fix, Rule, Severity};
use crate::message;

pub(in crate::lint) static RULE: Rule =
    Rule::context("misspelt-icon", Severity::Warning, include_str!("misspelt_icon.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for icon in template.buttons().filter_map(|button| button.icon.as_ref()) {
        let Some(name) = icon.literal() else { continue };
        if let Some(right) = message::misspelt(name) {
            let location = icon.locate(&template.file, 0..name.len());
            findings
                .at(location, format!("misspelt icon `{name}`"))
                .label(format!("the published list has `{right}`"))
                .help(format!("write `{right}`"))
                .fix(Fix::safe_edit(format!("write `{right}`"), Edit::replace(location, right)));
        }
    }
}
