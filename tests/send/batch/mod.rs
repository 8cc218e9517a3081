//! `kenarc send --batch`: the binary, with real servers, signals and disks.

mod bad_rows;
mod chatbots;
mod connection_failures;
mod fixture;
mod full_disk;
mod halts;
mod kills;
mod output;
mod preflight;
mod rate;
mod rows;
mod secrets;
mod signals;
mod single_message;
mod usage;

use std::ops::RangeInclusive;

use serde_json::json;

const TEMPLATE: &str = "\
variables:
  name: { type: string, minLength: 2 }
  price: { type: integer, default: 0 }
  url: { type: string, format: uri, default: https://app.example/ }
message: سلام {{ name }}
sender_buttons:
  - - { icon: SUPPORT, caption: پشتیبانی, open_direct_link: \"{{ url }}\" }
";

/// What every secret here contains, and nothing that people or files get may.
const SECRET: &str = "nobody-may-see";
const SECRETS: [(&str, &str); 2] =
    [("KENAR_API_KEY", "key-which-nobody-may-see"), ("KENAR_ACCESS_TOKEN", "token-which-nobody-may-see")];

/// Returns the row whose message goes to conversation `c-NUMBER`.
fn row(number: u64) -> String {
    format!("{}\n", json!({ "conversation_id": format!("c-{number}"), "name": format!("کاربر {number}") }))
}

fn rows(numbers: RangeInclusive<u64>) -> String {
    numbers.map(row).collect()
}
