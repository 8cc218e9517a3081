//! What counts as blank.

/// Whether a text shows nothing: it is empty, or made of white space, control characters and invisible characters only.
///
/// White space is Unicode's `White_Space`. Invisible are the joiners and marks of Persian and Arabic text (ZWNJ, ZWJ,
/// RLM, LRM, ALM), directional controls, U+00AD, U+180E, U+200B, U+2060–U+206F, U+2800, U+3164 and U+FEFF. The API
/// document does not say what a text must hold; a blank one would be a bubble or a button without a word.
///
/// The `pattern`s of `schemas/message.schema.json` and `schemas/template.schema.json` say the same.
///
/// ```
/// use kenarc::message::is_blank;
///
/// assert!(is_blank(" \u{200c}\n"));
/// assert!(!is_blank("نیم\u{200c}فاصله"));
/// ```
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(shows_nothing)
}

/// Whether a character leaves no ink. The ranges are the ones of the schemas' pattern.
const fn shows_nothing(character: char) -> bool {
    matches!(
        character,
        '\u{0}'..='\u{20}'
            | '\u{7f}'..='\u{a0}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{1680}'
            | '\u{180e}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3000}'
            | '\u{3164}'
            | '\u{feff}'
    )
}
