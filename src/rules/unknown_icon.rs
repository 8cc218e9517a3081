//! An icon that is not in the list.

use crate::diagnostic::Severity;
use crate::template::structure::Problem;

use super::{Facts, Findings, Rule};

pub(super) static RULE: Rule = Rule::structure("unknown-icon", Severity::Error, include_str!("unknown_icon.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for misfit in &facts.misfits {
        if let Problem::UnknownIcon { name } = &misfit.problem {
            let near = facts.icons.nearest(name);
            let finding = findings.at(misfit.span, format!("there is no icon `{name}`"));
            if near.is_empty() {
                finding.help("`kenarc icons WORD` finds the names that there are");
            } else {
                finding.suggest(&near, misfit.span);
            }
        }
    }
}
