//! The fields of a format, as `"%s: %d" | format(name, price)` has them.

/// A field of a format: `%-5.2f`, `%(name)s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatField<'f> {
    /// The key of the mapping from which the value comes; without one, the next argument is the value.
    pub key: Option<&'f str>,
    /// The letter of the conversion.
    pub conversion: char,
}

impl FormatField<'_> {
    /// Returns whether the conversion is one of numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.is_integer() || matches!(self.conversion, 'e' | 'E' | 'f' | 'F' | 'g' | 'G')
    }

    /// Returns whether the conversion is one of numbers without a fraction.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        matches!(self.conversion, 'd' | 'i' | 'o' | 'x' | 'X')
    }
}

/// Why a format does not fit its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// A `%` does not begin a field.
    Invalid,
    /// There are more or fewer arguments than fields.
    Count {
        /// The number of fields.
        fields: usize,
        /// The number of arguments.
        arguments: usize,
        /// Whether there is a field as `str.format` of Python has them: `{}`, `{:,}`.
        has_braces: bool,
    },
    /// The fields have keys, and the argument is not one mapping with these keys.
    Keys,
}

/// Returns the fields of a format that takes so many arguments, which are not keywords.
///
/// # Errors
/// [`FormatError::Invalid`] and [`FormatError::Count`].
pub fn fields_for(format: &str, arguments: usize) -> Result<Vec<FormatField<'_>>, FormatError> {
    let fields = fields(format).ok_or(FormatError::Invalid)?;
    let is_keyed = fields.iter().any(|field| field.key.is_some());
    let count = fields.iter().filter(|field| field.key.is_none()).count();
    match is_keyed {
        true if count > 0 || arguments != 1 => Err(FormatError::Keys),
        false if count != arguments => {
            Err(FormatError::Count { fields: count, arguments, has_braces: has_braces(format) })
        }
        _ => Ok(fields),
    }
}

/// Returns whether a text has a field of `str.format`: `{}`, `{0}`, `{name}` or `{:,}`.
fn has_braces(text: &str) -> bool {
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(inside, _)| inside);
    inside.into_iter().any(|field| field.chars().all(|c| c.is_ascii_graphic()))
}

/// Returns the fields of a format, in the grammar of MiniJinja (`formatting.rs`); `None` if it is invalid.
#[must_use]
pub fn fields(format: &str) -> Option<Vec<FormatField<'_>>> {
    let mut fields = Vec::new();
    let mut rest = format;
    while let Some((_, field)) = rest.split_once('%') {
        if let Some(after) = field.strip_prefix('%') {
            rest = after;
            continue;
        }
        let (key, spec) = match field.strip_prefix('(') {
            Some(named) => named.split_once(')').map(|(key, spec)| (Some(key), spec))?,
            None => (None, field),
        };
        let spec = spec.trim_start_matches(['#', '0', '-', ' ', '+']).trim_start_matches(|c: char| c.is_ascii_digit());
        let spec =
            spec.strip_prefix('.').map_or(spec, |digits| digits.trim_start_matches(|c: char| c.is_ascii_digit()));
        let spec = spec.strip_prefix(['h', 'l', 'L']).unwrap_or(spec);
        let conversion = spec.chars().next().filter(|letter| "dieEfFgGoxXcs".contains(*letter))?;
        fields.push(FormatField { key, conversion });
        rest = &spec[conversion.len_utf8()..];
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::{FormatError, FormatField, fields, fields_for};

    #[test]
    fn a_format_has_fields() {
        let cases = [
            ("plain, 100%%", Some("")),
            ("%s: %d", Some("s d")),
            ("%-5s|%05.2f|%+ld|%%%x", Some("s f d x")),
            ("%(name)s %(price)d", Some("name:s price:d")),
            ("{:,} {}", Some("")),
            ("۵۰٪ %s", Some("s")),
            ("100%", None),
            ("%y", None),
            ("%(name", None),
            ("%۵d", None),
        ];
        for (format, expected) in cases {
            let written = |field: &FormatField<'_>| match field.key {
                Some(key) => format!("{key}:{}", field.conversion),
                None => field.conversion.to_string(),
            };
            let found = fields(format).map(|fields| fields.iter().map(written).collect::<Vec<_>>().join(" "));
            assert_eq!(found.as_deref(), expected, "{format}");
        }
    }

    #[test]
    fn a_format_has_as_many_fields_as_arguments() {
        let count = |fields, arguments, has_braces| Some(FormatError::Count { fields, arguments, has_braces });
        let cases = [
            ("%s %s", 2, None),
            ("%s", 2, count(1, 2, false)),
            ("%s %s", 1, count(2, 1, false)),
            ("plain", 1, count(0, 1, false)),
            ("{:,}", 1, count(0, 1, true)),
            ("{ a b }", 1, count(0, 1, false)),
            ("%(a)s %(b)s", 1, None),
            ("%(a)s %s", 1, Some(FormatError::Keys)),
            ("%(a)s", 2, Some(FormatError::Keys)),
            ("100%", 0, Some(FormatError::Invalid)),
        ];
        for (format, arguments, expected) in cases {
            assert_eq!(fields_for(format, arguments).err(), expected, "{format} with {arguments}");
        }
    }
}
