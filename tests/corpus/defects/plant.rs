//! Plants a defect into the text of a template: one edit, and where it must be found.

use crate::generate::Sample;
use crate::tree::{Content, Entry, Form, Mark, Part, Piece, Place};

/// A template with one defect.
#[derive(Clone, Debug)]
pub(crate) struct Planted {
    pub(crate) text: String,
    /// Where the one finding must be.
    pub(crate) place: Place,
    /// What `--fix` must make of the text; nothing where no fix is promised.
    pub(crate) fixed: Option<String>,
    /// Where the edit ends in the text before it and in the text after it.
    ends: (usize, usize),
}

impl Planted {
    /// The finding is elsewhere: at a place of the planted text.
    pub(crate) fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// The finding is at what stood behind the edit before it.
    pub(crate) fn behind(&self, place: &Place) -> Self {
        let moved = |at: usize| at - self.ends.0 + self.ends.1;
        let place = moved(place.start)..moved(place.end);
        self.clone().at(place)
    }

    /// `--fix` brings the text back.
    pub(crate) fn restored(self, sample: &Sample) -> Self {
        Self { fixed: Some(sample.text.clone()), ..self }
    }

    /// `--fix` puts this in the place of what was found.
    pub(crate) fn fixed(self, with: &str) -> Self {
        let mut text = self.text.clone();
        text.replace_range(self.place.clone(), with);
        Self { fixed: Some(text), ..self }
    }
}

impl Sample {
    /// Puts something in the place of a stretch, where it is found.
    pub(crate) fn replace(&self, at: &Place, with: &str) -> Planted {
        let mut text = self.text.clone();
        text.replace_range(at.clone(), with);
        let end = at.start + with.len();
        Planted { text, place: at.start..end, fixed: None, ends: (at.end, end) }
    }

    /// Puts another value in the place of a part.
    pub(crate) fn rewrite(&self, part: &Part, with: &str) -> Planted {
        // A block may begin where a key could.
        let blank = if part.form == Form::Block { " " } else { "" };
        let start = part.entries().first().map_or(part.place.start, |entry| part.place.start.min(entry.place.start));
        let planted = self.replace(&(start..part.place.end), &format!("{blank}{with}"));
        let place = planted.place.start + blank.len()..planted.place.end;
        planted.at(place)
    }

    pub(crate) fn insert(&self, at: usize, what: &str) -> Planted {
        self.replace(&(at..at), what)
    }

    /// Puts an entry before the first one of a mapping; it is found at the key.
    pub(crate) fn insert_entry(&self, map: &Part, key: &str, value: &str) -> Option<Planted> {
        map.entries().first()?;
        let key = if self.is_json { format!("\"{key}\"") } else { key.to_owned() };
        let (at, end) = self.beginning(map);
        let planted = self.insert(at, &format!("{key}: {value}{end}"));
        Some(planted.at(at..at + key.len()))
    }

    /// Puts items before the first one of a list; they are found at the last one of them.
    pub(crate) fn insert_items(&self, list: &Part, items: &[&str]) -> Option<Planted> {
        list.items().first()?;
        let dash = if list.form == Form::Block { "- " } else { "" };
        let (at, end) = self.beginning(list);
        let planted = self.insert(at, &items.iter().map(|item| format!("{dash}{item}{end}")).collect::<String>());
        let last = planted.place.end - end.len();
        let place = last - items.last()?.len()..last;
        Some(planted.at(place))
    }

    /// Returns where the first entry or item begins, and the text that must follow one inserted before it.
    fn beginning(&self, part: &Part) -> (usize, String) {
        if part.form != Form::Block {
            return (part.place.start + 1, ", ".to_owned());
        }
        let at = part.entries().first().map_or(part.place.start, |entry| entry.place.start);
        (at, format!("{}{}", self.line_break(), " ".repeat(self.column(at))))
    }

    /// Takes an entry out of a mapping. It is missed in the first line of what is left.
    pub(crate) fn remove_entry(&self, map: &Part, key: &str) -> Option<Planted> {
        let entries = map.entries();
        let index = entries.iter().position(|entry| entry.key == key)?;
        let at = match (index.checked_sub(1).map(|before| &entries[before]), entries.get(index + 1)) {
            (_, Some(next)) => entries[index].place.start..next.place.start,
            (Some(before), None) => before.place.end..entries[index].place.end,
            (None, None) => return Some(self.rewrite(map, "{}")),
        };
        // A block text would go on with a comment that is left behind it.
        let is_block = |entry: &Entry| matches!(entry.value.form, Form::Literal | Form::Folded);
        if at.end == entries[index].place.end
            && is_block(&entries[index - 1])
            && !self.text[at.end..].starts_with(['\n', '\r'])
        {
            return None;
        }
        let planted = self.replace(&at, "");
        let first = entries.iter().find(|entry| entry.key != key)?;
        let start = match map.form {
            Form::Flow => map.place.start,
            _ if at.start <= first.key_place.start => planted.behind(&first.key_place).place.start,
            _ => first.key_place.start,
        };
        let end = map.place.end - at.len();
        let line = planted.text[start..end].lines().next()?.trim_end().len();
        Some(planted.at(start..start + line))
    }

    pub(crate) fn line_break(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// Returns the column of an offset, without counting a byte-order mark.
    pub(crate) fn column(&self, at: usize) -> usize {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        self.text[start..at].trim_start_matches('\u{feff}').len()
    }

    /// Returns whether a part can be removed without anything else in the template becoming wrong.
    pub(crate) fn is_spare(&self, part: &Part) -> bool {
        let all = part.all();
        let is_tied = all.iter().any(|part| part.anchor.is_some() || matches!(part.content, Content::Alias(_)));
        let is_used_elsewhere = |piece: &Piece| match piece.mark {
            Mark::Use(name) => Self::uses(part, name) < Self::uses(&self.root, name),
            _ => true,
        };
        !is_tied && (!self.is_declared() || all.into_iter().flat_map(Part::pieces).all(is_used_elsewhere))
    }

    /// Returns the text between the quotes of a scalar in one line, if it has no escapes.
    pub(crate) fn inside(&self, part: &Part) -> Option<(Place, &str)> {
        let quotes = usize::from(matches!(part.form, Form::Double | Form::Single));
        let is_flat = matches!(part.form, Form::Double | Form::Single | Form::Plain);
        let place = part.place.start + quotes..part.place.end - quotes;
        let inside = &self.text[place.clone()];
        (is_flat && !inside.is_empty() && !inside.contains(['\\', '\n']) && !inside.contains("''"))
            .then_some((place, inside))
    }

    /// Returns whether a part stands alone at the end of its line.
    pub(crate) fn ends_line(&self, part: &Part) -> bool {
        self.text[part.place.end..].starts_with(['\n', '\r'])
            && matches!(part.form, Form::Plain | Form::Double | Form::Single)
    }
}
