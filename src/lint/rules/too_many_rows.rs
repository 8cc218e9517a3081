//! More than 3 rows for certain.

use crate::lint::{Facts, Findings, Rule, Severity};
use crate::message::MAX_ROWS;
use crate::schema::{List, Problem};

use super::may_exceed_limit::{bound, sum};

pub(in crate::lint) static RULE: Rule = Rule::structure("too-many-rows", Severity::Error, include_str!("too_many_rows.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for misfit in &facts.misfits {
        if let Problem::TooMany { list: List::Rows, count } = misfit.problem {
            findings
                .at(misfit.span, format!("a grid has at most {MAX_ROWS} rows, and this one has {count}"))
                .says("the fourth row")
                .help("put its buttons into the rows above, at most 3 in each");
        }
    }
    for excess in facts.excesses().iter().filter(|excess| excess.is_certain && excess.list == List::Rows) {
        let sum = sum(excess);
        findings
            .at(excess.fourth, format!("a grid has at most {MAX_ROWS} rows, and this one has {sum}"))
            .says("the fourth row comes from here")
            .help(bound(excess, MAX_ROWS));
    }
}
