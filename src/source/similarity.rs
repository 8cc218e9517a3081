//! Names that are similar to a text, for suggestions.

/// A text with which names are compared, regardless of case.
pub(crate) struct Similarity {
    wanted: String,
    /// In characters.
    length: usize,
    /// The largest edit distance of a similar name.
    limit: usize,
}

impl Similarity {
    /// Compares names with `wanted`. A similar name has at most one edit for each `characters_per_edit` characters of
    /// it, and one edit is always permitted.
    pub(crate) fn new(wanted: &str, characters_per_edit: usize) -> Self {
        let wanted = wanted.to_lowercase();
        let length = wanted.chars().count();
        Self { wanted, length, limit: (length / characters_per_edit).max(1) }
    }

    /// Returns the edit distance (insertions, deletions, replacements and swaps of characters) if it is within the
    /// limit. The difference in length is a lower bound, which excludes most names at no cost, also for a text of a
    /// megabyte.
    pub(crate) fn distance(&self, name: &str) -> Option<usize> {
        let is_candidate = name.chars().count().abs_diff(self.length) <= self.limit;
        let distance = is_candidate.then(|| strsim::osa_distance(&name.to_lowercase(), &self.wanted))?;
        (distance <= self.limit).then_some(distance)
    }

    /// Sorts names with their distances by distance. Of two at the same distance, the one that begins alike comes
    /// first: people rarely mistake the first letters.
    pub(crate) fn sort(&self, near: &mut [(usize, &str)]) {
        let similarity = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &self.wanted);
        near.sort_by(|(distance, name), (other_distance, other)| {
            distance.cmp(other_distance).then_with(|| similarity(other).total_cmp(&similarity(name)))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_ignores_case_and_ends_at_the_limit() {
        let similarity = Similarity::new("Price", 4);
        let distances =
            ["PRICE", "pirce", "prices", "prise", "rices", "precise", ""].map(|name| similarity.distance(name));
        assert_eq!(distances, [Some(0), Some(1), Some(1), Some(1), None, None, None]);
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(Similarity::new("قیمت", 4).distance("قیمة"), Some(1));
    }

    #[test]
    fn equally_distant_names_with_a_common_prefix_come_first() {
        let mut near = [(1, "rice"), (1, "pric"), (0, "price")];
        Similarity::new("price", 4).sort(&mut near);
        assert_eq!(near.map(|(_, name)| name), ["price", "pric", "rice"]);
    }
}
