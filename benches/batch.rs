//! Measures the rows per second of `kenarc render --batch`, of a Python script with jinja2 and json that does the
//! same, and of a minimal program that reads the same rows with serde_json on as many threads and writes an equal
//! message for each.
//!
//! Then the same of a template that writes amounts and dates in Persian, and of one that inserts the same values as they
//! are.
//!
//! Run it with `cargo bench --bench batch`. `PYTHON` is a Python with jinja2; without one, that side is omitted. All
//! sides run in turn, and the medians are printed. On a busy machine, read the ratios. `cargo bench --bench batch --
//! --against PROGRAM` compares with another build of kenarc in the same run.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kenarc::{SourceFile, Values};
use rayon::prelude::*;

const ROWS: usize = 100_000;
const ROUNDS: usize = 7;
const TEMPLATE: &str = "templates/order-tracking.yaml";

/// A message with the filters for Persian, and the same without.
const FILTERED: &str = r#"variables: { price: { type: integer }, visit: { type: string, format: date-time } }
message: |
  هزینه: {{ price | toman }} ({{ price | words }} تومان)
  بازدید: {{ visit | jalali("EEEE d MMMM y، ساعت HH:mm") }}
"#;
const BARE: &str = "variables: { price: { type: integer }, visit: { type: string, format: date-time } }
message: |
  هزینه: {{ price }} تومان
  بازدید: {{ visit }}
";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => compare(None),
        ["--against", program] => compare(Some(*program)),
        ["--floor", rows, out] => floor(Path::new(rows), Path::new(out)),
        _ => panic!("usage: cargo bench --bench batch [-- --against PROGRAM]"),
    }
}

/// A program that is measured: its name in the output, and its command line.
type Side = (&'static str, Vec<String>);

fn compare(other: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (rows, out) = (path("rows.jsonl"), path("out.jsonl"));
    write_rows(Path::new(&rows));
    let kenarc = env!("CARGO_BIN_EXE_kenarc");
    let this = std::env::current_exe().unwrap().display().to_string();
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut sides = vec![
        ("kenarc, 2 threads", render(kenarc, TEMPLATE, &rows, "2", &out)),
        ("kenarc, 1 thread", render(kenarc, TEMPLATE, &rows, "1", &out)),
        ("the floor, 2 threads", vec![this, "--floor".to_owned(), rows.clone(), out.clone()]),
    ];
    if let Some(other) = other {
        sides.push(("the other kenarc, 2", render(other, TEMPLATE, &rows, "2", &out)));
        sides.push(("the other kenarc, 1", render(other, TEMPLATE, &rows, "1", &out)));
    }
    if run(&[python.clone(), "-c".to_owned(), "import jinja2".to_owned()]).is_some() {
        sides.push(("Python", vec![python, "benches/batch.py".to_owned(), rows.clone(), out.clone()]));
    } else {
        println!("Python is left out: name one that has jinja2 in PYTHON");
    }
    measure(TEMPLATE, &sides);

    let (filtered, bare, rows) = (path("filtered.yaml"), path("bare.yaml"), path("visits.jsonl"));
    fs::write(&filtered, FILTERED).unwrap();
    fs::write(&bare, BARE).unwrap();
    write_visits(Path::new(&rows));
    let sides = [
        ("as they are", render(kenarc, &bare, &rows, "1", &out)),
        ("in Persian", render(kenarc, &filtered, &rows, "1", &out)),
    ];
    measure("two amounts and a date, 1 thread", &sides);
}

/// Returns the command that renders rows.
fn render(kenarc: &str, template: &str, rows: &str, threads: &str, out: &str) -> Vec<String> {
    [kenarc, "render", template, "--batch", rows, "--threads", threads, "-o", out].map(str::to_owned).to_vec()
}

/// Runs all sides in turn, and prints the medians.
fn measure(title: &str, sides: &[Side]) {
    let mut times = vec![Vec::new(); sides.len()];
    for _ in 0..ROUNDS {
        for ((name, command), times) in sides.iter().zip(&mut times) {
            times.push(run(command).unwrap_or_else(|| panic!("{name} failed")));
        }
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    println!("{ROWS} rows, {title}:");
    for ((name, _), time) in sides.iter().zip(&medians) {
        let (ratio, rate) = (time.as_secs_f64() / medians[0].as_secs_f64(), ROWS as f64 / time.as_secs_f64());
        println!("  {name:<22} {:>7.0} ms   {rate:>9.0} rows a second   {ratio:>6.2} x", time.as_secs_f64() * 1e3);
    }
}

/// Writes amounts and dates of their own for each row.
fn write_visits(path: &Path) {
    let row = |row: usize| {
        let (price, month, day) = (250_000 + row * 1_000, row % 12 + 1, row % 28 + 1);
        format!("{{\"price\":{price},\"visit\":\"2026-{month:02}-{day:02}T{:02}:30:00Z\"}}\n", row % 24)
    };
    fs::write(path, (0..ROWS).map(row).collect::<String>()).unwrap();
}

/// Returns orders in each state, each with texts of its own.
fn write_rows(path: &Path) {
    let mut rows = String::new();
    for row in 0..ROWS {
        let status = ["preparing", "shipped", "delivered"][row % 3];
        let codes: Vec<String> =
            (0..row % 3).map(|parcel| format!(r#"{{"code":"1140005247{row:06}{parcel}"}}"#)).collect();
        writeln!(
            rows,
            r#"{{"conversation_id":"c-{row}","order_id":"KN-{row}","item":"صندلی ناهارخوری چوبی شمارهٔ {row}","status":"{status}","delivery_time":"شنبه، ۱۴ آذر","parcels":[{}]}}"#,
            codes.join(",")
        )
        .unwrap();
    }
    fs::write(path, rows).unwrap();
}

/// Does the minimum: parses each row into a JSON value, and writes the JSON of an equal message.
fn floor(rows: &Path, out: &Path) {
    let template = kenarc::compile(&SourceFile::read(Path::new(TEMPLATE)).unwrap()).unwrap();
    let messages: Vec<kenarc::Message> = template
        .examples
        .iter()
        .map(|example| {
            let mut values = Values::new();
            values.add_example(&template, example).unwrap();
            kenarc::render(&template, &values).unwrap()
        })
        .collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let (mut input, mut out) = (BufReader::new(File::open(rows).unwrap()), File::create(out).unwrap());
    let mut at = 0;
    loop {
        let lines: Vec<String> = input.by_ref().lines().take(10_000).map(Result::unwrap).collect();
        if lines.is_empty() {
            return;
        }
        let write = |(row, line): (usize, &String)| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(value.is_object());
            messages[(at + row) % messages.len()].to_json() + "\n"
        };
        let written: Vec<String> =
            pool.install(|| lines.par_iter().enumerate().map(|(row, line)| write((row, line))).collect());
        out.write_all(written.concat().as_bytes()).unwrap();
        at += lines.len();
    }
}

/// Returns the duration of a command; `None` if it fails.
fn run(command: &[String]) -> Option<Duration> {
    let start = Instant::now();
    let status =
        Command::new(&command[0]).args(&command[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    status.success().then(|| start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
