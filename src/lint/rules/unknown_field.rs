//! A key that is not a field of its mapping.

use std::collections::HashMap;

use crate::lint::near::nearest;
use crate::lint::wording::one_of;
use crate::lint::{Applicability, Context, Findings, Rule, Severity};
use crate::message::{ActionKind, MEDIA_TOKEN};
use crate::references::REF;
use crate::schema::{ACTION, Element, Violation, ViolationKind};
use crate::source::Span;
use crate::source::characters::{invisible, named};

pub(in crate::lint) static RULE: Rule =
    Rule::violation("unknown-field", Severity::Error, include_str!("unknown_field.md"));

/// Fields, and the names that other chat APIs and other template languages have for them.
const ELSEWHERE: [(&str, &[&str]); 12] = [
    ("message", &["text", "body", "content", "text_message"]),
    ("text_message", &["text", "body", "content", "message"]),
    ("media_token", &["media", "media_id", "file_token", "file_id"]),
    ("buttons", &["keyboard", "inline_keyboard", "button", "btn"]),
    ("caption", &["text", "title", "label", "name"]),
    ("open_direct_link", &["link", "url", "uri", "href", "direct_link"]),
    ("sender_buttons", &["sender_btn", "sender_button", "sender_keyboard"]),
    ("receiver_buttons", &["receiver_btn", "receiver_button", "receiver_keyboard"]),
    ("when", &["if", "condition", "show_if", "only_if", "visible"]),
    ("for", &["foreach", "for_each", "each", "loop", "repeat"]),
    ("variables", &["vars", "params", "parameters", "args", "inputs"]),
    ("examples", &["samples", "tests", "fixtures"]),
];

/// Names that may be meant for a field, or for something that templates do not have.
const PERHAPS: [(&str, &[&str]); 2] = [
    ("message", &["title", "label", "subject", "caption"]),
    ("text_message", &["title", "label", "subject", "caption"]),
];

/// The fewest characters of a key that is certainly a misspelt field, and not a word of its own.
const CERTAIN_CHARACTERS: usize = 6;

/// Reports a key that is not a field.
pub(in crate::lint) fn report(
    violation: &Violation,
    key: &str,
    element: Element,
    allowed: &[&'static str],
    present: &[&str],
    is_taken: impl Fn(&'static str) -> bool,
    findings: &mut Findings<'_>,
) {
    let whole = whole(element, &violation.name);
    let is_visible = |character: char| invisible(character).is_none();
    // Joiners are ordinary letters of Persian.
    let is_ascii = key.chars().filter(|character| is_visible(*character)).all(|character| character.is_ascii());
    if let Some(character) = key.chars().find(|character| !is_visible(*character)).filter(|_| is_ascii) {
        let finding = findings
            .at(violation.span, format!("{} in a key", named(character)))
            .label(format!("not a field of {whole}"))
            .help("remove it");
        let visible: String = key.chars().filter(|character| is_visible(*character)).collect();
        let visible = visible.trim_matches([' ', '-']);
        if allowed.contains(&visible) && !key.contains('-') {
            finding.suggest(&[visible], violation.span, Applicability::Safe);
        }
        return;
    }
    let finding =
        findings.at(violation.span, format!("unknown field `{key}`")).label(format!("not a field of {whole}"));
    let meant = meant(key, allowed);
    let free: Vec<&str> = meant.iter().filter(|name| !present.contains(name)).copied().collect();
    let other_action = present.iter().find(|name| is_action(name));
    match (meant.first(), other_action) {
        (None, _) => {
            let names = allowed.iter().copied().chain((element == Element::Template).then_some("x-…"));
            let names = one_of(names.map(|name| format!("`{name}`")));
            finding.help(format!("remove it, or use {names}"));
        }
        (Some(name), _) if free.is_empty() => {
            finding.help(format!("remove it: `{name}` is already given"));
        }
        (Some(&MEDIA_TOKEN), _) if present.iter().any(|name| ["message", "text_message"].contains(name)) => {
            finding.help(format!("remove it: a message has a text or `{MEDIA_TOKEN}`, but not both"));
        }
        (Some(name), _) if is_taken(name) => {
            finding.help(format!("remove it: another key stands for `{name}`"));
        }
        (Some(name), Some(action)) if is_action(name) => {
            finding.help(format!("remove it: `{action}` is already given, and a button has one action"));
        }
        (Some(&ACTION), None) if let Some(kind) = action_kind(key) => {
            finding.help(format!("write `\"{ACTION}\": {{\"{kind}\": …}}`"));
        }
        (Some(name), _) => {
            let applicability = if is_certain(key, name) { Applicability::Safe } else { Applicability::Unsafe };
            finding.suggest(&free, violation.span, applicability);
        }
    }
}

/// Reports a misspelt `$ref`.
pub(in crate::lint) fn report_reference(
    violation: &Violation,
    key: &str,
    element: Element,
    findings: &mut Findings<'_>,
) {
    findings
        .at(violation.span, format!("unknown field `{key}`"))
        .label(format!("not a field of {}", whole(element, &violation.name)))
        .suggest(&[REF], violation.span, Applicability::Unsafe);
}

/// Returns whether a key is probably a misspelt `$ref`.
pub(in crate::lint) fn is_misspelt_reference(key: &str) -> bool {
    let word = key.trim_start_matches(|sign: char| !sign.is_ascii_alphanumeric()).to_ascii_lowercase();
    key != REF && matches!(word.as_str(), "ref" | "reff" | "refs" | "rfe" | "reference")
}

/// Returns whether a key certainly stands for a field: it is what the field is called elsewhere, or so long that no
/// other word is as similar to the field.
fn is_certain(key: &str, field: &str) -> bool {
    let is_perhaps = PERHAPS.iter().any(|(perhaps, names)| *perhaps == field && names.contains(&key));
    let is_known = ELSEWHERE.iter().any(|(_, names)| names.contains(&key));
    !is_perhaps && (is_known || key.chars().count() >= CERTAIN_CHARACTERS)
}

/// The misspelt keys of a file, by their location.
pub(in crate::lint) struct MisspeltKeys {
    /// The offset of each key and the names that it can stand for, in the order of the file.
    keys: Vec<(usize, Vec<&'static str>)>,
    /// The offset of the first key of a mapping that stands for a field.
    first: HashMap<(Span, &'static str), usize>,
}

impl MisspeltKeys {
    pub(in crate::lint) fn new(context: &Context<'_>) -> Self {
        let mut keys: Vec<(usize, Vec<&'static str>)> = Vec::new();
        let mut first = HashMap::new();
        for violation in &context.violations {
            if let ViolationKind::UnknownField { key, allowed, whole, .. } = &violation.kind {
                let (start, meant) = (violation.span.start, meant(key, allowed));
                if let [only] = meant.as_slice() {
                    let first_start = first.entry((*whole, *only)).or_insert(start);
                    *first_start = start.min(*first_start);
                }
                keys.push((start, meant));
            }
        }
        keys.sort_unstable();
        Self { keys, first }
    }

    /// Whether a field of a mapping is there under another misspelt key, before this one.
    pub(in crate::lint) fn stands_for(&self, field: &'static str, whole: Span, key: Span) -> bool {
        self.first.get(&(whole, field)).is_some_and(|first| *first < key.start)
    }

    /// Returns whether a part contains a missing key under a misspelt name.
    pub(super) fn has(&self, missing: &str, part: Span) -> bool {
        let first = self.keys.partition_point(|(start, _)| *start < part.start);
        let mut inside = self.keys[first..].iter().take_while(|(start, _)| *start < part.end);
        inside.any(|(_, meant)| meant.contains(&missing))
    }
}

/// Returns the fields that a key can stand for, best first. A button of a request has its action under `action` only.
fn meant<'a>(key: &str, allowed: &[&'a str]) -> Vec<&'a str> {
    let meant = like(key, allowed);
    let action = allowed.iter().copied().find(|field| *field == ACTION);
    match action {
        Some(action) if meant.is_empty() && action_kind(key).is_some() => vec![action],
        _ => meant,
    }
}

/// Returns the kind of action that a key can stand for.
fn action_kind(key: &str) -> Option<&'static str> {
    let kinds = ActionKind::ALL.map(ActionKind::name);
    let named = kinds.into_iter().find(|kind| *kind == key);
    named.or_else(|| like(key, &kinds).into_iter().next())
}

/// Returns the field that has this name elsewhere, or the fields with similar names, best first.
fn like<'a>(key: &str, allowed: &[&'a str]) -> Vec<&'a str> {
    let find = |name: &str| allowed.iter().copied().find(|field| *field == name);
    let names = ELSEWHERE.iter().chain(&PERHAPS).filter(|(_, names)| names.contains(&key));
    let elsewhere = names.filter_map(|(field, _)| find(field)).next();
    let cut = key.split_once(' ').and_then(|(field, _)| find(field));
    elsewhere.or(cut).map_or_else(|| nearest(key, allowed.iter().copied()), |field| vec![field])
}

fn is_action(key: &str) -> bool {
    key == ACTION || ActionKind::from_name(key).is_some()
}

/// Returns the mapping that has these fields.
pub(in crate::lint) fn whole(element: Element, name: &str) -> String {
    match element {
        Element::Template => "a template".to_owned(),
        Element::Request => "a request".to_owned(),
        Element::Grid => "a grid".to_owned(),
        Element::Row => "a row".to_owned(),
        Element::Button => "a button".to_owned(),
        Element::Action | Element::ActionValue => format!("`{name}`"),
    }
}
