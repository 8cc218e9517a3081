//! An icon as the API document spells it, which is not as the published list does.

use crate::lint::{Context, Edit, Findings, Fix, Rule, Severity};
use crate::message;

pub(in crate::lint) static RULE: Rule = Rule::context("misspelt-icon", Severity::Warning, include_str!("misspelt_icon.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for icon in template.buttons().filter_map(|button| button.icon.as_ref()) {
        let Some(name) = icon.literal() else { continue };
        if let Some(right) = message::misspelt(name) {
            let location = icon.locate(&template.sources, 0..name.len());
            findings
                .at(location, format!("the published list of icons has `{right}`, not `{name}`"))
                .help(format!("write `{right}`; the API document's example has the other spelling"))
                .fix(Fix::safe_edit(format!("write `{right}`"), Edit::replace(location.span, right)));
        }
    }
}
