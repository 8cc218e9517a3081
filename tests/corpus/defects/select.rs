//! Finds places in a template for a defect.

use crate::choices::Choices;
use crate::generate::Sample;
use crate::tree::{Entry, Form, Mark, Part, Piece, Role};

/// Returns one of several, if there is any.
pub(crate) fn one<T: Copy>(list: &[T], choices: &mut Choices) -> Option<T> {
    (!list.is_empty()).then(|| choices.pick(list))
}

/// Returns a part that is such and such. A tag says of its part what it must be, so nothing is changed there.
pub(crate) fn part<'s>(
    sample: &'s Sample,
    choices: &mut Choices,
    role: Role,
    is: impl Fn(&Part) -> bool,
) -> Option<&'s Part> {
    let parts: Vec<&Part> = sample.parts(role).into_iter().filter(|part| !part.is_tagged && is(part)).collect();
    one(&parts, choices)
}

/// Returns an entry of such a mapping.
pub(crate) fn entry<'s>(
    sample: &'s Sample,
    choices: &mut Choices,
    roles: &[Role],
    is: impl Fn(&Part, &Entry) -> bool,
) -> Option<(&'s Part, &'s Entry)> {
    let maps = sample.root.all().into_iter().filter(|part| roles.contains(&part.role));
    let entries = maps.flat_map(|map| map.entries().iter().map(move |entry| (map, entry)));
    let entries = entries.filter(|(map, entry)| !entry.value.is_tagged && is(map, entry));
    let entries: Vec<(&Part, &Entry)> = entries.collect();
    one(&entries, choices)
}

/// Returns a piece of a text.
pub(crate) fn piece<'s>(
    sample: &'s Sample,
    choices: &mut Choices,
    is: impl Fn(&Part, &Piece) -> bool,
) -> Option<(&'s Part, &'s Piece)> {
    let pieces = sample.root.all().into_iter().flat_map(|part| part.pieces().iter().map(move |piece| (part, piece)));
    let pieces: Vec<(&Part, &Piece)> = pieces.filter(|(part, piece)| is(part, piece)).collect();
    one(&pieces, choices)
}

/// Text that is shown in every message, outside of Jinja.
pub(crate) fn words<'s>(
    sample: &'s Sample,
    choices: &mut Choices,
    is: impl Fn(&Part, &Piece) -> bool,
) -> Option<(&'s Part, &'s Piece)> {
    piece(sample, choices, |part, piece| {
        let is_first = part.pieces().first() == Some(piece);
        let is_read = matches!(part.role, Role::Message | Role::Caption);
        is_read && is_first && piece.mark == Mark::Words && is(part, piece)
    })
}

/// Returns whether a text may contain braces as it is written: a plain scalar in a flow collection may not.
pub(crate) fn takes_jinja(sample: &Sample, text: &Part) -> bool {
    let is_around = |part: &&Part| part.place.start <= text.place.start && text.place.end <= part.place.end;
    text.form != Form::Plain || !sample.root.all().into_iter().filter(is_around).any(|part| part.form == Form::Flow)
}
