//! Writes a tree as text, in one of the many ways in which people and programs write YAML, and records where each part
//! is.

use super::choices::Choices;
use super::tree::{Content, Entry, Form, Mark, Part, Piece, Role};

/// What people write into comments: signs that mean something elsewhere.
const COMMENTS: &[&str] = &[
    "یادداشت",
    "don't touch",
    "TODO: \"check\" this",
    "{{ not an expression }} {% if %}",
    "- key: value",
    "kenarc checks this",
    "REAL_STATE, icon_name",
    "http://app.example/",
    "",
];

/// Comments that nobody could mean as a part of the text before them.
const NOTES: &[&str] = &["یادداشت", "don't touch", "TODO: \"check\" this", "- key: value"];

/// The style of the collection around a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Block,
    Flow,
}

/// How often a line ends or begins with a comment, in percent.
const COMMENT: usize = 4;

/// Writes a template, and sets the places of all its parts.
pub(crate) fn write(template: &mut Part, is_json: bool, choices: &mut Choices) -> String {
    let line_break = if choices.chance(15) { "\r\n" } else { "\n" };
    let step = choices.pick(&[2, 2, 2, 4, 3]);
    let is_spread = choices.chance(60);
    let mut writer = Writer { choices, text: String::new(), line_break, step, is_json, is_spread };
    writer.head();
    if is_json || writer.choices.chance(4) {
        writer.flow(template, 0);
    } else {
        template.form = Form::Block;
        writer.block(template, 0, After::Nothing);
    }
    writer.tail();
    writer.text
}

struct Writer<'c> {
    choices: &'c mut Choices,
    text: String,
    line_break: &'static str,
    /// How far a level is indented.
    step: usize,
    is_json: bool,
    /// Whether JSON takes a line for each value.
    is_spread: bool,
}

/// What stands before a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Nothing,
    Key,
    Dash,
}

impl Writer<'_> {
    fn head(&mut self) {
        if self.choices.chance(8) {
            self.text.push('\u{feff}');
        }
        if self.is_json {
            return;
        }
        if self.choices.chance(20) {
            self.comment();
            self.line(0);
        }
        if self.choices.chance(3) {
            self.text.push_str("%YAML 1.2");
            self.line(0);
            self.text.push_str("---");
            self.line(0);
        } else if self.choices.chance(8) {
            self.text.push_str("---");
            self.line(0);
        }
    }

    fn tail(&mut self) {
        if self.choices.chance(90) {
            self.line(0);
        }
        if !self.is_json && self.text.ends_with('\n') {
            if self.choices.chance(5) {
                self.comment();
                self.line(0);
            }
            if self.choices.chance(4) {
                self.text.push_str("...");
                self.line(0);
            }
        }
    }

    fn line(&mut self, column: usize) {
        self.text.push_str(self.line_break);
        self.indent(column);
    }

    fn indent(&mut self, column: usize) {
        self.text.extend(std::iter::repeat_n(' ', column));
    }

    fn comment(&mut self) {
        let comment = self.choices.pick(COMMENTS);
        let blank = self.choices.pick(&[" ", " ", "  ", ""]);
        self.text.push('#');
        self.text.push_str(if comment.is_empty() { "" } else { blank });
        self.text.push_str(comment);
    }

    /// Begins the next entry or item of a block.
    fn next(&mut self, column: usize) {
        if self.choices.chance(COMMENT) {
            self.line(0);
        }
        if self.choices.chance(COMMENT) {
            self.line(column);
            self.comment();
        }
        self.line(column);
    }

    /// Perhaps ends a line of a block with a comment.
    fn end(&mut self) {
        if self.choices.chance(COMMENT) {
            let blanks = self.choices.pick(&[" ", "  ", "    "]);
            self.text.push_str(blanks);
            self.comment();
        }
    }

    /// Perhaps ends a line with a comment after a value.
    fn end_after(&mut self, form: Form) {
        if form != Form::Plain {
            return self.end();
        }
        if self.choices.chance(COMMENT) {
            let note = self.choices.pick(NOTES);
            self.text.push_str(self.choices.pick(&[" # ", "   # "]));
            self.text.push_str(note);
        }
    }

    /// What stands between a key or a dash and a value that goes on in the same line.
    fn properties(&mut self, part: &mut Part, after: After) {
        if after == After::Key {
            self.text.push(' ');
        }
        part.is_tagged = matches!(part.content, Content::Text(_)) && !self.is_json && self.choices.chance(1);
        if part.is_tagged {
            self.text.push_str("!!str ");
        }
        if let Some(anchor) = part.anchor {
            self.text.push('&');
            self.text.push_str(anchor);
            self.text.push(' ');
        }
    }

    /// A value in a block whose own block would begin at `column`.
    fn block(&mut self, part: &mut Part, column: usize, after: After) {
        let is_block = match &part.content {
            Content::Map(entries) => !entries.is_empty(),
            Content::List(items) => !items.is_empty(),
            _ => false,
        };
        if is_block && (part.form == Form::Block || self.wants_block(part.role)) {
            part.form = Form::Block;
            self.open_block(part.anchor, column, after);
            part.place.start = self.text.len();
            match &mut part.content {
                Content::Map(entries) => self.block_map(entries, column),
                Content::List(items) => self.block_list(items, column),
                _ => {}
            }
            // A mapping begins with its first key, not with the sign before it.
            part.place.start = part.entries().first().map_or(part.place.start, |entry| entry.key_place.start);
            part.place.end = last_place(part);
            return;
        }
        self.properties(part, after);
        if let Content::Text(pieces) = &part.content {
            part.form = self.form_of(pieces, part.role, Around::Block);
            self.scalar(part, column);
        } else {
            self.inline(part, column);
        }
        if !matches!(part.form, Form::Literal | Form::Folded) {
            self.end_after(part.form);
        }
    }

    fn wants_block(&mut self, role: Role) -> bool {
        let percent = match role {
            Role::Template => 100,
            Role::Message | Role::Variables | Role::Examples | Role::Grid | Role::Rows => 90,
            Role::Row | Role::Buttons | Role::Button => 75,
            _ => 45,
        };
        self.choices.chance(percent)
    }

    /// Leads from a key or a dash to the beginning of a block.
    fn open_block(&mut self, anchor: Option<&str>, column: usize, after: After) {
        if let Some(anchor) = anchor {
            self.text.push_str(if after == After::Key { " &" } else { "&" });
            self.text.push_str(anchor);
        }
        let is_compact = after == After::Dash && anchor.is_none() && !self.choices.chance(5);
        if after != After::Nothing && !is_compact {
            self.end();
            self.line(column);
        }
    }

    fn block_map(&mut self, entries: &mut [Entry], column: usize) {
        for (index, entry) in entries.iter_mut().enumerate() {
            if index > 0 {
                self.next(column);
            }
            let start = self.text.len();
            let is_long = matches!(entry.value.content, Content::Text(_)) && self.choices.chance(2);
            if is_long {
                self.text.push_str("? ");
            }
            self.key(entry, Around::Block);
            if is_long {
                self.line(column);
            }
            self.text.push(':');
            // A list may stand as far left as its key.
            let is_list = matches!(entry.value.content, Content::List(_));
            let child = if is_list && self.choices.chance(30) { column } else { column + self.step };
            self.block(&mut entry.value, child, After::Key);
            entry.place = start..entry.value.place.end;
        }
    }

    fn block_list(&mut self, items: &mut [Part], column: usize) {
        for (index, item) in items.iter_mut().enumerate() {
            if index > 0 {
                self.next(column);
            }
            let dash = self.choices.pick(&["- ", "- ", "- ", "- ", "-   "]);
            self.text.push_str(dash);
            self.block(item, column + dash.len(), After::Dash);
        }
    }

    fn key(&mut self, entry: &mut Entry, around: Around) {
        let start = self.text.len();
        let is_plain = is_plain(&entry.key, around) && !self.choices.chance(if entry.key == "<<" { 0 } else { 5 });
        if is_plain && !self.is_json {
            self.text.push_str(&entry.key);
        } else {
            let quote = if self.is_json || self.choices.chance(60) { '"' } else { '\'' };
            self.text.push(quote);
            self.text.push_str(&entry.key);
            self.text.push(quote);
        }
        entry.key_place = start..self.text.len();
    }

    /// A value within a line, or within brackets.
    fn inline(&mut self, part: &mut Part, column: usize) {
        match &part.content {
            Content::Map(_) | Content::List(_) => self.flow(part, column),
            Content::Text(_) => self.scalar(part, column),
            Content::Bare(value) => {
                let start = self.text.len();
                self.text.push_str(value);
                part.place = start..self.text.len();
            }
            Content::Alias(name) => {
                let start = self.text.len();
                self.text.push('*');
                self.text.push_str(name);
                part.place = start..self.text.len();
            }
        }
    }

    /// A list or a mapping in brackets.
    fn flow(&mut self, part: &mut Part, column: usize) {
        part.form = Form::Flow;
        let start = self.text.len();
        let is_spread = if self.is_json { self.is_spread } else { self.choices.chance(15) };
        let (open, close, count) = match &part.content {
            Content::Map(entries) => ('{', '}', entries.len()),
            Content::List(items) => ('[', ']', items.len()),
            _ => return,
        };
        let pad = if open == '{' && self.choices.chance(70) { " " } else { "" };
        self.text.push(open);
        for index in 0..count {
            match is_spread {
                true => self.line(column + self.step),
                false if index == 0 => self.text.push_str(pad),
                false if self.is_json && pad.is_empty() => {}
                false => self.text.push(' '),
            }
            match &mut part.content {
                Content::Map(entries) => self.flow_entry(&mut entries[index], column),
                Content::List(items) => self.flow_value(&mut items[index], column),
                _ => {}
            }
            let is_last = index + 1 == count;
            if !is_last || !self.is_json && self.choices.chance(2) {
                self.text.push(',');
            }
            if is_spread && !self.is_json {
                // A comma may be missing after the last one.
                let is_plain = is_last && !self.text.ends_with(['"', '\'', '}', ']', ',']);
                self.end_after(if is_plain { Form::Plain } else { Form::Flow });
            }
        }
        if count > 0 && is_spread {
            // YAML 1.2.2 §8.2.2: also the closing bracket is indented more than the key.
            self.line(if self.is_json { column } else { column + 1 });
        } else if count > 0 {
            self.text.push_str(pad);
        }
        self.text.push(close);
        part.place = start..self.text.len();
    }

    fn flow_entry(&mut self, entry: &mut Entry, column: usize) {
        self.key(entry, Around::Flow);
        self.text.push_str(": ");
        self.flow_value(&mut entry.value, column);
        entry.place = entry.key_place.start..entry.value.place.end;
    }

    fn flow_value(&mut self, part: &mut Part, column: usize) {
        self.properties(part, After::Nothing);
        if let Content::Text(pieces) = &part.content {
            part.form = self.form_of(pieces, part.role, Around::Flow);
        }
        self.inline(part, column + self.step);
    }

    fn form_of(&mut self, pieces: &[Piece], role: Role, around: Around) -> Form {
        let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        if self.is_json {
            return Form::Double;
        }
        let is_block = around == Around::Block && is_literal(&text) && (role != Role::For || text.len() > 1);
        if text.contains('\n') {
            return match self.choices.below(10) {
                0..=5 if is_block => Form::Literal,
                6..=7 if is_block && is_folded(&text) => Form::Folded,
                _ => Form::Double,
            };
        }
        match self.choices.below(20) {
            0..=13 if is_plain(&text, around) => Form::Plain,
            14 if is_block => Form::Literal,
            15 if is_block && is_folded(&text) => Form::Folded,
            0..=17 if !text.is_empty() => self.choices.pick(&[Form::Double, Form::Double, Form::Single]),
            _ => Form::Double,
        }
    }

    fn scalar(&mut self, part: &mut Part, column: usize) {
        let (form, role) = (part.form, part.role);
        let Content::Text(pieces) = &mut part.content else { return };
        let start = self.text.len();
        let column = column.max(1);
        match form {
            Form::Double => {
                self.text.push('"');
                self.pieces(pieces, form, column);
                self.text.push('"');
            }
            Form::Single => {
                self.text.push('\'');
                self.pieces(pieces, form, column);
                self.text.push('\'');
            }
            Form::Literal | Form::Folded => {
                self.text.push(if form == Form::Literal { '|' } else { '>' });
                let chomping = match role {
                    // The line break at the end is part of a text that is not shown in a message.
                    Role::Value | Role::Type => "-",
                    Role::Message => self.choices.pick(&["", "", "", "-", "+"]),
                    _ => self.choices.pick(&["", "", "-"]),
                };
                self.text.push_str(chomping);
                self.end();
                self.line(column);
                self.pieces(pieces, form, column);
            }
            _ => self.pieces(pieces, form, column),
        }
        part.place = start..self.text.len();
    }

    fn pieces(&mut self, pieces: &mut [Piece], form: Form, column: usize) {
        let escaped = if form == Form::Double { self.choices.pick(&[0, 0, 0, 0, 0, 20, 100]) } else { 0 };
        let whole: Vec<char> = pieces.iter().flat_map(|piece| piece.text.chars()).collect();
        let mut at = 0;
        for piece in pieces {
            let start = self.text.len();
            let count = piece.text.chars().count();
            for index in at..at + count {
                let is_inside = at < index && index + 1 < at + count;
                let (before, after) = (index.checked_sub(1).map(|before| whole[before]), whole.get(index + 1).copied());
                let can_fold = is_inside && piece.mark == Mark::Words && !self.is_json && form != Form::Literal;
                if whole[index] == ' ' && can_fold && folds(form, before, after) && self.choices.chance(5) {
                    self.line(column);
                } else {
                    self.character(whole[index], before, after, form, column, escaped);
                }
            }
            at += count;
            piece.place = start..self.text.len();
        }
    }

    fn character(
        &mut self,
        c: char,
        before: Option<char>,
        after: Option<char>,
        form: Form,
        column: usize,
        escaped: usize,
    ) {
        match (form, c) {
            (Form::Literal | Form::Folded, '\n') => {
                if form == Form::Folded && before != Some('\n') {
                    self.text.push_str(self.line_break);
                }
                self.line(if after == Some('\n') { 0 } else { column });
            }
            (Form::Single, '\'') => self.text.push_str("''"),
            (Form::Double, '"' | '\\') => self.text.extend(['\\', c]),
            (Form::Double, '\n') => self.text.push_str("\\n"),
            (Form::Double, _) if !c.is_ascii() && self.choices.chance(escaped) => self.escape(c),
            _ => self.text.push(c),
        }
    }

    fn escape(&mut self, c: char) {
        let code = u32::from(c);
        if code > 0xFFFF && !self.is_json {
            self.text.push_str(&format!("\\U{code:08X}"));
            return;
        }
        let escapes = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")).collect::<String>();
        self.text.push_str(&escapes);
    }
}

/// Returns the end of the last value in a block, without a comment after it.
fn last_place(part: &Part) -> usize {
    let last = match &part.content {
        Content::Map(entries) => entries.last().map(|entry| &entry.value),
        Content::List(items) => items.last(),
        _ => None,
    };
    last.map_or(0, |last| last.place.end)
}

/// Returns whether a line may be broken between two words.
fn folds(form: Form, before: Option<char>, after: Option<char>) -> bool {
    let is_word = |c: char| !c.is_whitespace() && (form != Form::Plain || c.is_alphanumeric());
    form != Form::Literal && before.is_some_and(|c| !c.is_whitespace()) && after.is_some_and(is_word)
}

/// Returns whether a text may be written without quotes, and is a string then in YAML 1.1, too.
fn is_plain(text: &str, around: Around) -> bool {
    const WORDS: [&str; 11] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~", "<<"];
    let begins_well =
        text.starts_with(|c: char| c == '/' || c == '(' || c == '_' || c.is_alphabetic() || !c.is_ascii());
    let is_broken = text.contains(": ")
        || text.contains(" #")
        || text.contains('\n')
        || text.ends_with([':', ' '])
        || around == Around::Flow && text.contains([',', '[', ']', '{', '}']);
    text == "<<" || begins_well && !is_broken && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Returns whether a text may be written as a literal block scalar.
fn is_literal(text: &str) -> bool {
    !text.is_empty() && !text.starts_with([' ', '\n']) && !text.ends_with([' ', '\n'])
}

/// Returns whether a text may be folded in a block scalar: lines that begin with white space are not folded.
fn is_folded(text: &str) -> bool {
    is_literal(text) && !text.contains("\n ") && !text.contains(" \n")
}
