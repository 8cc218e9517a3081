//! How characters are named in messages: those that cannot be seen, by code point and name.

/// Returns the name of a character that cannot be seen, in lower case (Unicode Character Database).
pub(crate) fn invisible(character: char) -> Option<&'static str> {
    Some(match character {
        '\t' => "tab",
        '\u{85}' => "next line",
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{61c}' => "Arabic letter mark",
        '\u{180e}' => "Mongolian vowel separator",
        '\u{2009}' => "thin space",
        '\u{2000}'..='\u{200a}' => "typographic space",
        '\u{200b}' => "zero-width space",
        '\u{200c}' => "zero-width non-joiner",
        '\u{200d}' => "zero-width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{202f}' => "narrow no-break space",
        '\u{205f}' => "medium mathematical space",
        '\u{2060}' => "word joiner",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{3000}' => "ideographic space",
        '\u{feff}' => "byte-order mark",
        character if character.is_control() => "control character",
        _ => return None,
    })
}

/// Returns the character in backticks, or the code point and the name of one that cannot be seen.
pub(crate) fn named(character: char) -> String {
    match invisible(character) {
        Some(name) => format!("U+{:04X} ({name})", u32::from(character)),
        None => format!("`{character}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::is_directional_control;
    use super::{invisible, named};

    #[test]
    fn all_controls_and_blanks_have_names() {
        let is_blank = |character: char| character.is_whitespace() && !matches!(character, ' ' | '\u{1680}');
        let mut hidden = (char::MIN..=char::MAX)
            .filter(|character| character.is_control() || is_directional_control(*character) || is_blank(*character));
        assert_eq!(hidden.find(|character| invisible(*character).is_none()), None);
    }

    #[test]
    fn what_cannot_be_seen_is_named_by_code_point() {
        assert_eq!(named('\u{a0}'), "U+00A0 (no-break space)");
        assert_eq!(named('\u{7}'), "U+0007 (control character)");
        assert_eq!(named('ی'), "`ی`");
    }
}
