//! How many rows and buttons there can be.
//!
//! For each grid and each row the least and the greatest number over all variables, from the lengths that the declarations
//! allow, and from conditions that exclude or imply each other. Nothing is said of a `for` over what nothing is declared of.

mod guard;

use crate::analysis::types::{Iterations, Length, Types};
use crate::message::{MAX_BUTTONS, MAX_ROWS};
use crate::schema::List;
use crate::source::Span;
use crate::template::{Condition, Grid, Repeat, Row, Template};

use guard::{Guard, Subjects, World};

/// A list that has, or can have, more rows or buttons than a message may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitOverflow {
    /// Rows of a grid, or buttons of a row.
    pub list: List,
    /// Whether there are too many whatever the variables are.
    pub is_certain: bool,
    /// How many there are: at the least where it is certain, at the most where it is not. Nothing where there is no bound.
    pub count: Option<u64>,
    /// What they add up from, in the order of the text.
    pub addends: Vec<Addend>,
    /// The row or the button that is, or can be, the fourth.
    pub fourth: Span,
}

/// What a row or a button of the template adds to the count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addend {
    /// How many; nothing where there is no bound.
    pub count: Option<u64>,
    /// Whether that many are always there.
    pub is_fixed: bool,
    /// What it goes through, where it is repeated.
    pub items: Option<Items>,
}

/// What a `for` goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items {
    /// The author's expression.
    pub text: String,
    /// What is known of it.
    pub iterations: Iterations,
}

/// Every list of a template that has or can have too many items.
#[must_use]
pub fn overflows(template: &Template, types: &Types) -> Vec<LimitOverflow> {
    let mut found = Vec::new();
    for grid in template.grids() {
        found.extend(rows(template, grid, types));
        found.extend(grid.rows.iter().filter_map(|row| buttons(template, grid, row, types)));
    }
    found
}

/// A row or a button.
struct Part {
    span: Span,
    guard: Guard,
    /// How many there are where the guard holds.
    length: Length,
    items: Option<Items>,
}

fn rows(template: &Template, grid: &Grid, types: &Types) -> Option<LimitOverflow> {
    if grid.rows.iter().filter(|row| is_certain(row)).count() > MAX_ROWS {
        // The structure's own finding.
        return None;
    }
    let mut subjects = Subjects::of(template.variables.as_ref(), grid);
    let base = subjects.guard(grid.when.as_ref(), &[]);
    let parts = grid.rows.iter().filter_map(|row| {
        let own = own_names(&[row.repeat.as_ref()]);
        let mut part = part(row.span, row.repeat.as_ref(), row.when.as_ref(), types, &mut subjects, &own)?;
        part.guard = Guard::All(vec![part.guard, filled(row, types, &mut subjects)]);
        Some(part)
    });
    let parts: Vec<Part> = parts.collect();
    overflow(List::Rows, MAX_ROWS as u64, &base, &parts, &subjects)
}

/// As `$defs/certain_row` of the schema.
fn is_certain(row: &Row) -> bool {
    let has_button = row.buttons.iter().any(|button| button.repeat.is_none() && button.when.is_none());
    row.repeat.is_none() && row.when.is_none() && has_button
}

/// A row without buttons is dropped.
fn filled(row: &Row, types: &Types, subjects: &mut Subjects<'_>) -> Guard {
    let buttons = row.buttons.iter().map(|button| {
        let own = own_names(&[row.repeat.as_ref(), button.repeat.as_ref()]);
        let guard = subjects.guard(button.when.as_ref(), &own);
        match &button.repeat {
            Some(repeat) if types.iterations(repeat).is_none_or(|iterations| iterations.length.least == 0) => {
                Guard::All(vec![guard, Guard::Open])
            }
            _ => guard,
        }
    });
    Guard::Any(buttons.collect())
}

fn buttons(template: &Template, grid: &Grid, row: &Row, types: &Types) -> Option<LimitOverflow> {
    if row.buttons.iter().filter(|button| button.repeat.is_none() && button.when.is_none()).count() > MAX_BUTTONS {
        return None;
    }
    let mut subjects = Subjects::of(template.variables.as_ref(), grid);
    let base = [
        subjects.guard(grid.when.as_ref(), &own_names(&[row.repeat.as_ref()])),
        subjects.guard(row.when.as_ref(), &[]),
    ];
    let parts = row.buttons.iter().filter_map(|button| {
        let own = own_names(&[button.repeat.as_ref()]);
        part(button.span, button.repeat.as_ref(), button.when.as_ref(), types, &mut subjects, &own)
    });
    let parts: Vec<Part> = parts.collect();
    overflow(List::Buttons, MAX_BUTTONS as u64, &Guard::All(base.into()), &parts, &subjects)
}

/// The names that mean another thing in each round.
fn own_names<'t>(repeats: &[Option<&'t Repeat>]) -> Vec<&'t str> {
    repeats.iter().flatten().flat_map(|repeat| [repeat.name.as_str(), "loop"]).collect()
}

/// What a row or button adds; nothing where nothing is known of what it is repeated for.
fn part(
    span: Span,
    repeat: Option<&Repeat>,
    when: Option<&Condition>,
    types: &Types,
    subjects: &mut Subjects<'_>,
    own: &[&str],
) -> Option<Part> {
    let guard = subjects.guard(when, own);
    let Some(repeat) = repeat else {
        return Some(Part { span, guard, length: Length::exactly(1), items: None });
    };
    let iterations = types.iterations(repeat)?;
    let most = [iterations.length.most, when.and_then(guard::iterations)].into_iter().flatten().min();
    let text = repeat.items.program.as_ref().map(|program| program.source().trim().to_owned()).unwrap_or_default();
    Some(Part { span, guard, length: Length { most, ..iterations.length }, items: Some(Items { text, iterations }) })
}

fn overflow(list: List, limit: u64, base: &Guard, parts: &[Part], subjects: &Subjects<'_>) -> Option<LimitOverflow> {
    let alone = parts.iter().map(|part| part.length.most);
    if alone.sum::<Option<u64>>().is_some_and(|sum| sum <= limit) {
        return None;
    }
    let worlds: Vec<World> = subjects.worlds().into_iter().filter(|world| base.holds(world) != Some(false)).collect();
    let least = |world: &World| Sum::of(parts, world, |length| Some(length.least), |holds| holds == Some(true));
    let greatest = |world: &World| Sum::of(parts, world, |length| length.most, |holds| holds != Some(false));
    let fewest = worlds.iter().map(least).min_by_key(Sum::order)?;
    if let Some(fourth) = fewest.beyond(limit) {
        return Some(fewest.overflow(list, true, fourth));
    }
    if subjects.is_broken {
        return None;
    }
    // The first of the greatest, so that a finding does not depend on how worlds are counted.
    let most = worlds.iter().map(greatest).rev().max_by_key(Sum::order)?;
    let fourth = most.beyond(limit)?;
    Some(most.overflow(list, false, fourth))
}

/// What there is in one world.
struct Sum {
    addends: Vec<(Span, Addend)>,
}

impl Sum {
    fn of(
        parts: &[Part],
        world: &World,
        count: impl Fn(Length) -> Option<u64>,
        counts: impl Fn(Option<bool>) -> bool,
    ) -> Self {
        let addend = |part: &Part| {
            let holds = part.guard.holds(world);
            let is_fixed = part.guard.is_always() && part.length.most == Some(part.length.least);
            let addend = Addend { count: count(part.length), is_fixed, items: part.items.clone() };
            (counts(holds) && addend.count != Some(0)).then_some((part.span, addend))
        };
        Self { addends: parts.iter().filter_map(addend).collect() }
    }

    fn total(&self) -> Option<u64> {
        self.addends.iter().map(|(_, addend)| addend.count).sum()
    }

    /// A sum without bound is the greatest.
    fn order(&self) -> u64 {
        self.total().unwrap_or(u64::MAX)
    }

    /// The part that goes beyond a limit.
    fn beyond(&self, limit: u64) -> Option<Span> {
        let mut sum = Some(0);
        let mut goes_beyond = |addend: &Addend| {
            sum = sum.zip(addend.count).map(|(sum, count)| sum + count);
            sum.is_none_or(|sum| sum > limit)
        };
        self.addends.iter().find(|(_, addend)| goes_beyond(addend)).map(|(span, _)| *span)
    }

    fn overflow(self, list: List, is_certain: bool, fourth: Span) -> LimitOverflow {
        let count = self.total();
        let addends = self.addends.into_iter().map(|(_, addend)| addend).collect();
        LimitOverflow { list, is_certain, count, addends, fourth }
    }
}
