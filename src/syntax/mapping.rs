//! Finishes mappings: removes repeated keys and resolves merge keys.

use std::collections::HashSet;

use crate::source::Span;

use super::error::SyntaxError;
use super::tree::{Entry, Mapping, Value};

/// Mappings with more entries than this are sorted to find repetitions.
const FEW: usize = 16;

/// The entry of a merge key: its index, and where its value is written (the alias, if it is one).
pub(super) type Merge = (usize, Span);

/// Drops repeated keys and replaces merge keys with the entries that they refer to.
pub(super) fn finish<'s>(entries: Vec<Entry<'s>>, merges: &[Merge], errors: &mut Vec<SyntaxError>) -> Mapping<'s> {
    let repeated = repeated(&entries, merges);
    if repeated.is_empty() && merges.is_empty() {
        return Mapping { entries };
    }
    let merge_of = |index| merges.iter().find(|(merge, _)| *merge == index);
    for &(first, second) in &repeated {
        let (first_key, second_key) = (&entries[first].key, &entries[second].key);
        errors.push(match (merge_of(first), merge_of(second)) {
            (Some(&(_, first_value)), Some(&(_, second_value))) => {
                SyntaxError::RepeatedMerge { first: first_key.span, first_value, second: second_key.span, second_value }
            }
            _ => SyntaxError::DuplicateKey {
                key: second_key.text.to_string(),
                first: first_key.span,
                second: second_key.span,
            },
        });
    }
    let repeated: HashSet<usize> =
        repeated.into_iter().map(|(_, second)| second).filter(|second| merge_of(*second).is_none()).collect();
    // An explicit key overrides a merged one, in any order.
    let mut taken: HashSet<String> = entries
        .iter()
        .enumerate()
        .filter(|&(index, _)| merge_of(index).is_none())
        .map(|(_, entry)| entry.key.text.to_string())
        .collect();
    let mut finished = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        if repeated.contains(&index) {
            continue;
        }
        match merge_of(index) {
            None => finished.push(entry),
            Some(&(_, place)) => {
                let merged = merged(entry.value.value, place, errors);
                finished.extend(merged.into_iter().filter(|entry| taken.insert(entry.key.text.to_string())));
            }
        }
    }
    Mapping { entries: finished }
}

/// Returns the entries that the value of a merge key provides.
fn merged<'s>(value: Value<'s>, place: Span, errors: &mut Vec<SyntaxError>) -> Vec<Entry<'s>> {
    match value {
        Value::Mapping(mapping) => mapping.entries,
        Value::Sequence(items) => items
            .into_iter()
            .flat_map(|item| match item.value {
                Value::Mapping(mapping) => mapping.entries,
                Value::Invalid => Vec::new(),
                _ => {
                    errors.push(SyntaxError::BadMerge { span: item.span });
                    Vec::new()
                }
            })
            .collect(),
        Value::Invalid => Vec::new(),
        _ => {
            errors.push(SyntaxError::BadMerge { span: place });
            Vec::new()
        }
    }
}

/// Returns the indexes of each repetition and of the entry that it repeats.
fn repeated(entries: &[Entry<'_>], merges: &[Merge]) -> Vec<(usize, usize)> {
    let is_merge = |index| merges.iter().any(|(merge, _)| *merge == index);
    // A quoted `<<` is an ordinary key.
    let is_same = |first: usize, second: usize| {
        entries[first].key.text == entries[second].key.text && is_merge(first) == is_merge(second)
    };
    if entries.len() <= FEW {
        return (1..entries.len())
            .filter_map(|second| Some(((0..second).find(|&first| is_same(first, second))?, second)))
            .collect();
    }
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by(|&a, &b| entries[a].key.text.cmp(&entries[b].key.text).then(a.cmp(&b)));
    order
        .chunk_by(|&a, &b| is_same(a, b))
        .flat_map(|same| same.iter().skip(1).map(|&second| (same[0], second)))
        .collect()
}
