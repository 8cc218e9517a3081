//! Suggestions for names that do not exist.

use crate::source::Similarity;

/// The most names that are suggested.
const MAX_SUGGESTIONS: usize = 3;

/// A similar name has at most one edit for so many characters: most names are short, and there are few of them.
const CHARACTERS_PER_EDIT: usize = 3;

/// Returns the candidates whose edit distance is at most a third of the characters of `name`, best first. A candidate
/// that differs only in case comes first.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Vec<&'c str> {
    let similarity = Similarity::new(name, CHARACTERS_PER_EDIT);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| Some((similarity.distance(candidate)?, candidate)))
        .filter(|(distance, candidate)| *distance < candidate.chars().count())
        .collect();
    similarity.sort(&mut near);
    let best = near.first().map_or(0, |(distance, _)| *distance);
    // If one name is much more similar than the others, these would only distract.
    near.into_iter()
        .take_while(|(distance, _)| *distance <= best + 1)
        .map(|(_, candidate)| candidate)
        .take(MAX_SUGGESTIONS)
        .collect()
}
