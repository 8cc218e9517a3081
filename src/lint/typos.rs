//! Slips in a line of YAML that make it something else: a missing blank after `:` or `-`, a `:` of another script, blanks
//! that YAML does not take for indentation. YAML fails at a later place, or reads text where a key is meant.

use crate::source::{SourceFile, Span};
use crate::syntax::line_start;

use super::finding::Finding;
use super::wording::counted;
use super::{Applicability, Edit, Fix};
use crate::source::characters::{invisible, named};

/// How far from the beginning of its line a slip can be, in bytes. Lines of JSON can be as long as the file.
const MAX_BEGIN: usize = 1 << 10;

/// The keys of a template whose value is on the same line.
const FIELDS: [&str; 11] = [
    "message",
    "text_message",
    "media_token",
    "description",
    "icon",
    "caption",
    "open_direct_link",
    "post_token",
    "when",
    "for",
    "type",
];

/// The most spaces that a fix writes in front of a line. Nobody indents as deeply as a damaged file may ask for.
pub(super) const MAX_INDENTATION: usize = 64;

/// A slip, and how to correct it.
#[derive(Clone)]
pub(super) struct Typo {
    pub(super) span: Span,
    pub(super) headline: String,
    pub(super) label: String,
    pub(super) help: String,
    pub(super) edits: Vec<Edit>,
}

impl Typo {
    /// Describes a finding that has been added at the place of the slip.
    pub(super) fn describe(self, finding: Finding<'_>) {
        let fix = Fix::new(Applicability::Safe, "correct the line", self.edits);
        finding.label(self.label).help(self.help).fix(fix);
    }
}

/// Returns whether the first line with text after an offset has characters that only look like indentation.
pub(super) fn is_below(file: &SourceFile, at: usize) -> bool {
    let text = file.text();
    let window = text.get(at..text.floor_char_boundary(at.saturating_add(MAX_BEGIN))).unwrap_or_default();
    let Some(end) = window.find(['\n', '\r']) else { return false };
    let below = text[at + end..].trim_start_matches(['\n', '\r', ' ']);
    let typo = in_line(file, text.len() - below.len());
    typo.is_some_and(|typo| !below.is_empty() && !file.slice(typo.span).is_ascii())
}

/// Returns the slip in the line of an offset, or in the line with text above it.
pub(super) fn around(file: &SourceFile, at: usize) -> Option<Typo> {
    let text = file.text();
    let start = line_start(text, at);
    let above = text.get(..start)?.trim_end_matches(['\n', '\r', ' ']);
    in_line(file, at).or_else(|| in_line(file, above.len()))
}

/// Returns the slip in the line of an offset. Slips are at the beginning of a line, so an offset far from it has none.
pub(super) fn in_line(file: &SourceFile, at: usize) -> Option<Typo> {
    let text = file.text();
    let window = text.floor_char_boundary(at.saturating_sub(MAX_BEGIN));
    let before = text.get(window..at)?;
    let start = match before.rfind(['\n', '\r']) {
        Some(end) => window + end + 1,
        None if window == 0 => line_start(text, 0),
        None => return None,
    };
    let end = text.floor_char_boundary(at.saturating_add(MAX_BEGIN));
    typo(text.get(start..end)?.split(['\n', '\r']).next()?, start)
}

/// Returns the slip in a line that begins at an offset.
fn typo(line: &str, start: usize) -> Option<Typo> {
    if line.starts_with("---") {
        return None;
    }
    let is_blank = |c: char| c == ' ' || is_hidden(c);
    let indentation = line.len() - line.trim_start_matches(is_blank).len();
    let mut at = indentation;
    while let Some(rest) = line[at..].strip_prefix("- ") {
        at += "- ".len() + rest.len() - rest.trim_start_matches(is_blank).len();
    }
    let key = line[at..].trim_start_matches(['-', ' ']);
    if let Some((hidden, character)) = line[..at].char_indices().find(|(_, c)| is_hidden(*c)) {
        let written = &line[hidden..at];
        let spaces = written.chars().filter(|c| !is_hidden(*c) || c.is_whitespace());
        let spaces = spaces.map(|c| if is_hidden(c) { ' ' } else { c }).collect::<String>();
        let span = Span::new(start + hidden, start + at);
        return Some(Typo {
            span: Span::new(span.start, span.start + character.len_utf8()),
            headline: format!("{} in the indentation", named(character)),
            label: "YAML does not take this for a blank".to_owned(),
            help: "indent with spaces".to_owned(),
            edits: vec![Edit::replace(span, spaces)],
        });
    }
    let length = key.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(key.len());
    let (name, after) = key.split_at(length);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let dashes = line.len() - at - key.len();
    let end = start + line.len() - after.len();
    let colon = after.trim_start_matches(' ').chars().next()?;
    if dashes > 0 && matches!(colon, ':' | '：') {
        let written = &line[at..at + dashes];
        let dashes = "- ".repeat(written.matches('-').count());
        let span = Span::new(start + at, start + at + written.trim_end().len());
        return Some(Typo {
            span,
            headline: "missing blank after `-`".to_owned(),
            label: "expected a blank after each `-`".to_owned(),
            help: format!("write `{dashes}{name}: …`"),
            edits: vec![Edit::replace(Span::new(start + at, start + at + written.len()), dashes)],
        });
    }
    let next = after.chars().nth(1);
    match (colon, next) {
        ('：', _) => {
            let at = end + after.find('：')?;
            let span = Span::new(at, at + '：'.len_utf8());
            let is_tight = !after[span.end - end..].starts_with(' ');
            Some(Typo {
                span,
                headline: "full-width colon".to_owned(),
                label: "expected `:`, found `：` (U+FF1A)".to_owned(),
                help: format!("write `{name}: …`"),
                edits: vec![Edit::replace(span, if is_tight { ": " } else { ":" })],
            })
        }
        (':', Some(next)) if is_hidden(next) => Some(hidden_blank(end + 1, next)),
        (':', Some(next)) if !next.is_whitespace() && !matches!(next, '/' | ':') => Some(Typo {
            span: Span::new(start + line.len() - key.len(), end + 1),
            headline: "missing blank after `:`".to_owned(),
            label: "expected a blank after the colon".to_owned(),
            help: format!("write `{name}: …`"),
            edits: vec![Edit { span: Span::at(end + 1), replacement: " ".to_owned() }],
        }),
        (first, _)
            if after.starts_with(' ') && FIELDS.contains(&name) && !after.contains([':', '：']) && first != '#' =>
        {
            let span = Span::new(end - name.len(), end);
            Some(missing_colon(span, name, Edit { span: Span::at(end), replacement: ":".to_owned() }))
        }
        _ => None,
    }
}

/// Returns the slip of a key in braces that is a field and its value without a colon between them: `{icon SUPPORT}`.
pub(super) fn without_colon(file: &SourceFile, key: Span, fields: &[&str]) -> Option<Typo> {
    let (name, _) = file.slice(key).split_once(' ').filter(|(name, _)| fields.contains(name))?;
    let has_value = file.text()[key.end..].trim_start().starts_with(':');
    let end = key.start + name.len();
    let edit = Edit { span: Span::at(end), replacement: ":".to_owned() };
    (!has_value).then(|| missing_colon(Span::new(key.start, end), name, edit))
}

fn missing_colon(span: Span, name: &str, edit: Edit) -> Typo {
    Typo {
        span,
        headline: "missing `:`".to_owned(),
        label: "expected `:` after this key".to_owned(),
        help: format!("write `{name}: …`"),
        edits: vec![edit],
    }
}

/// Returns whether a character looks like a blank or like nothing, and is not a blank of YAML.
fn is_hidden(character: char) -> bool {
    !character.is_ascii() && invisible(character).is_some()
}

fn hidden_blank(at: usize, character: char) -> Typo {
    let span = Span::new(at, at + character.len_utf8());
    Typo {
        span,
        headline: format!("{} after the colon", named(character)),
        label: "YAML does not take this for a blank".to_owned(),
        help: "write a space in its place".to_owned(),
        edits: vec![Edit::replace(span, " ")],
    }
}

/// Returns the first of the lines below a `|` or `>` that are not indented, if an offset is in one of them.
pub(super) fn unindented_text(file: &SourceFile, at: usize) -> Option<Typo> {
    let text = file.text();
    let mut first = line_start(text, at);
    let header = loop {
        let above = text.get(..first)?.trim_end();
        let line = line_start(text, above.len());
        let written = above.get(line..).filter(|written| !written.is_empty())?;
        if is_header(written) {
            break Span::new(line, above.len());
        }
        first = line;
    };
    let header = file.slice(header);
    let key = header.trim_start_matches([' ', '-']);
    let before = &header[..header.len() - key.len()];
    let dash = before.rfind('-').filter(|_| key.starts_with(['|', '>']));
    let column = dash.unwrap_or(before.len());
    let least = column + 2;
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    if indent(text.get(first..)?) > column || least > MAX_INDENTATION {
        return None;
    }
    let mut edits = Vec::new();
    let mut start = first;
    for line in text.get(first..)?.split_inclusive('\n') {
        let is_key = line.split_once(':').is_some_and(|(key, _)| {
            key.trim_start_matches([' ', '-']).bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        if is_key {
            break;
        }
        let missing = least.saturating_sub(indent(line));
        if !line.trim().is_empty() && missing > 0 {
            edits.push(Edit { span: Span::at(start), replacement: " ".repeat(missing) });
        }
        start += line.len();
    }
    let line = text.get(first..)?.split(['\n', '\r']).next()?;
    let span = Span::new(first + line.len() - line.trim_start().len(), first + line.trim_end().len());
    let sign = header.trim_end_matches(|c: char| c.is_ascii_digit() || "+-".contains(c)).chars().last()?;
    (edits.first()?.span.start == first).then(|| Typo {
        span,
        headline: format!("text below `{sign}` is not indented"),
        label: format!("expected at least {} before this", counted(least, "space")),
        help: "indent the text".to_owned(),
        edits,
    })
}

/// Returns whether a line ends with the header of a block scalar after a key or a dash.
fn is_header(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    let line = line.trim_end_matches(|c: char| c.is_ascii_digit() || "+-".contains(c));
    let before = line.strip_suffix('|').or_else(|| line.strip_suffix('>'));
    before.is_some_and(|before| before.trim_end().ends_with([':', '-']) && before.ends_with(' '))
}

/// Returns the Persian comma in brackets after which an entry or an item begins, before an offset of the same line.
pub(super) fn persian_comma(file: &SourceFile, at: usize) -> Option<Typo> {
    let text = file.text();
    let start = line_start(text, at);
    let line = text.get(start..at)?;
    let open = line.rfind(['{', '[']).filter(|open| !line[*open..].contains(['}', ']']))? + 1;
    let key = line.rsplit(['،', '؛']).next()?.trim();
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_comma = |c: char| matches!(c, '،' | '؛');
    let (comma, character) = line[open..].char_indices().find(|(_, c)| is_key && is_comma(*c))?;
    let span = Span::new(start + open + comma, start + open + comma + character.len_utf8());
    // Those that entries follow, up to the end of the line.
    let rest = text.get(start + open..)?.split(['\n', '\r']).next()?;
    let is_before_key = |after: &str| {
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        end > 0 && after[end..].starts_with(':')
    };
    let commas = rest.char_indices().filter(|(at, c)| is_comma(*c) && is_before_key(&rest[at + c.len_utf8()..]));
    let commas = commas.map(|(at, c)| Span::new(start + open + at, start + open + at + c.len_utf8()));
    let edits = commas.map(|comma| Edit::replace(comma, ",")).collect();
    Some(Typo {
        span,
        headline: format!("`{character}` between entries"),
        label: format!("expected `,`, found `{character}`"),
        help: "separate entries by `,`, or put text that contains another comma in quotes".to_owned(),
        edits,
    })
}

#[cfg(test)]
mod tests {
    use super::around;
    use crate::lint::Edit;
    use crate::source::SourceFile;

    /// Returns the line after its slip is corrected, and what the finding points to.
    fn corrected(line: &str) -> Option<(String, String)> {
        let file = SourceFile::new("t.yaml", line);
        let typo = around(&file, line.len())?;
        let mut text = line.to_owned();
        let [Edit { span, replacement }] = typo.edits.as_slice() else { panic!("{line}") };
        text.replace_range(span.range(), replacement);
        Some((text, file.slice(typo.span).to_owned()))
    }

    #[test]
    fn slips_are_found_and_corrected() {
        let cases = [
            ("message:سلام", "message: سلام", "message:"),
            ("  - - icon:SUPPORT", "  - - icon: SUPPORT", "icon:"),
            ("message： سلام", "message: سلام", "："),
            ("message：سلام", "message: سلام", "："),
            ("  -icon: A", "  - icon: A", "-"),
            ("  -- icon: A", "  - - icon: A", "--"),
            ("  - -icon: A", "  - - icon: A", "-"),
            ("\u{a0} - icon: A", "  - icon: A", "\u{a0}"),
            ("  - \u{200f}icon: A", "  - icon: A", "\u{200f}"),
            ("icon:\u{a0}A", "icon: A", "\u{a0}"),
            ("message سلام", "message: سلام", "message"),
            ("  - - icon SUPPORT", "  - - icon: SUPPORT", "icon"),
        ];
        for (line, expected, place) in cases {
            assert_eq!(corrected(line), Some((expected.to_owned(), place.to_owned())), "{line}");
        }
    }

    #[test]
    fn other_lines_have_none() {
        for line in [
            "message: سلام",
            "- - icon: A",
            "https://app.example",
            "12:30",
            "---",
            "",
            "سلام:x",
            "-5",
            "a::b",
            "icon # c",
            "iconic A",
            "icon",
        ] {
            assert_eq!(corrected(line), None, "{line}");
        }
    }
}
