//! Links that a button can open.

use thiserror::Error;
use url::Url;

use crate::source::is_directional_control;

/// Why a text is not a valid link.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LinkError {
    /// White space, a control character, a directional control or a backslash. URL parsers drop, escape or reinterpret
    /// these in different ways, so that the address that opens may differ from the one that was validated.
    #[error("{0:?} is not allowed in a URL")]
    ForbiddenCharacter(char),
    /// There is no scheme, as in `/reports/7`, `app.example/reports/7`, or an empty text.
    #[error("not an absolute URL")]
    Relative,
    /// A scheme other than `http` and `https`, in lower case.
    #[error("the scheme is {0}, not https or http")]
    Scheme(String),
    /// There is no host after the scheme, as in `https:app.example` or `https:///reports/7`.
    #[error("no host after the scheme")]
    NoHost,
    /// Any other violation of the URL standard, such as an invalid host or a port above 65535.
    #[error(transparent)]
    Malformed(MalformedUrl),
}

/// A violation of the [URL standard](https://url.spec.whatwg.org/). It displays as a short noun phrase, such as
/// "invalid port number".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct MalformedUrl(url::ParseError);

/// Validates the link of an `open_direct_link`: an absolute `http` or `https` URL with a host.
///
/// It is stricter than the URL standard, whose parser drops line breaks, reads `\` as `/`, and finds a host in
/// `https:app.example`. Other parsers understand such texts differently.
///
/// ```
/// use kenarc::message::{LinkError, validate_link};
///
/// assert!(validate_link("https://app.example/reports/7").is_ok());
/// assert_eq!(validate_link("app.example/reports/7"), Err(LinkError::Relative));
/// ```
///
/// # Errors
/// The first [`LinkError`] that applies.
pub fn validate_link(link: &str) -> Result<(), LinkError> {
    parse_link(link).map(drop)
}

/// Parses a link that [`validate_link`] accepts.
pub(crate) fn parse_link(link: &str) -> Result<Url, LinkError> {
    // For a text without a scheme, this error is more helpful than one about its first space.
    let (scheme, rest) = split_scheme(link.trim_start()).ok_or(LinkError::Relative)?;
    if let Some((_, character)) = find_forbidden(link) {
        return Err(LinkError::ForbiddenCharacter(character));
    }
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Err(LinkError::Scheme(scheme.to_ascii_lowercase()));
    }
    match rest.strip_prefix("//") {
        None => return Err(LinkError::NoHost),
        Some(authority) if authority.is_empty() || authority.starts_with(['/', '?', '#']) => {
            return Err(LinkError::NoHost);
        }
        Some(_) => {}
    }
    Url::parse(link).map_err(|error| LinkError::Malformed(MalformedUrl(error)))
}

/// Returns the scheme and what follows its colon (RFC 3986 §3.1). In `app.example:8080`, `app.example` could be a
/// scheme, but no scheme in use contains a dot, so it is taken for the host that the author meant.
fn split_scheme(link: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = link.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-'));
    is_scheme.then_some((scheme, rest))
}

/// Returns the first character that is not allowed in a link, and its byte offset, from a link or a part of one.
pub(crate) fn find_forbidden(link: &str) -> Option<(usize, char)> {
    link.char_indices().find(|&(_, character)| is_forbidden(character))
}

/// Returns whether a character is not allowed in a link. The joiners of Persian words (ZWNJ, ZWJ) are allowed.
fn is_forbidden(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\\' | '\u{feff}' | '\u{fdd0}'..='\u{fdef}' | '\u{200e}' | '\u{200f}')
        || is_directional_control(character)
}
