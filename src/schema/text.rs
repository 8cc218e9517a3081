//! Texts of templates, as far as the schema is concerned.

/// Returns whether a text contains Jinja: `{{`, `{%` or `{#`. Only rendering knows the resulting text.
#[must_use]
pub fn has_jinja(text: &str) -> bool {
    text.match_indices('{').any(|(at, _)| matches!(text.as_bytes().get(at + 1), Some(b'{' | b'%' | b'#')))
}

/// The pattern of JSON Schema for [`has_jinja`].
#[cfg(test)]
pub(super) const JINJA_PATTERN: &str = r"\{[{%#]";

/// Reserved words of the expression language, which are not valid names of variables.
pub(super) const RESERVED_NAMES: [&str; 14] =
    ["and", "else", "false", "False", "if", "in", "is", "loop", "none", "None", "not", "or", "true", "True"];

/// The pattern of JSON Schema for names, reserved ones included.
#[cfg(test)]
pub(super) const NAME_PATTERN: &str = "^[A-Za-z_][A-Za-z0-9_]*$";

/// Returns whether an expression can use a variable of this name.
pub(crate) fn is_variable_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !RESERVED_NAMES.contains(&name)
}
