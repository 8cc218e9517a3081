//! Values that are encoded before they are inserted into a link, which encodes them again.

use crate::analysis::links::{EncodedTwice, encoded_twice};
use crate::analysis::types::Kinds;
use crate::lint::finding::Finding;
use crate::lint::{Applicability, Context, Edit, Findings, Fix, Rule, Severity};

pub(in crate::lint) static RULE: Rule =
    Rule::context("double-encoding", Severity::Warning, include_str!("double_encoding.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for twice in encoded_twice(template) {
        let finding = findings
            .at(twice.location, "value is encoded twice")
            .label(format!("the {} of a link is encoded when the value is inserted", twice.part.name()));
        advise(finding, &twice);
    }
}

fn advise(finding: Finding<'_>, twice: &EncodedTwice) {
    let Some(removal) = twice.removal else {
        finding.help("write the character itself, such as a space for `%20`, or write it outside of the expression");
        return;
    };
    if twice.kinds == Kinds::MAPPING {
        finding.help("insert the pairs as they are: `| urlencode | safe`");
        return;
    }
    let is_text = twice.kinds.is_within(Kinds::TEXT | Kinds::NUMBER);
    let applicability = if is_text { Applicability::Safe } else { Applicability::Unsafe };
    let fix = Fix::new(applicability, "remove `| urlencode`", vec![Edit::replace(removal, "")]);
    finding.help("remove `| urlencode`").fix(fix);
}
