//! A bounded cache that can be shared between threads.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::mem;
use std::sync::{PoisonError, RwLock};

/// A map of at most `capacity` entries that forgets those that have not been used for the longest time.
///
/// Entries are kept in two generations of half the capacity. What is added or used belongs to the young one; when that
/// is full, it becomes the old one, and the entries of the former old one are dropped. So an entry is never dropped
/// before half of the capacity's worth of other entries has been used since. A hit in the young generation only takes a
/// read lock.
#[derive(Debug)]
pub(crate) struct Cache<K, V> {
    capacity: usize,
    generations: RwLock<Generations<K, V>>,
}

#[derive(Debug)]
struct Generations<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    /// Creates an empty cache, which allocates nothing until the first entry is added.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, generations: RwLock::new(Generations { young: HashMap::new(), old: HashMap::new() }) }
    }

    /// Returns the value of a key.
    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        {
            let generations = self.generations.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(value) = generations.young.get(key) {
                return Some(value.clone());
            }
            if !generations.old.contains_key(key) {
                return None;
            }
        }
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have moved it in the meantime.
        let Some((key, value)) = generations.old.remove_entry(key) else {
            return generations.young.get(key).cloned();
        };
        generations.add(key, value.clone(), self.capacity);
        Some(value)
    }

    /// Adds an entry, or replaces the value of its key.
    pub(crate) fn insert(&self, key: K, value: V) {
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        generations.old.remove(&key);
        generations.add(key, value, self.capacity);
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn add(&mut self, key: K, value: V, capacity: usize) {
        if self.young.len() >= capacity.div_ceil(2) && !self.young.contains_key(&key) {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;

    fn len(cache: &Cache<u32, u32>) -> usize {
        let generations = cache.generations.read().unwrap();
        generations.young.len() + generations.old.len()
    }

    #[test]
    fn the_cache_never_exceeds_its_capacity() {
        let cache = Cache::new(10);
        for key in 0..1_000 {
            cache.insert(key, key * 2);
            assert_eq!(cache.get(&key), Some(key * 2));
            assert!(len(&cache) <= 10, "{}", len(&cache));
        }
        assert_eq!(cache.get(&0), None);
    }

    #[test]
    fn used_entries_are_kept_and_unused_ones_dropped() {
        let cache = Cache::new(10);
        cache.insert(0, 0);
        cache.insert(1, 1);
        for key in 2..100 {
            cache.insert(key, key);
            assert_eq!(cache.get(&0), Some(0), "used after each other entry");
        }
        assert_eq!(cache.get(&1), None);
        assert!((97..100).all(|key| cache.get(&key) == Some(key)), "the last ones");
    }

    #[test]
    fn inserting_an_existing_key_replaces_its_value() {
        let cache = Cache::new(2);
        for value in 0..5 {
            cache.insert(7, value);
            assert_eq!((cache.get(&7), len(&cache)), (Some(value), 1));
        }
    }
}
