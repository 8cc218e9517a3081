//! Sends messages to the API.
//!
//! ```text
//! Api, BaseUrl ─▶ Endpoint ─┐
//! Recipient ────────────────┼─▶ Request ─▶ text, curl        (neither contains secrets)
//! Message ──────────────────┘      │
//! Credentials ─────────────────────┴─▶ Client::send ─▶ Outcome ─▶ Explanation
//! ```
//!
//! [`Client::send`] sends a request once, and returns what is certain about it: [`Delivered`](Outcome::Delivered),
//! [`Refused`](Outcome::Refused), [`NotSent`](Outcome::NotSent) or [`Unknown`](Outcome::Unknown). It never retries by
//! itself: the API has no idempotency key, so a request that is sent twice may be delivered twice. [`batch`] sends many
//! messages, and its [`journal`] ensures that each is sent at most once, whatever happens. [`Uploader`] uploads files.

mod api;
pub mod batch;
mod body_tracker;
mod client;
mod curl;
mod explain;
pub mod journal;
mod outcome;
mod proxy;
mod rate;
mod recipient;
mod request;
mod response;
mod retry;
mod retry_after;
mod sanitized;
mod secret;
mod upload;

pub use crate::config::{Api, UnknownApi};
pub use api::{BaseUrl, BaseUrlError, Endpoint};
pub use client::{CONNECT_TIMEOUT, Client, ClientError};
pub use explain::Explanation;
pub use outcome::{ConnectError, ErrorBody, Excerpt, Outcome, Refusal, ResponseDefect, UnknownReason};
pub use rate::{Rate, RateError};
pub use recipient::{
    MAX_RECIPIENT_ID_BYTES, Recipient, RecipientId, RecipientIdError, RecipientKind, UnknownRecipientKind,
};
pub use request::{Request, RequestError};
pub use response::MAX_RESPONSE_BYTES;
pub use retry::RetryReason;
pub use sanitized::SanitizedText;
pub use secret::{ACCESS_TOKEN_VARIABLE, API_KEY_VARIABLE, Credentials, MAX_SECRET_BYTES, Secret, SecretError};
pub(crate) use upload::{FIELD, PERMISSION_PATH, TRANSFER_PATH};
pub use upload::{Media, MediaError, MediaKind, Servers, UnknownMediaKind, UploadError, UploadStep, Uploader};
