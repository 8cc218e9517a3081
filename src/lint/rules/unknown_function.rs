//! A filter, a test, a function or a method that does not exist.

use crate::expr::library::{self, FILTERS, FUNCTIONS, TESTS};
use crate::expr::{CallUse, Callee};
use crate::lint::near::nearest;
use crate::lint::{Applicability, Context, Findings, Rule, Severity};
use crate::source::Span;
use crate::template::{EmbeddedProgram, Template};

pub(in crate::lint) static RULE: Rule =
    Rule::context("unknown-function", Severity::Error, include_str!("unknown_function.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for program in template.programs() {
        for call in program.calls().filter(|call| !exists(call)) {
            let span = program.locate(&template.sources, call.range.clone()).span;
            // If the type is known, `type-mismatch` reports the method. Without quotes the whole value is reported.
            if call.kind == Callee::Method && (has_type_error(context, span) || context.is_unquoted(program.span())) {
                continue;
            }
            report(call, span, is_value(template, &program, call.name), findings);
        }
    }
}

/// Returns whether `type-mismatch` reports an expression that contains a location.
fn has_type_error(context: &Context<'_>, span: Span) -> bool {
    let mut errors = context.type_errors().iter().map(|error| error.location.span);
    errors.any(|error| error.start <= span.start && span.end <= error.end)
}

fn exists(call: &CallUse<'_>) -> bool {
    match call.kind {
        Callee::Filter => library::filter(call.name).is_some(),
        Callee::Test => library::test(call.name).is_some(),
        Callee::Function => FUNCTIONS.contains(&call.name),
        Callee::Method => false,
    }
}

/// Returns whether a name refers to a value here.
fn is_value(template: &Template, program: &EmbeddedProgram<'_>, name: &str) -> bool {
    let is_declared = template.variables.as_ref().is_some_and(|variables| variables.get(name).is_some());
    name == "loop" || is_declared || program.bound.contains(&name)
}

fn report(call: &CallUse<'_>, span: Span, is_value: bool, findings: &mut Findings<'_>) {
    let name = call.name;
    let (what, names): (&str, Vec<&str>) = match call.kind {
        Callee::Method => {
            let finding = findings.at(span, format!("unknown method `{name}`")).label("values have no methods");
            finding.help(instead_of_method(name));
            return;
        }
        Callee::Function if is_value => {
            let finding =
                findings.at(span, format!("cannot call `{name}`")).label("expected a function, found a value");
            finding.help("remove the parentheses");
            return;
        }
        Callee::Filter => ("filter", library::names(FILTERS).collect()),
        Callee::Test => ("test", library::names(TESTS).collect()),
        Callee::Function => ("function", FUNCTIONS.to_vec()),
    };
    let finding = findings.at(span, format!("unknown {what} `{name}`")).label(format!("no {what} has this name"));
    let other_name = SYNONYMS.iter().find(|(other, _)| call.kind == Callee::Filter && *other == name);
    let near = other_name.map_or_else(|| nearest(name, names), |(_, filter)| vec![filter]);
    if let Some(advice) = advice(call) {
        finding.help(advice);
    } else if near.is_empty() {
        finding.help(match call.kind {
            Callee::Function => "use `range`, `dict` or `namespace`".to_owned(),
            _ => format!("use one of the {what}s in the language reference"),
        });
    } else {
        finding.suggest(&near, span, Applicability::Safe);
    }
}

/// The names that other languages have for filters.
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

/// Returns what to do instead of something that other template languages have.
fn advice(call: &CallUse<'_>) -> Option<String> {
    let name = call.name;
    let advice = match name {
        "escape" | "e" | "forceescape" | "xmlattr" | "striptags" | "urlize" => {
            "remove it: a message is plain text, and values in links are escaped"
        }
        "indent" | "center" | "ljust" | "rjust" | "wordwrap" => {
            "lay out the text in the template as readers will see it"
        }
        "pprint" | "debug" => "run `kenarc render --example NAME` to see the message",
        "truncate" => "take a slice: `text[:20]`",
        "wordcount" => "count the words with `| split | length`",
        "now" | "today" | "date" | "time" | "random" | "shuffle" | "uuid" | "env" | "lookup" => {
            "declare a variable, and pass the value from your code"
        }
        "strftime" | "datetimeformat" | "filesizeformat" | "intcomma" | "number_format" => {
            "format the value in your code, and pass the string as a variable"
        }
        "caller" | "super" | "self" => "remove it: templates have neither macros nor blocks",
        "cycler" | "joiner" => "use `loop.cycle(…)`, `loop.first` or `loop.last` in a `for`",
        _ => {
            let name = filter_called(name);
            return match call.kind {
                Callee::Filter if library::test(call.name).is_some() => {
                    Some(format!("use it as a test: `… is {}`", call.name))
                }
                Callee::Filter | Callee::Method => None,
                Callee::Test | Callee::Function if library::filter(name).is_some() => {
                    Some(format!("use the filter: `… | {name}`"))
                }
                Callee::Test | Callee::Function => None,
            };
        }
    };
    Some(advice.to_owned())
}

/// Returns the filter that other languages call by this name, or the name itself.
fn filter_called(name: &str) -> &str {
    SYNONYMS.iter().find(|(other, _)| *other == name).map_or(name, |(_, filter)| filter)
}

/// Returns what to use instead of a method.
pub(super) fn instead_of_method(name: &str) -> String {
    let filter = filter_called(name);
    match name {
        "startswith" => "use the test: `… is startingwith(\"…\")`".to_owned(),
        "endswith" => "use the test: `… is endingwith(\"…\")`".to_owned(),
        "get" => "look up the key, with a fallback: `….key | default(…)`".to_owned(),
        "keys" => "list the keys: `… | list`".to_owned(),
        "values" => "iterate over keys and values: `for key, value in … | items`".to_owned(),
        _ if library::filter(filter).is_some() => format!("use the filter: `… | {filter}`"),
        _ => match nearest(name, library::names(FILTERS)).first() {
            Some(near) => format!("use the filter: `… | {near}`"),
            None => "use a filter, `… | name`, or a test, `… is name`".to_owned(),
        },
    }
}
