//! Whether any text that matches a `pattern` of JSON Schema can stand somewhere in a link.
//!
//! The pattern's automaton is followed over all texts that belong there, as far as it can tell them apart. Where it never
//! comes to a match, none of them matches.

use std::collections::HashSet;

use regex_automata::Input;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;

/// The most memory for the automaton of one pattern, in bytes, and for following it.
const MAX_BYTES: usize = 1 << 20;

/// The most states that are looked at.
const MAX_STATES: usize = 1_000;

/// The texts that belong somewhere, and perhaps some that do not.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// What they begin with, in letters of any case.
    pub(super) start: &'static str,
    /// The bytes that follow; there is at least one.
    pub(super) rest: fn(u8) -> bool,
}

/// A pattern that is ready to be followed.
pub(super) struct Pattern {
    automaton: DFA,
}

impl Pattern {
    /// Reads a pattern as the validator does; nothing where it is none, or needs more than an automaton.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
        let config = DFA::config().cache_capacity(MAX_BYTES).minimum_cache_clear_count(Some(0));
        let limits = thompson::Config::new().nfa_size_limit(Some(MAX_BYTES));
        let automaton = DFA::builder().configure(config).thompson(limits).build(&translated).ok()?;
        Some(Self { automaton })
    }

    /// Whether a text of the shape may match. What is too large to be followed may.
    pub(super) fn may_be(&self, shape: Shape) -> bool {
        self.find(shape).unwrap_or(true)
    }

    /// Whether the automaton comes to a match; nothing where it cannot be followed to the end.
    fn find(&self, shape: Shape) -> Option<bool> {
        let mut cache = self.automaton.create_cache();
        let begin = self.automaton.start_state_forward(&mut cache, &Input::new("")).ok()?;
        let mut found = HashSet::from([begin]);
        for byte in shape.start.bytes() {
            let cases = [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
            let mut next = HashSet::new();
            for state in found {
                next.extend(self.step(&mut cache, state, &cases)?);
            }
            found = next;
        }
        let rest: Vec<u8> = (0..=u8::MAX).filter(|byte| (shape.rest)(*byte)).collect();
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

    /// The states after one of the bytes, without those from which nothing matches. What has matched stays matched.
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
