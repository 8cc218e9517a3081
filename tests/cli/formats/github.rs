//! Workflow commands, read as the runner reads them.

use std::collections::BTreeMap;

use super::{assert_stored, checked, findings, number, templates, text};
use crate::cli::{Folder, words};

/// A workflow command as the runner reads it (actions/runner, `ActionCommand.TryParseV2`).
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

impl Command {
    fn read(line: &str) -> Option<Self> {
        let (info, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
        let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
        let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
        let unescaped = pairs.map(|(key, value)| (key.to_owned(), property(value)));
        Some(Self { name: name.to_owned(), properties: unescaped.collect(), message: message(data) })
    }

    fn number(&self, property: &str) -> Option<usize> {
        self.properties.get(property).map(|value| value.parse().unwrap())
    }
}

fn message(data: &str) -> String {
    data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
}

fn property(value: &str) -> String {
    let value = value.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":");
    value.replace("%2C", ",").replace("%25", "%")
}

#[test]
fn the_runner_parses_every_finding() {
    let folder = templates();
    let output = checked(&folder, "github");
    let findings = findings(&folder);
    assert_eq!(output.lines().count(), findings.len(), "{output}");
    for (line, finding) in output.lines().zip(&findings) {
        let command = Command::read(line).unwrap();
        assert_eq!(command.name, finding["severity"]);
        assert_eq!(command.properties["file"], finding["file"]);
        assert_eq!(command.properties["title"], finding["rule"]);
        let (start, end) = (&finding["start"], &finding["end"]);
        assert_eq!(command.number("line"), Some(number(&start["line"])));
        if start["line"] == end["line"] {
            assert_eq!(command.number("endLine"), Some(number(&end["line"])));
            assert_eq!(command.number("col"), Some(number(&start["column"])));
            assert_eq!(command.number("endColumn"), Some(number(&end["column"])));
        } else {
            assert!(command.number("col").is_none() && command.number("endColumn").is_none(), "{line}");
        }
        if !finding["file"].as_str().unwrap().ends_with("control.yaml") {
            let message = command.message.lines().next().unwrap();
            let (headline, label) = (text(&finding["message"]), text(&finding["labels"][0]["message"]));
            let summary = if label.is_empty() { headline.to_owned() } else { format!("{headline}: {label}") };
            assert!(message.ends_with(&summary), "{message}");
            assert!(command.message.contains(text(&finding["help"])), "{message}");
        }
    }
    assert_stored("github", &output);
}

#[test]
fn text_of_a_template_cannot_be_a_workflow_command_or_control_the_log() {
    let folder = Folder::with("templates/a.yaml", "message: x\n\"\\n::stop-commands::\\n\\e[2Jx\\r::debug::y\": 1\n");
    let output = checked(&folder, "github");
    assert_eq!(output.lines().count(), 1);
    assert!(output.starts_with("::error file=templates/a.yaml,"), "{output}");
    assert!(!output.contains(['\r', '\u{1b}']), "{output:?}");
}

#[test]
fn the_format_is_the_default_in_github_actions_only() {
    let folder = templates();
    let check = |value: &str, arguments: &str| {
        let mut command = folder.command(words("check --quiet").chain(words(arguments)));
        String::from_utf8(command.env("GITHUB_ACTIONS", value).output().unwrap().stdout).unwrap()
    };
    assert_eq!(check("true", ""), checked(&folder, "github"));
    assert_eq!(check("true", "--format full"), checked(&folder, "full"));
    assert_eq!(check("false", ""), checked(&folder, "full"));
}
