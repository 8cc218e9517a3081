//! An icon that is not in the list.

use crate::analysis::icons::{UnknownIcon, unknown_icons};
use crate::lint::finding::Finding;
use crate::lint::{Applicability, Context, Findings, Rule, Severity};
use crate::message::is_spelling_of;
use crate::schema::Violation;
use crate::source::Span;
use crate::source::characters::{invisible, named};

pub(in crate::lint) static RULE: Rule =
    Rule::structure("unknown-icon", Severity::Error, include_str!("unknown_icon.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for UnknownIcon { name, location, value_of } in context.template.iter().flat_map(unknown_icons) {
        let finding = match &value_of {
            None => findings.at(location, format!("unknown icon `{name}`")).label(label(&name)),
            Some((expression, icon)) => findings
                .at(location, format!("unknown icon `{name}`"))
                .label(format!("`{expression}` can have this value"))
                .also(*icon, "used as an icon here"),
        };
        advise(finding, &name, location, context);
    }
}

fn label(name: &str) -> String {
    match name.chars().find(|character| !character.is_ascii() && invisible(*character).is_some()) {
        Some(character) => format!("no icon has this name, which contains {}", named(character)),
        None => "no icon has this name".to_owned(),
    }
}

/// Reports an icon that is written out.
pub(in crate::lint) fn report(context: &Context<'_>, violation: &Violation, name: &str, findings: &mut Findings<'_>) {
    let finding = findings.at(violation.span, format!("unknown icon `{name}`")).label(label(name));
    advise(finding, name, violation.span, context);
}

fn advise(finding: Finding<'_>, name: &str, span: Span, context: &Context<'_>) {
    let near = context.icons.nearest(name);
    if near.is_empty() {
        finding.help("find a name with `kenarc icons WORD`");
    } else {
        let is_certain = near.first().is_some_and(|icon| is_spelling_of(name, icon));
        finding.suggest(&near, span, if is_certain { Applicability::Safe } else { Applicability::Unsafe });
    }
}
