//! Fuzz targets: what must hold for every input. Each target is a module with `run`, which panics if it does not hold.
//!
//! cargo-fuzz runs them with coverage (`fuzz_targets/`); `tests/fuzz` replays and mutates the corpus on stable Rust.

pub mod config;
pub mod expression;
pub mod fix;
pub mod journal;
pub mod rows;
pub mod seeds;
pub mod template;

mod findings;

/// Runs one input; panics if something does not hold.
pub type Run = fn(&[u8]);

/// The targets. The name of a target is that of its folder in the corpus, too.
pub const TARGETS: [(&str, Run); 6] = [
    ("config", config::run),
    ("expression", expression::run),
    ("fix", fix::run),
    ("journal", journal::run),
    ("rows", rows::run),
    ("template", template::run),
];

/// Defines the `main` of a fuzz target: the one of libFuzzer under cargo-fuzz; otherwise one that runs the target on
/// each file that is named on the command line.
#[macro_export]
macro_rules! target {
    ($run:path) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $run(bytes));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            for path in std::env::args_os().skip(1) {
                $run(&std::fs::read(path)?);
            }
            Ok(())
        }
    };
}
