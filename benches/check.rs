//! Whole-process times of `kenarc check`, beside the least that could be done: an empty program for the cold start,
//! and for many templates a program that reads the same files on as many threads and only takes the parser's events.
//! Then the share of each phase, on one thread.
//!
//! `cargo bench --bench check`. All sides run in turn, and the medians are printed: on a noisy machine read the ratios.
//! `cargo bench --bench check -- --against PROGRAM` compares with another build of kenarc in the same run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kenarc::lint::Context;
use kenarc::{Checker, SourceFile, Template, Values};
use rayon::prelude::*;

const TEMPLATES: usize = 2_000;
const ROUNDS: usize = 21;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => compare(None),
        ["--against", program] => compare(Some(Path::new(program))),
        ["--bare", folder] => take_events(Path::new(folder)),
        _ => panic!("usage: cargo bench --bench check [-- --against PROGRAM]"),
    }
}

fn compare(other: Option<&Path>) {
    let scratch = tempfile::tempdir().unwrap();
    let kenarc = Path::new(env!("CARGO_BIN_EXE_kenarc"));
    let one = Path::new("templates/inspection-report.yaml");

    let empty = compile_empty_program(scratch.path());
    println!("cold start, one template:");
    let mut sides: Vec<Side<'_>> = vec![
        ("kenarc check", Box::new(|| run(kenarc, ["check".as_ref(), one.as_os_str()]))),
        ("an empty program", Box::new(|| run(&empty, [] as [&OsStr; 0]))),
    ];
    if let Some(other) = other {
        sides.push(("the other kenarc", Box::new(move || run(other, ["check".as_ref(), one.as_os_str()]))));
    }
    print_medians(&sides);

    let folder = scratch.path().join("templates");
    let bytes = write_templates(&folder);
    let this = std::env::current_exe().unwrap();
    println!("{TEMPLATES} templates, {:.1} MB, {} threads:", bytes as f64 / 1e6, rayon::current_num_threads());
    let mut sides: Vec<Side<'_>> = vec![
        ("kenarc check", Box::new(|| run(kenarc, ["check".as_ref(), folder.as_os_str()]))),
        ("bare parser events", Box::new(|| run(&this, ["--bare".as_ref(), folder.as_os_str()]))),
    ];
    if let Some(other) = other {
        sides.push(("the other kenarc", Box::new(|| run(other, ["check".as_ref(), folder.as_os_str()]))));
    }
    print_medians(&sides);

    let [referring, written_out] = write_with_parts(scratch.path());
    println!("{TEMPLATES} templates that refer to a library, and with its parts written out:");
    print_medians(&[
        ("with references", Box::new(|| run(kenarc, ["check".as_ref(), referring.as_os_str()]))),
        ("written out", Box::new(|| run(kenarc, ["check".as_ref(), written_out.as_os_str()]))),
    ]);

    println!("the share of each phase, one thread:");
    print_phases(&folder);
}

type Side<'a> = (&'a str, Box<dyn Fn() + 'a>);

/// Runs the sides in turn, and prints the median of each and what the first is to it.
fn print_medians(sides: &[Side<'_>]) {
    let mut times = vec![Vec::new(); sides.len()];
    for _ in 0..ROUNDS {
        for ((_, side), times) in sides.iter().zip(&mut times) {
            times.push(time(side).1);
        }
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    for ((name, _), time) in sides.iter().zip(&medians) {
        let (difference, ratio) =
            (millis(medians[0].saturating_sub(*time)), medians[0].as_secs_f64() / time.as_secs_f64());
        println!("  {name:<22} {:>8.2} ms   {ratio:>5.2} x   {difference:>+8.2} ms", millis(*time));
    }
}

/// Does what `check` does, step by step, over all files, and prints how long each step takes.
fn print_phases(folder: &Path) {
    let checker = Checker::default();
    let mut times: [Vec<Duration>; 6] = Default::default();
    for _ in 0..ROUNDS {
        let mut round = [Duration::ZERO; 6];
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let (file, reading) = time(|| SourceFile::read(&path).unwrap());
            let (resolved, parsing) = time(|| checker.resolve(&file));
            let (facts, structure) = time(|| Context::new(&resolved, &checker));
            let (_, proofs) = time(|| (facts.types(), facts.overflows()).1.len());
            let template = facts.into_template().unwrap();
            let ((), examples) = time(|| render_examples(&template));
            let (_, all) = time(|| checker.check(&file));
            let rules = all.saturating_sub(parsing + structure + proofs + examples);
            for (sum, time) in round.iter_mut().zip([reading, parsing, structure, proofs, examples, rules]) {
                *sum += time;
            }
        }
        for (times, time) in times.iter_mut().zip(round) {
            times.push(time);
        }
    }
    let phases = ["reading", "parsing", "schema and template", "types and counts", "examples", "all else of the rules"];
    let medians = times.map(median);
    let sum: Duration = medians.iter().sum();
    for (phase, time) in phases.iter().zip(medians) {
        println!("  {phase:<22} {:>8.2} ms   {:>5.1} %", millis(time), 100.0 * time.as_secs_f64() / sum.as_secs_f64());
    }
}

fn render_examples(template: &Template) {
    for example in &template.examples {
        let mut values = Values::new();
        values.add_example(template, example).unwrap();
        kenarc::render(template, &values).unwrap();
    }
}

fn time<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = what();
    (result, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
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

/// The variables, buttons and rows that templates share, each with its name in the library.
const PARTS: [(&str, &str, &str); 5] = [
    ("variables", "app_url", "{ type: string, format: uri, default: https://app.example }"),
    ("variables", "order_id", r#"{ type: string, pattern: "^[A-Z0-9-]+$", default: K-1024 }"#),
    ("buttons", "support", r#"{ icon: SUPPORT, caption: پشتیبانی, open_direct_link: "{{ app_url }}/support" }"#),
    (
        "buttons",
        "track",
        r#"{ icon: LOCAL_SHIPPING, caption: پیگیری, open_direct_link: "{{ app_url }}/{{ order_id }}" }"#,
    ),
    (
        "rows",
        "pay",
        r#"[{ icon: PAYMENT, caption: پرداخت, get_dynamic_action: { data: { order: "{{ order_id }}" } } }]"#,
    ),
];

/// Writes templates that refer to the parts of a library, and the same ones with the parts written out. Returns both
/// folders.
fn write_with_parts(folder: &Path) -> [PathBuf; 2] {
    let folders = ["referring", "written-out"].map(|name| folder.join(name));
    folders.iter().for_each(|folder| fs::create_dir(folder).unwrap());
    let library = |kind: &str| {
        let parts = PARTS.iter().filter(|(of, ..)| *of == kind);
        let parts: String = parts.map(|(_, name, part)| format!("  {name}: {part}\n")).collect();
        format!("{kind}:\n{parts}")
    };
    fs::write(folders[0].join("_parts.yaml"), ["variables", "buttons", "rows"].map(library).concat()).unwrap();
    for index in 0..TEMPLATES {
        for folder in &folders {
            let is_referring = folder == &folders[0];
            let [app_url, order_id, support, track, pay] = PARTS.map(|(kind, name, part)| match is_referring {
                true => format!("{{ $ref: \"_parts.yaml#/{kind}/{name}\" }}"),
                false => part.to_owned(),
            });
            let text = format!(
                "variables:\n  own_{index}: {{ type: string, maxLength: {}, default: x }}\n  app_url: {app_url}\n  \
                 order_id: {order_id}\nmessage: سفارش {{{{ order_id }}}} برای {{{{ own_{index} }}}} ثبت شد.\n\
                 sender_buttons:\n  - - {support}\n    - {track}\n  - {pay}\n\
                 receiver_buttons:\n  - - {support}\n",
                index + 1
            );
            fs::write(folder.join(format!("{index:04}.yaml")), text).unwrap();
        }
    }
    folders
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

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
