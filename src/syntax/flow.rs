//! Checks the indentation of lists and mappings in brackets with several lines.
//!
//! The parser is lenient, as PyYAML is. The specification (YAML 1.2.2 §8.2.2 and §6.9) requires that the lines are
//! indented more than the block around them, the closing bracket included.

use crate::source::Span;

use super::recovery;

/// Returns the indentation, which may be empty, of each line that is not indented past column `parent`.
///
/// `brackets` is the list or mapping, brackets included. Blank lines, comments and the lines of quoted text are not
/// checked.
pub(super) fn underindented(text: &str, brackets: Span, parent: usize) -> Vec<Span> {
    let mut lines = Vec::new();
    // Where the line begins, if there has been nothing but blanks on it.
    let mut start = None;
    for token in recovery::tokens(text, brackets.start, brackets.end, true) {
        match text.as_bytes().get(token.start) {
            Some(b'\n' | b'\r') => start = Some(token.end),
            Some(b' ' | b'\t') => {}
            Some(b'#') => start = None,
            _ => {
                let indentation = start.take().map(|start| Span::new(start, token.start));
                lines.extend(indentation.filter(|indentation| indentation.len() <= parent));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::underindented;
    use crate::source::Span;

    /// Returns the lines that are not indented enough, below a key in column 1.
    fn found(brackets: &str) -> Vec<&str> {
        let text = format!(" a: {brackets}");
        let lines = underindented(&text, Span::new(4, text.len()), 1);
        lines.into_iter().map(|line| brackets[line.start - 4..].lines().next().unwrap()).collect()
    }

    #[test]
    fn every_line_is_indented_more_than_the_block() {
        let cases: [(&str, &[&str]); 11] = [
            ("[b, c]", &[]),
            ("[b,\n  c\n  ]", &[]),
            ("[b,\n c,\nd]", &[" c,", "d]"]),
            ("[b,\r\n c]", &[" c]"]),
            ("[\n  b\n ]", &[" ]"]),
            ("{\n  b: c\n}", &["}"]),
            ("[b,\n\n\n  c]", &[]),
            ("[b, # c\n# d\n  c]", &[]),
            ("[b,\n\tc]", &["\tc]"]),
            ("['b\nc',\n  d]", &[]),
            ("[b [c,\n  'd'\n],\ne]", &["],", "e]"]),
        ];
        for (brackets, expected) in cases {
            assert_eq!(found(brackets), expected, "{brackets}");
        }
    }
}
