//! `check --fix` removes planted defects byte for byte, and changes nothing else.

use std::time::Duration;

use super::cli::{Folder, Run, words};
use super::plantings::{PLANTINGS, Planting};

/// A debug build takes its time with hundreds of files.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn a_fix_changes_only_the_planted_bytes() {
    let is_fixable = |planting: &&Planting| planting.planted.fixed.is_some();
    let plantings: Vec<&Planting> = PLANTINGS.iter().filter(is_fixable).collect();
    let folder = Folder::empty();
    for Planting { sample, planted, .. } in &plantings {
        folder.write(&format!("templates/{}", sample.name), &planted.text);
    }
    let check = |arguments| Run::of(folder.command(words(arguments)).timeout(PATIENCE));

    let fix = check("check --fix --unsafe-fixes --deny-warnings templates");
    let complaints: Vec<String> = plantings.iter().filter_map(|planting| deviation(&folder, planting)).collect();
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
    assert!(fix.status == 0 && fix.stdout.is_empty(), "{fix}");
    assert!(fix.stderr.contains(&format!("in {} files", plantings.len())), "{fix}");

    let clean = check("check --deny-warnings templates");
    assert!(clean.status == 0 && clean.stdout.is_empty(), "{clean}");
}

/// Returns how a fixed file deviates from the expected one, if it does.
fn deviation(folder: &Folder, Planting { sample, defect, planted }: &Planting) -> Option<String> {
    let (fixed, wanted) = (folder.read(&format!("templates/{}", sample.name)), planted.fixed.as_ref()?);
    let differ = fixed.lines().zip(wanted.lines()).find(|(fixed, wanted)| fixed != wanted);
    (fixed != *wanted).then(|| format!("{} {} ({}): {differ:?}", sample.name, defect.rule, defect.name))
}
