//! Fingerprints, by which a CI system recognises a finding in a later run.
//!
//! A fingerprint depends on the file, the rule and the summary of a finding, not on its location: lines added above a
//! finding do not make it a new one. Findings that are equal in all three are numbered.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::lint::Diagnostic;

use super::Report;

/// The length of a fingerprint in bytes; it is written with two hexadecimal digits each.
const LENGTH: usize = 16;

/// Returns the fingerprints of a report's findings, in their order.
pub(super) fn fingerprints(report: &Report<'_>) -> Vec<String> {
    let mut seen: HashMap<_, usize> = HashMap::new();
    let fingerprint = |diagnostic: &Diagnostic| {
        let path = report.path(diagnostic.file());
        let summary = diagnostic.summary().into_owned();
        let number = seen.entry((path.clone(), diagnostic.rule, summary.clone())).or_default();
        *number += 1;
        hash(&[&number.to_string(), &path, diagnostic.rule, &summary])
    };
    report.diagnostics.iter().map(fingerprint).collect()
}

fn hash(fields: &[&str]) -> String {
    let mut hash = Sha256::new();
    for field in fields {
        hash.update(field);
        // No field contains this byte, which is not UTF-8.
        hash.update([0xff]);
    }
    hash.finalize().iter().take(LENGTH).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_text_between_fields_changes_the_fingerprint() {
        assert_eq!(hash(&["a", "bc"]).len(), 2 * LENGTH);
        assert_ne!(hash(&["a", "bc"]), hash(&["ab", "c"]));
        // Fingerprints must stay the same from one version to the next.
        assert_eq!(hash(&["abc"]), "8e3b08dc1236880bf0c55873db58b12d");
    }
}
