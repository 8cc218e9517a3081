//! Buttons in the place of a row or of a grid, and rows in the place of a grid: `- icon: …` where `- - icon: …`
//! belongs.
//!
//! Each of them lacks the list around it. That is one mistake of the grid, and a fix adds the lists.

use std::collections::HashSet;

use crate::message::{ActionKind, Side};
use crate::schema::{Violation, ViolationKind};
use crate::source::{SourceFile, Span};
use crate::syntax::{Mapping, Node};

use super::{Applicability, Context, Edit, Findings, Fix};

/// The grids of a template that have buttons in the place of rows.
pub(super) struct MisplacedButtons {
    grids: Vec<Misplaced>,
    /// All buttons that are reported.
    explained: HashSet<Span>,
}

/// Buttons of a grid that lack lists around them.
struct Misplaced {
    /// In order, at least one.
    buttons: Vec<Span>,
    /// The number of lists that each lacks.
    missing: usize,
    /// The key of the long form that is missing.
    key: &'static str,
}

impl MisplacedButtons {
    /// Returns the misplaced buttons of a template. A request has no short forms that could be meant.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut found = Self { grids: Vec::new(), explained: HashSet::new() };
        let Some(root) = context.document.and_then(|document| document.root.as_mapping()) else { return found };
        let incomplete = context.violations.iter().filter(|violation| is_about_list(violation));
        let incomplete: HashSet<Span> = incomplete.map(|violation| violation.span).collect();
        if context.is_request() || incomplete.is_empty() {
            return found;
        }
        for entry in Side::ALL.iter().filter_map(|side| root.get(side.field())) {
            let is_misplaced =
                |node: &&Node<'_>| incomplete.contains(&node.span) && node.as_mapping().is_some_and(is_button);
            let grid = &entry.value;
            let rows = grid.as_mapping().and_then(|grid| grid.get("rows")).map_or(grid, |rows| &rows.value);
            let rows = rows.as_sequence().unwrap_or_default();
            // The lists belong around a reference, and not around the part that it stands for.
            let mut before = entry.key.span.end;
            let mut place = |node: &Node<'_>| {
                let is_next = |site: &Span| before <= site.start;
                let place = context.file.references_to_whole(node.span).find(is_next).unwrap_or(node.span);
                before = place.end;
                place
            };
            let misplaced = rows.iter().filter(is_misplaced);
            found.explained.extend(misplaced.clone().map(|row| row.span));
            let buttons: Vec<Span> = misplaced.map(&mut place).collect();
            let is_row = |mapping: &Mapping<'_>| mapping.get("buttons").is_some();
            if is_misplaced(&grid) || incomplete.contains(&grid.span) && grid.as_mapping().is_some_and(is_row) {
                found.explained.insert(grid.span);
            }
            if incomplete.contains(&grid.span) && grid.as_mapping().is_some_and(is_row) {
                found.grids.push(Misplaced { buttons: vec![place(grid)], missing: 1, key: "rows" });
            } else if is_misplaced(&grid) {
                found.grids.push(Misplaced { buttons: vec![place(grid)], missing: 2, key: "rows" });
            } else if !buttons.is_empty() {
                found.grids.push(Misplaced { buttons, missing: 1, key: "buttons" });
            }
        }
        found
    }

    /// Reports each grid in one finding.
    pub(super) fn report(&self, context: &Context<'_>, findings: &mut Findings<'_>) {
        for Misplaced { buttons, missing, key } in &self.grids {
            let [first, others @ ..] = buttons.as_slice() else { continue };
            let is_flow = context.file.slice(*first).starts_with('{');
            let (label, help) = match (*key, missing, is_flow) {
                ("buttons", _, false) => ("a row is a list of buttons", "put each row in a list: `- - icon: …`"),
                ("buttons", ..) => ("a row is a list of buttons", "put each row in a list: `[{ … }]`"),
                (_, 1, false) => ("a grid is a list of rows", "put the row in a list: `- buttons: …`"),
                (_, 1, true) => ("a grid is a list of rows", "put the row in a list: `[{ … }]`"),
                (.., false) => (
                    "a grid is a list of rows, and a row a list of buttons",
                    "put the button in a list of rows: `- - icon: …`",
                ),
                (.., true) => (
                    "a grid is a list of rows, and a row a list of buttons",
                    "put the button in a list of rows: `[[{ … }]]`",
                ),
            };
            let mut finding = findings.at(context.first_line(*first), format!("missing field `{key}`")).label(label);
            for other in others {
                finding = finding.also(context.first_line(*other), "");
            }
            let finding = finding.help(help);
            let edits: Option<Vec<Vec<Edit>>> =
                buttons.iter().map(|button| listed(context.file, *button, *missing)).collect();
            let Some(edits) = edits else { continue };
            // Several buttons can be meant to be one row.
            let (applicability, title) = match others {
                [] => (Applicability::Safe, "put it in a list"),
                _ => (Applicability::Unsafe, "make a row of each button"),
            };
            finding.fix(Fix::new(applicability, title, edits.concat()));
        }
    }

    /// Returns whether a violation is about a button that is reported.
    pub(super) fn explain(&self, violation: &Violation) -> bool {
        is_about_list(violation) && self.explained.contains(&violation.span)
    }
}

/// Returns whether a grid lacks its rows, or a row its buttons.
fn is_about_list(violation: &Violation) -> bool {
    matches!(violation.kind, ViolationKind::MissingField { key: "buttons" | "rows", .. })
}

/// Returns whether a mapping has the keys of a button.
fn is_button(mapping: &Mapping<'_>) -> bool {
    const KEYS: [&str; 4] = ["icon", "icon_name", "caption", "action"];
    let is_key = |key: &str| KEYS.contains(&key) || ActionKind::from_name(key).is_some();
    mapping.entries.iter().any(|entry| is_key(&entry.key.text)) && mapping.get("buttons").is_none()
}

/// Returns the edits that put a mapping in lists. `None` if a line of it is not indented with spaces.
fn listed(file: &SourceFile, mapping: Span, lists: usize) -> Option<Vec<Edit>> {
    let text = file.slice(mapping);
    if text.starts_with('{') {
        let edit = |at, bracket: &str| Edit::replace(Span::at(at), bracket.repeat(lists));
        return Some(vec![edit(mapping.start, "["), edit(mapping.end, "]")]);
    }
    let mut edits = vec![Edit::replace(Span::at(mapping.start), "- ".repeat(lists))];
    let mut at = mapping.start;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if index > 0 && !line.trim().is_empty() {
            line.starts_with(' ').then_some(())?;
            edits.push(Edit::replace(Span::at(at), "  ".repeat(lists)));
        }
        at += line.len();
    }
    Some(edits)
}
