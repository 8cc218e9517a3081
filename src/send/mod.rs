//! A message's body goes in, an [`Outcome`] comes out.
//!
//! ```text
//! Api, BaseUrl ─▶ Endpoint ─┐
//! ConversationId ───────────┼─▶ Request ─▶ text, curl        (no secret can be in either)
//! body ─────────────────────┘      │
//! Credentials ─────────────────────┴─▶ Client::send ─▶ Outcome ─▶ Explanation
//! ```
//!
//! [`Client::send`] sends once, and says what is certain about it: [`Delivered`](Outcome::Delivered),
//! [`Refused`](Outcome::Refused), [`NotSent`](Outcome::NotSent) or [`Unknown`](Outcome::Unknown). It knows nothing of
//! templates, of the command line or of printing. Nothing is retried behind the caller's back: the API takes no
//! idempotency key, so a request that is sent twice may be delivered twice. [`delivery`] sends many, and a [`journal`]
//! sees to it that each is sent at most once, whatever happens.

mod answer;
mod api;
mod chain;
mod client;
mod connect;
mod conversation;
mod curl;
pub mod delivery;
mod departure;
mod explain;
pub mod journal;
mod outcome;
mod quote;
mod rate;
mod request;
mod retry_after;
mod secret;
mod setback;

pub use crate::config::{Api, UnknownApi};
pub use answer::MAX_ANSWER_BYTES;
pub use api::{BaseUrl, BaseUrlError, Endpoint};
pub use client::Client;
pub use connect::{CONNECT_TIMEOUT, ClientError};
pub use conversation::{ConversationId, ConversationIdError, MAX_CONVERSATION_ID_BYTES};
pub use explain::Explanation;
pub use outcome::{Doubt, Excerpt, Flaw, Obstacle, Outcome, Refusal, Said};
pub use quote::Quote;
pub use rate::{Rate, RateError};
pub use request::Request;
pub use secret::{ACCESS_TOKEN_VARIABLE, API_KEY_VARIABLE, Credentials, MAX_SECRET_BYTES, Secret, SecretError};
pub use setback::Setback;
