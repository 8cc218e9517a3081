//! Sending, against servers on the loopback interface that behave well, badly and not at all.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

#[cfg(unix)]
mod batch;
#[cfg(unix)]
#[path = "../support/cli.rs"]
mod cli;
mod client;
#[cfg(unix)]
mod command;
#[path = "../support/http.rs"]
mod http;
#[cfg(unix)]
mod journal;
#[cfg(unix)]
#[path = "../support/machine.rs"]
mod machine;
#[cfg(unix)]
#[path = "../support/recorder.rs"]
mod recorder;
#[path = "../support/server.rs"]
mod server;

const API_KEY: &str = "k3y-of-the-app-which-nobody-may-see";
const ACCESS_TOKEN: &str = "ory_at_t0ken-of-the-user-which-nobody-may-see";
/// The body of the API's answer to a message that it delivers.
const DELIVERED: &str = r#"{"status":0,"message":"sent"}"#;
const JSON: (&str, &str) = ("Content-Type", "application/json");
