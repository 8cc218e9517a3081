//! Decides whether a value, or any value that a declaration allows, is accepted in a part of a link.

use crate::analysis::types::{self, Kinds};
use crate::cache::Cache;
use crate::message::validate_link;
use crate::syntax::{Mapping, Node, Value};

use super::UrlPart;
use super::flow::LinkExpression;
use super::misplaced::{Constraint, LinkFault};
use super::pattern::{Pattern, TextSet};

/// The characters of the shortest link, `http://a`.
const MIN_LINK: u64 = 8;

/// The highest port.
const MAX_PORT: f64 = 65_535.0;

impl LinkExpression<'_> {
    /// Returns whether there are values that are not accepted here.
    pub(super) fn is_selective(&self) -> bool {
        match self.part {
            UrlPart::Start | UrlPart::Host | UrlPart::Port => true,
            UrlPart::Path => self.is_alone,
            UrlPart::Scheme | UrlPart::Base | UrlPart::Query | UrlPart::Fragment => false,
        }
    }

    /// Returns what is wrong with the link with this value, whatever the values around it.
    pub(super) fn fault(&self, value: &str) -> Option<LinkFault> {
        let no_link = |link: &str| validate_link(link).err().map(LinkFault::NoLink);
        match self.part {
            UrlPart::Start => match no_link(value) {
                Some(fault) => Some(fault),
                None if self.is_followed && !UrlPart::Start.accepts(value) => Some(LinkFault::Refused),
                None => value.get(..HTTP.len())?.eq_ignore_ascii_case(HTTP).then_some(LinkFault::Insecure),
            },
            part if !part.accepts(value) => Some(LinkFault::Refused),
            // It may look like an IPv4 address, and some of those are invalid.
            UrlPart::Host if self.is_alone => no_link(&format!("{HTTPS}{value}/")),
            // More digits around it do not make the number smaller.
            UrlPart::Port => no_link(&format!("{HTTPS}host:{value}/")),
            UrlPart::Path if self.is_alone && matches!(value, "." | "..") => Some(LinkFault::Refused),
            _ => None,
        }
    }

    /// Returns why no value that a schema allows is accepted here; `None` if one may be. There are no causes for values
    /// that are neither text nor numbers, since they cannot be inserted into any text. `kinds`: what the schemas around
    /// this one allow.
    pub(super) fn causes(&self, schema: &Node<'_>, kinds: Kinds, patterns: &Patterns) -> Option<Vec<Constraint>> {
        let kinds = kinds & types::type_of_schema(schema).kinds;
        let entries = schema.as_mapping()?;
        let branches = |key: &str| entries.get(key).and_then(|entry| entry.value.as_sequence()).unwrap_or_default();
        let all = |branches: &[Node<'_>]| {
            let causes =
                branches.iter().map(|branch| self.causes(branch, kinds, patterns)).collect::<Option<Vec<_>>>()?;
            (!branches.is_empty()).then(|| causes.concat())
        };
        self.own_causes(entries, kinds, patterns)
            .or_else(|| branches("allOf").iter().find_map(|branch| self.causes(branch, kinds, patterns)))
            .or_else(|| all(branches("anyOf")))
            .or_else(|| all(branches("oneOf")))
    }

    fn own_causes(&self, entries: &Mapping<'_>, kinds: Kinds, patterns: &Patterns) -> Option<Vec<Constraint>> {
        let text = kinds.meets(Kinds::TEXT).then(|| self.text_cause(entries, patterns));
        let number = kinds.meets(Kinds::NUMBER).then(|| self.number_cause(entries, kinds));
        match (text, number) {
            (Some(None), _) | (_, Some(None)) => None,
            (Some(cause), _) | (None, Some(cause)) => Some(cause.into_iter().collect()),
            (None, None) => Some(Vec::new()),
        }
    }

    /// Returns why no text is accepted here.
    fn text_cause(&self, entries: &Mapping<'_>, patterns: &Patterns) -> Option<Constraint> {
        let format = text(entries, "format").filter(|format| is_never(format, self.part));
        let pattern = || text(entries, "pattern").filter(|pattern| self.schemes(pattern, patterns).is_empty());
        let length = || {
            let length = number(entries, "maxLength")?.as_u64()?;
            (self.part == UrlPart::Start && length < MIN_LINK).then_some(Constraint::MaxLength(length))
        };
        format
            .map(|format| Constraint::Format(format.to_owned()))
            .or_else(|| pattern().map(|pattern| Constraint::Pattern(pattern.to_owned())))
            .or_else(length)
    }

    /// Returns why no number is accepted here.
    fn number_cause(&self, entries: &Mapping<'_>, kinds: Kinds) -> Option<Constraint> {
        let is_out = |keyword: &str, limit: f64| match keyword {
            "minimum" => limit > MAX_PORT,
            "exclusiveMinimum" => limit >= MAX_PORT,
            "maximum" => limit < 0.0,
            _ => limit <= 0.0,
        };
        let bound = |keyword: &'static str| {
            let limit = number(entries, keyword)?;
            let is_out = limit.as_f64().is_some_and(|limit| is_out(keyword, limit));
            is_out.then(|| Constraint::Bound { keyword, limit: limit.clone() })
        };
        match self.part {
            UrlPart::Start => Some(Constraint::Kinds(kinds & Kinds::NUMBER)),
            UrlPart::Port => ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"].into_iter().find_map(bound),
            _ => None,
        }
    }

    /// Returns the pattern that allows only links that are not encrypted.
    pub(super) fn insecure_pattern<'n>(&self, schema: &'n Node<'_>, patterns: &Patterns) -> Option<&'n str> {
        let entries = schema.as_mapping().filter(|_| self.part == UrlPart::Start)?;
        let branches = entries.get("allOf").and_then(|entry| entry.value.as_sequence()).unwrap_or_default();
        text(entries, "pattern")
            .filter(|pattern| self.schemes(pattern, patterns) == [HTTP])
            .or_else(|| branches.iter().find_map(|branch| self.insecure_pattern(branch, patterns)))
    }

    /// Returns the schemes, or the empty text for other parts than the start, with which a text that matches a pattern
    /// can begin here.
    fn schemes(&self, pattern: &str, patterns: &Patterns) -> Vec<&'static str> {
        // The usual pattern of a link needs no automaton.
        if self.part == UrlPart::Start && pattern.starts_with("^https") {
            return vec![HTTP, HTTPS];
        }
        let key = (pattern.to_owned(), self.part, self.is_followed);
        if let Some(schemes) = patterns.0.get(&key) {
            return schemes;
        }
        let schemes = self.follow(pattern);
        patterns.0.insert(key, schemes.clone());
        schemes
    }

    fn follow(&self, pattern: &str) -> Vec<&'static str> {
        let (starts, rest): (&[&'static str], fn(u8) -> bool) = match self.part {
            UrlPart::Start if self.is_followed => {
                (&[HTTP, HTTPS], |byte| is_of_link(byte) && !matches!(byte, b'?' | b'#'))
            }
            UrlPart::Start => (&[HTTP, HTTPS], is_of_link),
            UrlPart::Host => (&[""], |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')),
            UrlPart::Port => (&[""], |byte| byte.is_ascii_digit()),
            _ => return vec![""],
        };
        match Pattern::new(pattern) {
            Some(pattern) => {
                starts.iter().copied().filter(|&start| pattern.may_match(TextSet { start, rest })).collect()
            }
            None => starts.to_vec(),
        }
    }
}

/// A pattern, the part of the URL, and whether something follows.
type PatternKey = (String, UrlPart, bool);

/// The most patterns that are kept.
const MAX_PATTERNS: usize = 1_000;

/// The schemes with which texts that match a pattern can begin. The templates of a project declare the same patterns
/// again and again, and building the automaton of one takes longer than checking a whole template.
#[derive(Debug)]
pub(crate) struct Patterns(Cache<PatternKey, Vec<&'static str>>);

impl Default for Patterns {
    fn default() -> Self {
        Self(Cache::new(MAX_PATTERNS))
    }
}

const HTTP: &str = "http://";

const HTTPS: &str = "https://";

/// Returns whether a byte may be part of a link.
fn is_of_link(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !byte.is_ascii_control() && byte != b'\\'
}

/// Returns whether no text of a `format` of JSON Schema is accepted in a part of a URL.
fn is_never(format: &str, part: UrlPart) -> bool {
    match format {
        "uri" | "iri" => matches!(part, UrlPart::Host | UrlPart::Port),
        "date-time" | "time" | "email" | "ipv6" | "json-pointer" => {
            matches!(part, UrlPart::Start | UrlPart::Host | UrlPart::Port)
        }
        "date" | "duration" | "ipv4" | "uuid" => matches!(part, UrlPart::Start | UrlPart::Port),
        // A host name may consist of digits.
        "hostname" | "relative-json-pointer" => part == UrlPart::Start,
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
