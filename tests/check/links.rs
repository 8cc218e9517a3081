//! What is proved about links from their text and the declarations: each finding under its span, and that all
//! renderings agree.

use kenarc::lint::Checked;
use kenarc::template::Template;
use kenarc::{Diagnostic, SourceFile, Values, lint};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::string::string_regex;
use serde_json::{Value, json};

/// Returns a template with one link; `around` are further lines of its button.
fn template(declarations: &str, around: &str, link: &str) -> String {
    let link = link.replace('\'', "''");
    format!(
        "message: x\n{declarations}\nsender_buttons:\n  - - {{ icon: STAR, caption: x, {around} open_direct_link: '{link}' }}\n"
    )
}

/// Returns a template and what is found in it. Each here uses only some of what is declared.
fn check(text: &str) -> (Template, Vec<Diagnostic>) {
    let Checked { template, mut diagnostics, .. } = lint::check(&SourceFile::new("template.yaml", text));
    diagnostics.retain(|found| !matches!(found.rule, "unused-variable" | "may-be-null"));
    (template.expect("a template"), diagnostics)
}

/// Returns a link with each finding in it underneath, below its location.
fn annotated(declarations: &str, around: &str, link: &str) -> String {
    let text = template(declarations, around, link);
    let start =
        text.find(&format!("open_direct_link: '{}'", link.replace('\'', "''"))).unwrap() + "open_direct_link: '".len();
    let mut annotated = format!("{link}\n");
    for found in check(&text).1.into_iter().filter(|found| found.span().start >= start) {
        let place = found.span();
        let indent = " ".repeat(text[start..place.start].chars().count());
        let carets = "^".repeat(text[place.start..place.end].chars().count());
        annotated += &format!("{indent}{carets} {}: {}\n", found.rule, found.summary());
        for label in &found.labels[1..] {
            annotated += &format!("{indent}| {}: {}\n", label.message, &text[label.span.start..label.span.end]);
        }
    }
    annotated
}

/// Links with what must be found in them: the lines of carets under each.
#[track_caller]
fn assert_links(declarations: &str, around: &str, expected: &str) {
    let expected = expected.trim_start_matches('\n');
    let is_link = |line: &&str| !line.trim_start().starts_with(['^', '|']);
    let actual: String = expected.lines().filter(is_link).map(|link| annotated(declarations, around, link)).collect();
    assert!(actual == expected, "found:\n{actual}\nexpected:\n{expected}");
}

#[test]
fn the_text_around_expressions_is_checked_as_far_as_possible() {
    assert_links(
        "",
        "",
        r#"
https://app.example/orders/{{ id }}
https://app.example:99999/orders/{{ id }}
^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-link: invalid link: invalid port number
https:///orders/{{ id }}
^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, found no host
https://a b.example/{{ id }}
         ^ invalid-link: invalid link: unexpected space
https://app.example/order {{ id }}
                         ^ invalid-link: invalid link: unexpected space
https://app.example/{{ id }}/new order
                                ^ invalid-link: invalid link: unexpected space
{{ base }}/new order
              ^ invalid-link: invalid link: unexpected space
https://app.example/{% if id %}order {{ id }}{% endif %}
                                    ^ invalid-link: invalid link: unexpected space
https://app.example{% if id %}:8443{% else %}:443{% endif %}/
https://app.example/سفارش/{{ id }}
"#,
    );
}

#[test]
fn literals_are_checked_against_their_part_of_a_link() {
    assert_links(
        "",
        "",
        r#"
{{ 'https://app.example' }}
{{ 'https://app.example?a=b' }}
{{ 'https://app.example?a=b' }}/orders
   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-link: invalid link: expected an absolute https or http URL without query or fragment, found `"https://app.example?a=b"`
{{ 'app.example' }}
   ^^^^^^^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, found no scheme
{{ 'ftp://app.example' }}/orders
   ^^^^^^^^^^^^^^^^^^^^^ invalid-link: invalid link: expected the scheme `https`, found `"ftp"`
{{ 'http://app.example' }}/orders
   ^^^^^^^^^^^^^^^^^^^^^^ insecure-link: insecure link: `http` is not encrypted
{{ 5 }}
   ^ invalid-link: invalid link: expected an absolute https URL, found no scheme
{{ url if beta else 'ftp://app.example' }}
                    ^^^^^^^^^^^^^^^^^^^^^ invalid-link: invalid link: expected the scheme `https`, found `"ftp"`
{{ url or 'app.example' }}
          ^^^^^^^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, found no scheme
{{ 'a' if beta else ('b' if new else 'https://app.example') }}
   ^^^^^ invalid-link: invalid link: expected an absolute https URL, found no scheme
                       ^^^^^ invalid-link: invalid link: expected an absolute https URL, found no scheme
https://{{ 'app' }}.example/
https://{{ 'an app' }}.example/
           ^^^^^^^^^^ invalid-link: invalid value in the host of a link: expected letters, digits, `-` and `.` of a DNS name, found `"an app"`
https://{{ '1.2.3.4' }}/
https://{{ '1.2.3.999' }}/
           ^^^^^^^^^^^^^ invalid-link: invalid link: invalid IPv4 address
https://app.example:{{ 8443 }}/
https://app.example:{{ 84430 }}/
                       ^^^^^ invalid-link: invalid link: invalid port number
https://app.example:{{ 'http' }}/
                       ^^^^^^^^ invalid-link: invalid value in the port of a link: expected digits, found `"http"`
https://app.example/{{ '..' }}/orders
                       ^^^^^^ invalid-link: invalid value in the path of a link: expected a segment other than `.` and `..`, found `".."`
https://app.example/{{ '..' }}
                       ^^^^^^ invalid-link: invalid value in the path of a link: expected a segment other than `.` and `..`, found `".."`
https://app.example/a{{ '..' }}/orders
https://app.example/{{ 'a b' }}?q={{ 'ftp://' }}#{{ '..' }}
{{ 'app.example' | upper }}
"#,
    );
}

#[test]
fn a_link_without_literal_text_is_not_reported() {
    assert_links(
        r#"
variables:
  integer: { type: integer }
  number: { type: number }
  text: { type: string }
  anything: {}
  long: { type: string, maxLength: 8 }
  short: { type: string, maxLength: 7 }
  short_or_null: { type: [string, "null"], maxLength: 7 }
  short_or_list: { anyOf: [{ type: string, maxLength: 7 }, { type: array }] }
  short_or_link: { anyOf: [{ type: string, maxLength: 7 }, { type: string, format: uri }] }
  short_or_number: { type: [string, number], maxLength: 7 }
  short_at_last: { allOf: [{ type: string }, { maxLength: 7 }] }
"#,
        "",
        r#"
{{ integer }}
   ^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `integer` is an integer
   | declared here: integer
{{ number }}/orders
   ^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `number` is a number
   | declared here: number
{{ text }}
{{ anything }}
{{ long }}
{{ short }}
   ^^^^^ invalid-link: invalid link: expected an absolute https URL, but `short` is a string of at most 7 characters
   | declared here: short
{{ short_or_null }}
   ^^^^^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `short_or_null` is a string of at most 7 characters
   | declared here: short_or_null
{{ short_or_list }}
   ^^^^^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `short_or_list` is a string of at most 7 characters
   | declared here: short_or_list
{{ short_or_link }}
{{ short_or_number }}
   ^^^^^^^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `short_or_number` is a string of at most 7 characters
   | declared here: short_or_number
{{ short_at_last }}
   ^^^^^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `short_at_last` is a string of at most 7 characters
   | declared here: short_at_last
{{ integer | string }}
{{ integer ~ text }}
"#,
    );
}

#[test]
fn formats_are_checked_against_their_part_of_a_link() {
    assert_links(
        r#"
variables:
  uri: { type: string, format: uri }
  iri: { type: string, format: iri }
  reference: { type: string, format: uri-reference }
  hostname: { type: string, format: hostname }
  ipv4: { type: string, format: ipv4 }
  ipv6: { type: string, format: ipv6 }
  email: { type: string, format: email }
  date: { type: string, format: date }
  date_time: { type: string, format: date-time }
  time: { type: string, format: time }
  duration: { type: string, format: duration }
  uuid: { type: string, format: uuid }
  pointer: { type: string, format: json-pointer }
  own: { type: string, format: own }
  untyped: { format: email }
  either: { anyOf: [{ type: string, format: date }, { type: string, format: time }] }
"#,
        "",
        r#"
{{ uri }}
{{ iri }}/x
{{ reference }}
{{ own }}
{{ hostname }}/x
   ^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `hostname` is a string of the format `hostname`
   | declared here: hostname
{{ ipv4 }}
   ^^^^ invalid-link: invalid link: expected an absolute https URL, but `ipv4` is a string of the format `ipv4`
   | declared here: ipv4
{{ ipv6 }}
   ^^^^ invalid-link: invalid link: expected an absolute https URL, but `ipv6` is a string of the format `ipv6`
   | declared here: ipv6
{{ email }}
   ^^^^^ invalid-link: invalid link: expected an absolute https URL, but `email` is an e-mail address
   | declared here: email
{{ date }}
   ^^^^ invalid-link: invalid link: expected an absolute https URL, but `date` is a date like 2026-11-22
   | declared here: date
{{ date_time }}
   ^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `date_time` is a date and time like 2026-11-22T08:30:00+03:30
   | declared here: date_time
{{ time }}
   ^^^^ invalid-link: invalid link: expected an absolute https URL, but `time` is a time like 08:30:00+03:30
   | declared here: time
{{ duration }}
   ^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `duration` is a string of the format `duration`
   | declared here: duration
{{ uuid }}
   ^^^^ invalid-link: invalid link: expected an absolute https URL, but `uuid` is a UUID
   | declared here: uuid
{{ pointer }}
   ^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `pointer` is a string of the format `json-pointer`
   | declared here: pointer
{{ untyped }}
   ^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `untyped` is an e-mail address
   | declared here: untyped
{{ either }}
   ^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `either` is a date like 2026-11-22 or a time like 08:30:00+03:30
   | declared here: either
https://{{ hostname }}/
https://{{ ipv4 }}/
https://{{ date }}.example/
https://{{ uuid }}.example/
https://{{ own }}/
https://{{ untyped }}/
https://{{ either }}/
https://{{ uri }}/x
           ^^^ invalid-link: invalid value in the host of a link: expected a DNS name, but `uri` is an absolute URL in ASCII
           | declared here: uri
https://{{ iri }}/x
           ^^^ invalid-link: invalid value in the host of a link: expected a DNS name, but `iri` is an absolute URL
           | declared here: iri
https://{{ ipv6 }}/
           ^^^^ invalid-link: invalid value in the host of a link: expected a DNS name, but `ipv6` is a string of the format `ipv6`
           | declared here: ipv6
https://{{ email }}/
           ^^^^^ invalid-link: invalid value in the host of a link: expected a DNS name, but `email` is an e-mail address
           | declared here: email
https://{{ date_time }}/
           ^^^^^^^^^ invalid-link: invalid value in the host of a link: expected a DNS name, but `date_time` is a date and time like 2026-11-22T08:30:00+03:30
           | declared here: date_time
https://{{ time }}/
           ^^^^ invalid-link: invalid value in the host of a link: expected a DNS name, but `time` is a time like 08:30:00+03:30
           | declared here: time
https://{{ pointer }}/
           ^^^^^^^ invalid-link: invalid value in the host of a link: expected a DNS name, but `pointer` is a string of the format `json-pointer`
           | declared here: pointer
https://app.example:{{ hostname }}/
https://app.example:{{ ipv4 }}/
                       ^^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `ipv4` is a string of the format `ipv4`
                       | declared here: ipv4
https://app.example:{{ date }}/
                       ^^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `date` is a date like 2026-11-22
                       | declared here: date
https://app.example:{{ uuid }}/
                       ^^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `uuid` is a UUID
                       | declared here: uuid
https://app.example:{{ duration }}/
                       ^^^^^^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `duration` is a string of the format `duration`
                       | declared here: duration
https://app.example:{{ uri }}/
                       ^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `uri` is an absolute URL in ASCII
                       | declared here: uri
https://app.example/{{ email }}?q={{ uri }}#{{ time }}
"#,
    );
}

#[test]
fn patterns_that_no_link_matches_are_reported() {
    assert_links(
        r#"
variables:
  secure: { type: string, pattern: "^https://" }
  insecure: { type: string, pattern: "^http://" }
  both: { type: string, pattern: "^https?://[a-z.]+/" }
  loud: { type: string, pattern: "^HTTPS://" }
  other: { type: string, pattern: "^(ftp|sftp)://" }
  tail: { type: string, pattern: "/$" }
  path: { type: string, pattern: "^/reports/" }
  digits: { type: string, pattern: "^[0-9]+$" }
  slug: { type: string, pattern: "^[a-z-]+$" }
  spaces: { type: string, pattern: "^(http|https)://[a-z]+ [a-z]+$" }
  query: { type: string, pattern: "^https://[a-z.]+[?]" }
  address: { type: string, pattern: "^.+@.+$" }
  loose: { type: string, pattern: "^ftp|b" }
  ahead: { type: string, pattern: "^(?!https)f" }
  escaped: { type: string, pattern: "^\\x66tp:" }
  ecma: { type: string, pattern: "^[^[a]+$" }
"#,
        "",
        r#"
{{ secure }}
{{ insecure }}
   ^^^^^^^^ insecure-link: insecure link: `http` is not encrypted
   | declared here: insecure
{{ insecure }}/x
   ^^^^^^^^ insecure-link: insecure link: `http` is not encrypted
   | declared here: insecure
{{ both }}
{{ loud }}
{{ other }}
   ^^^^^ invalid-link: invalid link: expected an absolute https URL, but `other` is a string that matches `^(ftp|sftp)://`
   | declared here: other
{{ tail }}
{{ path }}
   ^^^^ invalid-link: invalid link: expected an absolute https URL, but `path` is a string that matches `^/reports/`
   | declared here: path
{{ digits }}
   ^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `digits` is a string that matches `^[0-9]+$`
   | declared here: digits
{{ slug }}/x
   ^^^^ invalid-link: invalid link: expected an absolute https URL, but `slug` is a string that matches `^[a-z-]+$`
   | declared here: slug
{{ spaces }}
   ^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `spaces` is a string that matches `^(http|https)://[a-z]+ [a-z]+$`
   | declared here: spaces
{{ query }}
{{ address }}
{{ loose }}
{{ ahead }}
{{ escaped }}
   ^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `escaped` is a string that matches `^\x66tp:`
   | declared here: escaped
{{ ecma }}
https://{{ slug }}.example/
https://{{ digits }}.example/
https://{{ secure }}/
           ^^^^^^ invalid-link: invalid value in the host of a link: expected a DNS name, but `secure` is a string that matches `^https://`
           | declared here: secure
https://{{ path }}/
           ^^^^ invalid-link: invalid value in the host of a link: expected a DNS name, but `path` is a string that matches `^/reports/`
           | declared here: path
https://{{ address }}/
           ^^^^^^^ invalid-link: invalid value in the host of a link: expected a DNS name, but `address` is a string that matches `^.+@.+$`
           | declared here: address
https://{{ loose }}/
https://app.example:{{ digits }}/
https://app.example:{{ slug }}/
                       ^^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `slug` is a string that matches `^[a-z-]+$`
                       | declared here: slug
https://app.example/{{ path }}
"#,
    );
}

#[test]
fn large_and_invalid_patterns_are_not_reported() {
    assert_links(r#"variables: { url: { type: string, pattern: "^f(.{0,900}){900}$" } }"#, "", "\n{{ url }}\n");
    assert_links(r#"variables: { url: { type: string, pattern: "^[" } }"#, "", "\n{{ url }}\n");
}

#[test]
fn numbers_are_checked_as_ports() {
    assert_links(
        r#"
variables:
  port: { type: integer, minimum: 1, maximum: 65535 }
  wide: { type: integer, maximum: 100000 }
  high: { type: integer, minimum: 65536 }
  higher: { type: integer, exclusiveMinimum: 65535 }
  low: { type: integer, maximum: -1 }
  lower: { type: number, exclusiveMaximum: 0 }
  text_too: { type: [string, integer], minimum: 65536 }
  optional: { type: [integer, "null"], minimum: 65536 }
"#,
        "",
        r#"
https://app.example:{{ port }}/
https://app.example:{{ wide }}/
https://app.example:{{ high }}/
                       ^^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `high` is at least 65536
                       | declared here: high
https://app.example:{{ higher }}/
                       ^^^^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `higher` is more than 65535
                       | declared here: higher
https://app.example:{{ low }}/
                       ^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `low` is at most -1
                       | declared here: low
https://app.example:{{ lower }}/
                       ^^^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `lower` is less than 0
                       | declared here: lower
https://app.example:{{ text_too }}/
https://app.example:{{ optional }}/
                       ^^^^^^^^ invalid-link: invalid value in the port of a link: expected a port from 0 to 65535, but `optional` is at least 65536
                       | declared here: optional
https://app.example/{{ high }}
"#,
    );
}

#[test]
fn enum_values_are_checked_against_their_part_of_a_link() {
    assert_links(
        r#"
variables:
  bases: { enum: ["https://app.example", "https://beta.example"] }
  mixed: { enum: ["https://app.example", "ftp://app.example", "app.example"] }
  wrong: { const: app.example }
  local: { enum: ["https://app.example", "http://localhost:3000"] }
  query: { enum: ["https://app.example?a=b", "https://app.example"] }
  shop: { enum: [app, an app, ""] }
  address: { enum: [1.2.3.4, 1.2.3.999] }
  port: { enum: [80, 8080.5, 70000, http] }
  segment: { enum: [a, "..", "."] }
  nothing: { enum: [null, true] }
  number: { enum: [5, null] }
  narrow: { enum: ["https://app.example", "ftp://app.example"], pattern: "^https" }
  constants: { oneOf: [{ const: "ftp://a" }, { const: "ftp://b" }] }
  some: { oneOf: [{ const: "ftp://a" }, { const: "https://b" }] }
"#,
        "",
        r#"
{{ bases }}
{{ bases }}/x
{{ mixed }}
   ^^^^^ invalid-link: invalid link: `mixed` can be `"ftp://app.example"`: expected the scheme `https`, found `"ftp"`
   | listed here: "ftp://app.example"
   | listed here: "app.example"
{{ wrong }}/x
   ^^^^^ invalid-link: invalid link: `wrong` can be `"app.example"`: expected an absolute https URL, found no scheme
   | listed here: app.example
{{ local }}/x
   ^^^^^ insecure-link: insecure link: `local` can be `"http://localhost:3000"`, which is not encrypted
   | listed here: "http://localhost:3000"
{{ query }}
{{ query }}/x
   ^^^^^ invalid-link: invalid link: expected an absolute https or http URL without query or fragment, but `query` can be `"https://app.example?a=b"`
   | listed here: "https://app.example?a=b"
https://{{ shop }}.example/
           ^^^^ invalid-link: invalid value in the host of a link: expected letters, digits, `-` and `.` of a DNS name, but `shop` can be `"an app"`
           | listed here: an app
           | listed here: ""
https://{{ address }}/
           ^^^^^^^ invalid-link: invalid link: `address` can be `"1.2.3.999"`: invalid IPv4 address
           | listed here: 1.2.3.999
https://{{ address }}.example/
https://app.example:{{ port }}/
                       ^^^^ invalid-link: invalid value in the port of a link: expected digits, but `port` can be `8080.5`
                       | listed here: 8080.5
                       | listed here: 70000
                       | listed here: http
https://app.example/{{ segment }}/x
                       ^^^^^^^ invalid-link: invalid value in the path of a link: expected a segment other than `.` and `..`, but `segment` can be `".."`
                       | listed here: ".."
                       | listed here: "."
https://app.example/{{ segment }}
                       ^^^^^^^ invalid-link: invalid value in the path of a link: expected a segment other than `.` and `..`, but `segment` can be `".."`
                       | listed here: ".."
                       | listed here: "."
https://app.example/x{{ segment }}
{{ number }}
   ^^^^^^ invalid-link: invalid link: `number` can be `5`: expected an absolute https URL, found no scheme
   | listed here: 5
{{ narrow }}
{{ constants }}
   ^^^^^^^^^ invalid-link: invalid link: `constants` can be `"ftp://a"`: expected the scheme `https`, found `"ftp"`
   | listed here: "ftp://a"
   | listed here: "ftp://b"
{{ some }}
"#,
    );
}

#[test]
fn attributes_and_items_are_checked_by_their_schemas() {
    assert_links(
        r#"
variables:
  order:
    type: object
    properties: { date: { type: string, format: date }, host: { enum: [app, an app] }, more: { properties: { id: { type: integer } } } }
  photos: { type: array, items: { type: string, format: date } }
  pair: { type: array, prefixItems: [{ type: string }], items: { type: integer } }
  chosen: { enum: [{ host: app }], properties: { host: { enum: [app, an app] } } }
  range: { type: integer }
  other: {}
  others: {}
"#,
        "",
        r#"
{{ order.date }}
   ^^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `order.date` is a date like 2026-11-22
   | declared here: order
{{ order['date'] }}
   ^^^^^^^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `order['date']` is a date like 2026-11-22
   | declared here: order
{{ order.more.id }}/x
   ^^^^^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `order.more.id` is an integer
   | declared here: order
{{ order.other }}
https://{{ order.host }}.example/
           ^^^^^^^^^^ invalid-link: invalid value in the host of a link: expected letters, digits, `-` and `.` of a DNS name, but `order.host` can be `"an app"`
           | listed here: an app
https://{{ chosen.host }}.example/
{{ photos[0] }}
   ^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `photos[0]` is a date like 2026-11-22
   | declared here: photos
{{ photos[-1] }}
   ^^^^^^^^^^ invalid-link: invalid link: expected an absolute https URL, but `photos[-1]` is a date like 2026-11-22
   | declared here: photos
{{ pair[0] }}
{{ photos | first }}
{% set order = other %}{{ order.date }}
https://{% for order in others %}{{ order.date }}.{% endfor %}example/
"#,
    );
}

const GUARDED: &str = r#"
variables:
  base: { enum: ["https://app.example", "ftp://app.example"] }
  wrong: { enum: [app.example, beta.example] }
  bases: { type: array, items: { enum: ["https://app.example", "ftp://app.example"] } }
  beta: { type: boolean }
"#;

#[test]
fn conditions_on_a_value_prevent_findings() {
    assert_links(
        GUARDED,
        "",
        r#"
{{ base if beta else 'https://app.example' }}
   ^^^^ invalid-link: invalid link: `base` can be `"ftp://app.example"`: expected the scheme `https`, found `"ftp"`
   | listed here: "ftp://app.example"
{{ base if base else 'https://app.example' }}
{{ base if base != 'ftp://app.example' else 'https://app.example' }}
{% if beta %}{{ base }}/x{% else %}https://app.example/x{% endif %}
                ^^^^ invalid-link: invalid link: `base` can be `"ftp://app.example"`: expected the scheme `https`, found `"ftp"`
                | listed here: "ftp://app.example"
{% if base %}{{ base }}/x{% else %}https://app.example/x{% endif %}
{{ wrong if wrong else 'https://app.example' }}
   ^^^^^ invalid-link: invalid link: `wrong` can be `"app.example"`: expected an absolute https URL, found no scheme
   | listed here: app.example
   | listed here: beta.example
{{ base }}?from={{ base }}
"#,
    );
    assert_links(
        GUARDED,
        "when: beta,",
        r#"
{{ base }}
   ^^^^ invalid-link: invalid link: `base` can be `"ftp://app.example"`: expected the scheme `https`, found `"ftp"`
   | listed here: "ftp://app.example"
"#,
    );
    assert_links(
        GUARDED,
        "when: base,",
        r#"
{{ base }}
{{ wrong }}
   ^^^^^ invalid-link: invalid link: `wrong` can be `"app.example"`: expected an absolute https URL, found no scheme
   | listed here: app.example
   | listed here: beta.example
"#,
    );
    assert_links(
        GUARDED,
        "for: x in bases,",
        r#"
{{ x }}
   ^ invalid-link: invalid link: `x` can be `"ftp://app.example"`: expected the scheme `https`, found `"ftp"`
   | listed here: "ftp://app.example"
{{ base }}
   ^^^^ invalid-link: invalid link: `base` can be `"ftp://app.example"`: expected the scheme `https`, found `"ftp"`
   | listed here: "ftp://app.example"
"#,
    );
    assert_links(
        GUARDED,
        "for: base in bases, when: beta,",
        r#"
{{ base }}
   ^^^^ invalid-link: invalid link: `base` can be `"ftp://app.example"`: expected the scheme `https`, found `"ftp"`
   | listed here: "ftp://app.example"
"#,
    );
    assert_links(GUARDED, "for: x in bases, when: x,", "\n{{ x }}\n");
    assert_links(GUARDED, "for: x in bases, when: bases,", "\n{{ x }}\n");
    assert_links(GUARDED, "for: \"x in ([1] if base else [])\",", "\n{{ base }}\n");
}

#[test]
fn a_link_whose_values_cannot_be_escaped_is_reported_once() {
    assert_links(
        "variables: { n: { type: integer } }",
        "",
        r#"
app.example/{{ n }}
               ^ invalid-link: expression in the scheme of a link: expected `https://`
{% if n %}{{ n }}/x{% endif %}/{{ n }}
   ^^^^^^^^^^^^^^^^^^^^^^^^ invalid-link: branches end in different parts of a link: one branch ends in the path, another in the beginning
"#,
    );
}

#[test]
fn examples_do_not_repeat_findings_in_links() {
    let examples = "variables: { url: { type: string, format: email }, shop: { enum: [app, an app] } }\nexamples: { one: { url: a@b.example, shop: an app } }";
    assert_links(
        examples,
        "",
        r#"
{{ url }}
   ^^^ invalid-link: invalid link: expected an absolute https URL, but `url` is an e-mail address
   | declared here: url
https://{{ shop }}.example/
           ^^^^ invalid-link: invalid value in the host of a link: expected letters, digits, `-` and `.` of a DNS name, but `shop` can be `"an app"`
           | listed here: an app
"#,
    );
}

// No rendering belies what is said, and what is not said of a listed value is no mistake

/// A variable `v` and the link around it, in each way that a link can hold it; `f` is a boolean.
const LINKS: [&str; 12] = [
    "{{ v }}",
    "{{ v }}/x",
    "{{ v }}{{ v }}",
    "https://{{ v }}/",
    "https://{{ v }}",
    "https://{{ v }}.example/x",
    "https://app.example:{{ v }}/x",
    "https://app.example:8{{ v }}/x",
    "https://app.example/{{ v }}/x",
    "https://app.example/{{ v }}",
    "https://app.example/{{ v }}?q={{ v }}#{{ v }}",
    "{% if f %}{{ v }}{% else %}{{ v }}{% endif %}",
];

/// Values of all kinds that a place in a link may take or refuse.
fn values() -> Vec<Value> {
    let texts = [
        "",
        ".",
        "..",
        "a",
        "80",
        "99999",
        "-",
        "app",
        "an app",
        "app.example",
        "1.2.3.4",
        "1.2.3.999",
        "::1",
        "2026-11-22",
        "08:30:00Z",
        "2026-11-22T08:30:00Z",
        "P1D",
        "a@b.example",
        "\"http://a\"@b.example",
        "http://a",
        "HTTPS://b",
        "https://b",
        "https://b/c",
        "https://b?c",
        "https://b#c",
        "https://b c",
        "https://b:99999",
        "http:/a",
        "http://",
        "ftp://a",
        "/c",
        "/c/",
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
        "https://گزارش.example",
        "fe80::1",
        "0#",
    ];
    let others = [
        json!(0),
        json!(5),
        json!(-5),
        json!(65535),
        json!(65536),
        json!(80.5),
        json!(5.0),
        json!(null),
        json!(true),
        json!([]),
    ];
    texts.into_iter().map(Value::from).chain(others).collect()
}

fn value() -> impl Strategy<Value = Value> {
    prop::sample::select(values())
}

const KINDS: &[&str] = &["string", "integer", "number", "null", "boolean", "array"];

const FORMATS: &[&str] = &[
    "uri",
    "iri",
    "uri-reference",
    "iri-reference",
    "hostname",
    "ipv4",
    "ipv6",
    "email",
    "date",
    "date-time",
    "time",
    "duration",
    "uuid",
    "json-pointer",
    "relative-json-pointer",
    "regex",
    "own",
];

const PATTERNS: &[&str] = &[
    "^https?://",
    "^http://",
    "^HTTPS:",
    "^ftp:",
    "^/",
    "/$",
    "^[0-9]+$",
    "^[a-z]+$",
    "^.+@",
    "a|^b",
    "^\\S+$",
    "^[^:]*$",
    "^$",
    "^(?!h)",
    "^https?:/[^/]",
    "^\\D+$",
    "^[[a]",
    "//",
    "^https://[^?]+$",
    "^ha?",
];

const BOUNDS: &[&str] = &["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"];

fn schema() -> impl Strategy<Value = Value> {
    let bound = prop::sample::select(vec![-1, 0, 1, 65535, 65536]);
    let leaf = prop_oneof![
        2 => prop::sample::subsequence(KINDS, 1..3).prop_map(|kinds| json!({ "type": kinds })),
        2 => (prop::sample::select(&KINDS[..3]), prop::sample::select(FORMATS))
            .prop_map(|(kind, format)| json!({ "type": kind, "format": format })),
        2 => prop::sample::select(FORMATS).prop_map(|format| json!({ "type": "string", "format": format })),
        2 => prop::sample::select(PATTERNS).prop_map(|pattern| json!({ "type": "string", "pattern": pattern })),
        1 => prop::sample::select(PATTERNS).prop_map(|pattern| json!({ "pattern": pattern })),
        1 => (0..12u64).prop_map(|length| json!({ "type": ["string", "null"], "maxLength": length })),
        2 => (prop::sample::select(BOUNDS), bound)
            .prop_map(|(keyword, bound)| json!({ "type": "integer", keyword: bound })),
        3 => prop::collection::vec(value(), 1..4).prop_map(|values| json!({ "enum": values })),
        1 => value().prop_map(|value| json!({ "const": value })),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..3);
        (prop::sample::select(&["allOf", "anyOf", "oneOf"][..]), several, prop::option::of(inner)).prop_map(
            |(keyword, branches, around)| {
                let mut schema = around.unwrap_or_else(|| json!({}));
                schema[keyword] = branches.into();
                schema
            },
        )
    })
}

fn declaring(schema: &Value) -> String {
    format!("variables: {{ v: {schema}, f: {{ type: boolean }} }}")
}

/// Returns the link that is rendered with a value, or `None` if none can be rendered.
///
/// # Errors
/// The declaration does not allow the value.
fn rendered_link(template: &Template, value: &Value) -> Result<Option<String>, ()> {
    let values = Values::from_serialize("values", &json!({ "v": value, "f": true })).expect("values");
    match lint::render(template, &values) {
        Ok(message) => {
            let body: Value = serde_json::from_str(&message.to_json()).expect("JSON");
            let link = &body["sender_buttons"]["rows"][0]["buttons"][0]["action"]["open_direct_link"];
            Ok(Some(link.as_str().expect("a link").to_owned()))
        }
        Err(failures) if failures.iter().any(|failure| failure.rule == "invalid-value") => Err(()),
        Err(_) => Ok(None),
    }
}

/// Asserts that a finding about a link is true of the link that is rendered with a value.
fn assert_finding_holds(
    found: &Diagnostic,
    rendered_link: Option<&str>,
    text: &str,
    value: &Value,
) -> Result<(), TestCaseError> {
    let is_insecure = rendered_link.is_some_and(|link| link.to_ascii_lowercase().starts_with("http://"));
    let is_so = rendered_link.is_none() || found.rule == "insecure-link" && is_insecure;
    prop_assert!(is_so, "{found}\nbut {value} makes {rendered_link:?} of\n{text}");
    Ok(())
}

#[test]
fn a_listed_integer_with_a_decimal_point_is_rendered_without_it() {
    let cases = [("integer", true), ("number", false)];
    for (kind, is_valid) in cases {
        let text = template(&declaring(&json!({ "type": kind, "enum": [5.0] })), "", "https://app.example:{{ v }}/");
        let (template, found) = check(&text);
        let has_finding = found.iter().any(|found| found.rule == "invalid-link");
        let link = rendered_link(&template, &json!(5.0)).expect("an allowed value");
        assert_eq!((!has_finding, link.is_some()), (is_valid, is_valid), "{kind}: {link:?}, {found:?}");
    }
}

const CASES: u32 = 200;

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn findings_about_types_hold_for_each_value(schema in schema(), link in prop::sample::select(&LINKS[..])) {
        let text = template(&declaring(&schema), "", link);
        let (template, found) = check(&text);
        let is_declared = |found: &&Diagnostic| found.labels.iter().any(|label| label.message == "declared here");
        for found in found.iter().filter(|found| found.rule.ends_with("-link")).filter(is_declared) {
            for value in values() {
                if let Ok(link) = rendered_link(&template, &value) {
                    assert_finding_holds(found, link.as_deref(), &text, &value)?;
                }
            }
        }
    }

    #[test]
    fn findings_about_enum_values_hold_for_these_values(schema in schema(), link in prop::sample::select(&LINKS[..])) {
        let text = template(&declaring(&schema), "", link);
        let (template, found) = check(&text);
        for found in found {
            for label in found.labels.iter().filter(|label| label.message == "listed here") {
                let value = serde_json::from_str(&text[label.span.start..label.span.end]).expect("JSON");
                if let Ok(link) = rendered_link(&template, &value) {
                    assert_finding_holds(&found, link.as_deref(), &text, &value)?;
                }
            }
        }
    }

    #[test]
    fn enum_values_without_findings_render_to_valid_links(
        values in prop::collection::vec(
            value().prop_filter("text", |value| value.is_string() || value.is_number()),
            1..4,
        ),
        link in prop::sample::select(&LINKS[..]).prop_filter("one expression", |link| link.matches("{{").count() == 1),
    ) {
        let text = template(&declaring(&json!({ "enum": values })), "", link);
        let (template, found) = check(&text);
        let labels = found.iter().flat_map(|found| &found.labels[1..]);
        let listed: Vec<&str> = labels.map(|label| &text[label.span.start..label.span.end]).collect();
        for value in values.iter().filter(|value| !listed.contains(&value.to_string().as_str())) {
            // A digit before a port that is one may make it none.
            let is_made = matches!(rendered_link(&template, value), Ok(Some(_))) || link.contains(":8{{");
            prop_assert!(is_made, "{value} makes no link of\n{text}");
        }
    }

    #[test]
    fn findings_about_patterns_hold_for_all_matching_values(
        parts in prop::collection::vec(prop::sample::select(&[
            "h", "t{2}", "tp", "http", "https?", "s?", "(http|ftp)", ":", "//", "://", "[a-z]{1,3}", "[^a-z/?#]",
            "[0-9]{1,5}", "\\.", "/?", "-", "@", "[?#]",
        ][..]), 1..7),
        link in prop::sample::select(&LINKS[..]),
        seed in any::<[u8; 32]>(),
    ) {
        let pattern = parts.concat();
        let schema = json!({ "type": "string", "pattern": format!("^{pattern}$") });
        let text = template(&declaring(&schema), "", link);
        let (template, found) = check(&text);
        let mut runner = proptest::test_runner::TestRunner::new_with_rng(
            ProptestConfig::default(),
            proptest::test_runner::TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &seed),
        );
        for _ in 0..4 {
            let value = string_regex(&pattern).expect("a pattern").new_tree(&mut runner).expect("text").current();
            if let (Some(found), Ok(link)) = (found.first(), rendered_link(&template, &value.clone().into())) {
                assert_finding_holds(found, link.as_deref(), &text, &value.into())?;
            }
        }
    }
}
