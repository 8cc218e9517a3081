//! `kenarc journal`

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::send::RecipientKind;
use crate::send::journal::{Cause, Counts, Reader, Record, Runs, State};
use crate::source::is_directional_control;

use super::exit::{Exit, Failure};
use super::help::{self, CommandExample, ExitMeaning};
use super::output::Terminal;

/// Show which messages of a batch were delivered, which were refused and which are unknown
///
/// Reads the journal of `kenarc send --batch … --journal JOURNAL` without changing it. Messages in flight when a run
/// was killed are unknown.
#[derive(Args)]
#[command(after_help = help::epilogue("", EXAMPLES, STATUSES))]
pub(super) struct Arguments {
    /// The journal
    #[arg(value_name = "JOURNAL")]
    journal: PathBuf,
    /// The output format
    #[arg(long, value_enum, default_value_t = JournalFormat::Table)]
    format: JournalFormat,
    /// List the messages in this state; repeatable [default: unknown and refused]
    #[arg(long = "state", value_name = "STATE", value_enum)]
    states: Vec<Listed>,
}

const EXAMPLES: &[CommandExample] = &[
    ("kenarc journal orders.csv.journal", "Show the outcomes of a batch"),
    ("kenarc journal orders.csv.journal --state delivered --format json", "List the delivered messages as JSON"),
];

const STATUSES: &[ExitMeaning] = &[
    (Exit::Done, "no message was refused or is unknown, whatever --state lists"),
    (Exit::Failed, "wrong usage, or the journal cannot be read"),
    (Exit::Refused, "messages were refused"),
    (Exit::Unknown, "the outcome of messages is unknown"),
];

#[derive(Clone, Copy, ValueEnum)]
enum JournalFormat {
    /// Human-readable
    Table,
    /// One JSON object
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Listed {
    Unknown,
    Refused,
    Delivered,
}

impl From<Listed> for State {
    fn from(listed: Listed) -> Self {
        match listed {
            Listed::Unknown => Self::Unknown,
            Listed::Refused => Self::Refused,
            Listed::Delivered => Self::Delivered,
        }
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let reader = Reader::open(&arguments.journal)?;
    let (runs, counts) = (reader.runs()?, reader.counts()?);
    let states: Vec<State> = match arguments.states.as_slice() {
        [] => vec![State::Unknown, State::Refused],
        listed => listed.iter().copied().map(State::from).collect(),
    };
    match arguments.format {
        JournalFormat::Table => write_table(&reader, &runs, &counts, &states, &mut terminal.stdout())?,
        JournalFormat::Json => write_json(&reader, &runs, &counts, &states, &mut terminal.raw_stdout())?,
    }
    Ok(match counts {
        counts if counts.of(State::Unknown) > 0 => Exit::Unknown,
        counts if counts.of(State::Refused) > 0 => Exit::Refused,
        _ => Exit::Done,
    })
}

const HEADING: Style = Style::new().bold();
const HELP: Style = AnsiColor::Cyan.on_default();

fn write_table(
    reader: &Reader,
    runs: &Runs,
    counts: &Counts,
    states: &[State],
    out: &mut impl Write,
) -> Result<(), Failure> {
    writeln!(out, "{HEADING}{}{HEADING:#}: {}", printable(&reader.path().to_string_lossy()), describe(runs))?;
    write_counts(counts, out)?;
    let mut group = None;
    reader.each(states, |record| {
        if group.replace((record.state, record.cause)) != Some((record.state, record.cause)) {
            write_heading(record, out)?;
        }
        Ok::<(), Failure>(write_row(record, out)?)
    })?;
    Ok(out.flush()?)
}

/// Describes the runs: how many, and how the last one ended.
fn describe(runs: &Runs) -> String {
    let Some(began) = &runs.last_began else { return "no runs".to_owned() };
    let count = match runs.count {
        1 => "1 run, which".to_owned(),
        count => format!("{count} runs, the last of which"),
    };
    match &runs.last_ended {
        Some(ended) => format!("{count} began {began} and ended {ended}"),
        None => format!("{count} began {began} and was killed"),
    }
}

fn write_counts(counts: &Counts, out: &mut impl Write) -> io::Result<()> {
    for state in [State::Delivered, State::Refused, State::Unknown] {
        let causes: Vec<String> = counts.by_cause(state).map(|(cause, count)| format!("{cause} {count}")).collect();
        let causes = causes.join(", ");
        writeln!(out, "{}", format!("  {state:<9} {:>7}  {causes}", counts.of(state)).trim_end())?;
    }
    Ok(())
}

/// Writes the heading of a group of rows, and what to do about them.
fn write_heading(record: &Record, out: &mut impl Write) -> io::Result<()> {
    let state = record.state;
    match record.cause {
        None => writeln!(out, "\n{HEADING}{state}{HEADING:#}"),
        Some(cause) => {
            writeln!(out, "\n{HEADING}{state}, {cause}{HEADING:#}: {}", cause.description())?;
            writeln!(out, "  {HELP}help:{HELP:#} {}", cause.help())
        }
    }
}

/// Writes one line. Columns of fixed width come first, and text that may be right-to-left comes last, so that it moves
/// nothing.
fn write_row(record: &Record, out: &mut impl Write) -> io::Result<()> {
    let Record { status, row, recipient, recipient_id, changed, .. } = record;
    let status = status.map_or_else(|| "no reply".to_owned(), |status| format!("HTTP {status}"));
    let place = row.to_string();
    let recipient = match recipient {
        RecipientKind::Conversation => printable(recipient_id),
        kind => format!("{kind} {}", printable(recipient_id)).into(),
    };
    writeln!(out, "  {changed}  {status:<9}  {:<16}  {recipient}", printable(&place))
}

/// Makes text safe to print in a line: replaces control characters, and isolates right-to-left text.
fn printable(text: &str) -> Cow<'_, str> {
    let is_control = |character: char| character.is_control() || is_directional_control(character);
    let text =
        if text.contains(is_control) { text.replace(is_control, "\u{fffd}").into() } else { Cow::Borrowed(text) };
    if text.contains(is_right_to_left) { format!("\u{2068}{text}\u{2069}").into() } else { text }
}

/// Returns whether a character is in a Unicode block of a right-to-left script.
fn is_right_to_left(character: char) -> bool {
    const BLOCKS: [RangeInclusive<char>; 5] = [
        '\u{590}'..='\u{8ff}',
        '\u{fb1d}'..='\u{fdff}',
        '\u{fe70}'..='\u{feff}',
        '\u{10800}'..='\u{10fff}',
        '\u{1e800}'..='\u{1efff}',
    ];
    BLOCKS.iter().any(|block| block.contains(&character))
}

/// The JSON output without the messages, which follow.
#[derive(Serialize)]
struct Overview<'a> {
    journal: Cow<'a, str>,
    runs: RunsJson<'a>,
    counts: CountsJson,
}

#[derive(Serialize)]
struct RunsJson<'a> {
    count: u64,
    last_began: Option<&'a str>,
    last_ended: Option<&'a str>,
}

#[derive(Serialize)]
struct CountsJson {
    delivered: u64,
    refused: u64,
    unknown: u64,
    /// The causes of refused and unknown messages.
    causes: BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct MessageJson<'a> {
    state: &'static str,
    cause: Option<&'static str>,
    status: Option<u16>,
    file: &'a str,
    line: u64,
    /// Of the next three, the one that there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bot_conversation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    attempts: u32,
    changed: &'a str,
}

/// Writes one object, with one line per message. It is streamed, because it may be large.
fn write_json(
    reader: &Reader,
    runs: &Runs,
    counts: &Counts,
    states: &[State],
    out: &mut impl Write,
) -> Result<(), Failure> {
    let causes = [State::Refused, State::Unknown].into_iter().flat_map(|state| counts.by_cause(state));
    let overview = Overview {
        journal: reader.path().to_string_lossy(),
        runs: RunsJson {
            count: runs.count,
            last_began: runs.last_began.as_deref(),
            last_ended: runs.last_ended.as_deref(),
        },
        counts: CountsJson {
            delivered: counts.of(State::Delivered),
            refused: counts.of(State::Refused),
            unknown: counts.of(State::Unknown),
            causes: causes.map(|(cause, count)| (cause.name(), count)).collect(),
        },
    };
    let overview = json(&overview)?;
    // Without the closing brace.
    write!(out, "{},\"messages\":[", overview.strip_suffix('}').unwrap_or(&overview))?;
    let mut separator = "\n";
    reader.each(states, |record| {
        let of = |kind| (record.recipient == kind).then_some(record.recipient_id.as_str());
        let message = MessageJson {
            state: record.state.name(),
            cause: record.cause.map(Cause::name),
            status: record.status,
            file: &record.row.file,
            line: record.row.line,
            conversation: of(RecipientKind::Conversation),
            bot_conversation: of(RecipientKind::BotConversation),
            user: of(RecipientKind::BotUser),
            attempts: record.attempts,
            changed: &record.changed,
        };
        write!(out, "{separator}{}", json(&message)?)?;
        separator = ",\n";
        Ok::<(), Failure>(())
    })?;
    writeln!(out, "\n]}}")?;
    Ok(out.flush()?)
}

fn json(value: &impl Serialize) -> io::Result<String> {
    Ok(serde_json::to_string(value)?)
}
