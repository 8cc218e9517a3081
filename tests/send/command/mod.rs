//! `kenarc send` with one message: requests, outcomes, exit statuses, secrets and proxies; and `kenarc upload`.

mod chatbots;
mod outcomes;
mod proxies;
mod requests;
mod secrets;
mod uploads;

use crate::cli::{Folder, Run, words};
use crate::server::{Behaviour, Server, answer};
use crate::{ACCESS_TOKEN, API_KEY, DELIVERED, JSON};

const SECRETS: [(&str, &str); 2] = [("KENAR_API_KEY", API_KEY), ("KENAR_ACCESS_TOKEN", ACCESS_TOKEN)];

/// Everything that a shell, a JSON parser or a terminal might misinterpret.
const TEMPLATE: &str = r#"
message: |
  سلام، it's "$HOME" `id` \ 100% @x {{ name }} 🚗
  خط دوم
sender_buttons:
  - - { icon: SUPPORT, caption: "پشتیبانی", open_server_link: { data: { a: [1, 2.5, null], b: "{{ name }}" } } }
    - { icon: SUPPORT, caption: "پیوند", open_direct_link: "https://app.example/?q={{ name }}&r='" }
"#;
const NAME: &str = "name=a'b\"c\\d $(id) \u{202e}&x=1";

fn folder() -> Folder {
    Folder::with("template.yaml", TEMPLATE)
}

/// Returns the bytes that `render` prints, without the line break at the end.
fn rendered(folder: &Folder) -> Vec<u8> {
    let printed = folder.kenarc(["render", "template.yaml", "--var", NAME]).printed().to_owned();
    printed.strip_suffix('\n').unwrap().as_bytes().to_vec()
}

/// Runs `kenarc send --dry-run` with more arguments, and without secrets.
fn dry_run(arguments: &[&str]) -> Run {
    let common = ["send", "template.yaml", "--var", NAME, "--conversation", "c", "--dry-run"];
    folder().kenarc(common.iter().chain(arguments))
}

/// Sends to a server with the secrets in the environment.
fn send(server: &Server, arguments: &str) -> Run {
    send_with(&folder(), &server.url(), arguments, &SECRETS)
}

fn send_with(folder: &Folder, base: &str, arguments: &str, variables: &[(&str, &str)]) -> Run {
    let mut command = folder.command([
        "send",
        "template.yaml",
        "--var",
        NAME,
        "--conversation",
        "a-conversation",
        "--base-url",
        base,
    ]);
    let run = Run::of(command.args(words(arguments)).envs(variables.iter().copied()));
    for secret in [API_KEY, ACCESS_TOKEN] {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{run}");
    }
    run
}

/// Sends to a server with this behaviour. In the report its address is `http://SERVER`.
fn send_to(behaviour: Behaviour, arguments: &str) -> Run {
    let server = Server::start(behaviour);
    let run = send(&server, arguments);
    Run { stderr: run.stderr.replace(&server.url(), "http://SERVER"), ..run }
}
