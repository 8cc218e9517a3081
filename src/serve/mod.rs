//! A local API that behaves like the documented one, for developing and testing add-ons.
//!
//! ```text
//! connection ─▶ receive ─▶ Handler ─▶ Exchange ─▶ observer (log, record)
//!                             ▲          └─▶ response ─▶ connection
//!           rules, limit, faults
//! ```
//!
//! Every request is checked with the rules of the library and refused as the API document says, with an error message
//! for the developer. Faults can be injected ([`Faults`]) to test how an add-on copes with blocked users, limits,
//! failures and broken connections. No key or token leaves this module, in whatever part of a request it was.
//!
//! This module never prints: everything is reported to an observer.

mod body;
mod call;
mod checked_body;
mod exchange;
mod faults;
mod handler;
mod head;
mod limit;
mod record;
mod response;
mod secrets;
mod server;
mod uploads;

pub use call::Call;
pub use exchange::{Content, Ending, Exchange, RequestFinding};
pub use faults::{Fault, Faults, FaultsError};
pub use handler::Settings;
pub use head::RequestHead;
pub use server::{GRACE, MAX_CONNECTIONS, ServerEvent, serve};

/// The maximum size of a request body that is no upload, in bytes: 1 MiB. The API document has no limit; a message of kenarc has at most
/// 64 KiB.
pub const MAX_BODY_BYTES: usize = 1 << 20;
