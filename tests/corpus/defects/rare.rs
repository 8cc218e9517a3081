//! Defects for which few templates have a place.

use super::expressions::{declared, jinja};
use super::plant::Planted;
use super::{Defect, defect};
use crate::choices::Choices;
use crate::generate::Sample;
use crate::variables::Kind;

pub(crate) const DEFECTS: &[Defect] = &[defect("missing-else", "a number without `else`", no_else)];

fn no_else(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let flag = declared(sample, choices, &[Kind::Flag])?;
    // No example fails.
    if sample.text.contains("examples") {
        return None;
    }
    let found = format!("5 if {flag}");
    let expression = choices.pick(&["{{ 7 + (@) }}", "{{ (@) | round }}", "{% if 3 < (@) %}!{% endif %}"]);
    Some(jinja(sample, choices, &expression.replace('@', &found), &found)?.fixed(&format!("{found} else 0")))
}
