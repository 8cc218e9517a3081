//! Text that came from a file, made safe to show on a terminal and in a log.

use std::borrow::Cow;

use super::secrets::mask;

/// Returns the text with stars in place of secrets, and a sign in place of each character that would control the
/// terminal: escapes, overrides of the direction. A sign takes as many bytes as what it stands for, so that places stay
/// where they are.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    match mask(text) {
        Cow::Borrowed(text) => without_steering(text),
        Cow::Owned(text) => Cow::Owned(without_steering(&text).into_owned()),
    }
}

fn without_steering(text: &str) -> Cow<'_, str> {
    let steers = |character: char| {
        (character.is_control() && !matches!(character, '\n' | '\t')) || is_directional_control(character)
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut rest = text.chars();
    let mut shown = String::with_capacity(text.len());
    while let Some(character) = rest.next() {
        shown.push(match character {
            // Before a line feed it is part of the line break; alone it is one.
            '\r' if rest.as_str().starts_with('\n') => '\r',
            '\r' => '\n',
            _ if steers(character) => ['?', '·', char::REPLACEMENT_CHARACTER][character.len_utf8() - 1],
            _ => character,
        });
    }
    Cow::Owned(shown)
}

/// Returns whether a character is an embedding, an override or an isolate, which can change how a line is displayed
/// (Unicode TR 36 §2.6).
pub(crate) fn is_directional_control(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
