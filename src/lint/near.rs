//! Suggestions for names that do not exist.

/// The most names that are suggested.
const MAX_SUGGESTIONS: usize = 3;

/// Returns the candidates whose edit distance is at most a third of the word's letters, best first. One that differs
/// only in case comes first.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Vec<&'c str> {
    let limit = (word.chars().count() / 3).max(1);
    let wanted = word.to_lowercase();
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != word)
        .map(|candidate| (strsim::osa_distance(&candidate.to_lowercase(), &wanted), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        .collect();
    near.sort();
    let best = near.first().map_or(0, |(distance, _)| *distance);
    // If one name is much more similar than the others, these would only distract.
    near.into_iter()
        .take_while(|(distance, _)| *distance <= best + 1)
        .map(|(_, name)| name)
        .take(MAX_SUGGESTIONS)
        .collect()
}
