//! A request, complete except for the secrets.

use std::fmt::Write as _;

use crate::message::Message;

use crate::source::REDACTED;

use super::api::Endpoint;
use super::conversation::ConversationId;

/// The `User-Agent` header (RFC 9110 §10.1.5).
pub(super) const USER_AGENT: &str = concat!("kenarc/", env!("CARGO_PKG_VERSION"));

/// The `Content-Type` of the body, as in the API document.
pub(super) const JSON: &str = "application/json";

/// A message addressed to a conversation: `POST BASE/v2/open-platform/conversations/ID/messages` (the API document).
///
/// It contains no secret, so it is safe to print; [`Client::send`](super::Client::send) adds the secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    endpoint: Endpoint,
    conversation: ConversationId,
    url: String,
    body: String,
}

impl Request {
    /// Creates a request that sends `message`.
    #[must_use]
    pub fn new(endpoint: &Endpoint, conversation: &ConversationId, message: &Message) -> Self {
        let base = endpoint.base();
        let segment = conversation.path_segment();
        Self {
            endpoint: endpoint.clone(),
            conversation: conversation.clone(),
            url: format!("{base}/v2/open-platform/conversations/{segment}/messages"),
            body: message.to_json(),
        }
    }

    /// Returns the API and the server.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Returns the conversation.
    #[must_use]
    pub const fn conversation(&self) -> &ConversationId {
        &self.conversation
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
        let api = self.endpoint.api();
        let mut text = format!("POST {}\n", self.url);
        let headers = [
            ("Content-Type", "", JSON),
            ("User-Agent", "", USER_AGENT),
            ("x-api-key", "", REDACTED),
            (api.token_header(), api.token_prefix(), REDACTED),
        ];
        for (name, prefix, value) in headers {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{name}: {prefix}{value}");
        }
        text.push('\n');
        text.push_str(&self.body);
        text
    }
}
