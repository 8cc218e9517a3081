//! Which findings supersede which.
//!
//! A rule reports everything that it finds and does not know the findings of other rules. After all rules have run, the
//! findings that say less about the same mistake are removed. The order of the rules does not matter; the order of
//! [`SUPERSEDES`] does: a finding that is removed supersedes nothing below.

use std::collections::HashSet;
use std::sync::Arc;

use crate::source::Span;
use crate::template::{EmbeddedProgram, Template};

use super::rules::{
    ambiguous_scalar, bidi_control, invalid_example, invalid_link, jinja_syntax, may_be_null, missing_else,
    misspelt_attribute, secret_in_template, too_many_buttons, too_many_rows, type_mismatch, undefined_variable,
    unformatted_number, unknown_function, yaml_syntax,
};
use super::{Context, Diagnostic, Rule, Severity};

/// Says that findings of some rules supersede those of another one.
struct Supersedes {
    winner: Winner,
    loser: &'static Rule,
    relation: Relation,
    leaves: Leaves,
}

/// What a finding that is removed leaves to those that supersede it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaves {
    Nothing,
    /// Its location, help and fix, which are more precise.
    Help,
}

/// The findings that supersede another one.
enum Winner {
    /// Errors of any rule except the superseded one. `bidi-control` and `secret-in-template` do not count: a control
    /// character or a secret in a value is a mistake of its own, next to which the superseded finding still holds.
    Error,
    /// Findings of these rules.
    Rules(&'static [&'static Rule]),
}

/// How the locations of two findings relate.
enum Relation {
    /// They are equal.
    Span,
    /// One of them contains the other.
    Nested,
    /// They are in the same text or condition with Jinja, or the text of the superseded one is inside the other one.
    Text,
    /// They are rows of the same grid, or buttons of the same row.
    List,
}

static SUPERSEDES: &[Supersedes] = &[
    // An example fails for the reason that the template is wrong.
    Supersedes {
        winner: Winner::Error,
        loser: &invalid_example::RULE,
        relation: Relation::Span,
        leaves: Leaves::Nothing,
    },
    Supersedes {
        winner: Winner::Rules(&[
            &type_mismatch::RULE,
            &unknown_function::RULE,
            &undefined_variable::RULE,
            &invalid_link::RULE,
        ]),
        loser: &invalid_example::RULE,
        relation: Relation::Text,
        leaves: Leaves::Nothing,
    },
    // An example that fails says more than a warning that some value could.
    Supersedes {
        winner: Winner::Rules(&[&invalid_example::RULE]),
        loser: &may_be_null::RULE,
        relation: Relation::Text,
        leaves: Leaves::Nothing,
    },
    // It also proves that an attribute that looks misspelt is misspelt.
    Supersedes {
        winner: Winner::Rules(&[&invalid_example::RULE]),
        loser: &misspelt_attribute::RULE,
        relation: Relation::Nested,
        leaves: Leaves::Help,
    },
    // It also proves that a condition can be false.
    Supersedes {
        winner: Winner::Rules(&[&invalid_example::RULE]),
        loser: &missing_else::RULE,
        relation: Relation::Nested,
        leaves: Leaves::Help,
    },
    // What is wrong anyway is going to change.
    Supersedes { winner: Winner::Error, loser: &missing_else::RULE, relation: Relation::Span, leaves: Leaves::Nothing },
    Supersedes { winner: Winner::Error, loser: &may_be_null::RULE, relation: Relation::Span, leaves: Leaves::Nothing },
    Supersedes {
        winner: Winner::Error,
        loser: &unformatted_number::RULE,
        relation: Relation::Nested,
        leaves: Leaves::Nothing,
    },
    // Of an undefined name nothing is known, nor of what it makes.
    Supersedes {
        winner: Winner::Rules(&[&undefined_variable::RULE, &unknown_function::RULE]),
        loser: &missing_else::RULE,
        relation: Relation::Nested,
        leaves: Leaves::Nothing,
    },
    Supersedes {
        winner: Winner::Rules(&[&undefined_variable::RULE, &unknown_function::RULE]),
        loser: &may_be_null::RULE,
        relation: Relation::Text,
        leaves: Leaves::Nothing,
    },
    // Rules and examples may count another row or button as the fourth.
    Supersedes {
        winner: Winner::Rules(&[&too_many_rows::RULE, &too_many_buttons::RULE]),
        loser: &invalid_example::RULE,
        relation: Relation::List,
        leaves: Leaves::Nothing,
    },
    // A character that YAML does not allow is not one that Jinja expects, either.
    Supersedes {
        winner: Winner::Rules(&[&yaml_syntax::RULE]),
        loser: &jinja_syntax::RULE,
        relation: Relation::Span,
        leaves: Leaves::Nothing,
    },
    // A value that is wrong anyway is going to change.
    Supersedes {
        winner: Winner::Error,
        loser: &ambiguous_scalar::RULE,
        relation: Relation::Span,
        leaves: Leaves::Nothing,
    },
];

/// Removes the findings that others supersede.
pub(super) fn remove_superseded(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
    remove_commented(context, diagnostics);
    for entry in SUPERSEDES {
        let is_here = |finding: &Diagnostic| Arc::ptr_eq(finding.file(), context.file);
        let is_loser = |finding: &Diagnostic| finding.rule == entry.loser.id && is_here(finding);
        let winners =
            diagnostics.iter().filter(|finding| is_here(finding) && entry.winner.includes(finding, entry.loser));
        let winners: HashSet<Span> = winners.map(Diagnostic::span).collect();
        if winners.is_empty() || !diagnostics.iter().any(is_loser) {
            continue;
        }
        let places = entry.relation.places(context);
        let is_superseded = |finding: &mut Diagnostic| {
            // An invalid example points to what fails and to the example, in either order.
            let mut spans = finding.labels.iter().take(2).map(|label| label.span);
            is_loser(finding) && spans.any(|span| entry.relation.holds(span, &winners, &places))
        };
        let superseded: Vec<Diagnostic> = diagnostics.extract_if(.., is_superseded).collect();
        if entry.leaves == Leaves::Help {
            let is_winner = |finding: &&mut Diagnostic| is_here(finding) && entry.winner.includes(finding, entry.loser);
            for finding in diagnostics.iter_mut().filter(is_winner) {
                inherit(finding, &superseded);
            }
        }
    }
}

/// Gives a finding the location, the help and the fix of the first of those that it supersedes at its own location.
fn inherit(finding: &mut Diagnostic, superseded: &[Diagnostic]) {
    let span = finding.span();
    let others = superseded.iter().filter(|other| are_nested(other.span(), span));
    if let Some(first) = others.min_by_key(|other| other.span()) {
        finding.labels[0].span = first.span();
        finding.help.clone_from(&first.help);
        finding.fix.clone_from(&first.fix);
    }
}

/// Removes the findings in a text that a comment cuts, if the rest of the text may be what they miss.
fn remove_commented(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if context.commented().is_empty() {
        return;
    }
    let losers = [&jinja_syntax::RULE, &invalid_link::RULE, &invalid_example::RULE, &ambiguous_scalar::RULE];
    diagnostics.retain(|finding| {
        let is_here = Arc::ptr_eq(finding.file(), context.file);
        let mut spans = finding.labels.iter().take(2).map(|label| label.span);
        let is_loser = is_here && losers.iter().any(|rule| rule.id == finding.rule);
        !is_loser || !spans.any(|span| context.is_commented(span))
    });
}

impl Winner {
    fn includes(&self, finding: &Diagnostic, loser: &Rule) -> bool {
        match self {
            Self::Error => {
                let others = [loser, &bidi_control::RULE, &secret_in_template::RULE];
                finding.severity == Severity::Error && others.iter().all(|other| other.id != finding.rule)
            }
            Self::Rules(rules) => rules.iter().any(|rule| rule.id == finding.rule),
        }
    }
}

impl Relation {
    /// Returns the groups of places of a template that the relation is about.
    fn places(&self, context: &Context<'_>) -> Vec<Vec<Span>> {
        match (self, &context.template) {
            (Self::Text, Some(template)) => vec![texts(template)],
            (Self::List, Some(template)) => lists(template),
            _ => Vec::new(),
        }
    }

    /// Returns whether a location relates in this way to one of the winners.
    fn holds(&self, span: Span, winners: &HashSet<Span>, places: &[Vec<Span>]) -> bool {
        match self {
            Self::Span => winners.contains(&span),
            Self::Nested => winners.iter().any(|&winner| are_nested(winner, span)),
            Self::Text => {
                let text = text_around(places.first().map(Vec::as_slice).unwrap_or_default(), span);
                winners.iter().any(|&winner| are_nested(winner, text))
            }
            Self::List => {
                places.iter().any(|list| list.contains(&span) && list.iter().any(|other| winners.contains(other)))
            }
        }
    }
}

/// Returns the locations of the texts and conditions with Jinja, in order.
fn texts(template: &Template) -> Vec<Span> {
    let mut texts: Vec<Span> = template.programs().iter().map(EmbeddedProgram::span).collect();
    texts.sort_unstable();
    texts
}

/// Returns the text that contains a location, or the location itself.
fn text_around(texts: &[Span], place: Span) -> Span {
    let before = texts.partition_point(|text| text.start <= place.start);
    let text = before.checked_sub(1).map(|index| texts[index]);
    text.filter(|text| place.end <= text.end).unwrap_or(place)
}

/// Returns the locations of the rows of each grid and of the buttons of each row.
fn lists(template: &Template) -> Vec<Vec<Span>> {
    let mut lists = Vec::new();
    for grid in &template.grids {
        lists.push(grid.rows.iter().map(|row| row.span).collect());
        lists.extend(grid.rows.iter().map(|row| row.buttons.iter().map(|button| button.span).collect()));
    }
    lists
}

fn are_nested(one: Span, other: Span) -> bool {
    one.contains(other) || other.contains(one)
}
