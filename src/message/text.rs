//! Blank texts.

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
