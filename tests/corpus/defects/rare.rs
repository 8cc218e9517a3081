//! Defects for which few templates have a place.

use super::expressions::{declared, jinja};
use super::plant::Planted;
use super::select::part;
use super::{Defect, defect};
use crate::choices::Choices;
use crate::generate::Sample;
use crate::tree::Role;
use crate::variables::Kind;

pub(crate) const DEFECTS: &[Defect] = &[
    defect("missing-else", "a number without `else`", no_else),
    defect("invalid-reference", "a part that there is not", no_such_part),
    defect("invalid-reference", "a file out of the project", no_files),
];

fn no_such_part(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    reference(sample, choices, "#/x-nowhere")
}

fn no_files(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    reference(sample, choices, "_shared.yaml#/texts/caption")
}

/// Puts a reference in the place of a caption.
fn reference(sample: &Sample, choices: &mut Choices, target: &str) -> Option<Planted> {
    let caption = part(sample, choices, Role::Caption, |part| sample.is_spare(part))?;
    let written = format!("{{ \"$ref\": \"{target}\" }}");
    let planted = sample.rewrite(caption, &written);
    let start = planted.place.start + "{ \"$ref\": ".len();
    let place = start..planted.place.end - " }".len();
    Some(planted.at(place))
}

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
