//! Patterns of dates: the fields of UTS #35 that a message needs.

use std::ops::Range;

use icu_datetime::pattern::{DateTimePattern, DayPeriodNameLength, MonthNameLength};

/// How a date is written: a style or a pattern.
#[derive(Debug)]
pub struct Pattern {
    pub(super) icu: DateTimePattern,
    pub(super) months: MonthNameLength,
    pub(super) day_periods: Option<DayPeriodNameLength>,
    time_field: Option<String>,
}

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// A Latin letter or several, or a conversion of `strftime`, that are no field.
    UnknownField {
        /// What is written.
        field: String,
        /// Its bytes in the pattern.
        range: Range<usize>,
    },
    /// A `'` that is not closed.
    UnclosedQuote,
    /// There is nothing of a date or a time in it.
    NoFields,
    /// The month as a name and as a number, or parts of the day both short and long: one of them has to be chosen.
    Conflict {
        /// What is written first.
        first: String,
        /// What contradicts it.
        field: String,
        /// Its bytes in the pattern.
        range: Range<usize>,
    },
    /// Minutes without hours, where the number of the month is meant.
    MinutesWithoutHours {
        /// What is written.
        field: String,
        /// Its bytes in the pattern.
        range: Range<usize>,
    },
}

/// The styles, and the patterns that they stand for.
const STYLES: [(&str, &str); 3] = [("short", "y/M/d"), ("long", "d MMMM y"), ("full", "EEEE d MMMM y")];

/// The fields of a date.
const DATE_FIELDS: [&str; 9] = ["y", "yy", "yyyy", "M", "MM", "MMMM", "d", "dd", "EEEE"];

/// The fields of a time.
const TIME_FIELDS: [&str; 10] = ["H", "HH", "h", "hh", "m", "mm", "s", "ss", "a", "aaaa"];

impl Pattern {
    /// Reads a style (`short`, `long` or `full`) or a pattern.
    ///
    /// # Errors
    /// The first mistake in the pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let pattern = STYLES.iter().find(|(style, _)| *style == text).map_or(text, |(_, pattern)| *pattern);
        let fields = fields(pattern)?;
        let is_known = |field: &str| DATE_FIELDS.contains(&field) || TIME_FIELDS.contains(&field);
        if let Some(Field { text, range }) = fields.iter().find(|field| !is_known(field.text)) {
            return Err(PatternError::UnknownField { field: (*text).to_owned(), range: range.clone() });
        }
        let month = chosen(&fields, 'M', |text| text.len() > 2)?;
        let day_period = chosen(&fields, 'a', |text| text.len() > 1)?;
        let has_hours = fields.iter().any(|field| field.text.starts_with(['H', 'h']));
        let minutes = fields.iter().find(|field| field.text.starts_with('m') && !has_hours);
        if let Some(Field { text, range }) = minutes {
            return Err(PatternError::MinutesWithoutHours { field: (*text).to_owned(), range: range.clone() });
        }
        let time_field = fields.iter().find(|field| TIME_FIELDS.contains(&field.text));
        Ok(Self {
            // All fields are known, and every quote is closed.
            icu: DateTimePattern::try_from_pattern_str(pattern).map_err(|_| PatternError::UnclosedQuote)?,
            months: if month == Some(true) { MonthNameLength::Wide } else { MonthNameLength::Numeric },
            day_periods: day_period.map(|is_long| match is_long {
                true => DayPeriodNameLength::Wide,
                false => DayPeriodNameLength::Abbreviated,
            }),
            time_field: time_field.map(|field| field.text.to_owned()),
        })
    }

    /// Returns the first field of a time; a date has none.
    #[must_use]
    pub fn time_field(&self) -> Option<&str> {
        self.time_field.as_deref()
    }
}

/// A Latin letter, repeated, or a conversion of `strftime`.
struct Field<'p> {
    text: &'p str,
    range: Range<usize>,
}

/// Returns whether the fields of a letter are long; `None` if there are none.
fn chosen(fields: &[Field<'_>], letter: char, is_long: fn(&str) -> bool) -> Result<Option<bool>, PatternError> {
    let mut own = fields.iter().filter(|field| field.text.starts_with(letter));
    let Some(first) = own.next() else { return Ok(None) };
    match own.find(|field| is_long(field.text) != is_long(first.text)) {
        Some(Field { text, range }) => {
            let (first, field) = (first.text.to_owned(), (*text).to_owned());
            Err(PatternError::Conflict { first, field, range: range.clone() })
        }
        None => Ok(Some(is_long(first.text))),
    }
}

/// Returns the fields of a pattern.
fn fields(pattern: &str) -> Result<Vec<Field<'_>>, PatternError> {
    let mut fields = Vec::new();
    let mut rest = 0;
    while let Some(first) = pattern[rest..].chars().next() {
        let start = rest;
        rest += first.len_utf8();
        match first {
            '\'' => {
                let length = pattern[rest..].find('\'').ok_or(PatternError::UnclosedQuote)?;
                rest += length + 1;
            }
            letter if letter.is_ascii_alphabetic() => {
                rest += pattern[rest..].len() - pattern[rest..].trim_start_matches(letter).len();
                let start = if pattern[..start].ends_with('%') { start - 1 } else { start };
                fields.push(Field { text: &pattern[start..rest], range: start..rest });
            }
            _ => {}
        }
    }
    if fields.is_empty() { Err(PatternError::NoFields) } else { Ok(fields) }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, PatternError};

    #[test]
    fn mistakes_in_a_pattern_have_their_place() {
        let cases = [
            ("d MMMM YYYY", "YYYY"),
            ("yyyy-MM-DD", "DD"),
            ("%Y/%m/%d", "%Y"),
            ("d MMM", "MMM"),
            ("E d", "E"),
            ("ful", "f"),
            ("y'ه", "unclosed"),
            ("،", "none"),
            ("", "none"),
            ("y/mm/d", "mm"),
            ("h a aaaa", "aaaa"),
            ("d MMMM (y/M/d)", "M"),
        ];
        for (pattern, expected) in cases {
            let found = match Pattern::parse(pattern).expect_err(pattern) {
                PatternError::UnknownField { field, range }
                | PatternError::Conflict { field, range, .. }
                | PatternError::MinutesWithoutHours { field, range } => {
                    assert_eq!(&pattern[range], field, "{pattern}");
                    field
                }
                PatternError::UnclosedQuote => "unclosed".to_owned(),
                PatternError::NoFields => "none".to_owned(),
            };
            assert_eq!(found, expected, "{pattern}");
        }
        for pattern in ["d", "full", "EEEE d MMMM، ساعت HH:mm", "y'y'", "h:mm aaaa", "d ''y"] {
            assert!(Pattern::parse(pattern).is_ok(), "{pattern}");
        }
    }
}
