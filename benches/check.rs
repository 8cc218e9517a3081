//! Whole-process times of `kenarc check`, beside the least that could be done: an empty program for the cold start, and for
//! many templates a program that reads the same files on as many threads and only takes the parser's events.
//!
//! `cargo bench --bench check`. Both sides run in turn, and the medians are printed: on a noisy machine read the ratios.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rayon::prelude::*;

const TEMPLATES: usize = 2_000;
const ROUNDS: usize = 21;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, folder] = arguments.as_slice()
        && flag == "--bare"
    {
        return take_events(Path::new(folder));
    }
    let scratch = tempfile::tempdir().unwrap();
    let kenarc = Path::new(env!("CARGO_BIN_EXE_kenarc"));
    let one = Path::new("templates/inspection-report.yaml");

    let empty = compile_empty_program(scratch.path());
    let check_one = || run(kenarc, ["check".as_ref(), one.as_os_str()]);
    let [cold, floor] = medians([&check_one, &|| run(&empty, [] as [&OsStr; 0])]);
    println!("cold start, one template:");
    println!("  kenarc check          {:>8.2} ms", millis(cold));
    println!("  an empty Rust program {:>8.2} ms", millis(floor));
    println!("  difference            {:>8.2} ms", millis(cold.saturating_sub(floor)));

    let folder = scratch.path().join("templates");
    let bytes = write_templates(&folder);
    let this = std::env::current_exe().unwrap();
    let check_all = || run(kenarc, ["check".as_ref(), folder.as_os_str()]);
    let [all, bare] = medians([&check_all, &|| run(&this, ["--bare".as_ref(), folder.as_os_str()])]);
    println!("{TEMPLATES} templates, {:.1} MB, {} threads:", bytes as f64 / 1e6, rayon::current_num_threads());
    println!("  kenarc check          {:>8.2} ms", millis(all));
    println!("  bare parser events    {:>8.2} ms", millis(bare));
    println!("  ratio                 {:>8.2}", all.as_secs_f64() / bare.as_secs_f64());
}

/// Reads every file of a folder and takes its events.
fn take_events(folder: &Path) {
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let events: usize = files.par_iter().map(|file| count_events(&fs::read_to_string(file).unwrap())).sum();
    assert!(events > 0);
}

fn count_events(text: &str) -> usize {
    let mut events = 0;
    for event in granit_parser::Parser::new_from_str(text) {
        event.unwrap();
        events += 1;
    }
    events
}

/// The shipped templates again and again, each with declarations of its own, so that nothing is checked twice.
fn write_templates(folder: &Path) -> u64 {
    fs::create_dir(folder).unwrap();
    let mut shipped: Vec<PathBuf> = fs::read_dir("templates").unwrap().map(|entry| entry.unwrap().path()).collect();
    shipped.retain(|path| path.is_file());
    shipped.sort();
    let texts: Vec<String> = shipped.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut bytes = 0;
    for index in 0..TEMPLATES {
        let own = format!("variables:\n  own_{index}: {{ type: string, maxLength: {}, default: x }}\n", index + 1);
        let text = texts[index % texts.len()].replacen("variables:\n", &own, 1);
        bytes += text.len() as u64;
        fs::write(folder.join(format!("{index:04}.yaml")), text).unwrap();
    }
    bytes
}

fn compile_empty_program(folder: &Path) -> PathBuf {
    let (source, program) = (folder.join("empty.rs"), folder.join("empty"));
    fs::write(&source, "fn main() {}").unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let status = Command::new(rustc).arg("-O").arg("-o").arg(&program).arg(&source).status().unwrap();
    assert!(status.success());
    program
}

fn run<'a>(program: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{} failed", program.display());
}

/// The medians of both sides, run in turn.
fn medians(sides: [&dyn Fn(); 2]) -> [Duration; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (side, times) in sides.iter().zip(&mut times) {
            let start = Instant::now();
            side();
            times.push(start.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    })
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
