//! The parser: values, spans, and errors.

use kenarc::source::Span;
use kenarc::syntax::{Chomping, Document, MAX_DEPTH, MAX_EXPANDED_NODES, Node, Scalar, SyntaxError, Value, parse};
use proptest::prelude::*;
use proptest::sample::select;

/// Returns the leaves of the tree, a line each: where it is, its bytes as written, and the value. Then the errors.
fn read(source: &str) -> String {
    let parsed = parse(source);
    let mut lines = Vec::new();
    match &parsed.document {
        Some(document) => leaves(source, &document.root, "", &mut lines),
        None => lines.push("no document".to_owned()),
    }
    lines.extend(parsed.errors.iter().map(|error| format!("! {}", words(source, error))));
    lines.join("\n")
}

fn leaves(source: &str, node: &Node<'_>, path: &str, lines: &mut Vec<String>) {
    match &node.value {
        Value::Sequence(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                leaves(source, item, &format!("{path}/{index}"), lines);
            }
        }
        Value::Mapping(mapping) if !mapping.entries.is_empty() => {
            for entry in &mapping.entries {
                leaves(source, &entry.value, &format!("{path}/{}", entry.key.text), lines);
            }
        }
        Value::Invalid => lines.push(format!("{path} `{}` invalid", &source[node.span.range()])),
        _ => lines.push(format!("{path} `{}` {}", &source[node.span.range()], node.to_json())),
    }
}

fn words(source: &str, error: &SyntaxError) -> String {
    let at = |span: &Span| format!("`{}`", &source[span.range()]);
    let name = format!("{error:?}").split([' ', '{']).next().unwrap().to_owned();
    match error {
        SyntaxError::Invalid { kind, span } => format!("{kind:?} {}", at(span)),
        SyntaxError::DuplicateKey { first, second, .. } => {
            format!("{name} {} at {second:?} after {first:?}", at(second))
        }
        SyntaxError::UnfitTag { span, value, .. } => format!("{name} {} on {}", at(span), at(value)),
        error => format!("{name} {}", at(&error.span())),
    }
}

fn document(source: &str) -> Document<'_> {
    let parsed = parse(source);
    assert_eq!(parsed.errors, [], "in {source:?}");
    parsed.document.unwrap()
}

/// Returns the bytes of the node at a JSON pointer.
fn written<'s>(source: &'s str, pointer: &str) -> &'s str {
    &source[document(source).root.pointer(pointer).unwrap().span.range()]
}

/// Returns the scalar that is the value of the one key.
fn scalar(source: &str) -> Scalar<'_> {
    document(source).root.as_mapping().unwrap().entries[0].value.as_scalar().unwrap().clone()
}

// -------------------------------------------------------------------------------------------------------------- values

#[test]
fn plain_scalars_follow_the_core_schema() {
    let source = "- \n- ~\n- null\n- Null\n- true\n- FALSE\n- 0\n- -17\n- +5\n- 0o17\n- 0x1F\n- 1.5\n- -.5e3\n- 1.\n- 1e2\n- yes\n\
                  - on\n- 0b1\n- 1_000\n- -0x1\n- nullish\n- .\n- 1.2.3\n- 18446744073709551615\n- -9223372036854775808\n";
    let json = document(source).root.to_json();
    assert_eq!(
        json.to_string(),
        "[null,null,null,null,true,false,0,-17,5,15,31,1.5,-500.0,1.0,100.0,\"yes\",\"on\",\"0b1\",\"1_000\",\"-0x1\",\
         \"nullish\",\".\",\"1.2.3\",18446744073709551615,-9223372036854775808]"
    );
}

#[test]
fn quoted_and_block_scalars_are_text() {
    assert_eq!(
        read("a: '5'\nb: \"true\"\nc: |\n  7\n"),
        "/a `'5'` \"5\"\n/b `\"true\"` \"true\"\n/c `|\n  7` \"7\\n\""
    );
}

#[test]
fn numbers_without_a_json_form_are_reported() {
    let expected = "/a `.inf` invalid\n/b `-.Inf` invalid\n/c `.NaN` invalid\n/d `18446744073709551616` invalid\n\
                    /e `-9223372036854775809` invalid\n/f `1e999` invalid\n! NotJson `.inf`\n! NotJson `-.Inf`\n\
                    ! NotJson `.NaN`\n! TooWide `18446744073709551616`\n! TooWide `-9223372036854775809`\n! NotJson `1e999`";
    let source = "a: .inf\nb: -.Inf\nc: .NaN\nd: 18446744073709551616\ne: -9223372036854775809\nf: 1e999\n";
    assert_eq!(read(source), expected);
}

#[test]
fn core_tags_are_honoured() {
    let source = "- !!str 5\n- !!int \"5\"\n- !!float 5\n- !!null ''\n- !!str\n- ! 5\n- !!seq []\n- !!map {}\n\
                  - !<tag:yaml.org,2002:str> 1\n";
    assert_eq!(document(source).root.to_json().to_string(), r#"["5",5,5.0,null,"","5",[],{},"1"]"#);
}

#[test]
fn unknown_and_mismatched_tags_make_their_values_invalid() {
    let source = "a: !foo {b: 1}\nc: !!int abc\nd: !!set x\ne: !!map [1]\nf: !!str [1]\ng: 1\n";
    let expected = "/a `{b: 1}` invalid\n/c `abc` invalid\n/d `x` invalid\n/e `[1]` invalid\n/f `[1]` invalid\n/g `1` 1\n\
                    ! ForeignTag `!foo`\n! UnfitTag `!!int` on `abc`\n! ForeignTag `!!set`\n! UnfitTag `!!map` on `[`\n\
                    ! UnfitTag `!!str` on `[`";
    assert_eq!(read(source), expected);
}

#[test]
fn yaml_directives_are_accepted() {
    assert_eq!(read("%YAML 1.1\n%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 5\n"), "/a `5` \"5\"");
    assert_eq!(read("%YAML 2.0\n---\na: 5\n"), "no document\n! UnsupportedYamlMajorVersion `%`");
}

#[test]
fn json_is_parsed_to_the_same_values() {
    let source = "{\"a\":\"x\\/\\uD83D\\uDE00\\u06a9\",\n\t\"b\":[1,2.5,-3e2,true,null,{}],\"c\":{\"d\":\"\"}}";
    let expected: serde_json::Value = serde_json::from_str(source).unwrap();
    assert_eq!(document(source).root.to_json(), expected);
}

#[test]
fn long_keys_are_accepted() {
    let source = format!("{{\"{}\":1}}", "k".repeat(5000));
    assert_eq!(document(&source).root.as_mapping().unwrap().entries[0].key.text.len(), 5000);
}

#[test]
fn keys_are_strings_as_they_are_written() {
    let source = "1: a\n~: b\ntrue: c\n'q': d\n: e\n";
    let document = document(source);
    let keys: Vec<_> =
        document.root.as_mapping().unwrap().entries.iter().map(|entry| entry.key.text.as_ref()).collect();
    assert_eq!(keys, ["1", "~", "true", "q", ""]);
}

#[test]
fn plain_text_is_borrowed_from_the_file() {
    for source in ["a: text", "a: 'text'", "a: \"text\"", "{\"a\":\"text\"}"] {
        assert!(matches!(scalar(source).text, std::borrow::Cow::Borrowed("text")), "{source}");
    }
}

// --------------------------------------------------------------------------------------------------------------- spans

#[test]
fn block_collections_span_their_first_key_or_dash_to_their_last_value() {
    let source =
        "# head\na:\n  - x: 1   # one\n    y:\n      - 2\n\n  # between\n  - z: |\n      text\n\n\n# tail\nb: 3\n\n";
    assert_eq!(written(source, ""), source[7..].trim_end());
    assert_eq!(written(source, "/a"), "- x: 1   # one\n    y:\n      - 2\n\n  # between\n  - z: |\n      text");
    assert_eq!(written(source, "/a/0"), "x: 1   # one\n    y:\n      - 2");
    assert_eq!(written(source, "/a/0/y"), "- 2");
    assert_eq!(written(source, "/a/1"), "z: |\n      text");
    assert_eq!(written(source, "/a/1/z"), "|\n      text");
}

#[test]
fn flow_collections_span_their_brackets() {
    let source = "a: [ 1, {b: [2] } ,c: 3 ]\n";
    assert_eq!(written(source, "/a"), "[ 1, {b: [2] } ,c: 3 ]");
    assert_eq!(written(source, "/a/1"), "{b: [2] }");
    assert_eq!(written(source, "/a/1/b"), "[2]");
    assert_eq!(written(source, "/a/2"), "c: 3");
}

#[test]
fn empty_values_have_an_empty_span_after_their_colon_or_dash() {
    let source = "a:\nb :  # none\nc: &x\nd: {e, f: }\ng:\n  -\n  - !!null\n? h\n? i\n";
    let root = document(source).root;
    let before = |pointer: &str| {
        let span = root.pointer(pointer).unwrap().span;
        assert!(span.is_empty());
        &source[..span.start]
    };
    assert!(before("/a").ends_with("a:"));
    assert!(before("/b").ends_with("b :"));
    assert!(before("/c").ends_with("c: &x"));
    assert!(before("/d/e").ends_with("{e"));
    assert!(before("/d/f").ends_with("f:"));
    assert!(before("/g/0").ends_with("  -"));
    assert!(before("/g/1").ends_with("- !!null"));
    assert!(before("/h").ends_with("? h"));
    assert!(before("/i").ends_with("? i"));
    assert_eq!(&source[root.span.range()], source.trim_end());
}

#[test]
fn the_span_of_a_node_excludes_its_tag_and_anchor() {
    let source = "a: &x !!str 5\nb: &y\n  !!map\n  c: &z {d: 1}\n";
    assert_eq!(written(source, "/a"), "5");
    assert_eq!(written(source, "/b"), "c: &z {d: 1}");
    assert_eq!(written(source, "/b/c"), "{d: 1}");
}

#[test]
fn block_scalars_span_their_header_to_their_last_line() {
    let source = "a: |2-  # not | this\n   x\n\n  y  \n  \n\nb|c: &x|y >\n\n  z\nd: |+\n\n\ne:\n  - |\n\n";
    assert_eq!(written(source, "/a"), "|2-  # not | this\n   x\n\n  y  ");
    assert_eq!(written(source, "/b|c"), ">\n\n  z");
    assert_eq!(written(source, "/d"), "|+");
    assert_eq!(written(source, "/e/0"), "|");
}

#[test]
fn keys_have_their_own_spans() {
    let source = "\"a\": 1\n&x b: 2\n*x : 3\n";
    let parsed = parse(source);
    let document = parsed.document.unwrap();
    let spans: Vec<_> =
        document.root.as_mapping().unwrap().entries.iter().map(|entry| &source[entry.key.span.range()]).collect();
    assert_eq!(spans, ["\"a\"", "b"]);
    assert_eq!(
        parsed.errors,
        [SyntaxError::DuplicateKey { key: "b".into(), first: Span::new(10, 11), second: Span::new(15, 17) }]
    );
}

#[test]
fn comments_are_kept_in_order() {
    let source = "# one\na: 1 # two\nb: |  # three\n  # text\n\n# four\nc: \"# no\"  # five";
    let document = document(source);
    let comments: Vec<_> = document.comments.iter().map(|comment| &source[comment.span.range()]).collect();
    assert_eq!(comments, ["# one", "# two", "# three", "# four", "# five"]);
}

#[test]
fn a_file_may_begin_with_many_comments() {
    let source = "# comment\n".repeat(2000) + "a: 1\n";
    assert_eq!(document(&source).comments.len(), 2000);
}

#[test]
fn offsets_count_the_byte_order_mark_and_both_bytes_of_a_line_break() {
    let source = "\u{feff}a: x\r\nb: |\r\n  گفت\r\n\r\nc: p\r\n  q\r\n";
    assert_eq!(read(source), "/a `x` \"x\"\n/b `|\r\n  گفت` \"گفت\\n\"\n/c `p\r\n  q` \"p q\"");
    assert_eq!(document(source).root.span.start, 3);
}

#[test]
fn a_lone_carriage_return_ends_a_line() {
    assert_eq!(read("a: x\rb: y\r"), "/a `x` \"x\"\n/b `y` \"y\"");
}

// ---------------------------------------------------------------------------------------------- anchors and merge keys

#[test]
fn an_alias_has_the_value_of_its_anchor_and_its_own_span() {
    let source = "a: &x {b: [1]}\nc: *x\n";
    let root = document(source).root;
    assert_eq!(root.to_json().to_string(), r#"{"a":{"b":[1]},"c":{"b":[1]}}"#);
    assert_eq!(root.pointer("/a/b").unwrap().span, root.pointer("/c/b").unwrap().span);
}

#[test]
fn a_collection_that_ends_with_an_alias_ends_there() {
    let source = "a: &x 1\nb:\n  - 2\n  - *x\n";
    assert_eq!(written(source, "/b"), "- 2\n  - *x");
}

#[test]
fn unknown_and_cyclic_aliases_are_reported() {
    let expected = "/a `*no` invalid\n/b/0 `*b` invalid\n/c `1` 1\n! UnknownAnchor `*no`\n! CyclicAlias `*b`";
    assert_eq!(read("a: *no\nb: &b [*b]\nc: 1\n"), expected);
}

#[test]
fn explicit_keys_override_merged_ones_and_earlier_mappings_later_ones() {
    let source = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  c: 3\n  <<: [*x, *y]\n  d: 3\n  a: 3\n";
    let json = document(source).root.pointer("/z").unwrap().to_json().to_string();
    assert_eq!(json, r#"{"c":3,"b":1,"d":3,"a":3}"#);
}

#[test]
fn a_quoted_merge_key_is_an_ordinary_key() {
    assert_eq!(document("'<<': {a: 1}\n<<: {b: 2}\n").root.to_json().to_string(), r#"{"<<":{"a":1},"b":2}"#);
}

#[test]
fn a_merge_of_anything_but_mappings_is_reported() {
    let source = "x: &x 1\na: {<<: *x, b: 2}\nc: {<<: [{d: 3}, 4]}\n";
    assert_eq!(read(source), "/x `1` 1\n/a/b `2` 2\n/c/d `3` 3\n! BadMerge `*x`\n! BadMerge `4`");
}

#[test]
fn a_duplicate_key_is_reported_and_the_first_value_kept() {
    let expected =
        "/a `1` 1\n/b `2` 2\n! DuplicateKey `\"a\"` at 10..13 after 0..1\n! DuplicateKey `a` at 17..18 after 0..1";
    assert_eq!(read("a: 1\nb: 2\n\"a\": 3\na: 4\n"), expected);
}

#[test]
fn duplicate_keys_are_found_among_many() {
    let source: String = (0..1000).map(|index| format!("k{}: {index}\n", index % 990)).collect();
    let parsed = parse(&source);
    assert_eq!(parsed.errors.len(), 10);
    assert_eq!(parsed.document.unwrap().root.as_mapping().unwrap().entries.len(), 990);
}

#[test]
fn a_collection_as_a_key_is_reported_and_its_entry_skipped() {
    let expected = "/c `3` 3\n! ComplexKey `[a, b]`\n! ComplexKey `{b: 2}`";
    assert_eq!(read("? [a, b]\n: 1\n{b: 2}: {x: y}\nc: 3\n"), expected);
}

// -------------------------------------------------------------------------------------------------------------- bounds

#[test]
fn collections_nest_to_the_limit_and_no_deeper() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(&nested(MAX_DEPTH)).errors.is_empty());
    let too_deep = |at| [SyntaxError::TooDeep { limit: MAX_DEPTH, span: Span::new(at, at + 1) }];
    assert_eq!(parse(&nested(MAX_DEPTH + 1)).errors, too_deep(MAX_DEPTH));
    assert_eq!(parse(&"[".repeat(100_000)).errors, too_deep(MAX_DEPTH));
    assert_eq!(parse(&"{a: ".repeat(100_000)).errors, too_deep(4 * MAX_DEPTH));
    assert_eq!(parse(&"- ".repeat(100_000)).errors, too_deep(2 * MAX_DEPTH));
    let mixed = "- ".repeat(40) + &"[".repeat(40) + &"]".repeat(40);
    assert_eq!(parse(&mixed).errors, too_deep(80 + MAX_DEPTH - 40));
}

#[test]
fn aliases_count_toward_the_depth() {
    let nested = "[".repeat(40) + &"]".repeat(40);
    let source = format!(
        "a: &a {nested}\nb: {}*a{}\nc: {}*a{}\n",
        "[".repeat(23),
        "]".repeat(23),
        "[".repeat(24),
        "]".repeat(24)
    );
    let parsed = parse(&source);
    assert_eq!(parsed.errors.len(), 1);
    let SyntaxError::TooDeep { limit: MAX_DEPTH, span } = parsed.errors[0] else { panic!("{:?}", parsed.errors) };
    assert!(source[..span.start].ends_with("c: [[[[[[[[[[[[[[[[[[[[[[[["));
}

#[test]
fn aliases_expand_to_the_limit_and_no_further() {
    let source = |count: usize| format!("a: &a [1, 2, 3]\nb: [{}]\n", vec!["*a"; count].join(", "));
    assert!(parse(&source(MAX_EXPANDED_NODES / 4)).errors.is_empty());
    let over = source(MAX_EXPANDED_NODES / 4 + 5);
    let parsed = parse(&over);
    assert_eq!(parsed.errors.len(), 1);
    assert!(matches!(parsed.errors[0], SyntaxError::TooManyNodes { span, .. } if &over[span.range()] == "*a"));
    assert!(parsed.document.is_some());
}

#[test]
fn an_alias_bomb_is_rejected() {
    let mut source = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..60 {
        source += &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "));
    }
    assert_eq!(words(&source, &parse(&source).errors[0]), "TooManyNodes `*a2`");
}

#[test]
fn long_texts_count_as_many_values_for_each_alias() {
    // 1 for the text itself, and 100 for its 100 KiB.
    let source = |text: &str, count| format!("a: &a {text}\nb: [{}]\n", vec!["*a"; count].join(", "));
    let (text, key) = ("x".repeat(100 << 10), format!("{{ {}: 1 }}", "x".repeat(100 << 10)));
    for (text, nodes) in [(text, 101), (key, 102)] {
        assert!(parse(&source(&text, MAX_EXPANDED_NODES / nodes)).errors.is_empty());
        let over = source(&text, MAX_EXPANDED_NODES / nodes + 1);
        assert!(matches!(parse(&over).errors[..], [SyntaxError::TooManyNodes { .. }]));
    }
}

#[test]
fn the_limit_of_nodes_applies_to_aliases_only() {
    let source = format!("a: &a [{}]\n", "1, ".repeat(2 * MAX_EXPANDED_NODES));
    assert!(parse(&source).errors.is_empty());
    assert!(matches!(parse(&(source + "b: *a\n")).errors[..], [SyntaxError::TooManyNodes { .. }]));
}

// -------------------------------------------------------------------------------------------------------------- errors

#[test]
fn grammar_errors_point_to_the_mistake() {
    let cases = [
        ("a: b: c\n", "MappingValueNotAllowed `:`"),
        ("a: foo\nbar baz # note\nb: c\n", "SimpleKeyExpected `bar baz`"),
        ("a:\n\tb: c\n", "TabInBlockIndentation `b`"),
        ("a:\n  b: c\n d: e\n", "ExpectedBlockMappingKey `d`"),
        ("a: [1, 2\n", "UnclosedFlowCollection { open: '[' } `[`"),
        ("a: [1}\n", "MismatchedFlowCollectionEnd { open: '[', close: '}' } `[`"),
        ("a: \"x\" y # z\n", "InvalidTrailingDoubleQuotedScalar `y`"),
        ("a: \"foo\nb: c\n", "UnclosedQuotedScalar `\"foo`"),
        ("a: \"foo\nb: \"c\"\n", "InvalidQuotedScalarIndent `\"foo`"),
        ("a: ['foo\nb: c\n", "UnclosedQuotedScalar `'foo`"),
        ("a: @x\n", "UnexpectedCharacter { character: '@' } `@`"),
        ("a: \"ok \\n \\q\"\n", "UnknownQuotedScalarEscape `\\q`"),
        ("a: \"\\u12\"\n", "InvalidQuotedScalarHexEscape `\\u12`"),
        ("a: \"\\ud800\"\n", "MissingLowSurrogate `\\ud800`"),
    ];
    for (source, expected) in cases {
        assert_eq!(read(source), format!("no document\n! {expected}"), "in {source:?}");
    }
}

#[test]
fn a_file_without_a_document_is_empty() {
    for source in ["", "\n\n", "# only a comment\n", "\u{feff}", "...\n"] {
        assert_eq!(read(source), "no document\n! Empty ``", "in {source:?}");
    }
}

#[test]
fn a_second_document_is_reported_and_not_read() {
    assert_eq!(read("a: 1\n--- # next\n[oops\n"), "/a `1` 1\n! MultipleDocuments `---`");
    assert_eq!(read("---\na: 1\n...\n# end\n"), "/a `1` 1");
}

#[test]
fn control_characters_are_reported_and_skipped() {
    let source = "a: x\u{0}y\nb: \"\u{1b}[1m\"\nc: \u{85}\u{200c}«»\u{fe0f}\nd: x\u{9b}y\n";
    let errors: Vec<_> = parse(source).errors.iter().map(SyntaxError::span).collect();
    assert_eq!(errors, [Span::new(4, 5), Span::new(11, 12), Span::new(37, 39)]);
    assert!(document("c: \u{85}\u{200c}«»\u{fe0f}\n").root.as_mapping().is_some());
    assert!(parse(source).document.is_some());
}

#[test]
fn characters_of_json_strings_are_allowed_in_quotes() {
    let source = "{\"a\u{7f}\": \"x\u{80}\\n\u{ffff}\", \"b\": 'it''s \u{9b}'}";
    assert_eq!(
        read(source),
        "/a\u{7f} `\"x\u{80}\\n\u{ffff}\"` \"x\u{80}\\n\u{ffff}\"\n/b `'it''s \u{9b}'` \"it's \u{9b}\""
    );
}

// ------------------------------------------------------------------------------------------------ unquoted expressions

#[test]
fn the_rest_of_a_file_with_an_unquoted_expression_is_parsed() {
    let source =
        "a: {{ name }}\nb: {{ a.b | f(\"x, y\", 1) }} تومان  # note\nc: {% if a %}x{% endif %}\nd: {# no #}\ne: 1\n";
    let expected = "/a `{{ name }}` \"{{ name }}\"\n\
                    /b `{{ a.b | f(\"x, y\", 1) }} تومان` \"{{ a.b | f(\\\"x, y\\\", 1) }} تومان\"\n\
                    /c `{% if a %}x{% endif %}` \"{% if a %}x{% endif %}\"\n/d `{# no #}` \"{# no #}\"\n/e `1` 1\n\
                    ! DoubleBrace `{{ name }}`\n! DoubleBrace `{{ a.b | f(\"x, y\", 1) }} تومان`\n\
                    ! DoubleBrace `{% if a %}x{% endif %}`\n! DoubleBrace `{# no #}`";
    assert_eq!(read(source), expected);
    assert_eq!(parse(source).document.unwrap().comments.len(), 1);
}

#[test]
fn an_unquoted_expression_in_brackets_ends_where_the_value_does() {
    let source = "a: [{{ x, y }}, {% if z %}, {{ {\"k\": 1} }}]\nb: {c: {{ d }}/e, f: g {{ h }} i}\n";
    let expected = "/a/0 `{{ x, y }}` \"{{ x, y }}\"\n/a/1 `{% if z %}` \"{% if z %}\"\n\
                    /a/2 `{{ {\"k\": 1} }}` \"{{ {\\\"k\\\": 1} }}\"\n/b/c `{{ d }}/e` \"{{ d }}/e\"\n\
                    /b/f `g {{ h }} i` \"g {{ h }} i\"\n! DoubleBrace `{{ x, y }}`\n! DoubleBrace `{% if z %}`\n\
                    ! DoubleBrace `{{ {\"k\": 1} }}`\n! DoubleBrace `{{ d }}/e`\n! DoubleBrace `g {{ h }} i`";
    assert_eq!(read(source), expected);
}

#[test]
fn unquoted_expressions_in_lists_and_keys_are_found() {
    let source = "- {% x %}\n- {{ y }} z\n- - {{ \"a: b\" }}\n- {{ k }}: v\n";
    let expected = "/0 `{% x %}` \"{% x %}\"\n/1 `{{ y }} z` \"{{ y }} z\"\n/2/0 `{{ \"a: b\" }}` \"{{ \\\"a: b\\\" }}\"\n\
                    /3/{{ k }} `v` \"v\"\n! DoubleBrace `{% x %}`\n! DoubleBrace `{{ y }} z`\n\
                    ! DoubleBrace `{{ \"a: b\" }}`\n! DoubleBrace `{{ k }}`";
    assert_eq!(read(source), expected);
}

#[test]
fn an_unquoted_value_includes_the_more_indented_lines_below() {
    let source = "a: {% if b %}\n  c: {{ d }}\n  {% endif %}\ne:\n  {{ f }}\n  g\nh: 1\n";
    let expected = "/a `{% if b %}\n  c: {{ d }}\n  {% endif %}` \"{% if b %} c: {{ d }} {% endif %}\"\n\
                    /e `{{ f }}\n  g` \"{{ f }} g\"\n/h `1` 1\n\
                    ! DoubleBrace `{% if b %}\n  c: {{ d }}\n  {% endif %}`\n! DoubleBrace `{{ f }}\n  g`";
    assert_eq!(read(source), expected);
}

#[test]
fn lines_of_unquoted_statements_are_reported_and_skipped() {
    let source =
        "{# greeting #}\na:\n  {% for x in y %}\n  - b: 1\n  {% endfor %}\n{% if z %}\nc: 2\n{% endif %}\n{{ d }}\n";
    let expected = "/a/0/b `1` 1\n/c `2` 2\n! DoubleBrace `{# greeting #}`\n! DoubleBrace `{% for x in y %}`\n\
                    ! DoubleBrace `{% endfor %}`\n! DoubleBrace `{% if z %}`\n! DoubleBrace `{% endif %}`\n\
                    ! DoubleBrace `{{ d }}`";
    assert_eq!(read(source), expected);
    assert!(parse(source).document.unwrap().comments.is_empty());
}

#[test]
fn braces_in_quotes_in_blocks_and_in_nested_mappings_are_not_unquoted_expressions() {
    let source = "a: \"{{ x }}\"\nb: '{% y %}'\nc: |\n  {{ z }}\n  k: {{ z }}\nd: {e: {f: 1}}\ng: x {{ y }}\nh: \"i\n  {{ j }}\"\n\
                  # {{ k }}\n\"l\": {\"m\":{\"n\":{}}}\n";
    assert!(parse(source).errors.is_empty(), "{:?}", parse(source).errors);
}

#[test]
fn twenty_unquoted_expressions_are_all_reported() {
    let source: String = (0..20).map(|index| format!("k{index}: {{{{ v | f(\"{index}\", 2) }}}} x\n")).collect();
    let parsed = parse(&source);
    assert_eq!(parsed.errors.len(), 20);
    assert_eq!(parsed.document.unwrap().root.as_mapping().unwrap().entries.len(), 20);
}

#[test]
fn an_unquoted_expression_does_not_hide_another_error() {
    let expected = "no document\n! DoubleBrace `{{ b }} c`\n! MappingValueNotAllowed `:`";
    assert_eq!(read("a: {{ b }} c\nd: e: f\n"), expected);
}

// -------------------------------------------------------------------------------------------------------------- locate

/// Returns the source of each character of the one scalar's text, joined by `|`.
fn characters(source: &str) -> String {
    let Scalar { text, origin } = scalar(source);
    let locate = |(start, c): (usize, char)| &source[origin.locate(source, start..start + c.len_utf8()).range()];
    text.char_indices().map(locate).collect::<Vec<_>>().join("|")
}

#[test]
fn every_character_is_located_in_the_file() {
    assert_eq!(characters("a: پژو b"), "پ|ژ|و| |b");
    assert_eq!(characters("a: x  \n    y\n\n\n  z"), "x|  \n    |y|\n\n|\n  |z");
    assert_eq!(characters("a: 'it''s \n  x'"), "i|t|''|s| \n  |x");
    assert_eq!(
        characters(r#"a: "\x41\u06a9\U0001F600\ud83d\ude00\n\"\/ \t""#),
        r#"\x41|\u06a9|\U0001F600|\ud83d\ude00|\n|\"|\/| |\t"#
    );
    assert_eq!(characters("a: \"x \\\n   y\\\n\n  z\""), "x| |y|\n  |z");
    assert_eq!(characters("a: |\n\n  x\n   y\n  z\n"), "\n|x|\n| |y|\n|z|\n");
    assert_eq!(characters("a: |2-\n   x\r\n  y\r\n"), " |x|\r\n|y");
    assert_eq!(characters("a: |+\n  x\n\n \n"), "x|\n|\n|\n");
    assert_eq!(characters("a: >\n  x\n  y\n\n  z\n   w\n  v\n\n"), "x|\n  |y|\n\n  |z|\n| |w|\n|v|\n");
    assert_eq!(characters("a: |\n  x"), "x|");
}

#[test]
fn a_range_is_located_from_its_first_to_its_last_character() {
    let source = "a: |\n  one {{ two\n  three }} four\n";
    let Scalar { text, origin } = scalar(source);
    let expression = text.find("{{").unwrap()..text.find("}}").unwrap() + 2;
    assert_eq!(&source[origin.locate(source, expression).range()], "{{ two\n  three }}");
}

#[test]
fn an_empty_range_is_before_what_follows() {
    let at = |source: &str, offset: usize| scalar(source).origin.locate(source, offset..offset);
    assert_eq!(at("a: \"\"", 0), Span::at(4));
    assert_eq!(at("a: \"x\\ny\"", 1), Span::at(5));
    assert_eq!(at("a: \"x\\ny\"", 3), Span::at(8));
    assert_eq!(at("a: x\n  y", 2), Span::at(7));
    assert_eq!(at("a: |\n  x\n  y\n", 2), Span::at(11));
    assert_eq!(at("a: |-\n  x\n", 1), Span::at(9));
    assert_eq!(at("a: |\nb: 1", 0), Span::at(4));
    assert_eq!(at("a: x", 99), Span::at(4));
}

#[test]
fn block_scalars_have_their_chomping() {
    let chomping = |source| scalar(source).origin.chomping(source);
    assert_eq!(chomping("a: |\n  x"), Some(Chomping::Clip));
    assert_eq!(chomping("a: >2-\n  x"), Some(Chomping::Strip));
    assert_eq!(chomping("a: |+1 # -\n  x"), Some(Chomping::Keep));
    assert_eq!(chomping("a: |-"), Some(Chomping::Strip));
    assert_eq!(chomping("a: '|-'"), None);
}

/// What must hold of every scalar that the parser accepts.
fn check_origin(source: &str) -> Result<(), TestCaseError> {
    let parsed = parse(source);
    let Some(document) = parsed.document.filter(|_| parsed.errors.is_empty()) else { return Ok(()) };
    let Some(Scalar { text, origin }) = document.root.as_mapping().and_then(|root| root.get("k")?.value.as_scalar())
    else {
        return Ok(());
    };
    prop_assert_eq!(&origin.text(source), text, "decoded from {:?}", source);
    prop_assert!(source.get(origin.span.range()).is_some());
    let mut end = origin.span.start;
    for (start, c) in text.char_indices() {
        let span = origin.locate(source, start..start + c.len_utf8());
        prop_assert!(span.start >= end, "characters are in order: {:?} in {:?}", span, source);
        prop_assert_eq!(origin.locate(source, start..start), Span::at(span.start));
        let bytes = source.get(span.range());
        prop_assert!(bytes.is_some(), "{:?} is not on character boundaries of {:?}", span, source);
        let bytes = bytes.unwrap();
        let is_made = c.is_whitespace() || bytes.starts_with('\\') || bytes == "''";
        prop_assert!(is_made || bytes.chars().eq([c]), "{:?} is not {:?} in {:?}", bytes, c, source);
        end = span.end;
    }
    for (start, _) in text.char_indices() {
        let whole = origin.locate(source, start..text.len());
        prop_assert_eq!(whole, Span::new(origin.locate(source, start..start).start, end));
    }
    Ok(())
}

fn written_from(parts: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(select(parts), 0..24).prop_map(|parts| parts.concat())
}

const DOUBLE: &[&str] = &[
    "a",
    "ک",
    "😀",
    " ",
    "  ",
    "\t",
    "\n  ",
    "\r\n  ",
    "\r  ",
    "\n\n  ",
    " \n \t\n  ",
    "\\n",
    "\\x41",
    "\\u06a9",
    "\\ud83d\\ude00",
    "\\U0001F600",
    "\\\n  ",
    "\\\r\n",
    "\\ ",
    "\\\t",
    "\\\"",
    "\\\\",
    "\\/",
    "\\0",
    "\\N",
    "'",
    "#",
    ": ",
    "{{",
];
const SINGLE: &[&str] =
    &["a", "ک", " ", "\t", "\n  ", "\r\n ", "\n\n  ", " \n", "''", "\\", "\"", "#", ": ", "{{ x }}"];
const PLAIN: &[&str] =
    &["a", "ک", "😀", " ", "\t", "\n  ", "\r\n ", "\n\n  ", " \n", "'", "\\", "\"", "-", ":", "{", "}", "x #"];
const BLOCK: &[&str] = &[
    "a", "ک", " ", "  ", "    ", "\t", "\n", "\n", "\r\n", "\r", "\n  ", "\n  ", "\n    b", "#", ": ", "---", "{{ x }}",
];
const HEADERS: &[&str] = &["|", ">", "|-", ">-", "|+", ">+", "|2", ">2", ">1-", "|3+", "| # x", ">\t"];
const ENDS: &[&str] = &["", "\n", "\n\n", "\n  ", "\nz: 1", "\n\n  \n# c\nz: 1", "\r\n...\r\n", "\n   \n"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn characters_of_double_quoted_scalars_are_located(text in written_from(DOUBLE), end in select(ENDS)) {
        check_origin(&format!("k: \"{text}\"{end}"))?;
        check_origin(&format!("{{k: \"{text}\"}}"))?;
    }

    #[test]
    fn characters_of_single_quoted_scalars_are_located(text in written_from(SINGLE), end in select(ENDS)) {
        check_origin(&format!("\u{feff}k: '{text}'{end}"))?;
    }

    #[test]
    fn characters_of_plain_scalars_are_located(text in written_from(PLAIN), end in select(ENDS)) {
        check_origin(&format!("k: x{text}{end}"))?;
        check_origin(&format!("[{{k: x{text}}}]"))?;
    }

    #[test]
    fn characters_of_block_scalars_are_located(text in written_from(BLOCK), header in select(HEADERS), end in select(ENDS)) {
        check_origin(&format!("k: {header}\n{text}{end}"))?;
        check_origin(&format!("k: {header}\r\n  {text}{end}"))?;
        check_origin(&format!("k:\n  &a\n  {header}\n  {text}{end}"))?;
    }

    #[test]
    fn any_text_is_parsed_without_panics_and_with_spans_on_character_boundaries(text in written_from(&[
        "a", "ک", "\u{1}", " ", "\n", "\n  ", "\r\n", "\t", ": ", ":", "- ", "? ", "[", "]", "{", "}", "{{ ", " }}", "{% ", " %}", "{#",
        "#}", ", ", "\"", "'", "\\", "| ", ">", "|\n  ", "&a ", "*a", "!", "!!str ", "<<: ", "# ", "---\n", "...", "%", "@", "\u{feff}",
    ])) {
        let parsed = parse(&text);
        prop_assert!(parsed.document.is_some() || !parsed.errors.is_empty());
        for error in &parsed.errors {
            prop_assert!(text.get(error.span().range()).is_some(), "{:?} in {:?}", error, text);
        }
        if let Some(document) = &parsed.document {
            let mut nodes = vec![&document.root];
            while let Some(node) = nodes.pop() {
                prop_assert!(text.get(node.span.range()).is_some(), "{:?} in {:?}", node, text);
                match &node.value {
                    Value::Sequence(items) => nodes.extend(items),
                    Value::Mapping(mapping) => {
                        for entry in &mapping.entries {
                            prop_assert!(text.get(entry.key.span.range()).is_some());
                            nodes.push(&entry.value);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------- json
