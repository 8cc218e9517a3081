//! The end of each help text: examples and exit statuses.

use clap::builder::{StyledStr, Styles};

use super::exit::Exit;

/// A command line, and what it does.
pub(super) type CommandExample = (&'static str, &'static str);

/// An exit status, and what it means for a command.
pub(super) type ExitMeaning = (Exit, &'static str);

/// Returns the text that follows the options of a command: notes, if there are any, examples and exit statuses.
pub(super) fn epilogue(notes: &str, examples: &[CommandExample], statuses: &[ExitMeaning]) -> StyledStr {
    let styles = Styles::default();
    let heading = styles.get_header();
    let examples: String = examples.iter().map(|(command, purpose)| format!("\n  {purpose}:\n    {command}")).collect();
    let statuses: String = statuses.iter().map(|(exit, meaning)| format!("\n  {}  {meaning}", *exit as u8)).collect();
    let gap = if notes.is_empty() { "" } else { "\n\n" };
    format!("{notes}{gap}{heading}Examples:{heading:#}{examples}\n\n{heading}Exit status:{heading:#}{statuses}").into()
}
