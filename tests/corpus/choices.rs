//! The decisions of a generator: from a seed, so that they can be repeated, or from a tape, which proptest can shrink.

/// A source of decisions. The first alternative is always the simplest one.
pub(crate) struct Choices {
    source: Source,
}

enum Source {
    Seed(u64),
    /// Decisions in the order in which they are taken; after the last one, always the simplest.
    Tape(std::vec::IntoIter<u32>),
}

impl Choices {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self { source: Source::Seed(seed) }
    }

    pub(crate) fn from_tape(tape: Vec<u32>) -> Self {
        Self { source: Source::Tape(tape.into_iter()) }
    }

    /// Returns a number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let next = match &mut self.source {
            Source::Seed(state) => split_mix(state),
            Source::Tape(tape) => u64::from(tape.next().unwrap_or_default()),
        };
        usize::try_from(next % count.max(1) as u64).unwrap_or_default()
    }

    /// Returns a number from `least` to `most`.
    pub(crate) fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// Returns `true` with a probability in percent.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// Returns one of several.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// The list in another order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, last - self.below(last + 1));
        }
    }
}

/// <https://prng.di.unimi.it/splitmix64.c>
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
