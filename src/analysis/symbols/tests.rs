//! Each query is a template with a `^` before the byte that is asked for. The answer is the symbol, its type there,
//! and the lines that have its name, with the definition in `[…]` and the uses in `<…>`.

use super::{SymbolKind, Symbols};
use crate::source::{SourceFile, Span};
use crate::template::Template;

const ORDER: &str = r#"
variables:
  car:
    type: object
    required: [name]
    properties: { name: { type: string }, year: { type: integer } }
  photos: { type: array, items: { type: object, properties: { url: { type: string } } } }
  price: { type: [integer, "null"] }
"#;

const NAME: [&str; 2] = ["required: [<name>]", "properties: { [name]: { type: string }, year: { type: integer } }"];

const PHOTOS: &str = "[photos]: { type: array, items: { type: object, properties: { url: { type: string } } } }";

const URL: &str = "photos: { type: array, items: { type: object, properties: { [url]: { type: string } } } }";

const PRICE: &str = "[price]: { type: [integer, \"null\"] }";

fn answer(text: &str) -> Vec<String> {
    let offset = text.find('^').expect("a mark");
    let file = SourceFile::new("t.yaml", text.replacen('^', "", 1));
    let template = Template::parse(&file).expect("a document");
    let symbols = Symbols::of(&template);
    let Some(found) = symbols.at(offset) else { return vec!["nothing".to_owned()] };
    let symbol = found.symbol;
    let mut marks: Vec<(Span, [&str; 2])> = symbol.uses.iter().map(|&location| (location, ["<", ">"])).collect();
    // What a loop iterates over is not its name.
    let definition = symbol.definition.filter(|_| symbol.kind != SymbolKind::Loop);
    marks.extend(definition.map(|location| (location, ["[", "]"])));
    marks.sort();
    assert!(marks.iter().any(|(location, _)| *location == found.location), "it is at one of its places");
    let mut marked = file.text().to_owned();
    for (location, [open, close]) in marks.iter().rev() {
        assert!(file.slice(*location).contains(&symbol.name), "{location:?} is `{}`", file.slice(*location));
        marked.insert_str(location.end, close);
        marked.insert_str(location.start, open);
    }
    let lines = marked.lines().zip(file.text().lines()).filter(|(marked, line)| marked != line);
    let lines = lines.map(|(marked, _)| marked.trim_start_matches(['-', ' ']).to_owned());
    std::iter::once(format!("{:?} {}: {}", symbol.kind, symbol.name, found.known)).chain(lines).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(answer(text), expected, "{text}");
}

/// A query in a template with the declarations of [`ORDER`].
#[track_caller]
fn check_order(text: &str, expected: &[&str]) {
    check(&format!("{ORDER}{text}"), expected);
}

#[test]
fn finds_a_variable() {
    let uses = "message: '{{ <price> }}{% if <price> %}{{ <price> }}{% endif %}'";
    check_order(
        "message: '{{ ^price }}{% if price %}{{ price }}{% endif %}'",
        &["Variable price: an integer or null", PRICE, uses],
    );
    check_order(
        "message: '{{ price }}{% if price %}{{ ^price }}{% endif %}'",
        &["Variable price: an integer", PRICE, uses],
    );
    check_order("message: '{{ price^ }}'", &["Variable price: an integer or null", PRICE, "message: '{{ <price> }}'"]);
    check_order("message: '{{ pri^ce }}'", &["Variable price: an integer or null", PRICE, "message: '{{ <price> }}'"]);
    check_order("message: '{^{ price }}'", &["nothing"]);
}

#[test]
fn finds_a_declaration_and_the_keys_of_examples() {
    let expected = [
        "Variable a: a string",
        "variables: { [a]: { type: string } }",
        "message: '{{ <a> }}'",
        "examples: { x: { <a>: 1 }, y: { <a>: 2, b: 3 } }",
    ];
    let text = "variables: { a: { type: string } }\nmessage: '{{ a }}'\nexamples: { x: { a: 1 }, y: { a: 2, b: 3 } }";
    check(&text.replace("{ a: { ", "{ ^a: { "), &expected);
    check(&text.replace("x: { ", "x: { ^"), &expected);
    let undeclared = ["Variable b: anything", "examples: { x: { a: 1 }, y: { a: 2, <b>: 3 } }"];
    check(&text.replace("b:", "^b:"), &undeclared);
    check(
        "message: '{{ ^a }} {{ a.b }}'\nexamples: { x: { a: 1 } }",
        &["Variable a: anything", "message: '{{ <a> }} {{ <a>.b }}'", "examples: { x: { <a>: 1 } }"],
    );
}

#[test]
fn finds_an_attribute() {
    let name = ["Attribute name: a string", NAME[0], NAME[1], "message: '{{ car.<name> }} {{ car[\"<name>\"] }}'"];
    check_order("message: '{{ car.^name }} {{ car[\"name\"] }}'", &name);
    check_order("message: '{{ car.name }} {{ car[\"^name\"] }}'", &name);
    check_order("message: '{{ ^car.name }}'", &["Variable car: a mapping", "[car]:", "message: '{{ <car>.name }}'"]);
    check_order(
        "message: '{{ photos[0].^url }} {{ (photos | last).url }}'",
        &["Attribute url: a string or undefined", URL, "message: '{{ photos[0].<url> }} {{ (photos | last).<url> }}'"],
    );
    check(
        "message: '{{ a.^b }} {{ a.c }} {{ a.b }} {{ c.b }}'",
        &["Attribute b: anything", "message: '{{ a.<b> }} {{ a.c }} {{ a.<b> }} {{ c.b }}'"],
    );
}

#[test]
fn finds_keys_in_defaults_and_examples() {
    check(
        "variables:\n  car: { properties: { name: {} }, default: { name: a }, examples: [{ name: b }] }\n\
             message: m\nexamples:\n  one: { car: { ^name: c } }",
        &[
            "Attribute name: anything",
            "car: { properties: { [name]: {} }, default: { <name>: a }, examples: [{ <name>: b }] }",
            "one: { car: { <name>: c } }",
        ],
    );
}

#[test]
fn finds_the_item_and_the_loop_of_a_row_or_a_button() {
    let rows = "message: m
sender_buttons:
  - for: photo in photos[:3]
    when: photo.url
    buttons:
      - for: x in [1]
        icon: SUPPORT
        caption: '{{ photo.url }} {{ loop.index }} {{ x }}'
        open_direct_link: '{{ photo.url }}'";
    let photo = [
        "Item photo: a mapping",
        "for: [photo] in photos[:3]",
        "when: <photo>.url",
        "caption: '{{ <photo>.url }} {{ loop.index }} {{ x }}'",
        "open_direct_link: '{{ <photo>.url }}'",
    ];
    let caption = "caption: '{{ photo.url }} {{ <loop>.index }} {{ x }}'";
    let marked = |place: &str| rows.replacen(&place.replace('^', ""), place, 1);
    check_order(&marked("for: ^photo"), &photo);
    check_order(&marked("when: ^photo"), &photo);
    for (place, known) in [("when: photo.^url", "a string or undefined"), ("{{ photo.^url", "a string")] {
        let uses = ["when: photo.<url>", "caption: '{{ photo.<url> }} {{ loop.index }} {{ x }}'"];
        let last = "open_direct_link: '{{ photo.<url> }}'";
        check_order(&marked(place), &[&format!("Attribute url: {known}"), URL, uses[0], uses[1], last]);
    }
    check_order(&marked("{{ ^loop"), &["Loop loop: a mapping", caption]);
    check_order(
        &marked("loop.^index"),
        &["Attribute index: an integer", "caption: '{{ photo.url }} {{ loop.<index> }} {{ x }}'"],
    );
    check_order(
        &marked("{{ ^x"),
        &["Item x: an integer", "for: [x] in [1]", "caption: '{{ photo.url }} {{ loop.index }} {{ <x> }}'"],
    );
    check_order(&marked("in ^photos"), &["Variable photos: a list", PHOTOS, "for: photo in <photos>[:3]"]);
}

#[test]
fn finds_names_that_jinja_binds() {
    check_order(
        "message: '{% for ^p in photos %}{{ p.url }}{% set a = p %}{% endfor %}{{ p }}'",
        &["Local p: a mapping", "message: '{% for [p] in photos %}{{ <p>.url }}{% set a = <p> %}{% endfor %}{{ p }}'"],
    );
    check_order(
        "message: '{% for p in photos %}{{ p.url }}{% set a = p %}{{ a.^url }}{% endfor %}'",
        &[
            "Attribute url: a string or undefined",
            URL,
            "message: '{% for p in photos %}{{ p.<url> }}{% set a = p %}{{ a.<url> }}{% endfor %}'",
        ],
    );
    check_order(
        "message: '{% for p in photos %}{% endfor %}{{ ^p }}'",
        &["Variable p: anything", "message: '{% for p in photos %}{% endfor %}{{ <p> }}'"],
    );
    check_order(
        "message: '{% for p in photos %}{{ ^loop.first }}{% for x in [1] %}{{ loop.last }}{% endfor %}{% endfor %}'",
        &[
            "Loop loop: a mapping",
            "message: '{% for p in photos %}{{ <loop>.first }}{% for x in [1] %}{{ loop.last }}{% endfor %}\
             {% endfor %}'",
        ],
    );
    check_order(
        "message: '{% with a = car, b = a.^name %}{{ b }}{% endwith %}'",
        &[
            "Attribute name: a string",
            NAME[0],
            NAME[1],
            "message: '{% with a = car, b = a.<name> %}{{ b }}{% endwith %}'",
        ],
    );
    check(
        "message: '{% set a = 1 %}{% set a = ^a + 1 %}{{ a }}'",
        &["Local a: an integer", "message: '{% set [a] = 1 %}{% set <a> = <a> + 1 %}{{ <a> }}'"],
    );
    check(
        "message: '{% set a %}{% set b = 1 %}{% endset %}{{ ^b }}{{ a }}'",
        &["Variable b: anything", "message: '{% set a %}{% set b = 1 %}{% endset %}{{ <b> }}{{ a }}'"],
    );
    check_order(
        "message: '{% for k, v in car | items %}{{ ^v }}{% endfor %}'",
        &["Local v: anything", "message: '{% for k, [v] in car | items %}{{ <v> }}{% endfor %}'"],
    );
}

#[test]
fn finds_filters_tests_and_functions() {
    let upper = "message: '{{ a | <upper> }} {{ b | map(\"<upper>\") | join }}'";
    check("message: '{{ a | ^upper }} {{ b | map(\"upper\") | join }}'", &["Filter upper: a string", upper]);
    check("message: '{{ a | upper }} {{ b | map(\"^upper\") | join }}'", &["Filter upper: anything", upper]);
    check("message: '{{ 1 if a is ^none }}'", &["Test none: a boolean", "message: '{{ 1 if a is <none> }}'"]);
    check(
        "message: '{% for i in ^range(3) %}{% endfor %}{{ range | string }}'",
        &["Function range: a list", "message: '{% for i in <range>(3) %}{% endfor %}{{ <range> | string }}'"],
    );
    check(
        "message: '{% set range = 1 %}{{ ^range }}'",
        &["Local range: an integer", "message: '{% set [range] = 1 %}{{ <range> }}'"],
    );
}

#[test]
fn offsets_are_located_through_quotes_escapes_and_folding() {
    let cases = [
        (r#"message: "\u06a9\n{{ ^a }}""#, r#"message: "\u06a9\n{{ <a> }}""#),
        ("message: 'it''s {{ ^a }}'", "message: 'it''s {{ <a> }}'"),
        ("message: >\n  گزارش\n  {{ ^a }}\n", "{{ <a> }}"),
        (
            "message: m\nsender_buttons: [[{ when: \"\\\"x\\\" in ^a\", icon: A, caption: c, open_post_page: {} }]]",
            "sender_buttons: [[{ when: \"\\\"x\\\" in <a>\", icon: A, caption: c, open_post_page: {} }]]",
        ),
    ];
    for (text, expected) in cases {
        check(text, &["Variable a: anything", expected]);
    }
}

#[test]
fn errors_elsewhere_do_not_hide_symbols() {
    let broken = "variables: { a: { type: string }, b: 1 }
mesage: x
message: '{{ ^a }} {{ a }}'
sender_buttons:
  - - { icon: '{{ a | }}', caption: '{{ a', when: a ==, open_direct_link: '{{ a }}' }
    - 7
receiver_buttons: 7
examples: { x: 7, y: { a: 1 } }
message: again";
    check(
        broken,
        &[
            "Variable a: a string",
            "variables: { [a]: { type: string }, b: 1 }",
            "message: '{{ <a> }} {{ <a> }}'",
            "{ icon: '{{ a | }}', caption: '{{ a', when: a ==, open_direct_link: '{{ <a> }}' }",
            "examples: { x: 7, y: { <a>: 1 } }",
        ],
    );
    check("message: {{ ^a }}", &["Variable a: anything", "message: {{ <a> }}"]);
}

#[test]
fn text_with_an_alias_has_its_symbols_once() {
    let buttons = "sender_buttons: [[{ icon: A, caption: *m, open_post_page: { post_token: *m } }]]";
    check(&format!("message: &m '{{{{ ^a }}}}'\n{buttons}"), &["Variable a: anything", "message: &m '{{ <a> }}'"]);
}

#[test]
fn lists_all_symbols() {
    let file = SourceFile::new("t.yaml", format!("{ORDER}message: '{{{{ price | abs }}}}'"));
    let template = Template::parse(&file).expect("a document");
    let symbols: Vec<(SymbolKind, String)> =
        Symbols::of(&template).iter().map(|symbol| (symbol.kind, symbol.name.clone())).collect();
    let expected = [
        (SymbolKind::Variable, "car"),
        (SymbolKind::Attribute, "name"),
        (SymbolKind::Attribute, "year"),
        (SymbolKind::Variable, "photos"),
        (SymbolKind::Attribute, "url"),
        (SymbolKind::Variable, "price"),
        (SymbolKind::Filter, "abs"),
    ];
    assert_eq!(symbols, expected.map(|(kind, name)| (kind, name.to_owned())));
}
