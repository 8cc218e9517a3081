//! Checks the indentation of quoted text with several lines.
//!
//! The parser is lenient, as PyYAML is. The specification (YAML 1.2.2 §7.3.1) requires that the lines are indented
//! more than the block around them. This module enforces it, since a quote that is never closed would otherwise
//! extend to the next quote in the file.

use granit_parser::ErrorKind;

use crate::source::Span;

/// Returns what is wrong with the first line that is not indented past column `parent`, and its offset.
///
/// `token` is the quoted scalar, quotes included. Blank lines, the closing quote and what follows an escaped line
/// break can have any indentation.
pub(super) fn underindented(text: &str, token: Span, parent: usize) -> Option<(ErrorKind, usize)> {
    let token_text = text.get(token.range())?;
    let is_double = token_text.starts_with('"');
    let mut line_start = token.start;
    let mut is_escaped = true;
    for line in token_text.split_inclusive('\n').flat_map(|line| line.split_inclusive('\r')) {
        let content = line.trim_end_matches(['\n', '\r']);
        let spaces = content.len() - content.trim_start_matches(' ').len();
        let first = line_start + spaces;
        let is_blank = content.trim_matches([' ', '\t']).is_empty();
        if !is_escaped && !is_blank && spaces <= parent && first + 1 != token.end {
            let is_tab = content[spaces..].starts_with('\t');
            return Some((
                if is_tab { ErrorKind::TabInIndentation } else { ErrorKind::InvalidQuotedScalarIndent },
                first,
            ));
        }
        if !is_blank {
            is_escaped = is_double && ends_in_escape(content);
        }
        line_start += line.len();
    }
    None
}

/// Returns whether the line break after this text is escaped.
fn ends_in_escape(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use granit_parser::ErrorKind;

    use super::underindented;
    use crate::source::Span;

    /// Returns the first line of a quoted text below a key in column 0 that is not indented enough.
    fn found(quoted: &str) -> Option<(ErrorKind, &str)> {
        let text = format!("a: {quoted}");
        let (kind, at) = underindented(&text, Span::new(3, text.len()), 0)?;
        Some((kind, &quoted[at - 3..]))
    }

    #[test]
    fn unindented_text_in_quotes_is_found() {
        assert_eq!(found("\"one\ntwo\""), Some((ErrorKind::InvalidQuotedScalarIndent, "two\"")));
        assert_eq!(found("'one\r\n two\r\nthree'"), Some((ErrorKind::InvalidQuotedScalarIndent, "three'")));
        assert_eq!(found("\"one\n\ttwo\""), Some((ErrorKind::TabInIndentation, "\ttwo\"")));
    }

    #[test]
    fn blank_lines_closing_quotes_and_escaped_line_breaks_may_be_unindented() {
        for quoted in
            ["\"one\n\n two\"", "'one\n'", "\"one\n\t\n two\"", "\"one\\\ntwo\"", "\"one\\\n\ntwo\"", "\"one\""]
        {
            assert_eq!(found(quoted), None, "{quoted}");
        }
    }

    #[test]
    fn an_escaped_backslash_does_not_escape_a_line_break() {
        assert!(found("\"one\\\\\ntwo\"").is_some());
        assert!(found("'one\\\ntwo'").is_some());
    }
}
