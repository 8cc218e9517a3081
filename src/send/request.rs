//! A request, complete except for the secrets.

use std::fmt::Write as _;

use thiserror::Error;

use crate::config::Api;
use crate::message::{Message, MessageKind};
use crate::source::REDACTED;

use super::api::Endpoint;
use super::recipient::{Recipient, RecipientKind};

/// The `User-Agent` header (RFC 9110 §10.1.5).
pub(super) const USER_AGENT: &str = concat!("kenarc/", env!("CARGO_PKG_VERSION"));

/// The `Content-Type` of the body, as in the API document.
pub(super) const JSON: &str = "application/json";

/// A message addressed to a recipient.
///
/// It contains no secret, so it is safe to print; [`Client::send`](super::Client::send) adds the secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    endpoint: Endpoint,
    recipient: Recipient,
    url: String,
    body: String,
}

/// Why a message cannot be sent to a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RequestError {
    /// The message is of another kind than the recipient takes.
    #[error("a {} cannot be sent to a {recipient}", message.noun())]
    Kind {
        /// The kind of the message.
        message: MessageKind,
        /// The kind of the recipient.
        recipient: RecipientKind,
    },
    /// A chatbot message for the classic API, which has no calls for chatbots.
    #[error("the {} API has no calls for chatbots", Api::Classic)]
    ClassicApi,
}

impl Request {
    /// Creates a request that sends `message`.
    ///
    /// # Errors
    /// [`RequestError`] if the recipient takes no messages of this kind, or the API has no such call.
    pub fn new(endpoint: &Endpoint, recipient: &Recipient, message: &Message) -> Result<Self, RequestError> {
        if message.kind() != recipient.kind.message_kind() {
            return Err(RequestError::Kind { message: message.kind(), recipient: recipient.kind });
        }
        if message.kind() == MessageKind::Chatbot && endpoint.api() == Api::Classic {
            return Err(RequestError::ClassicApi);
        }
        Ok(Self {
            endpoint: endpoint.clone(),
            recipient: recipient.clone(),
            url: recipient.url(endpoint.base()),
            body: message.to_json(),
        })
    }

    /// Returns the API and the server.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Returns whom it is sent to.
    #[must_use]
    pub const fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// Returns the header that carries the user's access token, and the prefix of the token in it; `None` if the API key
    /// suffices.
    pub(super) fn token_header(&self) -> Option<(&'static str, &'static str)> {
        let api = self.endpoint.api();
        self.recipient.kind.needs_token().then(|| (api.token_header(), api.token_prefix()))
    }

    /// Returns the absolute URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the JSON, exactly as it is sent.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Formats the request as the API document does: request line, headers, a blank line, the body. Secrets are
    /// replaced by `[redacted]`. No line break is added after the body.
    #[must_use]
    pub fn to_http_text(&self) -> String {
        let mut text = format!("POST {}\n", self.url);
        let headers = [("Content-Type", "", JSON), ("User-Agent", "", USER_AGENT), ("x-api-key", "", REDACTED)];
        let token = self.token_header().map(|(name, prefix)| (name, prefix, REDACTED));
        for (name, prefix, value) in headers.into_iter().chain(token) {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{name}: {prefix}{value}");
        }
        text.push('\n');
        text.push_str(&self.body);
        text
    }
}
