//! Expressions with the habits of other languages: what is found, and what its fix writes.

use kenarc::lint::{self, Applicability};
use kenarc::{Diagnostic, SourceFile};

const VARIABLES: &str = "
variables:
  s: { type: string }
  n: { type: integer }
  m: { type: [integer, 'null'] }
  l: { type: array, items: { type: string } }
  d: { type: object, properties: { k: { type: string } } }
message: ";

/// Returns what is found in a message in double quotes, and its text.
fn check(message: &str) -> (String, Vec<Diagnostic>) {
    let text = format!("{}{}\n", VARIABLES.trim_start(), serde_json::json!(message));
    let mut found = lint::check(&SourceFile::new("template.yaml", text.as_str())).diagnostics;
    found.retain(|finding| finding.rule != "unused-variable");
    (text, found)
}

/// Asserts that one thing is found, and that its fix writes what is expected, in which nothing is found.
#[track_caller]
fn assert_rewritten(cases: &[(&str, &str)], applicability: Applicability) {
    for (written, expected) in cases {
        let (text, found) = check(written);
        let [finding] = found.as_slice() else { panic!("{written}: {found:#?}") };
        let fix = finding.fix.as_ref().unwrap_or_else(|| panic!("no fix: {written}: {finding:#?}"));
        let (expected, after) = check(expected);
        assert_eq!((fix.apply(&text), fix.applicability), (expected, applicability), "{written}");
        assert!(after.is_empty(), "{written}: {after:#?}");
    }
}

#[test]
fn methods_are_written_as_filters_tests_and_operators() {
    let cases = [
        ("{{ s.strip() }}", "{{ s | trim }}"),
        ("{{ s.toUpperCase() }}", "{{ s | upper }}"),
        ("{{ s.lower() ~ n }}", "{{ s | lower ~ n }}"),
        ("{{ s.title() }}", "{{ s | title }}"),
        ("{{ s.replace('a', 'b') }}", "{{ s | replace('a', 'b') }}"),
        ("{{ s.split(',') | join('-') }}", "{{ s | split(',') | join('-') }}"),
        ("{{ (s ~ n).strip() }}", "{{ (s ~ n) | trim }}"),
        ("{{ s.strip()[:3] }}", "{{ (s | trim)[:3] }}"),
        ("{{ ', '.join(l) }}", "{{ l | join(', ') }}"),
        ("{{ l.join('، ') }}", "{{ l | join('، ') }}"),
        ("{{ l.length }}", "{{ l | length }}"),
        ("{{ l.size() + 1 }}", "{{ l | length + 1 }}"),
        ("{{ s.length }}", "{{ s | length }}"),
        ("{{ l.first }}", "{{ l | first }}"),
        ("{{ s.charAt(0) }}", "{{ s[0] }}"),
        ("{{ d.get('k', '-') }}", "{{ d.k | default('-') }}"),
        ("{{ 'سلام {}، {}'.format(s, s) }}", "{{ \"سلام \" ~ s ~ \"، \" ~ s }}"),
        ("{% for k, v in d.items() %}{{ k }}{% endfor %}", "{% for k, v in d | items %}{{ k }}{% endfor %}"),
        ("{% if s.startswith('a') %}x{% endif %}", "{% if s is startingwith('a') %}x{% endif %}"),
        ("{% if not s.endsWith('a') and n %}x{% endif %}", "{% if not s is endingwith('a') and n %}x{% endif %}"),
        ("{% if s.startsWith('a') == true %}x{% endif %}", "{% if (s is startingwith('a')) == true %}x{% endif %}"),
        ("{% if l.includes('x') %}x{% endif %}", "{% if 'x' in l %}x{% endif %}"),
        ("{{ 'a' if l.contains(s) else 'b' }}", "{{ 'a' if s in l else 'b' }}"),
    ];
    assert_rewritten(&cases, Applicability::Safe);
}

#[test]
fn methods_that_differ_in_details_are_guesses() {
    let cases = [
        ("{{ s.lstrip() }}", "{{ s | trim }}"),
        ("{{ n.toFixed(2) }}", "{{ n | round(2) }}"),
        ("{{ s.slice(0, 5) }}", "{{ s[0:5] }}"),
        ("{{ s.substring(3) }}", "{{ s[3:] }}"),
        ("{{ d.get('k') }}", "{{ d.k | default(\"\") }}"),
    ];
    assert_rewritten(&cases, Applicability::Unsafe);
}

#[test]
fn functions_are_written_as_filters_and_tests() {
    let cases = [
        ("{{ len(l) }}", "{{ l | length }}"),
        ("{{ str(n) }}", "{{ n | string }}"),
        ("{{ round(n / 3, 1) }}", "{{ (n / 3) | round(1) }}"),
        ("{{ max(1, n) }}", "{{ [1, n] | max }}"),
        ("{{ sorted(l) | join }}", "{{ l | sort | join }}"),
        ("{% if isset(s) %}x{% endif %}", "{% if s is defined %}x{% endif %}"),
        ("{% if empty(l) or n %}x{% endif %}", "{% if not l or n %}x{% endif %}"),
        ("{{ s() }}", "{{ s }}"),
    ];
    assert_rewritten(&cases, Applicability::Safe);
}

#[test]
fn filters_of_other_languages_are_written_as_those_of_jinja() {
    let cases = [
        ("{{ s | upcase }}", "{{ s | upper }}"),
        ("{{ s | lower_case }}", "{{ s | lower }}"),
        ("{{ l | size }}", "{{ l | length }}"),
        ("{{ s | strip }}", "{{ s | trim }}"),
        ("{{ l | map('downcase') | join }}", "{{ l | map('lower') | join }}"),
        ("{{ s | e }}", "{{ s }}"),
        ("{{ s | nl2br }}", "{{ s }}"),
        ("{{ s | trim | escape | upper }}", "{{ s | trim | upper }}"),
        ("{{ n | plus(1) }}", "{{ n + 1 }}"),
        ("{{ s | append('!') }}", "{{ s ~ '!' }}"),
        ("{{ s | default: 'x' }}", "{{ s | default('x') }}"),
        ("{{ l | join: '، ' | upper }}", "{{ l | join('، ') | upper }}"),
    ];
    assert_rewritten(&cases, Applicability::Safe);
    let guesses = [
        ("{{ s | truncatechars(30) }}", "{{ s[:30] }}"),
        ("{{ s | default_if_none('x') }}", "{{ s | default('x', true) }}"),
        ("{{ n | divided_by(2) }}", "{{ n // 2 }}"),
    ];
    assert_rewritten(&guesses, Applicability::Unsafe);
}

#[test]
fn tests_and_constants_of_other_languages_are_written_as_those_of_jinja() {
    let cases = [
        ("{% if l is empty %}x{% endif %}", "{% if not l %}x{% endif %}"),
        ("{% if l is not empty %}x{% endif %}", "{% if l %}x{% endif %}"),
        ("{% if s is startswith('a') %}x{% endif %}", "{% if s is startingwith('a') %}x{% endif %}"),
        ("{% if n is null %}x{% endif %}", "{% if n is none %}x{% endif %}"),
        ("{% if m == null %}x{% endif %}", "{% if m == none %}x{% endif %}"),
        ("{% if n == TRUE %}x{% endif %}", "{% if n == true %}x{% endif %}"),
        (
            "{% for x in l %}{{ forloop.counter }}{{ x }}{% endfor %}",
            "{% for x in l %}{{ loop.index }}{{ x }}{% endfor %}",
        ),
    ];
    assert_rewritten(&cases, Applicability::Safe);
    assert_rewritten(&[("{% if n == yes %}x{% endif %}", "{% if n == true %}x{% endif %}")], Applicability::Unsafe);
}

#[test]
fn what_no_filter_does_is_said_plainly() {
    for (written, expected) in [
        (
            "{{ '{:,}'.format(n) }}",
            "write a number with `| number`, an amount with `| toman`, and a date with `| jalali`",
        ),
        ("{{ s | timesince }}", "format the value in your code, and pass the text as a variable: no filter does it"),
        ("{{ n | currency }}", "write `… | toman`"),
        ("{{ s.strftime('%Y') }}", "write `… | jalali`"),
        ("{{ s | date: 'Y-m-d' }}", "write `… | jalali`"),
        ("{{ n | floatformat: 2 }}", "write `… | number(decimals=2)`"),
        ("{{ s | truncatechars: 30 }}", "take a slice: `text[:30]` is its first 30 characters"),
        ("{{ s | trans }}", "write the text itself: templates are not translated"),
        ("{{ l.append(s) }}", "make another list, since values do not change: `{% set list = list + [item] %}`"),
        ("{{ now() }}", "declare a variable, and pass the value from your code"),
        ("{{ loop.index }}", "write it inside of a `for`, where `loop` is defined"),
    ] {
        let (_, found) = check(written);
        let helps: Vec<&str> = found.iter().filter_map(|finding| finding.help.as_deref()).collect();
        assert_eq!(helps, [expected], "{written}: {found:#?}");
        assert!(found[0].fix.is_none(), "{written}");
    }
}

#[test]
fn fixes_are_escaped_as_the_scalar_needs_it() {
    for (written, expected) in [
        (
            "message: \"{{ a.join('-') }} {{ a.get(\\\"k\\\") }}\"",
            "message: \"{{ a | join('-') }} {{ a.get(\\\"k\\\") }}\"",
        ),
        ("message: \"{{ a.get('k') }}\"", "message: \"{{ a.k | default(\\\"\\\") }}\""),
        ("message: '{{ a.get(\"k\") }}'", "message: '{{ a.k | default(\"\") }}'"),
        ("message: '{{ «سلام» }}'", "message: '{{ \"سلام\" }}'"),
        ("message: \"{{ «سلام» }}\"", "message: \"{{ \\\"سلام\\\" }}\""),
        ("message: سلام {{ a.get('k') }}", "message: سلام {{ a.k | default(\"\") }}"),
        ("message: |\n  {{ a.get('k') }}", "message: |\n  {{ a.k | default(\"\") }}"),
    ] {
        let file = SourceFile::new("template.yaml", format!("{written}\n"));
        let found = lint::check(&file).diagnostics;
        let fix = found[0].fix.as_ref().unwrap_or_else(|| panic!("no fix: {written}: {found:#?}"));
        assert_eq!(fix.apply(file.text()), format!("{expected}\n"), "{written}");
    }
}
