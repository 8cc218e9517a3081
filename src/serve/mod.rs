//! A local API that answers as the documented one does, to develop and test add-ons against.
//!
//! ```text
//! connection ─▶ receive ─▶ judge ─▶ Exchange ─▶ observer (log, record)
//!                            ▲          └─▶ answer ─▶ connection
//!          rules, limit, faults
//! ```
//!
//! Every request is checked with the rules of the library, and refused as the API document says, with words for the developer. It
//! can be told to misbehave ([`Faults`]), so that an add-on meets blocked users, limits, failures and broken connections before
//! its users do. No key and no token ever leaves this room, in whatever part of a request it stood.
//!
//! This room knows nothing of the command line or of printing: what happens goes to an observer.

mod answer;
mod arrival;
mod body;
mod desk;
mod exchange;
mod faults;
mod limit;
mod moment;
mod reading;
mod record;
mod secrets;
mod server;

pub use arrival::Arrival;
pub use desk::Settings;
pub use exchange::{Content, Ending, Exchange, Finding};
pub use faults::{Fault, Faults, FaultsError};
pub use moment::rfc3339;
pub use server::{Event, GRACE, MAX_CONNECTIONS, serve};

/// The longest body that is taken, in bytes: 1 MiB. The API document has no limit; a message of kenarc has at most 64 KiB.
pub const MAX_BODY_BYTES: usize = 1 << 20;
