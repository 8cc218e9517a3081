//! Names for findings by which a CI system knows them again in the next run.
//!
//! They are made of the file, the rule and the message, not of places, so that a line more above a finding makes no new
//! one of it. Of findings that are alike in all three the first, the second, … have names of their own.

use std::collections::HashMap;

use crate::lint::Diagnostic;

use super::Report;

/// The names of a report's findings, in their order: 32 hexadecimal digits each.
pub(super) fn fingerprints(report: &Report<'_>) -> Vec<String> {
    let mut alike: HashMap<_, usize> = HashMap::new();
    let name = |diagnostic: &Diagnostic| {
        let path = report.path(diagnostic.file());
        let number = alike.entry((path.clone(), diagnostic.rule, diagnostic.message.clone())).or_default();
        *number += 1;
        format!("{:032x}", hash(&[&number.to_string(), &path, diagnostic.rule, &diagnostic.message]))
    };
    report.diagnostics.iter().map(name).collect()
}

/// FNV-1a of 128 bits, as draft-eastlake-fnv has it: the same on every machine and with every Rust, which the standard
/// library's hashes do not promise.
fn hash(fields: &[&str]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    // 0xff, which no text holds, ends a field.
    let bytes = fields.iter().flat_map(|field| field.bytes().chain([0xff]));
    bytes.fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}
