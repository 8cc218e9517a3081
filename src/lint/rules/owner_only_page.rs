//! The management page of a post, offered to both sides.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::{ActionKind, Side};
use crate::schema::ListItem;
use crate::template::{ActionTemplate, ButtonTemplate, GridTemplate, Payload};

pub(in crate::lint) static RULE: Rule =
    Rule::context("owner-only-page", Severity::Warning, include_str!("owner_only_page.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    let (Some(sender), Some(receiver)) = (template.grid(Side::Sender), template.grid(Side::Receiver)) else { return };
    let of_sender: Vec<&ActionTemplate> = certain_buttons(sender).filter_map(management).collect();
    for action in certain_buttons(receiver).filter_map(management) {
        let Some(other) = of_sender.iter().find(|other| token(other) == token(action)) else { continue };
        let finding = findings
            .at(action.key, "management page for both sides")
            .label("only the owner of the post can open this page")
            .help("remove the button of the side that does not own the post, or show it with `when`");
        // An alias puts the same button into both grids.
        if other.key != action.key {
            finding.also(other.key, "the other side has it here");
        }
    }
}

/// Returns the buttons that are in every message.
fn certain_buttons(grid: &GridTemplate) -> impl Iterator<Item = &ButtonTemplate> {
    let rows = grid.rows.iter().filter(|row| grid.when.is_none() && row.is_unconditional());
    rows.flat_map(|row| &row.buttons).filter(|button| button.is_unconditional())
}

/// Returns the action of a button that opens a management page.
fn management(button: &ButtonTemplate) -> Option<&ActionTemplate> {
    button.actions.iter().find(|action| action.kind == ActionKind::OpenPostManagePage)
}

/// Returns the token of the post as it is written. Two expressions that are written alike have the same value.
fn token(action: &ActionTemplate) -> Option<&str> {
    match &action.payload {
        Some(Payload::PostToken(token)) => Some(token.source.trim()),
        _ => None,
    }
}
