//! Decides whether any text of a set matches a `pattern` of JSON Schema.
//!
//! The automaton of the pattern is followed over all texts of the set, as far as it tells them apart. If it never
//! comes to a match, none of them matches.

use std::collections::HashSet;

use regex_automata::Input;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;

/// The most memory for the automaton of one pattern, in bytes, and for following it.
const MAX_BYTES: usize = 1 << 20;

/// The most states that are examined.
const MAX_STATES: usize = 1_000;

/// A set of texts.
#[derive(Clone, Copy)]
pub(super) struct TextSet {
    /// What they begin with, in upper or lower case.
    pub(super) start: &'static str,
    /// Whether a byte can follow; at least one does.
    pub(super) rest: fn(u8) -> bool,
}

/// A pattern that is ready to be followed.
pub(super) struct Pattern {
    automaton: DFA,
}

impl Pattern {
    /// Reads a pattern as the validator does; `None` if it is invalid or needs more than an automaton.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
        let config = DFA::config().cache_capacity(MAX_BYTES).minimum_cache_clear_count(Some(0));
        let limits = thompson::Config::new().nfa_size_limit(Some(MAX_BYTES));
        let automaton = DFA::builder().configure(config).thompson(limits).build(&translated).ok()?;
        Some(Self { automaton })
    }

    /// Returns whether a text of the set may match. A pattern that is too large to follow may.
    pub(super) fn may_match(&self, set: TextSet) -> bool {
        self.find(set).unwrap_or(true)
    }

    /// Returns whether the automaton comes to a match; `None` if it cannot be followed to the end.
    fn find(&self, set: TextSet) -> Option<bool> {
        let mut cache = self.automaton.create_cache();
        let begin = self.automaton.start_state_forward(&mut cache, &Input::new("")).ok()?;
        let mut found = HashSet::from([begin]);
        for byte in set.start.bytes() {
            let cases = [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
            let mut next = HashSet::new();
            for state in found {
                next.extend(self.step(&mut cache, state, &cases)?);
            }
            found = next;
        }
        let rest: Vec<u8> = (0..=u8::MAX).filter(|byte| (set.rest)(*byte)).collect();
        let mut open: Vec<LazyStateID> = found.into_iter().collect();
        let mut seen = HashSet::new();
        while let Some(state) = open.pop() {
            if state.is_match() {
                return Some(true);
            }
            for next in self.step(&mut cache, state, &rest)? {
                if seen.insert(next) {
                    if next.is_match() || self.automaton.next_eoi_state(&mut cache, next).ok()?.is_match() {
                        return Some(true);
                    }
                    open.push(next);
                }
            }
            if seen.len() > MAX_STATES {
                return None;
            }
        }
        Some(false)
    }

    /// Returns the states after one of the bytes, without those from which nothing matches. A match stays a match.
    fn step(&self, cache: &mut Cache, state: LazyStateID, bytes: &[u8]) -> Option<HashSet<LazyStateID>> {
        if state.is_match() {
            return Some(HashSet::from([state]));
        }
        let mut after = HashSet::new();
        for byte in bytes {
            let next = self.automaton.next_state(cache, state, *byte).ok()?;
            if next.is_quit() {
                return None;
            }
            if !next.is_dead() {
                after.insert(next);
            }
        }
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, TextSet};

    #[test]
    fn finds_the_texts_that_may_match() {
        let letters = TextSet { start: "http://", rest: |byte| byte.is_ascii_lowercase() };
        let digits = TextSet { start: "", rest: |byte| byte.is_ascii_digit() };
        let cases = [
            ("^https", letters, false),
            ("^http", letters, true),
            ("^HTTP://", letters, true),
            ("[0-9]", letters, false),
            ("a$", letters, true),
            ("^[a-z]+$", digits, false),
            ("^[a-z0-9]{3}$", digits, true),
            ("^$", digits, false),
            ("", digits, true),
        ];
        for (pattern, set, expected) in cases {
            let found = Pattern::new(pattern).map(|compiled| compiled.may_match(set));
            assert_eq!(found, Some(expected), "{pattern} for {:?} and more", set.start);
        }
    }

    #[test]
    fn patterns_that_are_not_regular_are_not_analysed() {
        for pattern in ["(a)\\1", "(?=a)b", "("] {
            assert!(Pattern::new(pattern).is_none(), "{pattern}");
        }
    }
}
