//! Nothing becomes text by accident: what is no text, and what is not defined, is an error wherever it is converted.

use kenarc::expr::library::{FILTERS, FUNCTIONS, Function, TESTS, Takes, names};
use kenarc::render::render;
use kenarc::{SourceFile, Template, Values};
use proptest::prelude::*;
use serde_json::{Value, json};

fn values() -> Values {
    let values = json!({
        "note": null, "flag": true, "off": false, "price": 7, "name": "word",
        "tags": ["q"], "obj": { "k": "v", "n": null, "list": ["q"] }, "items": [{ "k": "v", "n": 1 }, { "k": "w", "n": 2 }],
    });
    Values::from_serialize("values", &values).expect("values")
}

/// Returns the text that an expression makes, without the `<` and `>` around it; `None` if it fails.
fn shown(expression: &str, values: &Values) -> Option<String> {
    let message = Value::from(format!("<{{{{ {expression} }}}}>"));
    let template = Template::parse(&SourceFile::new("t.yaml", format!("message: {message}"))).expect("a template");
    let message = render(&template, values).ok()?;
    let request: Value = serde_json::from_str(&message.to_json()).expect("JSON");
    let text = request["message"].as_str().expect("a message").to_owned();
    Some(text[1..text.len() - 1].to_owned())
}

/// Returns whether a text shows a value that is no text.
fn shows_a_value(text: &str) -> bool {
    ["None", "none", "NONE", "True", "true", "TRUE", "False", "false", "undefined", "[", "{"]
        .iter()
        .any(|accident| text.contains(accident))
}

/// What is given as arguments.
const ARGUMENTS: [&str; 9] =
    ["none", "flag", "['q']", "obj", "obj.missing", "(name if off)", "[obj.missing]", "2", "'-'"];

/// What is no text, or not defined, and text and a number.
const OPERANDS: [&str; 20] = [
    "none",
    "note",
    "flag",
    "off",
    "['q']",
    "tags",
    "obj",
    "items",
    "obj.n",
    "obj.missing",
    "(name if off)",
    "[none]",
    "[note, name]",
    "[flag]",
    "[['q']]",
    "[obj.missing]",
    "[obj.missing, name]",
    "{'k': none}",
    "name",
    "price",
];

/// Arguments, for functions with a parameter of each kind.
fn arguments(function: &Function) -> Vec<String> {
    let any = || ARGUMENTS.iter().map(|argument| (*argument).to_owned());
    let written = |takes: Takes| -> Vec<String> {
        match takes {
            Takes::Attribute => ["'missing'", "'n'", "'k'"].map(str::to_owned).into(),
            Takes::Filter => names(FILTERS).map(|name| format!("'{name}'")).collect(),
            Takes::Test => names(TESTS).map(|name| format!("'{name}'")).collect(),
            _ => any().collect(),
        }
    };
    let mut all = vec![String::new()];
    let mut before = String::new();
    for (_, takes) in function.parameters {
        let own = written(*takes);
        all.extend(own.iter().map(|argument| format!("{before}{argument}")));
        before += &format!("{}, ", own.last().expect("an argument"));
    }
    if function.rest != Takes::Anything || function.input == Takes::Format {
        all.extend(any());
    }
    for (name, takes) in function.keywords.iter().chain(function.parameters) {
        all.extend(written(*takes).into_iter().map(|argument| format!("{name}={argument}")));
    }
    all
}

/// Returns whether a function can make a blank on purpose.
fn may_be_blank(function: &Function, expression: &str) -> bool {
    matches!(function.name, "d" | "default" | "select" | "reject" | "selectattr" | "rejectattr")
        || expression.contains("'select")
        || expression.contains("'reject")
        || expression.contains("'default")
        || expression.contains("'d'")
}

#[test]
fn functions_fail_rather_than_show_what_is_no_text() {
    let values = values();
    let (mut count, mut made) = (0, 0);
    for filter in FILTERS.iter().filter(|filter| filter.name != "tojson") {
        for operand in OPERANDS {
            for arguments in arguments(filter).iter().filter(|arguments| !arguments.contains("tojson")) {
                let call = format!("{operand} | {}({arguments})", filter.name);
                count += 1;
                let joined = || shown(&format!("{call} | join"), &values);
                let Some(text) = shown(&call, &values).or_else(joined) else { continue };
                made += 1;
                assert!(!shows_a_value(&text), "{call}: {text}");
                assert!(!text.is_empty() || may_be_blank(filter, &call), "{call}");
            }
        }
    }
    for test in TESTS {
        for operand in OPERANDS {
            for arguments in arguments(test) {
                let call = format!("[{operand}] | select('{}', {arguments}) | join('-')", test.name);
                count += 1;
                if let Some(text) = shown(&call.replace(", )", ")"), &values) {
                    assert!(!shows_a_value(&text), "{call}: {text}");
                }
            }
        }
    }

    assert!(count > 10_000 && made > 500, "{made} of {count} make text");
}

#[test]
fn operators_fail_rather_than_show_what_is_no_text() {
    let values = values();
    for left in OPERANDS {
        for bound in ["[:1]", "[0:]", "[-1:]"] {
            for expression in [format!("{left}{bound}"), format!("{left}{bound} | join"), format!("{left}{bound} ~ ''")]
            {
                let text = shown(&expression, &values).unwrap_or_else(|| "-".to_owned());
                assert!(!shows_a_value(&text) && !text.is_empty(), "{expression}: {text}");
            }
        }
        for right in OPERANDS {
            for operator in ["~", "+", "*", "-", "/", "//", "%", "**", "and", "or"] {
                let expression = format!("{left} {operator} {right}");
                let text = shown(&expression, &values).unwrap_or_else(|| "-".to_owned());
                assert!(!shows_a_value(&text) && !text.is_empty(), "{expression}: {text}");
            }
        }
        let is_text = matches!(left, "name" | "price");
        for container in ["'None True word 7'", "name"] {
            let searched = shown(&format!("'a' if {left} in {container} else 'b'"), &values);
            assert_eq!(searched.is_some(), is_text, "{left} in {container}");
            let searched = shown(&format!("'a' if {left} not in {container} else 'b'"), &values);
            assert_eq!(searched.is_some(), is_text, "{left} not in {container}");
        }
    }
}

#[test]
fn booleans_are_not_numbers() {
    let values = values();
    for boolean in ["flag", "off", "(price > 3)", "true"] {
        for expression in [
            "B + 1",
            "price + B",
            "B + B",
            "name + B",
            "tags + B",
            "'ab' * B",
            "tags * B",
            "3 - B",
            "B / 2",
            "7 // B",
            "7 % B",
            "price ** B",
            "-B",
            "name[B]",
            "tags[B]",
            "range(3)[B]",
            "tags | attr(B)",
            "name[:B]",
            "name[B:]",
            "tags[::B] | join",
            "'x' if B < 2 else 'y'",
            "'x' if 2 > B else 'y'",
            "'x' if 0 < B < 2 else 'y'",
            "'x' if B <= 2 < 5 else 'y'",
            "'x' if 1 == 1 < B else 'y'",
            "'x' if price is gt(B) else 'y'",
            "'x' if B is odd else 'y'",
            "'x' if price is divisibleby(B) else 'y'",
            "[price] | select('>', B) | join",
            "[B] | select('even') | list | length",
            "range(B) | join",
            "range(0, 5, B) | join",
            "range(*[0, B]) | join",
            "1.5 | round(B)",
            "1.5 | round(precision=B)",
            "[B, B] | sum",
            "[1] | sum(start=B)",
            "[{'k': B}] | sum(attribute='k')",
            "tags | batch(B) | length",
            "tags | slice(B) | length",
            "name | replace('a', 'b', B)",
            "name | split('a', B) | join",
            "'7' | int(base=B)",
        ] {
            let expression = expression.replace('B', boolean);
            assert_eq!(shown(&expression, &values), None, "{expression}");
        }
    }
    let template = Template::parse(&SourceFile::new(
        "t.yaml",
        "message: x\nsender_buttons: [[{ icon: SUPPORT, caption: x, open_server_link: {}, when: flag < 2 }]]",
    ))
    .expect("a template");
    assert!(render(&template, &values).is_err(), "the order of a boolean in a condition");
}

#[test]
fn a_chain_evaluates_what_it_needs_and_no_operand_twice() {
    let values = values();
    let cases = [
        ("'a' if 1 < price < 9 else 'b'", Some("a")),
        ("'a' if 9 < price < obj.missing else 'b'", Some("b")),
        ("'a' if 1 < price < obj.missing else 'b'", None),
        ("'a' if 'q' in tags in [tags, ['r']] else 'b'", Some("a")),
        ("'a' if 'q' not in tags in [tags] else 'b'", Some("b")),
        ("'a' if 'r' not in tags in [tags] else 'b'", Some("a")),
        ("'a' if 1 < (2 if 1 < 3 < 5 else 0) < (9 if 4 > 3 > 2 else 0) else 'b'", Some("a")),
        ("'a' if 3 in [3] == [3] != [4] else 'b'", Some("a")),
        ("'a' if flag in 'True' == 1 else 'b'", None),
        ("'a' if price in 5 in [5] else 'b'", None),
    ];
    for (expression, expected) in cases {
        assert_eq!(shown(expression, &values).as_deref(), expected, "{expression}");
    }
    let nested = (0..30).fold("price".to_owned(), |inner, _| format!("(0 < ({inner}) | int < 9)"));
    assert_eq!(shown(&format!("{nested} | int"), &values).as_deref(), Some("1"));
}

#[test]
fn what_is_meant_is_not_an_error() {
    let cases = [
        ("note | default('—', true)", "—"),
        ("obj.missing | default('—')", "—"),
        ("(name if off) | default('—')", "—"),
        ("'a' if note is none else 'b'", "a"),
        ("'a' if obj.missing is defined else 'b'", "b"),
        ("'a' if obj.missing is none else 'b'", "b"),
        ("items | map(attribute='k') | join('، ')", "v، w"),
        ("items | map(attribute='x', default='—') | join('، ')", "—، —"),
        ("items | join(', ', attribute='k')", "v, w"),
        ("items | sum(attribute='n')", "3"),
        ("items | sort(attribute='k,n', reverse=true) | map(attribute='n') | join", "21"),
        ("items | selectattr('missing', 'defined') | list | length", "0"),
        ("items | selectattr('n', '>', 1) | map(attribute='k') | join", "w"),
        ("items | rejectattr('k', 'equalto', 'v') | map(attribute='k') | join", "w"),
        ("items | groupby('missing', default='—') | map('first') | join", "—"),
        ("[obj.k, obj.missing] | select('defined') | join(' ')", "v"),
        ("tags | map('upper') | join", "Q"),
        ("tags | map('replace', 'q', 'r') | join", "r"),
        ("'%s: %05.1f %%' | format(name, 2.5)", "word: 002.5 %"),
        ("'%(k)s' | format(obj)", "v"),
        ("'%(k)s %(n)d' | format(k='a', n=7)", "a 7"),
        ("note | int(default=3)", "3"),
        ("flag | int", "1"),
        ("flag | int + 1", "2"),
        ("name[flag | int]", "o"),
        ("{true: 'بله', false: 'خیر'}[flag]", "بله"),
        ("'a' if flag == 1 else 'b'", "a"),
        ("[flag, off] | sort | first | int", "0"),
        ("[1, 2] | batch(2) | map('join') | join", "12"),
        ("[[1], [2]] | sum(start=[]) | join", "12"),
        ("name[:none] ~ tags[none:1:none][0] ~ range(0, 2, none) | join", "wordq01"),
        ("'a' if note < 1 else 'b'", "a"),
        ("flag | tojson(indent=true)", "true"),
        ("name[:2] ~ price", "wo7"),
        ("'a' if price in [7, none] else 'b'", "a"),
        ("'a' if none in [7, none] else 'b'", "a"),
        ("'a' if 'k' in obj else 'b'", "a"),
        ("price | string | upper", "7"),
        ("name | split('o', none) | join('-')", "w-rd"),
        ("obj.list | tojson", "[\"q\"]"),
        ("{'k': 'a b', 'n': 1} | urlencode", "k=a%20b&n=1"),
    ];
    let values = values();
    for (expression, expected) in cases {
        assert_eq!(shown(expression, &values).as_deref(), Some(expected), "{expression}");
    }
}

#[test]
fn formats_fail_rather_than_drop_arguments() {
    let values = values();
    for expression in [
        "'{:,}' | format(price)",
        "'%s' | format(name, price)",
        "'plain' | format(name)",
        "'%s %s' | format(name)",
        "'%s' | format(name, extra=1)",
        "'%(k)s' | format(k=1, n=2)",
        "'%(x)s' | format(obj)",
        "'%(n)s' | format(obj)",
        "'%d' | format(name)",
        "'%d' | format(flag)",
        "'%d' | format(2.5)",
        "'%s' | format(tags)",
        "'%s' | format(obj.missing)",
        "'100%' | format(name)",
        "['%s'] | map('format', note) | join",
    ] {
        assert_eq!(shown(expression, &values), None, "{expression}");
    }
}

fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(OPERANDS.as_slice()).prop_map(str::to_owned);
    let filters: Vec<&str> = names(FILTERS).filter(|name| *name != "tojson").collect();
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let filter = prop::sample::select(filters.clone());
        let applied = prop::sample::select(filters.clone());
        let operator = prop::sample::select(vec!["~", "+", "*", "and", "or", "in", "=="]);
        let test = prop::sample::select(names(TESTS).collect::<Vec<_>>());
        let function = prop::sample::select(FUNCTIONS.to_vec());
        prop_oneof![
            3 => (inner.clone(), filter.clone()).prop_map(|(a, filter)| format!("({a} | {filter})")),
            2 => (inner.clone(), filter, inner.clone()).prop_map(|(a, filter, b)| format!("({a} | {filter}({b}))")),
            1 => (inner.clone(), applied).prop_map(|(a, filter)| format!("({a} | map('{filter}'))")),
            1 => (inner.clone(), prop::sample::select(vec!["k", "n", "missing"]), prop::sample::select(vec!["map", "sort", "join", "unique", "sum", "max"]))
                .prop_map(|(a, name, filter)| format!("({a} | {filter}(attribute='{name}'))")),
            2 => (inner.clone(), operator, inner.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            1 => (inner.clone(), test).prop_map(|(a, test)| format!("({a} is {test})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} if {b})")),
            1 => inner.clone().prop_map(|a| format!("({a})[:2]")),
            1 => inner.clone().prop_map(|a| format!("({a}).k")),
            1 => (function, inner).prop_map(|(function, a)| format!("{function}({a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_expression_shows_what_is_no_text(expression in expressions()) {
        if let Some(text) = shown(&expression, &values()) {
            prop_assert!(!shows_a_value(&text), "{expression}: {text}");
        }
    }
}
