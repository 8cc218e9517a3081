//! What a button may link to.

use thiserror::Error;
use url::Url;

/// Why a text is no link that a button may open.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LinkError {
    /// White space, a control character, a directional control or a backslash. URL parsers drop, escape or reinterpret
    /// these, each in its own way, so that the address that opens may not be the one that was read.
    #[error("{0:?} is not allowed in a URL")]
    ForbiddenCharacter(char),
    /// No scheme: `/reports/7`, `app.example/reports/7`, or nothing at all.
    #[error("not an absolute URL")]
    Relative,
    /// A scheme other than `http` and `https`, in lower case.
    #[error("the scheme is {0}, not https or http")]
    Scheme(String),
    /// No host after the scheme: `https:app.example`, `https:///reports/7`.
    #[error("no host after the scheme")]
    NoHost,
    /// Anything else that the URL standard refuses: an impossible host, a port above 65535.
    #[error("{0}")]
    Malformed(#[from] url::ParseError),
}

/// Reads a link as `open_direct_link` takes it: an absolute `http` or `https` URL with a host.
///
/// The URL standard's parser is lenient (it drops line breaks, reads `\` as `/`, finds the host in
/// `https:app.example`); this is not, because other parsers read such text otherwise.
///
/// ```
/// use kenarc::message::{LinkError, parse_link};
///
/// assert!(parse_link("https://app.example/reports/7").is_ok());
/// assert_eq!(parse_link("app.example/reports/7"), Err(LinkError::Relative));
/// ```
///
/// # Errors
/// [`LinkError`], the first that applies.
pub fn parse_link(link: &str) -> Result<Url, LinkError> {
    // Text without a scheme is no URL at all; that says more of it than the first space in it.
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
    Ok(Url::parse(link)?)
}

/// The scheme and what follows its colon (RFC 3986 §3.1). `app.example:8080` has the form of a scheme too, but no
/// scheme in use has a dot in it, so that is taken for the host that its author meant.
fn split_scheme(link: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = link.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-'));
    is_scheme.then_some((scheme, rest))
}

/// The first character of a link, or of a part of one, that must not stand there.
pub(crate) fn find_forbidden(link: &str) -> Option<(usize, char)> {
    link.char_indices().find(|&(_, character)| is_forbidden(character))
}

/// Whether a character must not stand in a link. The joiners of Persian words (ZWNJ, ZWJ) may.
fn is_forbidden(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\\' | '\u{feff}' | '\u{fdd0}'..='\u{fdef}' | '\u{200e}' | '\u{200f}')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
