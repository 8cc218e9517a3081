//! What goes wrong with the filters for Persian: headlines, labels and helps.

use crate::analysis::types::Kinds;
use crate::expr::library::Takes;
use crate::expr::persian::PersianError;
use crate::persian::{DateError, MAX_DECIMALS, PatternError, time_zones};

use super::near::nearest;
use super::wording::{one_of, quote};

/// The longest number that is quoted.
const MAX_NUMBER: usize = 40;

/// The fields of a pattern, for which others have other letters.
const FIELDS: &str = "`y`, `M`, `MMMM`, `d`, `EEEE`, `HH`, `mm` or `ss`";

/// Returns what is wrong, in a few words.
pub(super) fn headline(error: &PersianError) -> String {
    match error {
        PersianError::Keyword { name, .. } => format!("unknown keyword `{name}`"),
        PersianError::Arguments { .. } => "too many arguments".to_owned(),
        PersianError::Choice { .. } => "unknown option".to_owned(),
        PersianError::Decimals { .. } => "invalid number of decimals".to_owned(),
        PersianError::Zone { .. } => "unknown time zone".to_owned(),
        PersianError::Pattern(_) => "invalid pattern of a date".to_owned(),
        PersianError::NotNumber { .. } => "cannot format this as a number".to_owned(),
        PersianError::NotDivisible { .. } => "amount is not a whole number of tomans".to_owned(),
        PersianError::NotInWords { .. } => "cannot write this number in words".to_owned(),
        PersianError::Date { error: DateError::NoTime, .. } => "cannot show the time of a date".to_owned(),
        PersianError::Date { .. } => "invalid date".to_owned(),
        PersianError::NoData => "evaluation failed with these values".to_owned(),
    }
}

/// Returns what was found, and what was expected.
pub(super) fn label(error: &PersianError) -> String {
    let quoted = |text: &str| quote(&text.into());
    match error {
        PersianError::Keyword { known, .. } if known.is_empty() => "expected no arguments".to_owned(),
        PersianError::Keyword { known, .. } => format!("expected {}", one_of(code(known))),
        PersianError::Arguments { most: 0 } => "expected no argument without a name".to_owned(),
        PersianError::Arguments { most } => format!("expected at most {most}"),
        PersianError::Choice { found, choices } => {
            format!("expected {}, found {}", one_of(choices.map(|choice| format!("`\"{choice}\"`"))), quoted(found))
        }
        PersianError::Decimals { found } => format!("expected an integer from 0 to {MAX_DECIMALS}, found {found}"),
        PersianError::Zone { name } => format!("no zone of the IANA database is named {}", quoted(name)),
        PersianError::Pattern(error) => match error {
            PatternError::UnknownField { field, .. } => format!("expected a field or quoted text, found `{field}`"),
            PatternError::Conflict { first, field, .. } => format!("`{field}` cannot be combined with `{first}`"),
            PatternError::UnclosedQuote => "a `'` is not closed".to_owned(),
            PatternError::NoFields => "no field of a date is in it".to_owned(),
            PatternError::MinutesWithoutHours { field, .. } => {
                format!("`{field}` is the minutes, and there are no hours")
            }
        },
        PersianError::NotNumber { text } => format!("expected a number in the digits 0 to 9, found {}", quoted(text)),
        PersianError::NotDivisible { amount } => format!("{amount} rials are not divisible by 10"),
        PersianError::NotInWords { number } => {
            format!("expected an integer of at most 10^15, found {}", number_of(number))
        }
        PersianError::Date { found, error } => match error {
            DateError::Form => format!("expected a date such as `2026-11-28`, found {}", quoted(found)),
            DateError::NoSuchDay => format!("there is no such day as {}", quoted(found)),
            DateError::NoSuchTime => format!("there is no such time as {}", quoted(found)),
            DateError::NoOffset => format!("expected a time with its offset from UTC, found {}", quoted(found)),
            DateError::BeforeGregorian => {
                format!("expected a date of the Gregorian calendar, which began in 1582, found {}", quoted(found))
            }
            DateError::Seconds => format!("expected whole seconds since 1970, found {}", number_of(found)),
            DateError::NoTime => "the pattern has a time, and a date has none".to_owned(),
        },
        PersianError::NoData => "the data for Persian is missing".to_owned(),
    }
}

/// Returns what to do.
pub(super) fn help(error: &PersianError) -> Option<String> {
    Some(match error {
        PersianError::Keyword { name, known } => match nearest(name, known.iter().copied()).first() {
            Some(near) => format!("write `{near}`"),
            None => "remove it".to_owned(),
        },
        PersianError::Arguments { .. } => "remove it".to_owned(),
        PersianError::Choice { choices, .. } => {
            format!("write {}", one_of(choices.map(|choice| format!("`\"{choice}\"`"))))
        }
        PersianError::Decimals { .. } => "say how many digits follow the decimal separator: `2`".to_owned(),
        PersianError::Zone { name } => match nearest(name, time_zones()).first() {
            Some(near) => format!("write `\"{near}\"`"),
            None => "name a zone such as `Europe/Berlin`, or leave `tz` out for `Asia/Tehran`".to_owned(),
        },
        PersianError::Pattern(error) => instead_of_pattern(error),
        PersianError::NotNumber { .. } => {
            "pass a number without separators, or apply `digits`, which takes any text".to_owned()
        }
        PersianError::NotDivisible { .. } => "round the amount, or apply `rial` instead".to_owned(),
        PersianError::NotInWords { .. } => "apply `number` instead, which has no limit".to_owned(),
        PersianError::Date { error, .. } => match error {
            DateError::Form => {
                "pass the date as `2026-11-28` or `2026-11-28T10:00:00+03:30`, or the seconds since 1970"
            }
            DateError::NoSuchDay => "pass a day that the month has in the Gregorian calendar",
            DateError::NoSuchTime => "pass a time from `00:00:00` to `23:59:59`",
            DateError::NoOffset => "add `Z` for UTC, or `+03:30` for Tehran",
            DateError::BeforeGregorian => "pass the Gregorian date: the filter converts it",
            DateError::Seconds => "pass whole seconds since 1970, as `// 1000` makes of milliseconds",
            DateError::NoTime => "remove the fields of the time from the pattern, or declare `format: date-time`",
        }
        .to_owned(),
        PersianError::NoData => return None,
    })
}

fn instead_of_pattern(error: &PatternError) -> String {
    let field = match error {
        PatternError::UnknownField { field, .. } => field,
        PatternError::Conflict { first, .. } => return format!("write `{first}` here, too"),
        PatternError::UnclosedQuote => return "close it, or double it for the character itself: `''`".to_owned(),
        PatternError::NoFields => return format!("name a style, `full`, `long` or `short`, or put in {FIELDS}"),
        PatternError::MinutesWithoutHours { .. } => return "write `MM` for the number of the month".to_owned(),
    };
    let known = match field.trim_start_matches('%').chars().next() {
        Some('Y' | 'y' | 'u') => "y",
        Some('L' | 'M' | 'b' | 'B') => "MMMM",
        Some('D' | 'd') => "d",
        Some('E' | 'e' | 'c') => "EEEE",
        Some('H' | 'k' | 'K') => "HH",
        Some('m') if field.starts_with('%') => "M",
        Some('m' | 'N') => "mm",
        Some('s') => "ss",
        Some('a' | 'A') => "a",
        _ => return format!("choose among {FIELDS}, and quote other Latin letters: `'{field}'`"),
    };
    format!("write `{known}`, or quote a text: `'{field}'`")
}

/// Returns the headline about a text that is not declared as what a filter takes.
pub(super) fn unproven(takes: Takes, name: &str) -> String {
    format!("{name} may not be {}", if takes == Takes::Date { "a date" } else { "a number" })
}

/// Returns how to declare a text that a filter takes.
pub(super) fn declaration(takes: Takes, kinds: Kinds) -> &'static str {
    match takes {
        Takes::Date if kinds.meets(Kinds::NUMBER) => {
            "declare only the kind that is given: `type: integer`, or `format: date-time`"
        }
        Takes::Date => "declare `format: date`, or `format: date-time`",
        _ => "declare `type: integer`, or `pattern: \"^[0-9]+$\"`; to change the digits of any text, apply `digits`",
    }
}

fn code(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| format!("`{word}`")).collect()
}

/// Returns a number as it is, unless it is very long.
fn number_of(number: &str) -> String {
    if number.len() > MAX_NUMBER { "a very long number".to_owned() } else { format!("`{number}`") }
}
