//! What a place in a link makes of values, and of what is declared of them.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use crate::analysis::types::{self, Kinds};
use crate::message::parse_link;
use crate::syntax::{Mapping, Node, Value};

use super::Part;
use super::pattern::{Pattern, Shape};
use super::proof::{Cause, Fault};
use super::walk::LinkExpression;

/// The characters of the shortest link, `http://a`.
const MIN_LINK: u64 = 8;

/// The highest port.
const MAX_PORT: f64 = 65_535.0;

impl LinkExpression<'_> {
    /// Whether there are values that do not belong here.
    pub(super) fn is_choosy(&self) -> bool {
        match self.part {
            Part::Start | Part::Host | Part::Port => true,
            Part::Path => self.is_alone,
            Part::Scheme | Part::Base | Part::Query | Part::Fragment => false,
        }
    }

    /// What becomes of the link with a value here, whatever the values around it.
    pub(super) fn fault(&self, value: &str) -> Option<Fault> {
        let no_link = |link: &str| parse_link(link).err().map(Fault::NoLink);
        match self.part {
            Part::Start => match no_link(value) {
                Some(fault) => Some(fault),
                None if self.is_followed && !Part::Start.accepts(value) => Some(Fault::Refused),
                None => value.get(..HTTP.len())?.eq_ignore_ascii_case(HTTP).then_some(Fault::Insecure),
            },
            part if !part.accepts(value) => Some(Fault::Refused),
            // It may be an address of numbers, of which some are none.
            Part::Host if self.is_alone => no_link(&format!("{HTTPS}{value}/")),
            // More digits around make no number smaller.
            Part::Port => no_link(&format!("{HTTPS}host:{value}/")),
            Part::Path if self.is_alone && matches!(value, "." | "..") => Some(Fault::Refused),
            _ => None,
        }
    }

    /// Why no value that a schema allows can stand here; nothing where one may. Of values that are neither text nor numbers
    /// there are no causes: they can stand in no text. `kinds`: what the schemas around this one allow.
    pub(super) fn causes(&self, schema: &Node<'_>, kinds: Kinds) -> Option<Vec<Cause>> {
        let kinds = kinds & types::type_of_schema(schema).kinds;
        let entries = schema.as_mapping()?;
        let branches = |key: &str| entries.get(key).and_then(|entry| entry.value.as_sequence()).unwrap_or_default();
        let all = |branches: &[Node<'_>]| {
            let causes = branches.iter().map(|branch| self.causes(branch, kinds)).collect::<Option<Vec<_>>>()?;
            (!branches.is_empty()).then(|| causes.concat())
        };
        self.own_causes(entries, kinds)
            .or_else(|| branches("allOf").iter().find_map(|branch| self.causes(branch, kinds)))
            .or_else(|| all(branches("anyOf")))
            .or_else(|| all(branches("oneOf")))
    }

    fn own_causes(&self, entries: &Mapping<'_>, kinds: Kinds) -> Option<Vec<Cause>> {
        let text = kinds.meets(Kinds::TEXT).then(|| self.text_cause(entries));
        let number = kinds.meets(Kinds::NUMBER).then(|| self.number_cause(entries, kinds));
        match (text, number) {
            (Some(None), _) | (_, Some(None)) => None,
            (Some(cause), _) | (None, Some(cause)) => Some(cause.into_iter().collect()),
            (None, None) => Some(Vec::new()),
        }
    }

    /// Why no text can stand here.
    fn text_cause(&self, entries: &Mapping<'_>) -> Option<Cause> {
        let format = text(entries, "format").filter(|format| is_never(format, self.part));
        let pattern = || text(entries, "pattern").filter(|pattern| self.schemes(pattern).is_empty());
        let length = || {
            let length = number(entries, "maxLength")?.as_u64()?;
            (self.part == Part::Start && length < MIN_LINK).then_some(Cause::MaxLength(length))
        };
        format
            .map(|format| Cause::Format(format.to_owned()))
            .or_else(|| pattern().map(|pattern| Cause::Pattern(pattern.to_owned())))
            .or_else(length)
    }

    /// Why no number can stand here.
    fn number_cause(&self, entries: &Mapping<'_>, kinds: Kinds) -> Option<Cause> {
        let is_out = |keyword: &str, limit: f64| match keyword {
            "minimum" => limit > MAX_PORT,
            "exclusiveMinimum" => limit >= MAX_PORT,
            "maximum" => limit < 0.0,
            _ => limit <= 0.0,
        };
        let bound = |keyword: &'static str| {
            let limit = number(entries, keyword)?;
            let is_out = limit.as_f64().is_some_and(|limit| is_out(keyword, limit));
            is_out.then(|| Cause::Bound { keyword, limit: limit.clone() })
        };
        match self.part {
            Part::Start => Some(Cause::Kinds(kinds & Kinds::NUMBER)),
            Part::Port => ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"].into_iter().find_map(bound),
            _ => None,
        }
    }

    /// The pattern by which all links are insecure, or none.
    pub(super) fn insecure_pattern<'n>(&self, schema: &'n Node<'_>) -> Option<&'n str> {
        let entries = schema.as_mapping().filter(|_| self.part == Part::Start)?;
        let branches = entries.get("allOf").and_then(|entry| entry.value.as_sequence()).unwrap_or_default();
        text(entries, "pattern")
            .filter(|pattern| self.schemes(pattern) == [HTTP])
            .or_else(|| branches.iter().find_map(|branch| self.insecure_pattern(branch)))
    }

    /// What a text that matches a pattern and can stand here may begin with, apart from what all texts here may.
    fn schemes(&self, pattern: &str) -> Vec<&'static str> {
        // The patterns of links as they should be take no automaton.
        if self.part == Part::Start && pattern.starts_with("^https") {
            return vec![HTTP, HTTPS];
        }
        let key = (pattern.to_owned(), self.part, self.is_followed);
        if let Some(schemes) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return schemes.clone();
        }
        let schemes = self.follow(pattern);
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MAX_KNOWN {
            known.insert(key, schemes.clone());
        }
        schemes
    }

    fn follow(&self, pattern: &str) -> Vec<&'static str> {
        let (starts, rest): (&[&'static str], fn(u8) -> bool) = match self.part {
            Part::Start if self.is_followed => {
                (&[HTTP, HTTPS], |byte| is_of_link(byte) && !matches!(byte, b'?' | b'#'))
            }
            Part::Start => (&[HTTP, HTTPS], is_of_link),
            Part::Host => (&[""], |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')),
            Part::Port => (&[""], |byte| byte.is_ascii_digit()),
            _ => return vec![""],
        };
        match Pattern::new(pattern) {
            Some(pattern) => starts.iter().copied().filter(|&start| pattern.may_be(Shape { start, rest })).collect(),
            None => starts.to_vec(),
        }
    }
}

/// A pattern, the part of a link, and whether something follows there.
type Question = (String, Part, bool);

/// What is known of patterns. The templates of a folder declare the same ones again and again, and to build the automaton of
/// one takes longer than to check a whole template.
static KNOWN: LazyLock<RwLock<HashMap<Question, Vec<&'static str>>>> = LazyLock::new(RwLock::default);

/// The most patterns of which something is kept.
const MAX_KNOWN: usize = 1_000;

const HTTP: &str = "http://";

const HTTPS: &str = "https://";

/// Whether a byte may be part of a link.
fn is_of_link(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !byte.is_ascii_control() && byte != b'\\'
}

/// Whether no text of a `format` of JSON Schema can stand in a part of a link.
fn is_never(format: &str, part: Part) -> bool {
    match format {
        "uri" | "iri" => matches!(part, Part::Host | Part::Port),
        "date-time" | "time" | "email" | "ipv6" | "json-pointer" => {
            matches!(part, Part::Start | Part::Host | Part::Port)
        }
        "date" | "duration" | "ipv4" | "uuid" => matches!(part, Part::Start | Part::Port),
        // A name may be all digits.
        "hostname" | "relative-json-pointer" => part == Part::Start,
        _ => false,
    }
}

fn text<'n>(entries: &'n Mapping<'_>, keyword: &str) -> Option<&'n str> {
    entries.get(keyword)?.value.as_scalar().map(|scalar| &*scalar.text)
}

fn number<'n>(entries: &'n Mapping<'_>, keyword: &str) -> Option<&'n serde_json::Number> {
    match &entries.get(keyword)?.value.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}
