//! How many rows and buttons a message can have.
//!
//! For each grid and each row the smallest and the largest number over all values, from the lengths that the
//! declarations allow, and from conditions that exclude or imply each other. A `for` over undeclared values is not
//! reported.

mod guard;

use crate::analysis::types::{Iterations, Length, Types};
use crate::message::{MAX_BUTTONS, MAX_ROWS};
use crate::schema::{List, ListItem, Row};
use crate::source::Span;
use crate::template::{Condition, GridTemplate, Repeat, RowTemplate, Template};

use guard::{Guard, Names, Subjects, World};

/// A list that has, or can have, more rows or buttons than the API allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitOverflow {
    /// Rows of a grid, or buttons of a row.
    pub list: List,
    /// Whether there are too many whatever the values are.
    pub is_certain: bool,
    /// How many there are: at least if it is certain, at most if it is not. `None` if there is no bound.
    pub count: Option<u64>,
    /// What they add up from, in the order of the text.
    pub addends: Vec<Addend>,
    /// The row or the button that is, or can be, the fourth.
    pub fourth: Span,
}

/// What a row or a button of the template adds to the count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addend {
    /// How many; `None` if there is no bound.
    pub count: Option<u64>,
    /// Whether it is always that many.
    pub is_fixed: bool,
    /// What it is repeated for.
    pub items: Option<Items>,
}

/// What a `for` iterates over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items {
    /// The author's expression.
    pub text: String,
    /// What is known of the iterations.
    pub iterations: Iterations,
}

/// Finds every list of a template that has, or can have, too many items.
#[must_use]
pub fn overflows(template: &Template, types: &Types) -> Vec<LimitOverflow> {
    let mut found = Vec::new();
    for grid in &template.grids {
        let names = Names::of(template.variables.as_ref(), grid);
        found.extend(rows(grid, types, &names));
        found.extend(grid.rows.iter().filter_map(|row| buttons(grid, row, types, &names)));
    }
    found
}

/// A row or a button of the template.
struct ListEntry {
    location: Span,
    guard: Guard,
    /// How many there are if the guard holds.
    length: Length,
    items: Option<Items>,
}

fn rows(grid: &GridTemplate, types: &Types, names: &Names<'_>) -> Option<LimitOverflow> {
    if grid.rows.iter().filter(|row| row.is_certain()).count() > MAX_ROWS {
        // The schema reports that.
        return None;
    }
    let mut subjects = Subjects::new(names);
    let base = subjects.guard(grid.when.as_ref(), &[]);
    let entries = grid.rows.iter().filter_map(|row| {
        let own = own_names(&[row.repeat.as_ref()]);
        let mut entry = entry(row.span, row.repeat.as_ref(), row.when.as_ref(), types, &mut subjects, &own)?;
        entry.guard = Guard::All(vec![entry.guard, filled(row, types, &mut subjects)]);
        Some(entry)
    });
    let entries: Vec<ListEntry> = entries.collect();
    overflow(List::Rows, MAX_ROWS as u64, &base, &entries, &subjects)
}

/// Returns the guard that a row has a button: a row without buttons is dropped.
fn filled(row: &RowTemplate, types: &Types, subjects: &mut Subjects<'_>) -> Guard {
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

fn buttons(grid: &GridTemplate, row: &RowTemplate, types: &Types, names: &Names<'_>) -> Option<LimitOverflow> {
    if row.buttons.iter().filter(|button| button.is_unconditional()).count() > MAX_BUTTONS {
        return None;
    }
    let mut subjects = Subjects::new(names);
    let base = [
        subjects.guard(grid.when.as_ref(), &own_names(&[row.repeat.as_ref()])),
        subjects.guard(row.when.as_ref(), &[]),
    ];
    let entries = row.buttons.iter().filter_map(|button| {
        let own = own_names(&[button.repeat.as_ref()]);
        entry(button.span, button.repeat.as_ref(), button.when.as_ref(), types, &mut subjects, &own)
    });
    let entries: Vec<ListEntry> = entries.collect();
    overflow(List::Buttons, MAX_BUTTONS as u64, &Guard::All(base.into()), &entries, &subjects)
}

/// Returns the names that mean something else in each iteration.
fn own_names<'t>(repeats: &[Option<&'t Repeat>]) -> Vec<&'t str> {
    repeats.iter().flatten().flat_map(|repeat| [repeat.name.as_str(), "loop"]).collect()
}

/// Returns what a row or button adds; `None` if nothing is known of the items that it is repeated for.
fn entry(
    location: Span,
    repeat: Option<&Repeat>,
    when: Option<&Condition>,
    types: &Types,
    subjects: &mut Subjects<'_>,
    own: &[&str],
) -> Option<ListEntry> {
    let guard = subjects.guard(when, own);
    let Some(repeat) = repeat else {
        return Some(ListEntry { location, guard, length: Length::exactly(1), items: None });
    };
    let iterations = types.iterations(repeat)?;
    let most = [iterations.length.most, when.and_then(guard::max_iterations)].into_iter().flatten().min();
    let text = repeat.items.program.as_ref().map(|program| program.source().trim().to_owned()).unwrap_or_default();
    Some(ListEntry {
        location,
        guard,
        length: Length { most, ..iterations.length },
        items: Some(Items { text, iterations }),
    })
}

fn overflow(
    list: List,
    limit: u64,
    base: &Guard,
    entries: &[ListEntry],
    subjects: &Subjects<'_>,
) -> Option<LimitOverflow> {
    let alone = entries.iter().map(|entry| entry.length.most);
    if alone.sum::<Option<u64>>().is_some_and(|sum| sum <= limit) {
        return None;
    }
    let worlds: Vec<World> = subjects.worlds().into_iter().filter(|world| base.holds(world) != Some(false)).collect();
    let least = |world: &World| Sum::of(entries, world, |length| Some(length.least), |holds| holds == Some(true));
    let greatest = |world: &World| Sum::of(entries, world, |length| length.most, |holds| holds != Some(false));
    let fewest = worlds.iter().map(least).min_by_key(Sum::order)?;
    if let Some(fourth) = fewest.beyond(limit) {
        let (count, addends) = fewest.into_parts();
        return Some(LimitOverflow { list, is_certain: true, count, addends, fourth });
    }
    if subjects.is_broken {
        return None;
    }
    // The first of the largest, so that the result does not depend on the order of worlds.
    let most = worlds.iter().map(greatest).rev().max_by_key(Sum::order)?;
    let fourth = most.beyond(limit)?;
    let (count, addends) = most.into_parts();
    Some(LimitOverflow { list, is_certain: false, count, addends, fourth })
}

/// The rows or buttons of one world.
struct Sum {
    addends: Vec<(Span, Addend)>,
}

impl Sum {
    fn of(
        entries: &[ListEntry],
        world: &World,
        count: impl Fn(Length) -> Option<u64>,
        counts: impl Fn(Option<bool>) -> bool,
    ) -> Self {
        let addend = |entry: &ListEntry| {
            let holds = entry.guard.holds(world);
            let is_fixed = entry.guard.is_always() && entry.length.most == Some(entry.length.least);
            let addend = Addend { count: count(entry.length), is_fixed, items: entry.items.clone() };
            (counts(holds) && addend.count != Some(0)).then_some((entry.location, addend))
        };
        Self { addends: entries.iter().filter_map(addend).collect() }
    }

    fn total(&self) -> Option<u64> {
        self.addends.iter().map(|(_, addend)| addend.count).sum()
    }

    /// Returns the key by which sums are compared: one without a bound is the largest.
    fn order(&self) -> u64 {
        self.total().unwrap_or(u64::MAX)
    }

    /// Returns the row or button that exceeds a limit.
    fn beyond(&self, limit: u64) -> Option<Span> {
        let mut sum = Some(0);
        let mut goes_beyond = |addend: &Addend| {
            sum = sum.zip(addend.count).map(|(sum, count)| sum + count);
            sum.is_none_or(|sum| sum > limit)
        };
        self.addends.iter().find(|(_, addend)| goes_beyond(addend)).map(|(location, _)| *location)
    }

    /// Returns the total and what it adds up from.
    fn into_parts(self) -> (Option<u64>, Vec<Addend>) {
        (self.total(), self.addends.into_iter().map(|(_, addend)| addend).collect())
    }
}
