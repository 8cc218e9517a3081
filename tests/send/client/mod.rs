//! `kenarc::send`, as its callers see it.

mod addresses;
mod misbehaving_servers;
mod not_sent;
mod redirects;
mod request_text;
mod responses;
mod secrets;
mod sent_requests;

use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kenarc::message::{Content, Draft, Message, MessageKind};
use kenarc::send::{
    Api, BaseUrl, BaseUrlError, Client, ConnectError, Credentials, Endpoint, ErrorBody, MAX_RECIPIENT_ID_BYTES,
    MAX_RESPONSE_BYTES, MAX_SECRET_BYTES, Outcome, Recipient, RecipientId, RecipientIdError, RecipientKind, Refusal,
    Request, ResponseDefect, RetryReason, SanitizedText, Secret, SecretError, UnknownReason,
};

use crate::server::{Behaviour, Server, answer, head};
use crate::{ACCESS_TOKEN, API_KEY, DELIVERED, JSON};

const CONVERSATION: &str = "a-conversation";
/// Everything that a shell, a JSON parser or a terminal might misinterpret.
const TEXT: &str = "سلام، it's \"$HOME\" `id` \\ \n !! {} 100% @x";
const BODY: &str = r#"{"type":"TEXT","message":"سلام، it's \"$HOME\" `id` \\ \n !! {} 100% @x"}"#;

/// Long enough never to be reached by a server that answers.
const PATIENCE: Duration = Duration::from_secs(30);
/// Short enough for servers that never do.
const IMPATIENCE: Duration = Duration::from_secs(1);

fn credentials() -> Credentials {
    Credentials { api_key: Secret::new(API_KEY).unwrap(), access_token: Some(Secret::new(ACCESS_TOKEN).unwrap()) }
}

fn endpoint(api: Api, base: &str) -> Endpoint {
    Endpoint::new(api, Some(BaseUrl::parse(base).unwrap()))
}

fn message(text: &str) -> Message {
    Draft::new(MessageKind::Chat, Content::Text(text.to_owned())).check().unwrap()
}

fn conversation(id: &str) -> Recipient {
    Recipient::new(RecipientKind::Conversation, id).unwrap()
}

fn request_to(endpoint: &Endpoint) -> Request {
    Request::new(endpoint, &conversation(CONVERSATION), &message(TEXT)).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let result = runtime.block_on(future);
    runtime.shutdown_background();
    result
}

fn send(request: &Request, limit: Duration) -> Outcome {
    let client = Client::new(request.endpoint(), limit).unwrap();
    block_on(client.send(request, &credentials()))
}

/// Returns the outcome of a request to a server with this behaviour, and its explanation.
fn outcome_of(behaviour: Behaviour, limit: Duration) -> (Outcome, String) {
    let server = Server::start(behaviour);
    let request = request_to(&endpoint(Api::Classic, &server.url()));
    let outcome = send(&request, limit);
    let explanation = outcome.explain(&request).to_string();
    (outcome, explanation)
}

#[track_caller]
fn assert_phrases(explanation: &str, phrases: &[&str]) {
    for phrase in phrases {
        assert!(explanation.contains(phrase), "{phrase:?} is not in:\n{explanation}");
    }
}
