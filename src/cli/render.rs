//! `kenarc render`

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::rows::{Rejected, RenderedRow, Renderer, Row, in_order};

use super::batch::{self, Batch, BatchArguments, is_same_file};
use super::exit::{Exit, Failure};
use super::help::{self, CommandExample, ExitMeaning};
use super::inputs::Inputs;
use super::output::Terminal;
use super::progress::{Done, Progress};
use crate::lint::counted;

/// Render the request body of a message as JSON
#[derive(Args)]
#[command(after_help = help::epilogue("", EXAMPLES, STATUSES))]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    batch: BatchArguments,
    /// Indent the JSON by two spaces
    #[arg(long, conflicts_with = "batch")]
    pretty: bool,
    /// Print the template with its references resolved, as YAML, instead of a message
    #[arg(long, conflicts_with_all = ["batch", "pretty", "flags", "files", "example", "profile"])]
    expand: bool,
    /// Write to a file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &[CommandExample] = &[
    ("kenarc render templates/order.yaml --var item=Bag --pretty", "Render a message"),
    ("kenarc render templates/order.yaml --example paid", "Render an example of the template"),
    ("kenarc render templates/order.yaml --batch orders.csv -o bodies.jsonl", "Render one message per row"),
];

const STATUSES: &[ExitMeaning] = &[
    (Exit::Done, "rendered"),
    (Exit::Findings, "the template, the variables or some rows are invalid"),
    (Exit::Failed, "wrong usage, an invalid kenarc.yaml, or an I/O error"),
];

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let config = arguments.inputs.project()?.config;
    if let Some(batch) = arguments.batch.open(&arguments.inputs, &config, terminal)? {
        return render_all(batch, arguments.output.as_deref(), terminal);
    }
    let text = if arguments.expand {
        arguments.inputs.expand(&config)?
    } else {
        let message = arguments.inputs.render(&config, terminal)?;
        let json = if arguments.pretty { message.to_json_pretty() } else { message.to_json() };
        json + "\n"
    };
    match &arguments.output {
        Some(path) => fs::write(path, text).map_err(|error| unwritable(path, &error))?,
        None => {
            let mut out = terminal.raw_stdout();
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
    }
    Ok(Exit::Done)
}

/// Writes one line of JSON per row.
fn render_all(batch: Batch, output: Option<&Path>, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut out: Box<dyn Write + Send> = match output {
        Some(path) if is_same_file(path, &batch.path) => {
            return Err(Failure::new(format!("{} cannot be both the rows and the output", path.display())));
        }
        Some(path) => Box::new(File::create(path).map_err(|error| unwritable(path, &error))?),
        None => Box::new(io::stdout()),
    };
    let Batch { template, common, mut rows, mut rejects, threads, extra, .. } = batch;
    let renderer = Renderer::new(&template, common, &rows).with_extra_columns(extra);
    let progress = match output {
        Some(_) => Progress::new(&rows),
        None => Progress::beside_results(&rows),
    };
    let (mut rendered, mut rejected) = (0, 0);
    in_order(
        threads,
        || Ok(rows.next_rows()?),
        || {
            let mut renderer = renderer.clone();
            move |rows: Vec<Row>| RowResults::of(rows.into_iter().map(|row| renderer.render(row)))
        },
        |piece: RowResults| {
            out.write_all(&piece.lines).map_err(|error| match output {
                Some(path) => unwritable(path, &error),
                None => Failure::Output(error),
            })?;
            batch::keep(&piece.rejected, rejects.as_mut())?;
            piece.rejected.iter().flat_map(Rejected::sentences).for_each(|reason| progress.print(&reason));
            rendered += piece.count;
            rejected += piece.rejected.len();
            let done = (rendered + rejected) as u64;
            let message = || format!("{rendered} rendered, {rejected} rejected");
            progress.update(|| Done { rows: done, of: done, message: message() });
            Ok::<_, Failure>(())
        },
    )?;
    out.flush()?;
    progress.finish();
    if let Some(rejects) = rejects {
        rejects.finish()?;
    }
    let words = if rejected == 0 { String::new() } else { format!(", {rejected} rejected") };
    writeln!(terminal.stderr(), "rendered {} of {}{words}", rendered, counted(rendered + rejected, "row"))?;
    Ok(if rejected == 0 { Exit::Done } else { Exit::Findings })
}

/// The results of rows that were read together.
#[derive(Default)]
struct RowResults {
    lines: Vec<u8>,
    count: usize,
    rejected: Vec<Rejected>,
}

impl RowResults {
    fn of(results: impl Iterator<Item = Result<RenderedRow, Box<Rejected>>>) -> Self {
        let mut piece = Self::default();
        for result in results {
            match result {
                Ok(record) => {
                    piece.lines.extend_from_slice(record.message.to_json().as_bytes());
                    piece.lines.push(b'\n');
                    piece.count += 1;
                }
                Err(rejected) => piece.rejected.push(*rejected),
            }
        }
        piece
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot write {}: {error}", path.display()))
}
