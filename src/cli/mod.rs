//! The command line: one file a command. Only this room prints and ends the process.

mod batch;
mod check;
mod ci;
mod exit;
mod explain;
mod fix;
mod icons;
mod inputs;
mod journal;
mod levels;
mod output;
mod progress;
mod project;
mod render;
mod replace;
mod schema;
mod send;
mod send_batch;
mod serve;
mod signals;
mod snapshot;
mod summary;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use exit::Exit;
use output::Terminal;

/// Compiles chat messages for Kenar, Divar's add-on platform, from YAML templates.
#[derive(Parser)]
#[command(name = "kenarc", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Exit status: 0 done, 1 findings or invalid input, 2 usage or I/O, 3 refused by the API, \
                        4 outcome unknown")]
struct Arguments {
    /// When to colour the output
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto, global = true)]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
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
    Serve(serve::Arguments),
    Test(test::Arguments),
    Icons(icons::Arguments),
    Explain(explain::Arguments),
    Schema(schema::Arguments),
}

/// Runs the command that the process was started with.
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
        Command::Serve(arguments) => serve::run(arguments, &terminal),
        Command::Test(arguments) => test::run(arguments, &terminal),
        Command::Icons(arguments) => icons::run(arguments, &terminal),
        Command::Explain(arguments) => explain::run(arguments, &terminal),
        Command::Schema(arguments) => schema::run(arguments, &terminal),
    };
    result.unwrap_or_else(|failure| terminal.fail(failure)).into()
}

/// clap's own words about the arguments; help and version are no errors.
fn usage(error: &clap::Error) -> ExitCode {
    let is_help = !error.use_stderr();
    match error.print() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::Failed.into(),
        _ if is_help => Exit::Done.into(),
        _ => Exit::Failed.into(),
    }
}
