//! Text in XML 1.0.
//!
//! What XML cannot hold in any form, control characters and the two non-characters (XML 1.0 §2.2), becomes U+FFFD.

use std::fmt::{self, Write as _};

/// The text in an element.
pub(super) struct Text<'a>(pub(super) &'a str);

/// The value of an attribute, to stand in double quotes.
pub(super) struct Attribute<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A reader makes a line feed of it (XML 1.0 §2.11).
        escape(self.0, &['\r'], f)
    }
}

impl fmt::Display for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A reader makes spaces of them (XML 1.0 §3.3.3).
        escape(self.0, &['\t', '\n', '\r'], f)
    }
}

/// `kept`: the white space that a reader would change.
fn escape(text: &str, kept: &[char], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for character in text.chars() {
        match character {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            _ if kept.contains(&character) => write!(f, "&#{};", u32::from(character))?,
            '\t' | '\n' | '\r' => f.write_char(character)?,
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => f.write_char(char::REPLACEMENT_CHARACTER)?,
            _ => f.write_char(character)?,
        }
    }
    Ok(())
}
