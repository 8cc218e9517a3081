//! The fuzz targets on stable Rust: the committed corpus, then mutations of it and of the seeds.
//!
//! A second is spent on each target; `FUZZ_SECONDS` is another number of seconds. The sequence of mutations is always
//! the same. `fuzz/` contains the same targets for cargo-fuzz.

#![cfg(all(feature = "cli", unix))]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "that is how a test fails"
)]

mod mutation;
#[expect(unreachable_pub, reason = "it is a library of its own, too")]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use mutation::mutated;
use targets::TARGETS;
use targets::seeds::seeds;

/// How many mutations are made between two looks at the clock.
const ROUND: u32 = 64;

#[test]
fn config() {
    fuzz("config");
}

#[test]
fn expression() {
    fuzz("expression");
}

#[test]
fn fix() {
    fuzz("fix");
}

#[test]
fn journal() {
    fuzz("journal");
}

#[test]
fn rows() {
    fuzz("rows");
}

#[test]
fn template() {
    fuzz("template");
}

/// Runs a target on its corpus, and on mutations of it until the time is over. A failure shows the shortest input that
/// was found.
fn fuzz(target: &str) {
    let (_, run) = TARGETS.into_iter().find(|(name, _)| *name == target).unwrap();
    let corpus = corpus(target);
    for input in &corpus {
        run(input);
    }
    let strategy = mutated(corpus);
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let (begin, mut count) = (Instant::now(), 0);
    while begin.elapsed() < time() {
        let config = Config { cases: ROUND, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, rng);
        let result = runner.run(&strategy, |input| {
            run(&input);
            Ok(())
        });
        if let Err(TestError::Fail(reason, input)) = result {
            panic!("{target}: {reason}\n{}", input.escape_ascii());
        }
        rng = runner.new_rng();
        count += ROUND;
    }
    println!("{target}: {count} mutations");
}

/// Returns the committed inputs of a target, then its seeds.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("fuzz/corpus").join(target);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut corpus: Vec<_> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    corpus.extend(seeds(target, root).unwrap());
    corpus
}

fn time() -> Duration {
    let seconds = env::var("FUZZ_SECONDS").ok().map_or(1, |seconds| seconds.parse().expect("a number of seconds"));
    Duration::from_secs(seconds)
}
