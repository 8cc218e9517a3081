//! A name that `variables` does not declare.

use std::ops::Range;
use std::sync::Arc;

use serde_json::json;

use crate::expr::NameUse;
use crate::lint::finding::{Finding, Offer};
use crate::lint::foreign::{self, Replacement};
use crate::lint::near::{Hyphenated, nearest};
use crate::lint::notation::Notation;
use crate::lint::{Applicability, Context, Edit, Findings, Fix, Rule, Severity};
use crate::references::REF;
use crate::schema::is_variable_name;
use crate::source::{SourceFile, Span};
use crate::template::{EmbeddedProgram, Variables};

pub(in crate::lint) static RULE: Rule =
    Rule::context("undefined-variable", Severity::Error, include_str!("undefined_variable.md"), check);

/// Names of other languages for the constants of Jinja: as they are written there and here, and whether they can be
/// nothing else.
const CONSTANTS: [(&[&str], &str, bool); 5] = [
    (&["null", "nil", "NULL", "Null", "NONE"], "none", true),
    (&["TRUE"], "true", true),
    (&["FALSE"], "false", true),
    (&["yes", "on", "Yes", "YES"], "true", false),
    (&["no", "off", "No", "NO"], "false", false),
];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    let Some(variables) = &template.variables else { return };
    for program in template.programs() {
        let locate = program.locator(&template.file);
        let undefined: Vec<&NameUse<'_>> =
            program.free_names().filter(|used| variables.get(used.name).is_none()).collect();
        let mut reported: Vec<Range<usize>> = Vec::new();
        for used in undefined {
            if reported.iter().any(|range| range.start <= used.range.start && used.range.end <= range.end) {
                continue;
            }
            let hyphenated = program.program.ok().and_then(|parsed| Hyphenated::around(parsed.source(), &used.range));
            if let Some(hyphenated) = hyphenated.filter(|hyphenated| is_name(hyphenated, variables)) {
                report_hyphenated(&program, &hyphenated, variables, &template.file, findings);
                reported.push(hyphenated.range);
                continue;
            }
            let name = used.name;
            let location = locate(used.range.clone());
            let offer = offer(&program, used, &template.file);
            if offer.is_none() && report_in_part(context, name, location, variables, findings) {
                continue;
            }
            let span = offer.as_ref().map_or(location, |offer| offer.rewriting.span);
            let finding = findings.at(span, format!("undefined variable `{name}`"));
            let finding = finding.label("not declared in `variables`");
            match offer {
                Some(offer) => finding.rewrite(offer),
                None => advise(finding, name, location, variables),
            };
        }
    }
}

/// Returns whether one name is meant, and no subtraction: it is declared with `_`, or none of its parts is.
fn is_name(hyphenated: &Hyphenated, variables: &Variables) -> bool {
    let is_declared = |name: &str| variables.get(name).is_some();
    is_declared(&hyphenated.name) || !hyphenated.written.split('-').any(is_declared)
}

/// Returns what is written here for a name of another language.
fn offer(program: &EmbeddedProgram<'_>, used: &NameUse<'_>, file: &SourceFile) -> Option<Offer> {
    if used.name == "forloop" {
        let replacement = foreign::loop_member(program.program.ok()?, &used.range)?;
        return Offer::of(program, file, &replacement);
    }
    let (_, text, is_same) = CONSTANTS.iter().find(|(names, ..)| names.contains(&used.name))?;
    let replacement = Replacement { range: used.range.clone(), text: (*text).to_owned(), is_same: *is_same };
    Offer::of(program, file, &replacement)
}

fn advise<'f>(finding: Finding<'f>, name: &str, location: Span, variables: &Variables) -> Finding<'f> {
    let names = variables.names.iter().map(String::as_str).filter(|name| is_variable_name(name));
    let near = nearest(name, names);
    match name {
        _ if !near.is_empty() => finding.suggest(&near, location, Applicability::Unsafe),
        "loop" | "forloop" => finding.help("write it inside of a `for`, where `loop` is defined"),
        "end" => finding.help("close the block with its own end: `{% endif %}` or `{% endfor %}`"),
        "undefined" => finding.help("test whether the value is there: `… is defined`"),
        _ => finding.help(format!("declare it under `variables`: `{name}: {{ type: … }}`")),
    }
}

/// Reports a variable that a part of another file uses and that the template does not declare, at the template's reference
/// to the part. Returns `false` if the name is not in such a part, or is rather misspelt there.
fn report_in_part(
    context: &Context<'_>,
    name: &str,
    used: Span,
    variables: &Variables,
    findings: &mut Findings<'_>,
) -> bool {
    let file = context.file;
    let Some(&site) = file.references_to(used).last() else { return false };
    let (part, _) = file.origin(used);
    let known = context.parts.iter().find(|known| Arc::ptr_eq(&known.file, &part));
    let declarations = known.and_then(|known| known.root.as_ref()?.as_mapping()?.get("variables"));
    let is_declared_there = declarations.is_some_and(|entry| entry.value.child(name).is_some());
    let names = variables.names.iter().map(String::as_str);
    let is_other = matches!(name, "loop" | "forloop" | "end" | "undefined") || !nearest(name, names).is_empty();
    if !is_declared_there && is_other {
        return false;
    }
    let finding = findings
        .at(site, format!("undefined variable `{name}`"))
        .label(format!("the part uses `{name}`, which this template does not declare"))
        .also(used, "used here");
    let own = variables.list.iter().find(|variable| file.own().contains(variable.key));
    let reference = file.path_to(used).filter(|_| is_declared_there);
    let reference = reference.map(|path| format!("{path}#/variables/{name}"));
    match (reference, own) {
        (Some(reference), Some(variable)) => {
            let notation = Notation::around(file, variable.key);
            let entry = notation.entry(name, &json!({ REF: reference }));
            let edit = Edit::replace(Span::at(variable.key.start), format!("{entry}{}", notation.separator()));
            finding
                .help(format!("declare it under `variables` as the file of the part does: `{entry}`"))
                .fix(Fix::safe_edit(format!("declare `{name}`"), edit));
        }
        (Some(reference), None) => {
            finding.help(format!("declare it under `variables`: `{name}: {{ {REF}: \"{reference}\" }}`"));
        }
        (None, _) => {
            finding.help(format!("declare it under `variables`: `{name}: {{ type: … }}`"));
        }
    }
    true
}

/// Reports a name with hyphens, which is a subtraction in an expression.
fn report_hyphenated(
    program: &EmbeddedProgram<'_>,
    hyphenated: &Hyphenated,
    variables: &Variables,
    file: &SourceFile,
    findings: &mut Findings<'_>,
) {
    let Hyphenated { range, written, name } = hyphenated;
    let location = program.locate(file, range.clone());
    let finding = findings.at(location, format!("undefined variable `{written}`"));
    let finding = finding.label("`-` subtracts: a name consists of a-z, A-Z, 0-9 and `_`");
    let names = variables.names.iter().map(String::as_str).filter(|name| is_variable_name(name));
    let near = nearest(name, names);
    if variables.get(name).is_some() {
        finding.suggest(&[name], location, Applicability::Safe);
    } else if !near.is_empty() {
        finding.suggest(&near, location, Applicability::Unsafe);
    } else {
        finding.help(format!("declare it under `variables` as `{name}: {{ type: … }}`, and write `{name}`"));
    }
}
