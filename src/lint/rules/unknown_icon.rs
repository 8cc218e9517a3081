//! An icon that is not in the list.

use crate::lint::{Facts, Findings, Rule, Severity};
use crate::source::Span;
use crate::analysis::icons::{NoIcon, no_icons};
use crate::schema::Problem;
use crate::lint::finding::Finding;

pub(in crate::lint) static RULE: Rule = Rule::structure("unknown-icon", Severity::Error, include_str!("unknown_icon.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for misfit in &facts.misfits {
        if let Problem::UnknownIcon { name } = &misfit.problem {
            let finding = findings.at(misfit.span, format!("there is no icon `{name}`"));
            advise(finding, name, misfit.span, facts);
        }
    }
    for NoIcon { name, span, value_of } in facts.template.iter().flat_map(no_icons) {
        let finding = match &value_of {
            None => findings.at(span, format!("there is no icon `{name}`")),
            Some((expression, icon)) => {
                findings.at(span, format!("there is no icon `{name}`, and `{expression}` can be it")).also(*icon, "an icon here")
            }
        };
        advise(finding, &name, span, facts);
    }
}

fn advise(finding: Finding<'_>, name: &str, span: Span, facts: &Facts<'_>) {
    let near = facts.icons.nearest(name);
    if near.is_empty() {
        finding.help("`kenarc icons WORD` finds the names that there are");
    } else {
        finding.suggest(&near, span);
    }
}
