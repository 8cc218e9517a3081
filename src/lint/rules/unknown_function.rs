//! A filter, a test, a function or a method that does not exist.

use crate::expr::library::{self, FILTERS, FUNCTIONS, TESTS};
use crate::expr::{CallUse, Callee};
use crate::lint::finding::{Finding, Offer};
use crate::lint::foreign::{self, Instead};
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
            let span = program.locate(&template.file, call.range.clone());
            // If the type is known, `type-mismatch` reports the method. Without quotes the whole value is reported.
            let is_continued = || program.program.is_ok_and(|parsed| foreign::is_continued(parsed, &call.range));
            if call.kind == Callee::Method
                && (has_type_error(context, span) || context.is_unquoted(program.span()) || is_continued())
            {
                continue;
            }
            report(template, &program, call, findings);
        }
    }
}

/// Returns whether `type-mismatch` reports an expression that contains a location.
fn has_type_error(context: &Context<'_>, span: Span) -> bool {
    let mut errors = context.type_errors().iter().map(|error| error.location);
    errors.any(|error| error.contains(span))
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

fn report(template: &Template, program: &EmbeddedProgram<'_>, call: &CallUse<'_>, findings: &mut Findings<'_>) {
    let name = call.name;
    let is_value = call.kind == Callee::Function && is_value(template, program, name);
    let replacement = program.program.ok().and_then(|parsed| match call.kind {
        Callee::Method => foreign::member(parsed, |range| *range == call.range),
        Callee::Function if is_value => foreign::uncalled(parsed, &call.range),
        Callee::Function => foreign::call(parsed, &call.range),
        Callee::Filter => foreign::filter(parsed, &call.range),
        Callee::Test => foreign::test(parsed, &call.range),
    });
    let offer = replacement.and_then(|replacement| Offer::of(program, &template.file, &replacement));
    let span = match &offer {
        Some(offer) => offer.rewriting.span,
        None => program.locate(&template.file, call.range.clone()),
    };
    let (headline, label) = match call.kind {
        Callee::Method => (format!("unknown method `{name}`"), "values have no methods"),
        Callee::Function if is_value => (format!("cannot call `{name}`"), "expected a function, found a value"),
        Callee::Function => (format!("unknown function `{name}`"), "no function has this name"),
        Callee::Filter => (format!("unknown filter `{name}`"), "no filter has this name"),
        Callee::Test => (format!("unknown test `{name}`"), "no test has this name"),
    };
    let finding = findings.at(span, headline).label(label);
    let removed = foreign::for_filter(name).filter(|instead| matches!(instead, Instead::Remove(_)));
    match offer {
        Some(offer) if let Some(instead) = removed => finding.rewrite(offer).help(instead.help()),
        Some(offer) => finding.rewrite(offer),
        None if is_value => finding.help("remove the parentheses"),
        None => advise(finding, call, span),
    };
}

/// Says what to use instead, where no other expression is offered.
fn advise<'f>(finding: Finding<'f>, call: &CallUse<'_>, span: Span) -> Finding<'f> {
    let name = call.name;
    let (instead, names): (_, Vec<&str>) = match call.kind {
        Callee::Method => return finding.help(instead_of_method(name)),
        Callee::Filter if library::test(name).is_some() => {
            return finding.help(format!("use it as a test: `… is {name}`"));
        }
        Callee::Function | Callee::Test if library::filter(name).is_some() => {
            return finding.help(format!("use the filter: `… | {name}`"));
        }
        Callee::Filter => (foreign::for_filter(name), library::names(FILTERS).collect()),
        Callee::Test => (foreign::for_test(name), library::names(TESTS).collect()),
        Callee::Function => (foreign::for_function(name), FUNCTIONS.to_vec()),
    };
    let near = nearest(name, names);
    match (instead, call.kind) {
        (Some(Instead::Name(other)), Callee::Function) => finding.help(format!("use the filter: `… | {other}`")),
        (Some(Instead::Name(other)), _) => finding.suggest(&[other], span, Applicability::Safe),
        (Some(instead), _) => finding.help(instead.help()),
        (None, _) if !near.is_empty() => finding.suggest(&near, span, Applicability::Safe),
        (None, Callee::Function) => finding.help("use `range`, `dict` or `namespace`"),
        (None, Callee::Test) => finding.help("use one of the tests in the language reference"),
        (None, _) => finding.help("use one of the filters in the language reference"),
    }
}

/// Returns what to use instead of a method.
pub(super) fn instead_of_method(name: &str) -> String {
    match foreign::for_method(name) {
        Some(Instead::Name(filter)) => format!("use the filter: `… | {filter}`"),
        Some(instead) => instead.help(),
        None if library::filter(name).is_some() => format!("use the filter: `… | {name}`"),
        None => match nearest(name, library::names(FILTERS)).first() {
            Some(near) => format!("use the filter: `… | {near}`"),
            None => "use a filter, `… | name`, or a test, `… is name`".to_owned(),
        },
    }
}
