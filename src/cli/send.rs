//! `kenarc send`

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use crate::send::{
    ACCESS_TOKEN_VARIABLE, API_KEY_VARIABLE, Api, BaseUrl, Client, ConversationId, Credentials, Endpoint,
    MAX_SECRET_BYTES, Outcome, Request, Secret,
};

use super::config::Project;
use super::exit::{Exit, Failure};
use super::inputs::Inputs;
use super::output::Terminal;

/// Render a message and post it to a conversation
#[derive(Args)]
#[command(
    after_help = "The API key and the user's access token are read from KENAR_API_KEY and KENAR_ACCESS_TOKEN, or from \
                        files; never from an argument, which other users of the machine can see."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    /// The conversation to post to
    #[arg(long, value_name = "ID")]
    conversation: ConversationId,
    /// Which of the API's two addresses to use: `classic` (api.divar.ir) or `current` (open-api.divar.ir) [default:
    /// the one that kenarc.yaml names, else classic]
    #[arg(long, value_name = "classic|current")]
    api: Option<Api>,
    /// Send to another server: https, or http on loopback
    #[arg(long, value_name = "URL")]
    base_url: Option<BaseUrl>,
    /// Give up after this many seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    timeout: Duration,
    /// Read the API key from a file
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Read the user's access token from a file
    #[arg(long, value_name = "FILE")]
    access_token_file: Option<PathBuf>,
    /// Print the request and send nothing; secrets are masked
    #[arg(long)]
    dry_run: bool,
    /// Print a curl command that sends the request; it reads the secrets from the environment
    #[arg(long, conflicts_with = "dry_run")]
    curl: bool,
}

/// The shortest and the longest time to wait for an answer.
const TIMEOUTS: std::ops::RangeInclusive<f64> = 0.001..=3600.0;

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if TIMEOUTS.contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("a number of seconds from 0.001 to 3600 is expected".to_owned()),
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let project = Project::find()?;
    let message = arguments.inputs.render(&project.config)?;
    let api = arguments.api.or(project.api).unwrap_or_default();
    let endpoint = Endpoint::new(api, arguments.base_url.clone());
    let request = Request::new(&endpoint, &arguments.conversation, message.to_json());
    if arguments.dry_run || arguments.curl {
        let text = if arguments.curl { request.to_curl() } else { request.to_http_text() };
        let mut out = terminal.raw_stdout();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        return Ok(Exit::Done);
    }
    let credentials = Credentials {
        api_key: secret("the API key", arguments.api_key_file.as_deref(), "--api-key-file", API_KEY_VARIABLE)?,
        access_token: secret(
            "the access token",
            arguments.access_token_file.as_deref(),
            "--access-token-file",
            ACCESS_TOKEN_VARIABLE,
        )?,
    };
    let outcome = post(&endpoint, arguments.timeout, &request, &credentials)?;
    Ok(report(&outcome, &request, terminal))
}

fn post(
    endpoint: &Endpoint,
    limit: Duration,
    request: &Request,
    credentials: &Credentials,
) -> Result<Outcome, Failure> {
    let client = Client::new(endpoint, limit).map_err(|error| Failure::new(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the network cannot be used: {error}")))?;
    Ok(runtime.block_on(client.send(request, credentials)))
}

/// Says what became of the request. The exit status is the outcome's, also where stderr cannot be written: nobody may take
/// a message that was delivered for one that was not.
fn report(outcome: &Outcome, request: &Request, terminal: &Terminal) -> Exit {
    let explanation = outcome.explain(request);
    let exit = match outcome {
        Outcome::Delivered { .. } => {
            let _ = writeln!(terminal.stderr(), "{}", explanation.summary);
            return Exit::Done;
        }
        Outcome::Refused { .. } => Exit::Refused,
        Outcome::NotSent { .. } => Exit::Failed,
        Outcome::Unknown { .. } => Exit::Unknown,
    };
    let meaning = explanation.meaning.map(|meaning| format!("\n       {meaning}")).unwrap_or_default();
    let help = explanation.help.join("\n       ");
    let _ = terminal.error(&format!("{}{meaning}", explanation.summary), (!help.is_empty()).then_some(&help));
    exit
}

/// A secret from its file, else from its environment variable.
fn secret(what: &str, file: Option<&Path>, flag: &str, variable: &str) -> Result<Secret, Failure> {
    let (text, origin) = match file {
        Some(path) => (read(path)?, path.display().to_string()),
        None => match std::env::var(variable) {
            Ok(text) => (text, variable.to_owned()),
            Err(std::env::VarError::NotPresent) => {
                return Err(Failure::with_help(
                    format!("{what} is missing"),
                    format!("set {variable}, or name a file that holds it with {flag}"),
                ));
            }
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(Failure::new(format!("{what} in {variable} is not UTF-8")));
            }
        },
    };
    Secret::new(&text).map_err(|error| Failure::new(format!("{what} in {origin} {error}")))
}

/// Reads a file that holds a secret, no more than the longest secret and its line break.
fn read(path: &Path) -> Result<String, Failure> {
    let unreadable = |error: std::io::Error| Failure::new(format!("cannot read {}: {error}", path.display()));
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_SECRET_BYTES as u64 + 3).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}
