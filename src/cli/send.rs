//! `kenarc send`

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::runtime::Runtime;

use crate::message::MessageKind;
use crate::send::batch::MAX_PAUSE;
use crate::send::{
    ACCESS_TOKEN_VARIABLE, API_KEY_VARIABLE, Api, BaseUrl, Client, Credentials, Endpoint, Outcome, Request,
    RetryReason, Secret,
};

use super::batch::{Batch, BatchArguments};
use super::exit::{Exit, Failure};
use super::help::{self, CommandExample, ExitMeaning};
use super::inputs::Inputs;
use super::output::Terminal;
use super::recipient::RecipientArguments;
use super::secret::secret;
use super::send_batch::{self, SendBatchArguments};

/// Render a message and send it to a conversation or to the user of a chatbot, or many messages from rows
#[derive(Args)]
#[command(after_help = help::epilogue(NOTES, EXAMPLES, STATUSES))]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    recipient: RecipientArguments,
    #[command(flatten)]
    batch: BatchArguments,
    #[command(flatten)]
    delivery: SendBatchArguments,
    /// The API to use: `classic` (api.divar.ir) or `current` (open-api.divar.ir), which alone has chatbots [default: that
    /// of kenarc.yaml, else classic; for a chatbot message current]
    #[arg(long, value_name = "classic|current")]
    api: Option<Api>,
    /// Send to another server: https, or http on loopback
    #[arg(long, value_name = "URL")]
    base_url: Option<BaseUrl>,
    /// Give up after this many seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    timeout: Duration,
    /// How often to retry if the request was certainly not accepted: no connection, 429, 503 with Retry-After [default:
    /// 0; with --batch 5 in a row]
    #[arg(long, value_name = "N")]
    retries: Option<u32>,
    /// Read the API key from a file
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Read the user's access token from a file
    #[arg(long, value_name = "FILE")]
    access_token_file: Option<PathBuf>,
    /// Send nothing: print the request with masked secrets; with --batch, check all rows and say what would be sent
    #[arg(long)]
    dry_run: bool,
    /// Print a curl command that sends the request and reads the secrets from the environment
    #[arg(long, conflicts_with_all = ["dry_run", "batch"])]
    curl: bool,
}

const NOTES: &str = "\
The API key and the user's access token are read from KENAR_API_KEY and KENAR_ACCESS_TOKEN, or from files; never from \
an argument, which other users of the machine can see. A row can have a token of its own in the column `access_token`. --bot-conversation needs no token.

The keys of a template say which API it is for: `message` is a message in a chat between two users, for --conversation; \
`text_message` a message of a chatbot, for --bot-conversation or --user.

A request is retried automatically only if it was certainly not accepted. If a message may have been delivered, its \
outcome is unknown: with --batch, the journal keeps it from being sent again, also by later runs, unless \
--resend-unknown is given.";

const EXAMPLES: &[CommandExample] = &[
    (
        "kenarc send templates/order.yaml --example paid --conversation ID --dry-run",
        "Show a request without sending it",
    ),
    ("kenarc send templates/order.yaml --var item=Bag --conversation ID", "Send a message"),
    ("kenarc send templates/chatbot-menu.yaml --example newcomer --bot-conversation ID", "Send a message of a chatbot"),
    ("kenarc send templates/order.yaml --batch orders.csv --dry-run", "Check all rows without sending anything"),
    ("kenarc send templates/order.yaml --batch orders.csv --rate 300/m", "Send a message per row"),
];

const STATUSES: &[ExitMeaning] = &[
    (Exit::Done, "delivered"),
    (Exit::Findings, "the template, the variables or some rows are invalid"),
    (Exit::Failed, "wrong usage, an I/O error, or the run stopped early"),
    (Exit::Refused, "refused by the API"),
    (Exit::Unknown, "the outcome of a message is unknown; of several statuses the highest is used"),
];

/// The range of `--timeout`, in seconds.
const TIMEOUTS: std::ops::RangeInclusive<f64> = 0.001..=3600.0;

/// Parses a number of seconds.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if TIMEOUTS.contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("expected a number of seconds from 0.001 to 3600".to_owned()),
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let project = arguments.inputs.project()?;
    if let Some(batch) = arguments.batch.open(&arguments.inputs, &project.config, terminal)? {
        let endpoint = arguments.endpoint(batch.template.kind, project.api)?;
        return arguments.send_batch(batch, endpoint, terminal);
    }
    let message = arguments.inputs.render(&project.config, terminal)?;
    let recipient = arguments.recipient.of(message.kind())?;
    let endpoint = arguments.endpoint(message.kind(), project.api)?;
    let request = Request::new(&endpoint, &recipient, &message).map_err(|error| Failure::new(error.to_string()))?;
    if arguments.dry_run || arguments.curl {
        let text = if arguments.curl { request.to_curl() } else { request.to_http_text() };
        let mut out = terminal.raw_stdout();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        return Ok(Exit::Done);
    }
    let api_key = arguments.api_key()?;
    let access_token = recipient.kind.needs_token().then(|| arguments.access_token()).transpose()?;
    let credentials = Credentials { api_key, access_token };
    let outcome = arguments.post(&endpoint, &request, &credentials, terminal)?;
    Ok(report(&outcome, &request, terminal))
}

impl Arguments {
    /// Returns the API and the server for messages of a kind. Only the current API has chatbots, so that nobody has to
    /// choose it for them.
    fn endpoint(&self, kind: MessageKind, of_project: Option<Api>) -> Result<Endpoint, Failure> {
        let api = match (kind, self.api.or(of_project)) {
            (MessageKind::Chatbot, Some(Api::Classic)) => {
                return Err(Failure::with_help(
                    "the classic API has no calls for chatbots, and this is a chatbot message",
                    match self.api {
                        Some(_) => "use --api current, or leave out --api",
                        None => "use --api current, or remove `api: classic` from kenarc.yaml",
                    },
                ));
            }
            (MessageKind::Chatbot, _) => Api::Current,
            (MessageKind::Chat, api) => api.unwrap_or_default(),
        };
        Ok(Endpoint::new(api, self.base_url.clone()))
    }

    fn send_batch(&self, batch: Batch, endpoint: Endpoint, terminal: &Terminal) -> Result<Exit, Failure> {
        let api_key = self.api_key()?;
        // Optional, because rows may have tokens of their own, or need none.
        let has_token = self.access_token_file.is_some() || std::env::var_os(ACCESS_TOKEN_VARIABLE).is_some();
        let access_token = has_token.then(|| self.access_token()).transpose()?;
        if self.dry_run {
            return self.delivery.dry_run(batch, endpoint, access_token, terminal);
        }
        let client = self.client(&endpoint)?;
        let sender = send_batch::Sender { client, endpoint, api_key, access_token };
        self.delivery.run(batch, sender, self.retries, terminal)
    }

    fn client(&self, endpoint: &Endpoint) -> Result<Client, Failure> {
        Client::new(endpoint, self.timeout).map_err(|error| Failure::new(error.to_string()))
    }

    fn api_key(&self) -> Result<Secret, Failure> {
        secret("the API key", self.api_key_file.as_deref(), "--api-key-file", API_KEY_VARIABLE)
    }

    fn access_token(&self) -> Result<Secret, Failure> {
        secret("the access token", self.access_token_file.as_deref(), "--access-token-file", ACCESS_TOKEN_VARIABLE)
    }

    /// Sends the request. Retries as often as `--retries` permits if it was certainly not accepted.
    fn post(
        &self,
        endpoint: &Endpoint,
        request: &Request,
        credentials: &Credentials,
        terminal: &Terminal,
    ) -> Result<Outcome, Failure> {
        let client = self.client(endpoint)?;
        let runtime = runtime()?;
        let outcome = runtime.block_on(async {
            let mut count = 0;
            loop {
                let outcome = client.send(request, credentials).await;
                count += 1;
                let retry = RetryReason::of(&outcome).filter(|_| count <= self.retries.unwrap_or(0));
                let Some(wait) = retry.map(|reason| reason.wait(count)).filter(|wait| *wait <= MAX_PAUSE) else {
                    return outcome;
                };
                let summary = outcome.explain(request).summary;
                let _ = writeln!(terminal.stderr(), "{summary}; retrying in {} s", wait.as_secs_f64().ceil());
                tokio::time::sleep(wait).await;
            }
        });
        // A name lookup that is still running is not waited for.
        runtime.shutdown_background();
        Ok(outcome)
    }
}

/// Creates the runtime for requests.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(format!("cannot use the network: {error}")))
}

/// Reports the outcome. The exit status is that of the outcome even if stderr cannot be written, so that a delivered
/// message is not taken for an undelivered one.
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
