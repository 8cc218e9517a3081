//! Defects in expressions, statements and conditions, and in their declarations and examples.

use super::plant::Planted;
use super::select::{entry, one, part, piece, takes_jinja, words};
use super::{Defect, defect, swapped};
use crate::choices::Choices;
use crate::generate::Sample;
use crate::tree::{Content, Form, Mark, Part, Piece, Role};
use crate::variables::Kind;

pub(crate) const DEFECTS: &[Defect] = &[
    defect("unquoted-expression", "an expression without its quotes", no_quotes),
    defect("jinja-syntax", "a filter without a name", no_filter),
    defect("jinja-syntax", "two values side by side", two_values),
    defect("jinja-syntax", "a statement that there is not", no_statement),
    defect("jinja-syntax", "a condition that does not end", open_condition),
    defect("jinja-syntax", "braces around a condition", braces),
    defect("undefined-variable", "a name misspelt", misspelt_name),
    defect("undefined-variable", "another name", other_name),
    defect("undefined-variable", "a name inside of an expression", name_inside),
    defect("unused-variable", "a variable that nothing uses", unused),
    defect("lost-assignment", "a sum without a namespace", lost_sum),
    defect("unknown-function", "a filter misspelt", misspelt_filter),
    defect("unknown-function", "a filter, a test or a function that there is not", no_function),
    defect("unknown-function", "a method", method),
    defect("type-mismatch", "a list, a mapping or a boolean in text", no_text),
    defect("type-mismatch", "an attribute of text", attribute_of_text),
    defect("type-mismatch", "a key misspelt", misspelt_attribute),
    defect("type-mismatch", "an operator between text and a number", operator),
    defect("type-mismatch", "an order between text and a number", order),
    defect("type-mismatch", "a filter on what it does not take", filter),
    defect("type-mismatch", "a loop over a number", loop_over_number),
    defect("type-mismatch", "items, a flag or a list where text is made", not_text_inside),
    defect("type-mismatch", "a key misspelt in the name of an attribute", misspelt_name_of_attribute),
    defect("type-mismatch", "a filter for Persian that cannot work", persian),
    defect("unformatted-number", "a bare number in Persian text", bare_number),
    defect("unformatted-number", "a bare number behind a name", assigned_number),
    defect("unformatted-number", "a bare number in text that is put together", joined_number),
    defect("may-be-null", "text that can be null in text", null_in_text),
    defect("misspelt-attribute", "an attribute of the items misspelt", misspelt_attribute_of_items),
    defect("invalid-variable", "a type that there is not", no_type),
    defect("invalid-variable", "a keyword with a wrong value", wrong_keyword),
    defect("invalid-variable", "a keyword that there is not", no_keyword),
    defect("invalid-variable", "a default that does not fit", wrong_default),
    defect("invalid-example", "a value that does not fit", wrong_value),
    defect("invalid-example", "a value left out", no_value),
    defect("invalid-example", "a value too many", surplus_value),
    defect("invalid-example", "a value that makes no message", failing_value),
];

// Quotes and syntax

fn no_quotes(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_expression = |part: &Part| {
        let is_whole = part.pieces().first().is_some_and(|piece| piece.mark == Mark::Open);
        let written = sample.inside(part).map_or("", |(_, written)| written);
        let is_simple =
            !written.contains(['#', ':', ',', '\'']) && written.ends_with("}}") && written.matches("}}").count() == 1;
        // Without the quotes, a comment could be meant as text.
        let is_commented = sample.text[part.place.end..].trim_start_matches(' ').starts_with('#');
        is_whole
            && is_simple
            && !is_commented
            && !written.contains("{{{")
            && matches!(part.form, Form::Double | Form::Single)
    };
    let role = choices.pick(&[Role::Caption, Role::Link, Role::Token, Role::Value]);
    let text = part(sample, choices, role, is_expression)?;
    let (_, written) = sample.inside(text)?;
    let quote = if written.contains('"') { '\'' } else { '"' };
    Some(sample.rewrite(text, written).fixed(&format!("{quote}{written}{quote}")))
}

/// The end of an expression in a text that is shown in messages.
fn expression_end<'s>(sample: &'s Sample, choices: &mut Choices, is: impl Fn(&Part) -> bool) -> Option<&'s Piece> {
    let (_, close) = piece(sample, choices, |part, piece| piece.mark == Mark::Close && is(part))?;
    Some(close)
}

fn no_filter(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let close = expression_end(sample, choices, |_| true)?;
    let planted = sample.insert(close.place.start, " |");
    let start = close.place.start + 1;
    Some(planted.at(start..start + 1))
}

fn two_values(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let close = expression_end(sample, choices, |_| true)?;
    let planted = sample.insert(close.place.start, " 7");
    let start = close.place.start + 1;
    Some(planted.at(start..start + 1))
}

/// Inserts something into text that is in every message, and returns its offset.
fn in_words(sample: &Sample, choices: &mut Choices, what: &str) -> Option<(Planted, usize)> {
    let (_, words) = words(sample, choices, |part, _| takes_jinja(sample, part))?;
    Some((sample.insert(words.place.end, &format!(" {what}")), words.place.end + 1))
}

fn lost_sum(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    const SUM: &str = "{% set sum = 0 %}{% for n in range(3) %}{% set sum = sum + n %}{% endfor %}{{ sum }}";
    let (planted, start) = in_words(sample, choices, SUM)?;
    let start = start + SUM.find("sum = sum")?;
    Some(planted.at(start..start + "sum".len()))
}

/// Inserts an expression or statement into text; the finding points to a part of it.
pub(super) fn jinja(sample: &Sample, choices: &mut Choices, jinja: &str, found: &str) -> Option<Planted> {
    let (planted, start) = in_words(sample, choices, jinja)?;
    let start = start + jinja.find(found)?;
    Some(planted.at(start..start + found.len()))
}

fn persian(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (expression, found) = choices.pick(&[
        ("{{ 7 | number(decimal=2) }}", "decimal"),
        ("{{ 7 | number(decimals=21) }}", "21"),
        ("{{ 7 | toman(from=`rials`) }}", "`rials`"),
        ("{{ 15 | toman(from=`rial`) }}", "15"),
        ("{{ 2.5 | words }}", "2.5"),
        ("{{ 7 * 8 | rial }}", "7 * 8 | rial"),
        ("{{ `2026-02-29` | jalali }}", "`2026-02-29`"),
        ("{{ `1405-07-31` | jalali }}", "`1405-07-31`"),
        ("{{ `2026-11-28` | jalali(`d MMMM YYYY`) }}", "YYYY"),
        ("{{ `2026-11-28` | gregorian(`y/mm/d`) }}", "mm"),
        ("{{ `2026-11-28` | jalali(tz=`Tehran`) }}", "`Tehran`"),
    ]);
    // No quotation mark may end the scalar.
    let (part, words) = words(sample, choices, |part, _| takes_jinja(sample, part))?;
    let quote = if part.form == Form::Single { "\"" } else { "'" };
    let start = words.place.end + 1;
    let (expression, found) = (expression.replace('`', quote), found.replace('`', quote));
    let at = start + expression.find(&found)?;
    Some(sample.insert(words.place.end, &format!(" {expression}")).at(at..at + found.len()))
}

fn no_statement(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (statement, name) =
        choices.pick(&[("{% fi true %}", "fi"), ("{% include 7 %}", "include"), ("{% endfor %}", "endfor")]);
    jinja(sample, choices, statement, name)
}

fn open_condition(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let when = part(sample, choices, Role::When, |when| sample.inside(when).is_some())?;
    let (at, _) = sample.inside(when)?;
    let planted = sample.insert(at.end, " >");
    Some(planted.at(at.end + 1..at.end + 2))
}

fn braces(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_quoted = |when: &Part| matches!(when.form, Form::Double | Form::Single) && sample.inside(when).is_some();
    let when = part(sample, choices, Role::When, is_quoted)?;
    let (at, condition) = sample.inside(when)?;
    let planted = sample.replace(&at, &format!("{{{{ {condition} }}}}"));
    let place = when.place.start..when.place.end + "{{  }}".len();
    Some(planted.at(place).restored(sample))
}

// Names

/// Returns a use of a declared variable.
fn declared_use<'s>(
    sample: &'s Sample,
    choices: &mut Choices,
    is: impl Fn(&str) -> bool,
) -> Option<(&'s Piece, &'s str)> {
    let name = |piece: &Piece| match piece.mark {
        Mark::Use(name) => Some(name),
        _ => None,
    };
    let (_, piece) = piece(sample, choices, |_, piece| sample.is_declared() && name(piece).is_some_and(&is))?;
    Some((piece, name(piece)?))
}

fn misspelt_name(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (used, name) = declared_use(sample, choices, |_| true)?;
    Some(sample.replace(&used.place, &swapped(name)).restored(sample))
}

fn other_name(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (used, _) = declared_use(sample, choices, |name| Sample::uses(&sample.root, name) > 1)?;
    Some(sample.replace(&used.place, "qqxx"))
}

fn name_inside(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    if !sample.is_declared() {
        return None;
    }
    let (expression, name) = choices.pick(&[
        ("{{ 7 | default(qqxx) }}", "qqxx"),
        ("{% for n in [1, 2] %}{{ [n, {1:qqxx}] | length }}{% endfor %}", "qqxx"),
        ("{% if 1 < 2 and not (qqxx | default(0)) %}!{% endif %}", "qqxx"),
        ("{{ range(qqxx[3:])[1] if false else 7 }}", "qqxx"),
    ]);
    jinja(sample, choices, expression, name)
}

fn unused(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let variables = &sample.root.get("variables")?.value;
    let declaration = choices.pick(&["{ \"type\": \"string\", \"default\": \"x\" }", "{ \"default\": null }"]);
    sample.insert_entry(variables, "qqxx", declaration)
}

// Functions and types

fn misspelt_filter(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    const MISSPELT: [(&str, &str); 6] = [
        ("default", "defualt"),
        ("upper", "uper"),
        ("length", "lenght"),
        ("replace", "repalce"),
        ("trim", "tirm"),
        ("reverse", "revrese"),
    ];
    let misspelt = |name: &str| MISSPELT.iter().find(|(right, _)| *right == name).map(|(_, wrong)| *wrong);
    let (_, filter) = piece(sample, choices, |_, piece| piece.mark == Mark::Filter && misspelt(&piece.text).is_some())?;
    Some(sample.replace(&filter.place, misspelt(&filter.text)?).restored(sample))
}

fn no_function(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_name = |piece: &Piece| matches!(piece.mark, Mark::Filter | Mark::Test | Mark::Function);
    let (_, name) = piece(sample, choices, |_, piece| is_name(piece))?;
    Some(sample.replace(&name.place, "qqxxzz"))
}

fn method(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let undeclared = sample.variables.iter().filter(|_| !sample.is_declared()).map(|variable| variable.name);
    let undeclared: Vec<&str> = undeclared.collect();
    let name = one(&undeclared, choices)?;
    let call = format!("{name}.strip()");
    jinja(sample, choices, &format!("{{{{ {call} }}}}"), &call)
}

/// Returns a declared variable of one of these kinds.
pub(super) fn declared(sample: &Sample, choices: &mut Choices, kinds: &[Kind]) -> Option<&'static str> {
    Some(one(&sample.declared(kinds), choices)?.name)
}

fn bare_number(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let found = declared(sample, choices, &[Kind::Whole, Kind::Amount])?;
    let planted = jinja(sample, choices, &format!("{{{{ {found} }}}} تومان"), found)?;
    Some(planted.fixed(&format!("{found} | number")))
}

fn assigned_number(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let found = declared(sample, choices, &[Kind::Whole, Kind::Amount])?;
    let text = format!("{{% set amount = {found} %}}{{{{ amount }}}} تومان");
    let (planted, start) = in_words(sample, choices, &text)?;
    let start = start + text.find("amount }}")?;
    Some(planted.at(start..start + "amount".len()).fixed("amount | number"))
}

fn joined_number(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let found = declared(sample, choices, &[Kind::Whole, Kind::Amount])?;
    let planted = quoted(sample, choices, &format!("{{{{ {found} ~ ¤ تومان¤ }}}}"), found)?;
    Some(planted.fixed(&format!("{found} | number")))
}

fn no_text(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let name = declared(sample, choices, &[Kind::Words, Kind::Things, Kind::Record, Kind::Flag])?;
    jinja(sample, choices, &format!("{{{{- {name} -}}}}"), name)
}

fn attribute_of_text(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let name = declared(sample, choices, &[Kind::Word, Kind::Code, Kind::Choice, Kind::Words])?;
    let found = format!("{name}.title");
    jinja(sample, choices, &format!("{{{{ 7 if {found} else 8 }}}}"), &found)
}

fn misspelt_attribute(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, attribute) = piece(sample, choices, |_, piece| sample.is_declared() && piece.mark == Mark::Attribute)?;
    Some(sample.replace(&attribute.place, &swapped(&attribute.text)).restored(sample))
}

fn operator(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let number = declared(sample, choices, &[Kind::Whole, Kind::Amount])?;
    let text = declared(sample, choices, &[Kind::Word, Kind::Code, Kind::Choice])?;
    let sign = choices.pick(&["+", "-", "/"]);
    let operation = format!("{number} {sign} {text}");
    // Text can be added, but not to a number.
    let found = if sign == "+" { &operation } else { text };
    jinja(sample, choices, &format!("{{{{ ({operation}) | string }}}}"), found)
}

fn order(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let text = declared(sample, choices, &[Kind::Word, Kind::Code, Kind::Remark])?;
    let found = format!("{text} {} 7", choices.pick(&["<", ">=", ">"]));
    jinja(sample, choices, &format!("{{% if {found} %}}!{{% endif %}}"), &found)
}

fn filter(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (kinds, filter) =
        choices.pick(&[(&[Kind::Whole, Kind::Flag], "join"), (&[Kind::Words, Kind::Record], "upper")]);
    let found = declared(sample, choices, kinds)?;
    jinja(sample, choices, &format!("{{{{ {found} | {filter} }}}}"), found)
}

fn loop_over_number(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let found = declared(sample, choices, &[Kind::Whole, Kind::Flag])?;
    jinja(sample, choices, &format!("{{% for n in {found} %}}{{{{ n }}}}{{% endfor %}}"), found)
}

fn not_text_inside(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (kinds, expression) = choices.pick(&[
        (&[Kind::Flag, Kind::Words], "@ ~ 7"),
        (&[Kind::Things, Kind::Record], "7 ~ @"),
        (&[Kind::Flag, Kind::Words], "@ | string"),
        (&[Kind::Flag, Kind::Record], "7 | replace(7, @)"),
        (&[Kind::Things, Kind::Things], "@ | join"),
        (&[Kind::Flag, Kind::Words], "@ | urlencode"),
    ]);
    let found = declared(sample, choices, kinds)?;
    jinja(sample, choices, &format!("{{{{ {} }}}}", expression.replace('@', found)), found)
}

fn misspelt_name_of_attribute(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let name = declared(sample, choices, &[Kind::Record])?;
    let filter = choices.pick(&[
        "map(attribute=¤yaer¤) | first | digits",
        "sum(attribute=¤yaer¤) | number",
        "selectattr(¤yaer¤) | length",
    ]);
    let planted = quoted(sample, choices, &format!("{{{{ [{name}] | {filter} }}}}"), "yaer")?;
    Some(planted.fixed("year"))
}

fn null_in_text(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let name = declared(sample, choices, &[Kind::Note])?;
    // No condition around the text excludes null, and no default is null with which an example fails.
    let uses = ["{{ ", "{{"].iter().map(|open| sample.text.matches(&format!("{open}{name}")).count()).sum::<usize>();
    let is_null = sample.text.contains("examples") && sample.text.matches("null").count() > 1;
    if sample.text.matches(name).count() != uses + 1 || is_null {
        return None;
    }
    let expression = choices.pick(&["@", "@ ~ 7", "@ | upper", "@[:7]"]);
    jinja(sample, choices, &format!("{{{{ {} }}}}", expression.replace('@', name)), name)
}

fn misspelt_attribute_of_items(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let name = declared(sample, choices, &[Kind::Things])?;
    // No example fails.
    if sample.text.contains("examples") {
        return None;
    }
    let filter = choices.pick(&["map(attribute=¤cdoe¤) | join", "sort(attribute=¤cdoe¤) | length"]);
    let planted = quoted(sample, choices, &format!("{{{{ {name} | {filter} }}}}"), "cdoe")?;
    Some(planted.fixed("code"))
}

/// Inserts an expression with quotes, which stand for themselves only where YAML does not quote the text.
fn quoted(sample: &Sample, choices: &mut Choices, jinja: &str, found: &str) -> Option<Planted> {
    let is_plain = |part: &Part| matches!(part.form, Form::Literal | Form::Folded) && takes_jinja(sample, part);
    let (_, words) = words(sample, choices, |part, _| is_plain(part))?;
    let jinja = jinja.replace('¤', "'");
    let start = words.place.end + 1 + jinja.find(found)?;
    let planted = sample.insert(words.place.end, &format!(" {jinja}"));
    Some(planted.at(start..start + found.len()))
}

// Declarations and examples

fn no_type(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, entry) = entry(sample, choices, &[Role::Declaration], |_, entry| {
        entry.key == "type" && matches!(entry.value.content, Content::Text(_))
    })?;
    Some(sample.rewrite(&entry.value, choices.pick(&["\"text\"", "\"int\"", "7"])))
}

fn wrong_keyword(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let declaration = part(sample, choices, Role::Declaration, |part| !part.entries().is_empty())?;
    let (key, value) = choices.pick(&[
        ("maxLength", "-1"),
        ("multipleOf", "0"),
        ("minContains", "\"many\""),
        ("uniqueItems", "7"),
        ("anyOf", "{ \"a\": 1 }"),
    ]);
    let planted = sample.insert_entry(declaration, key, value)?;
    let start = planted.place.end + ": ".len();
    Some(planted.at(start..start + value.len()))
}

fn no_keyword(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let declaration = part(sample, choices, Role::Declaration, |part| !part.entries().is_empty())?;
    let (key, value) =
        choices.pick(&[("$coment", "\"a\""), ("Deprecated", "false"), ("read_only", "true"), ("unit", "7")]);
    sample.insert_entry(declaration, key, value)
}

/// A value that no declaration here allows.
const WRONG: &str = "{ \"qqxx\": [] }";

fn wrong_default(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    // Of a choice or a record several keywords would be told of.
    let (_, entry) = entry(sample, choices, &[Role::Declaration], |map, entry| {
        entry.key == "default" && !map.has("enum") && !map.has("required")
    })?;
    Some(sample.rewrite(&entry.value, WRONG))
}

fn wrong_value(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, entry) = entry(sample, choices, &[Role::Example], |_, entry| {
        let is_open = |kind: Kind| matches!(kind, Kind::Record | Kind::Choice);
        let known = sample.variables.iter().find(|variable| variable.name == entry.key);
        sample.is_declared() && known.is_some_and(|variable| !is_open(variable.kind))
    })?;
    Some(sample.rewrite(&entry.value, WRONG))
}

fn no_value(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_needed = |name: &str| sample.variables.iter().any(|variable| variable.name == name && !variable.has_default);
    let examples = &sample.root.get("examples")?.value;
    let (map, entry) =
        entry(sample, choices, &[Role::Example], |_, entry| sample.is_declared() && is_needed(&entry.key))?;
    let key = &examples.entries().iter().find(|example| example.value.place == map.place)?.key_place;
    Some(sample.remove_entry(map, &entry.key)?.at(key.clone()))
}

fn surplus_value(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let example = part(sample, choices, Role::Example, |part| sample.is_declared() && !part.entries().is_empty())?;
    sample.insert_entry(example, "qqxx", "7")
}

/// Divides by a number that is zero in one example alone.
fn failing_value(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let examples = sample.root.get("examples")?.value.entries();
    let values = |name: &str| -> Vec<Option<&str>> {
        let value = |part: &'_ Part| match &part.get(name)?.value.content {
            Content::Bare(value) => Some(if value == "0" { "0" } else { "1" }),
            _ => None,
        };
        examples.iter().map(|example| value(&example.value)).collect()
    };
    let is_zero_once = |name: &str| {
        let values = values(name);
        values.iter().all(Option::is_some) && values.iter().filter(|value| **value == Some("0")).count() == 1
    };
    let numbers: Vec<&str> = sample.declared(&[Kind::Whole]).iter().map(|variable| variable.name).collect();
    let numbers: Vec<&str> = numbers.into_iter().filter(|name| is_zero_once(name)).collect();
    let name = one(&numbers, choices)?;
    let (_, words) = piece(sample, choices, |part, piece| {
        part.role == Role::Message && part.pieces().first() == Some(piece) && takes_jinja(sample, part)
    })?;
    let found = format!("7 // {name}");
    let planted = sample.insert(words.place.end, &format!(" {{{{ {found} }}}}"));
    let start = words.place.end + " {{ ".len();
    Some(planted.at(start..start + found.len()))
}
