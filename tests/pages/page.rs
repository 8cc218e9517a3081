//! A page: prose with examples in fenced blocks. The outputs among them are compared with what kenarc says now, or,
//! with `UPDATE_PAGES=1`, written anew.

use std::borrow::Cow;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A page as it is on disk.
pub(crate) struct Page {
    path: PathBuf,
    pub(crate) text: String,
}

/// A heading with what follows it, up to the next heading.
pub(crate) struct Section<'p> {
    /// How many `#` the heading has. The page's title has one.
    pub(crate) level: usize,
    pub(crate) heading: &'p str,
    pub(crate) blocks: Vec<Block<'p>>,
}

/// A fenced block.
pub(crate) struct Block<'p> {
    /// What follows the opening fence: a language, then perhaps what the block is.
    pub(crate) info: &'p str,
    pub(crate) text: &'p str,
    /// The bytes of the text on the page.
    pub(crate) range: Range<usize>,
}

/// A block of output with what it must be.
pub(crate) struct Output<'p> {
    /// The heading above it.
    pub(crate) heading: &'p str,
    pub(crate) text: &'p str,
    pub(crate) range: Range<usize>,
    /// What kenarc says now.
    pub(crate) actual: String,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path: path.to_owned(), text }
    }

    /// Returns the path from the repository's root.
    pub(crate) fn name(&self) -> String {
        self.path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(&self.path).display().to_string()
    }

    /// Returns the sections in order. The first holds what stands above all headings of the second level.
    pub(crate) fn sections(&self) -> Vec<Section<'_>> {
        let mut sections = vec![Section { level: 1, heading: "", blocks: Vec::new() }];
        // The opening fence's info and where the block's text begins.
        let mut open: Option<(&str, usize)> = None;
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let end = start + line.len();
            match (line.trim_end().strip_prefix("```"), open) {
                (Some(info), None) => open = Some((info, end)),
                (Some(_), Some((info, begin))) => {
                    let block = Block { info, text: &self.text[begin..start], range: begin..start };
                    if let Some(section) = sections.last_mut() {
                        section.blocks.push(block);
                    }
                    open = None;
                }
                (None, None) => {
                    let level = line.bytes().take_while(|byte| *byte == b'#').count();
                    if let Some(heading) = line[level..].strip_prefix(' ').filter(|_| level >= 2) {
                        sections.push(Section { level, heading: heading.trim_end(), blocks: Vec::new() });
                    }
                }
                (None, Some(_)) => {}
            }
            start = end;
        }
        assert!(open.is_none(), "{}: a block is never closed", self.name());
        sections
    }

    /// Says which outputs differ from what the page shows. With `UPDATE_PAGES=1` the page is changed instead.
    pub(crate) fn compare(&self, mut outputs: Vec<Output<'_>>) -> Vec<String> {
        outputs.retain(|output| output.actual != output.text);
        if std::env::var_os("UPDATE_PAGES").is_none_or(|value| value != "1") {
            let complaint = |output: Output<'_>| {
                let Output { heading, text, actual, .. } = output;
                format!("{}, {heading}: the page shows\n\n{text}\nand kenarc says\n\n{actual}", self.name())
            };
            return outputs.into_iter().map(complaint).collect();
        }
        let mut updated = self.text.clone();
        // From the end, so that the ranges before a change stay true.
        outputs.sort_by_key(|output| output.range.start);
        for output in outputs.into_iter().rev() {
            updated.replace_range(output.range, &output.actual);
        }
        if updated != self.text {
            fs::write(&self.path, updated).unwrap_or_else(|error| panic!("{}: {error}", self.path.display()));
        }
        Vec::new()
    }
}

impl<'p> Block<'p> {
    pub(crate) fn language(&self) -> &'p str {
        self.info.split(' ').next().unwrap_or_default()
    }

    /// Returns the name of the file that the block is, if the info gives it one: `yaml templates/order.yaml`.
    pub(crate) fn path(&self) -> Option<&'p str> {
        self.info.split(' ').nth(1).filter(|word| word.contains(['.', '/']))
    }

    /// Returns the text of that file. In a block that is `escaped`, `\r`, `\t`, `\\`, `\u{feff}` and the like stand for
    /// characters that no editor shows, and a `\` at the end of the text for no line break.
    pub(crate) fn content(&self) -> Cow<'p, str> {
        if self.info.ends_with(" escaped") { unescape(self.text).into() } else { self.text.into() }
    }

    pub(crate) fn output(&self, heading: &'p str, actual: String) -> Output<'p> {
        Output { heading, text: self.text, range: self.range.clone(), actual }
    }
}

fn unescape(text: &str) -> String {
    let mut parts = text.strip_suffix("\\\n").unwrap_or(text).split('\\');
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        let code = part.strip_prefix("u{").and_then(|code| code.split_once('}'));
        if let Some((code, rest)) = code {
            let char = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
            out.push(char.unwrap_or_else(|| panic!("no character: \\u{{{code}}}")));
            out.push_str(rest);
        } else if let Some(rest) = part.strip_prefix('r') {
            out.push('\r');
            out.push_str(rest);
        } else if let Some(rest) = part.strip_prefix('t') {
            out.push('\t');
            out.push_str(rest);
        } else if part.is_empty() {
            out.push('\\');
            out.push_str(parts.next().unwrap_or_default());
        } else {
            panic!("not an escape: \\{part}");
        }
    }
    out
}

/// Text as a page shows it: with an escape for each character that an editor would hide or that would change the page.
pub(crate) fn visible(text: &str) -> String {
    let is_hidden = |char: char| {
        (char.is_control() && !"\n\t".contains(char))
            || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '\r' => out.push_str("\\r"),
            _ if is_hidden(char) => out.extend(char.escape_unicode()),
            _ => out.push(char),
        }
    }
    out
}

/// Fails with everything that is wrong, not only the first.
#[track_caller]
pub(crate) fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n\n"));
}
