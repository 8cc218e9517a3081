//! The table of all rules, which `check`, `explain`, the reports and the tests use. Each rule is a file in this
//! folder, with its page beside it.

use super::near::nearest;
use super::rule::Rule;

macro_rules! rules {
    ($($module:ident)*) => {
        $(pub(super) mod $module;)*

        /// All rules.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    yaml_syntax
    duplicate_key
    unquoted_expression
    accidental_comment
    unknown_field
    missing_field
    missing_icon
    wrong_type
    unsupported_type
    mixed_kinds
    text_and_media
    too_many_rows
    too_many_buttons
    may_exceed_limit
    empty_layout
    wrong_action_count
    owner_only_page
    blank_text
    multiline_caption
    unknown_icon
    misspelt_icon
    deprecated_field
    invalid_link
    insecure_link
    double_encoding
    invalid_post_token
    invalid_media_token
    jinja_syntax
    undefined_variable
    unused_variable
    lost_assignment
    missing_else
    type_mismatch
    may_be_null
    unformatted_number
    misspelt_attribute
    unknown_function
    invalid_reference
    unused_part
    invalid_variable
    missing_variable
    unknown_variable
    invalid_value
    evaluation_error
    invalid_message
    invalid_example
    ambiguous_scalar
    literal_escape
    typographic_quotes
    html_markup
    foreign_placeholder
    bidi_control
    arabic_letters
    mixed_digits
    secret_in_template
    unused_suppression
    json_syntax
    unrendered_template
    undocumented_request
}

/// Returns the rule with an id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// Returns the ids that are similar to a word, at most three, best first.
#[must_use]
pub fn near_ids(word: &str) -> Vec<&'static str> {
    nearest(word, RULES.iter().map(|rule| rule.id))
}
