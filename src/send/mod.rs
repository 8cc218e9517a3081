//! A message's body goes in, an [`Outcome`] comes out.
//!
//! ```text
//! Api, BaseUrl ─▶ Endpoint ─┐
//! ConversationId ───────────┼─▶ Request ─▶ text, curl        (no secret can be in either)
//! body ─────────────────────┘      │
//! Credentials ─────────────────────┴─▶ Client::send ─▶ Outcome ─▶ Explanation
//! ```
//!
//! This room sends once, and says what is certain about it: [`Delivered`](Outcome::Delivered),
//! [`Refused`](Outcome::Refused), [`NotSent`](Outcome::NotSent) or [`Unknown`](Outcome::Unknown). It knows nothing of
//! templates, of the command line or of printing. Nothing is retried behind the caller's back: the API takes no
//! idempotency key, so a request that is sent twice may be delivered twice.

mod answer;
mod api;
mod client;
mod conversation;
mod curl;
mod departure;
mod explain;
pub mod journal;
mod outcome;
mod quote;
mod request;
mod retry_after;
mod secret;

pub use answer::MAX_ANSWER_BYTES;
pub use api::{Api, BaseUrl, BaseUrlError, Endpoint, UnknownApi};
pub use client::{CONNECT_TIMEOUT, Client, ClientError};
pub use conversation::{ConversationId, ConversationIdError, MAX_CONVERSATION_ID_BYTES};
pub use explain::Explanation;
pub use outcome::{Doubt, Excerpt, Flaw, Obstacle, Outcome, Refusal, Said};
pub use quote::Quote;
pub use request::Request;
pub use secret::{ACCESS_TOKEN_VARIABLE, API_KEY_VARIABLE, Credentials, MAX_SECRET_BYTES, Secret, SecretError};
