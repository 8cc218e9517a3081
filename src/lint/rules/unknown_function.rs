//! A filter, a test, a function or a method that there is not.

use crate::lint::{Applicability, Context, Findings, Rule, Severity};
use crate::render::library::{FILTERS, FUNCTIONS, TESTS, has_filter, has_function, has_test};
use crate::source::Span;
use crate::expr::{CallUse, Callee};
use crate::template::{EmbeddedProgram, Template};
use crate::lint::near::nearest;

pub(in crate::lint) static RULE: Rule =
    Rule::context("unknown-function", Severity::Error, include_str!("unknown_function.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for hole in template.programs() {
        let Ok(program) = hole.program else { continue };
        for call in program.calls().iter().filter(|call| !exists(call)) {
            let span = hole.locate(&template.sources, call.range.clone()).span;
            // Where the type is known, `type-mismatch` says that it has no methods.
            if call.kind == Callee::Method && findings.has_error_around(span) {
                continue;
            }
            report(call, span, is_value(template, &hole, call.name), findings);
        }
    }
}

fn exists(call: &CallUse<'_>) -> bool {
    match call.kind {
        Callee::Filter => has_filter(call.name),
        Callee::Test => has_test(call.name),
        Callee::Function => has_function(call.name),
        Callee::Method => false,
    }
}

/// Whether a name stands for a value here.
fn is_value(template: &Template, hole: &EmbeddedProgram<'_>, name: &str) -> bool {
    let is_declared = template.variables.as_ref().is_some_and(|variables| variables.get(name).is_some());
    name == "loop" || is_declared || hole.bound.contains(&name)
}

fn report(call: &CallUse<'_>, span: Span, is_value: bool, findings: &mut Findings<'_>) {
    let name = call.name;
    let (what, names): (&str, &[&str]) = match call.kind {
        Callee::Method => {
            let finding = findings.at(span, format!("values have no methods, and `{name}` is called as one"));
            finding.help(instead_of_method(name));
            return;
        }
        Callee::Function if is_value => {
            let finding = findings.at(span, format!("`{name}` is a value, and only functions can be called"));
            finding.help("write the name without the parentheses");
            return;
        }
        Callee::Filter => ("filter", FILTERS),
        Callee::Test => ("test", TESTS),
        Callee::Function => ("function", &FUNCTIONS),
    };
    let finding = findings.at(span, format!("there is no {what} `{name}`"));
    let other_name = SYNONYMS.iter().find(|(other, _)| call.kind == Callee::Filter && *other == name);
    let near = other_name.map_or_else(|| nearest(name, names.iter().copied()), |(_, filter)| vec![filter]);
    if let Some(advice) = advice(call) {
        finding.help(advice);
    } else if near.is_empty() {
        finding.help(match call.kind {
            Callee::Function => "the functions are `range`, `dict` and `namespace`".to_owned(),
            _ => format!("the language reference lists the {what}s that there are"),
        });
    } else {
        finding.suggest(&near, span, Applicability::Safe);
    }
}

/// Filters under the names that other languages have for them.
const SYNONYMS: [(&str, &str); 12] = [
    ("len", "length"),
    ("size", "length"),
    ("strip", "trim"),
    ("upcase", "upper"),
    ("uppercase", "upper"),
    ("downcase", "lower"),
    ("lowercase", "lower"),
    ("json", "tojson"),
    ("to_json", "tojson"),
    ("str", "string"),
    ("url_encode", "urlencode"),
    ("uniq", "unique"),
];

/// What to do without something that other template languages have.
fn advice(call: &CallUse<'_>) -> Option<String> {
    let name = call.name;
    let advice = match name {
        "escape" | "e" | "forceescape" | "xmlattr" | "striptags" | "urlize" => {
            "a message is plain text, and links escape their values by themselves: leave it out"
        }
        "indent" | "center" | "ljust" | "rjust" | "wordwrap" => {
            "lay the text out in the template as people are to see it"
        }
        "pprint" | "debug" => "`kenarc render --example NAME` shows what comes out",
        "truncate" => "cut the text with a slice: `text[:20]`",
        "wordcount" => "count the words with `| split | length`",
        "now" | "today" | "date" | "time" | "random" | "shuffle" | "uuid" | "env" | "lookup" => {
            "the same values always give the same message: declare a variable, and give the value from your code"
        }
        "strftime" | "datetimeformat" | "filesizeformat" | "intcomma" | "number_format" => {
            "format the value in your code, and give the text as a variable"
        }
        "caller" | "super" | "self" => "there are neither macros nor blocks: a template is one message",
        "cycler" | "joiner" => "in a `for` there are `loop.cycle(…)`, `loop.first` and `loop.last`",
        _ => {
            let name = filter_called(name);
            return match call.kind {
                Callee::Filter if has_test(call.name) => Some(format!("it is a test: `… is {}`", call.name)),
                Callee::Filter | Callee::Method => None,
                Callee::Test | Callee::Function if has_filter(name) => Some(format!("`{name}` is a filter: `… | {name}`")),
                Callee::Test | Callee::Function => None,
            };
        }
    };
    Some(advice.to_owned())
}

/// The filter that other languages call by this name, or the name itself.
fn filter_called(name: &str) -> &str {
    SYNONYMS.iter().find(|(other, _)| *other == name).map_or(name, |(_, filter)| filter)
}

/// What does the work of a method.
fn instead_of_method(name: &str) -> String {
    let filter = filter_called(name);
    match name {
        "startswith" => "there is a test for it: `… is startingwith(\"…\")`".to_owned(),
        "endswith" => "there is a test for it: `… is endingwith(\"…\")`".to_owned(),
        "get" => "look the key up, with a value for where it is missing: `….key | default(…)`".to_owned(),
        "keys" => "a mapping is gone through by its keys: `… | list`".to_owned(),
        "values" => "go through both: `for key, value in … | items`".to_owned(),
        _ if has_filter(filter) => format!("there is a filter for it: `… | {filter}`"),
        _ => match nearest(name, FILTERS.iter().copied()).first() {
            Some(near) => format!("did you mean the filter `… | {near}`?"),
            None => "filters and tests do the work of methods: `… | name`, `… is name`".to_owned(),
        },
    }
}
