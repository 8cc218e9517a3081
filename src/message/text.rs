//! Blank texts, tokens of posts, and tokens of media.

/// The ranges of characters that show nothing: control characters, Unicode's `White_Space`, and invisible characters.
///
/// Invisible characters are the joiners and marks of Persian and Arabic text (ZWNJ, ZWJ, RLM, LRM, ALM), directional
/// controls, U+00AD, U+180E, U+200B, U+2060–U+206F, U+2800, U+3164 and U+FEFF.
const BLANKS: [(char, char); 13] = [
    ('\u{0}', '\u{20}'),
    ('\u{7f}', '\u{a0}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{2000}', '\u{200f}'),
    ('\u{2028}', '\u{202f}'),
    ('\u{205f}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{feff}', '\u{feff}'),
];

/// Returns whether a text shows nothing: it is empty, or consists of white space, control characters and invisible
/// characters.
///
/// The API document does not say what a text must contain. A blank one would be an empty bubble, or a button without
/// a caption. The `pattern`s of `schemas/message.schema.json` and `schemas/template.schema.json` are generated from
/// the same characters.
///
/// ```
/// use kenarc::message::is_blank;
///
/// assert!(is_blank(" \u{200c}\n"));
/// assert!(!is_blank("نیم\u{200c}فاصله"));
/// ```
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|character| BLANKS.iter().any(|(first, last)| (*first..=*last).contains(&character)))
}

/// The most characters in the token of a post (Divar's OpenAPI description; today's have 8 or 9).
pub const MAX_POST_TOKEN: usize = 16;

/// Returns whether a text can be the token of a post: 1 to [`MAX_POST_TOKEN`] of `a-z`, `A-Z`, `0-9` and `_`.
///
/// ```
/// use kenarc::message::is_post_token;
///
/// assert!(is_post_token("wXyZ1234"));
/// assert!(!is_post_token("https://divar.ir/v/wXyZ1234"));
/// ```
#[must_use]
pub fn is_post_token(text: &str) -> bool {
    (1..=MAX_POST_TOKEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The most characters in a media token that kenarc takes for one. The API documents no limit.
pub const MAX_MEDIA_TOKEN: usize = 4 << 10;

/// Returns whether a text can be a media token: 1 to [`MAX_MEDIA_TOKEN`] of the visible characters of ASCII. The API
/// documents no more of a token than that it answers one to an upload.
///
/// ```
/// use kenarc::message::is_media_token;
///
/// assert!(is_media_token("c2FtcGxl.a1b2-c3"));
/// assert!(!is_media_token("عکس.jpg"));
/// ```
#[must_use]
pub fn is_media_token(text: &str) -> bool {
    (1..=MAX_MEDIA_TOKEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns a regular expression of JSON Schema that matches media tokens.
#[cfg(test)]
pub(crate) fn media_token_pattern() -> String {
    format!("^[!-~]{{1,{MAX_MEDIA_TOKEN}}}$")
}

/// Returns a regular expression of JSON Schema that matches the tokens of posts.
#[cfg(test)]
pub(crate) fn post_token_pattern() -> String {
    format!("^[_a-zA-Z0-9]{{1,{MAX_POST_TOKEN}}}$")
}

/// Returns a regular expression of JSON Schema that matches texts that are not blank.
#[cfg(test)]
pub(crate) fn visible_text_pattern() -> String {
    let escape = |character: char| format!("\\u{:04X}", u32::from(character));
    let range = |(first, last): (char, char)| match first == last {
        true => escape(first),
        false => format!("{}-{}", escape(first), escape(last)),
    };
    format!("[^{}]", BLANKS.map(range).concat())
}
