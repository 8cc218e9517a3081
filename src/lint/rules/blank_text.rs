//! A message, a caption or a token that is blank.

use crate::lint::{Facts, Findings, Rule, Severity};
use crate::schema::Problem;

pub(in crate::lint) static RULE: Rule = Rule::structure("blank-text", Severity::Error, include_str!("blank_text.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for misfit in &facts.misfits {
        if misfit.problem == Problem::Blank {
            let (why, help) = match misfit.name.as_str() {
                "post_token" => ("no post has such a token", "write the last part of the post's address on divar.ir"),
                _ => ("nothing would be seen", "write the text that people will read"),
            };
            findings.at(misfit.span, format!("`{}` is blank: {why}", misfit.name)).help(help);
        }
    }
}
