//! What is found in programs that do not parse.

use crate::expr::Program;

/// Returns the message of the error, and the text at its location.
fn error(text: &str) -> String {
    let error = Program::text(text).expect_err(text);
    format!("{error} at `{}`", &text[error.range.clone()])
}

#[test]
fn unsupported_statements_are_classified() {
    let cases = [
        ("{% include 'a' %}", "unknown statement `include` at `include`"),
        ("{% macro a() %}{% endmacro %}", "unknown statement `macro` at `macro`"),
        ("a{% endif %}", "`{% endif %}` without `{% if %}` at `endif`"),
        ("{% if a %}{% endfor %}", "expected `{% endif %}`, found `{% endfor %}` at `endfor`"),
        ("{% else %}", "`{% else %}` without `{% if %}` at `else`"),
        ("{% elif a %}", "`{% elif %}` without `{% if %}` at `elif`"),
        ("{% if a %}{% else %}{% else %}{% endif %}", "unexpected `{% else %}` in `{% if %}` at `else`"),
        ("{% endset %}", "`{% endset %}` without `{% set %}` at `endset`"),
        ("{% for a in b %}{% if a %}{% endif %}{% end %}", "expected `{% endfor %}`, found `{% end %}` at `end`"),
        ("{% end %}", "`{% end %}` without `{% if %}` at `end`"),
        ("{% do a() %}", "`do` is not supported in a message at `do a()`"),
        (
            "{% autoescape true %}{% endautoescape %}",
            "`autoescape` is not supported in a message at `autoescape true %}{% endautoescape`",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(error(text), expected, "{text}");
    }
}

#[test]
fn unclosed_blocks_are_classified() {
    let cases = [
        ("{% if a %}b", "`{% if %}` is never closed at `if`"),
        ("{% for a in b %}{% if a %}{% endif %}", "`{% for %}` is never closed at `for`"),
        ("{% set a %}b", "`{% set %}` is never closed at `set`"),
        ("{% set a = 1 %}{% filter upper %}b", "`{% filter %}` is never closed at `filter`"),
    ];
    for (text, expected) in cases {
        assert_eq!(error(text), expected, "{text}");
    }
}

#[test]
fn programs_that_nest_too_deeply_are_classified() {
    let blocks = format!("{}{}", "{% if a %}".repeat(200), "{% endif %}".repeat(200));
    let brackets = format!("{{{{ {}a{} }}}}", "(".repeat(100), ")".repeat(100));
    for text in [blocks, brackets] {
        assert_eq!(Program::text(&text).expect_err(&text).kind, super::JinjaErrorKind::TooDeep, "{text}");
    }
}

#[test]
fn unclassified_errors_keep_the_message_of_the_parser() {
    let cases = [
        ("a {# b", "`{#` is never closed at `{# b`"),
        ("{% raw %}b", "`{% raw %}` is never closed at `{% raw %}b`"),
        ("{{ a[] }}", "unexpected `]` at `]`"),
        ("{% if a is 1 %}b{% endif %}", "unexpected `1`, expected a name at `1`"),
    ];
    for (text, expected) in cases {
        assert_eq!(error(text), expected, "{text}");
    }
}

#[test]
fn what_does_not_end_is_marked_where_it_begins() {
    let cases = [
        ("{{ a", "`{{` is never closed at `{{`"),
        ("{{ a و {{ b }}", "`{{` is never closed at `{{`"),
        ("{% if a %}{{ b", "`{{` is never closed at `{{`"),
        ("{{ 'b }} c", "`'` is never closed at `'`"),
        ("{{ (a + 1 }} c", "`(` is never closed at `(`"),
        ("{{ a[0 }} c", "`[` is never closed at `[`"),
        ("{{ f(a[0) }} c", "`[` is never closed at `[`"),
        ("{{ a) }}", "`)` closes nothing at `)`"),
        ("{% if a %}{% for b in c %}{% endif %}", "`{% for %}` is never closed at `for`"),
    ];
    for (text, expected) in cases {
        assert_eq!(error(text), expected, "{text}");
    }
}

#[test]
fn what_lacks_a_part_is_marked_at_the_part_that_is_there() {
    let cases = [
        ("{{ a | }}", "expected an operand after `|` at `|`"),
        ("{{ | a }}", "expected an operand before `|` at `|`"),
        ("{{ a and }}", "expected an operand after `and` at `and`"),
        ("{{ }}", "expected an expression, found none at `{{ }}`"),
        ("{% if %}b{% endif %}", "expected an expression, found none at `{% if %}`"),
        ("{% %}", "expected an expression, found none at `{% %}`"),
        ("{% if a b %}c{% endif %}", "expected an operator before `b` at `b`"),
        ("{{ a 'b' }}", "expected an operator before `'b'` at `'b'`"),
    ];
    for (text, expected) in cases {
        assert_eq!(error(text), expected, "{text}");
    }
}

/// Returns the text with its errors corrected, and whether all corrections are certain.
fn corrected(text: &str) -> (String, bool) {
    let error = Program::text(text).expect_err(text);
    let correction = error.correction.unwrap_or_else(|| panic!("no correction: {text}"));
    let mut corrected = text.to_owned();
    corrected.replace_range(error.range, &correction.text);
    assert!(Program::text(&corrected).is_ok(), "{text}: {corrected}");
    (corrected, correction.certainty == crate::expr::Certainty::Certain)
}

#[test]
fn habits_of_other_languages_are_corrected() {
    let cases = [
        ("{{ a&&b }}", "{{ a and b }}"),
        ("{{ !a || b }}", "{{ not a or b }}"),
        ("{{ a <> b }}", "{{ a != b }}"),
        ("{{ a ? b : c ? d : e }}", "{{ b if a else d if c else e }}"),
        ("{{ f | join(a ? 'b' : 'c') }}", "{{ f | join('b' if a else 'c') }}"),
        ("{{ a ?: b }}", "{{ a or b }}"),
        ("{{ a | default: 'b' | upper }}", "{{ a | default('b') | upper }}"),
        ("{{ a|slice:2,3 if b else c }}", "{{ a|slice(2,3) if b else c }}"),
        ("{{ a AND NOT b }}", "{{ a and not b }}"),
        ("{{ $a ~ ${b} ~ @c }}", "{{ a ~ b ~ c }}"),
        ("{{ .Values.a ~ .b }}", "{{ a ~ b }}"),
        ("{{ a->b }}", "{{ a.b }}"),
        ("{{ `a` }}", "{{ \"a\" }}"),
        ("{{ 1,000,000 }}", "{{ 1000000 }}"),
        ("{{ a; }}", "{{ a }}"),
        ("{{ a! }}", "{{ a }}"),
        ("{{ a!.b }}", "{{ a.b }}"),
        ("{{= a }}", "{{ a }}"),
        ("{{& a }}", "{{ a }}"),
        ("{{ {'a' => 1} | items }}", "{{ {'a' : 1} | items }}"),
        ("{% if a contains 'b' %}c{% endif %}", "{% if 'b' in a %}c{% endif %}"),
        ("{% if a and b.c contains d or e %}f{% endif %}", "{% if a and d in b.c or e %}f{% endif %}"),
        ("{{{ a }}}", "{{ a }}"),
        ("{{- if a -}}b{% endif %}", "{%- if a -%}b{% endif %}"),
        ("{{ a } b", "{{ a }} b"),
        ("{{ a %} b {{ c }}", "{{ a }} b {{ c }}"),
        ("{% if a }}b{% endif %}", "{% if a %}b{% endif %}"),
        ("{% if {{ a }} == 1 %}b{% endif %}", "{% if a == 1 %}b{% endif %}"),
        ("{% if a then %}b{% endif %}", "{% if a  %}b{% endif %}"),
        ("{% for a in b: %}c{% endfor %}", "{% for a in b %}c{% endfor %}"),
        ("{% for a of b %}c{% endfor %}", "{% for a in b %}c{% endfor %}"),
        ("{% if a %}b{% elseif c %}{% endif %}", "{% if a %}b{% elif c %}{% endif %}"),
        ("{% if a %}b{% end if %}", "{% if a %}b{% endif %}"),
        ("{% if a %}b{% /if %}", "{% if a %}b{% endif %}"),
        ("{% for a in b %}{{ a }}{% endif %}", "{% for a in b %}{{ a }}{% endfor %}"),
        ("{% set a += 1 %}", "{% set a = a + 1 %}"),
        ("{% if a %}b{{ else }}c{% endif %}", "{% if a %}b{% else %}c{% endif %}"),
    ];
    for (text, expected) in cases {
        assert_eq!(corrected(text), (expected.to_owned(), true), "{text}");
    }
}

#[test]
fn characters_of_other_keyboards_are_corrected() {
    let cases = [
        ("{{ «سلام» ~ “a 'b'” }}", "{{ \"سلام\" ~ \"a 'b'\" }}"),
        ("{{ a + ۱۲٫۵ }}", "{{ a + 12.5 }}"),
        ("{{ range(1، 2) }}", "{{ range(1, 2) }}"),
        ("{{ a؛ }}", "{{ a }}"),
        ("{{ a٪ }} b", "{{ a }}٪ b"),
        ("{{ a ≥ 2 × b }}", "{{ a >= 2 * b }}"),
        ("{{ \u{200f}a }}", "{{ a }}"),
        ("{{ a\u{200c} ~ b }}", "{{ a ~ b }}"),
        ("{{\u{a0}a }}", "{{ a }}"),
    ];
    for (text, expected) in cases {
        assert_eq!(corrected(text), (expected.to_owned(), true), "{text}");
    }
}

#[test]
fn guesses_are_not_certain() {
    let cases = [
        ("{{ !a == b }}", "{{ not a == b }}"),
        ("{{ a ?? b }}", "{{ a | default(b) }}"),
        ("{{ a?.b }}", "{{ a.b }}"),
        ("{{ a, b }}", "{{ a }}, {{ b }}"),
        ("{% a.b %}", "{{ a.b }}"),
        ("{{ a۱ }}", "{{ a1 }}"),
        ("{{ a = 1 }}", "{{ a == 1 }}"),
    ];
    for (text, expected) in cases {
        assert_eq!(corrected(text), (expected.to_owned(), false), "{text}");
    }
}

#[test]
fn operators_and_characters_of_other_languages_are_classified() {
    let cases = [
        ("{{ a && b }}", "expected `and`, found `&&` at `&&`"),
        ("{{ a || b }}", "expected `or`, found `||` at `||`"),
        ("{{ !a }}", "expected `not`, found `!` at `!a`"),
        ("{{ a ? b : c }}", "expected `… if … else …`, found `?` at `a ? b : c`"),
        ("{{ a === b }}", "expected `==`, found `===` at `===`"),
        ("{{ a !== b }}", "expected `!=`, found `!==` at `!==`"),
        ("{% if a = b %}c{% endif %}", "expected `==`, found `=` at `=`"),
        ("{% if a %}b{% else if c %}d{% endif %}", "expected `elif`, found `else if` at `else if`"),
        ("{{ a | map(b => b.c) }}", "unexpected `=>` at `=>`"),
        ("{{ a * ۱۲ }}", "unexpected `۱` at `۱۲`"),
        ("{{ قیمت }}", "unexpected `ق` at `قیمت`"),
        ("{{ a\u{200C} }}", "unexpected U+200C (zero-width non-joiner) at `\u{200C}`"),
        ("{{ a\u{A0}}}", "unexpected U+00A0 (no-break space) at `\u{A0}`"),
    ];
    for (text, expected) in cases {
        assert_eq!(error(text), expected, "{text}");
    }
}
