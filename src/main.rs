//! The `kenarc` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Checking makes and drops a great many small values on several threads.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    kenarc::cli::run()
}
