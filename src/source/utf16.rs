//! Text in UTF-16, which kenarc does not read, and columns in UTF-16 code units, for formats that use these.

use super::{Position, SourceFile};

/// The positions of a file, with columns in UTF-16 code units.
pub(crate) struct Utf16<'a> {
    file: &'a SourceFile,
    /// The line and offset of each character of two units, in order.
    wide: Vec<(usize, usize)>,
}

impl<'a> Utf16<'a> {
    pub(crate) fn new(file: &'a SourceFile) -> Self {
        let wide = file.text().char_indices().filter(|(_, character)| character.len_utf16() == 2);
        Self { file, wide: wide.map(|(offset, _)| (file.position(offset).line, offset)).collect() }
    }

    /// Returns the line and column of a byte offset, both from 1.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let Position { line, column } = self.file.position(offset);
        let wide_before = |place: (usize, usize)| self.wide.partition_point(|wide| *wide < place);
        Position { line, column: column + wide_before((line, offset)) - wide_before((line, 0)) }
    }
}

/// Returns whether bytes begin like UTF-16: with a byte-order mark, or with a character of ASCII (YAML 1.2.2 §5.2). In
/// UTF-8, such a file would have a NUL, which neither YAML nor JSON allows.
pub(crate) fn is_utf16(begin: &[u8]) -> bool {
    match begin {
        // The mark of UTF-32.
        [0xFF, 0xFE, 0, 0, ..] => false,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        [first, second, ..] => (*first == 0) != (*second == 0),
        _ => false,
    }
}

/// Returns the text of UTF-16, without a byte-order mark, and with U+FFFD for what is invalid.
pub(super) fn decode(bytes: &[u8]) -> String {
    let is_big_endian = matches!(bytes, [0xFE, 0xFF, ..] | [0, ..]);
    let unit = if is_big_endian { u16::from_be_bytes } else { u16::from_le_bytes };
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
    let text = String::from_utf16_lossy(&units);
    text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{decode, is_utf16};

    #[test]
    fn utf_16_is_recognized_with_and_without_a_mark() {
        for (bytes, text) in [
            (&b"\xff\xfea\0\x33\x06"[..], "aس"),
            (b"\xfe\xff\0a\x06\x33", "aس"),
            (b"a\0\x33\x06\x00", "aس"),
            (b"\0a\x06\x33", "aس"),
            (b"a\0\x00\xd8b\0", "a\u{fffd}b"),
        ] {
            assert!(is_utf16(bytes), "{bytes:?}");
            assert_eq!(decode(bytes), text, "{bytes:?}");
        }
    }

    #[test]
    fn other_bytes_are_not_utf_16() {
        for bytes in
            [&b""[..], b"a", b"\0", b"ab", b"\0\0", b"\xff\xfe\0\0a\0\0\0", b"\xef\xbb\xbfa", "س".as_bytes(), b"ab\0"]
        {
            assert!(!is_utf16(bytes), "{bytes:?}");
        }
    }
}
