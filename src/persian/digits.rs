//! Digits in a text.

/// The digits that a text is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Digits {
    /// `۰` to `۹`, U+06F0 to U+06F9.
    #[default]
    Persian,
    /// `0` to `9`.
    Latin,
}

impl Digits {
    /// Returns the digits of a name: `persian` or `latin`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "persian" => Some(Self::Persian),
            "latin" => Some(Self::Latin),
            _ => None,
        }
    }

    fn zero(self) -> char {
        match self {
            Self::Persian => '۰',
            Self::Latin => '0',
        }
    }
}

/// Returns a text with all its digits (Persian, Arabic and Latin) written in these.
#[must_use]
pub fn with_digits(text: &str, digits: Digits) -> String {
    let digit = |value: u32| char::from_u32(u32::from(digits.zero()) + value);
    text.chars().map(|c| digit_value(c).and_then(digit).unwrap_or(c)).collect()
}

/// Returns the value of a Persian, Arabic or Latin digit.
fn digit_value(c: char) -> Option<u32> {
    let zero = match c {
        '0'..='9' => '0',
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        _ => return None,
    };
    Some(u32::from(c) - u32::from(zero))
}

#[cfg(test)]
mod tests {
    use super::{Digits, with_digits};

    #[test]
    fn all_digits_become_those_that_are_asked_for() {
        let mixed = "A-1024، ۱۰۲۴ و ١٠٢٤ ½";
        assert_eq!(with_digits(mixed, Digits::Persian), "A-۱۰۲۴، ۱۰۲۴ و ۱۰۲۴ ½");
        assert_eq!(with_digits(mixed, Digits::Latin), "A-1024، 1024 و 1024 ½");
    }
}
