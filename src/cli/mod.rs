//! The command line: one file per command. Only this module prints and ends the process.

mod batch;
mod check;
mod ci;
mod exit;
mod explain;
mod fix;
mod format;
mod help;
mod icons;
mod inputs;
mod job_template;
mod journal;
mod levels;
mod libraries;
mod output;
mod plan;
mod progress;
mod project;
mod recipient;
mod render;
mod replace;
mod schema;
mod secret;
mod send;
mod send_batch;
mod serve;
mod signals;
mod snapshot;
mod summary;
mod test;
mod test_report;
mod upload;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use exit::Exit;
use help::{CommandExample, ExitMeaning};
use output::Terminal;

/// Compile messages of chats and chatbots for Kenar, Divar's add-on platform, from YAML templates
#[derive(Parser)]
#[command(name = "kenarc", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = help::epilogue("", EXAMPLES, STATUSES))]
struct Arguments {
    /// When to colour the output; `auto` does on a terminal, unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto, global = true)]
    #[arg(help_heading = "Global options")]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &[CommandExample] = &[
    ("kenarc check", "Check the templates of a project"),
    ("kenarc render templates/order.yaml --var item=Bag --pretty", "Render a message"),
    ("kenarc help send", "Show the options of a command"),
];

const STATUSES: &[ExitMeaning] = &[
    (Exit::Done, "success"),
    (Exit::Findings, "findings, or invalid input"),
    (Exit::Failed, "wrong usage, an invalid kenarc.yaml, or an I/O error"),
    (Exit::Refused, "refused by the API (send, journal, upload)"),
    (Exit::Unknown, "the outcome is unknown (send, journal)"),
];

#[derive(Clone, Copy, ValueEnum)]
enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Arguments),
    Render(render::Arguments),
    Send(send::Arguments),
    Journal(journal::Arguments),
    Upload(upload::Arguments),
    Serve(serve::Arguments),
    Test(test::Arguments),
    Icons(icons::Arguments),
    Explain(explain::Arguments),
    Schema(schema::Arguments),
}

/// Runs the command that the process was started with, and returns its exit status.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    match arguments.color {
        ColorChoice::Auto => {}
        ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
        ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
    }
    let terminal = Terminal::new();
    let result = match &arguments.command {
        Command::Check(arguments) => check::run(arguments, &terminal),
        Command::Render(arguments) => render::run(arguments, &terminal),
        Command::Send(arguments) => send::run(arguments, &terminal),
        Command::Journal(arguments) => journal::run(arguments, &terminal),
        Command::Upload(arguments) => upload::run(arguments, &terminal),
        Command::Serve(arguments) => serve::run(arguments, &terminal),
        Command::Test(arguments) => test::run(arguments, &terminal),
        Command::Icons(arguments) => icons::run(arguments, &terminal),
        Command::Explain(arguments) => explain::run(arguments, &terminal),
        Command::Schema(arguments) => schema::run(arguments, &terminal),
    };
    result.unwrap_or_else(|failure| terminal.fail(failure)).into()
}

/// Prints clap's message about the arguments, which may be the help or the version.
fn usage(error: &clap::Error) -> ExitCode {
    let is_help = !error.use_stderr();
    match error.print() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::Failed.into(),
        _ if is_help => Exit::Done.into(),
        _ => Exit::Failed.into(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    /// Returns the commands under "Examples:" in a help text.
    fn examples(command: &clap::Command) -> Vec<String> {
        let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        text.lines().filter_map(|line| line.strip_prefix("    kenarc ")).map(str::to_owned).collect()
    }

    #[test]
    fn arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn help_is_as_in_the_snapshots() {
        let mut root = Arguments::command().term_width(100);
        root.build();
        let names: Vec<String> = root.get_subcommands().map(|command| command.get_name().to_owned()).collect();
        insta::with_settings!({
            snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/help"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!("kenarc", root.render_long_help().to_string());
            for name in names.iter().filter(|name| *name != "help") {
                let command = root.find_subcommand_mut(name).unwrap();
                insta::assert_snapshot!(name.as_str(), command.render_long_help().to_string());
            }
        });
    }

    #[test]
    fn each_command_has_examples_that_can_be_parsed() {
        let root = Arguments::command();
        for command in root.get_subcommands().chain([&root]) {
            let examples = examples(command);
            assert!(!examples.is_empty(), "{}", command.get_name());
            for example in examples {
                let words = example.split_whitespace().take_while(|word| *word != ">");
                if let Err(error) = Arguments::try_parse_from(std::iter::once("kenarc").chain(words)) {
                    assert!(!error.use_stderr(), "{example}: {error}");
                }
            }
        }
    }
}
