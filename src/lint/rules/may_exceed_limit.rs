//! More rows or buttons than a message can have, for some values.

use crate::analysis::counts::{Addend, Items, LimitOverflow};
use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::{MAX_BUTTONS, MAX_ROWS};
use crate::schema::List;

pub(in crate::lint) static RULE: Rule =
    Rule::context("may-exceed-limit", Severity::Warning, include_str!("may_exceed_limit.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for overflow in context.overflows().iter().filter(|overflow| !overflow.is_certain) {
        let (headline, limit) = match overflow.list {
            List::Rows => ("grid can have too many rows", MAX_ROWS),
            List::Buttons => ("row can have too many buttons", MAX_BUTTONS),
        };
        findings
            .at(overflow.fourth, headline)
            .label(format!("expected at most {limit}, but there can be {}", sum(overflow)))
            .help(bound(overflow, limit));
    }
}

/// Returns how many items there are: "4 (1 fixed + 3 from `days`)".
pub(in crate::lint) fn sum(overflow: &LimitOverflow) -> String {
    let singles = overflow.addends.iter().filter(|addend| addend.items.is_none());
    let (fixed, optional): (Vec<&Addend>, Vec<&Addend>) = singles.partition(|addend| addend.is_fixed);
    let sum = |addends: &[&Addend]| addends.iter().filter_map(|addend| addend.count).sum::<u64>();
    let mut addends = Vec::new();
    addends.extend(Some(sum(&fixed)).filter(|count| *count > 0).map(|count| format!("{count} fixed")));
    addends.extend(Some(sum(&optional)).filter(|count| *count > 0).map(|count| format!("up to {count} optional")));
    addends.extend(overflow.addends.iter().filter_map(|addend| repeated(addend, overflow.is_certain)));
    let at_least =
        if overflow.is_certain && overflow.addends.iter().any(|addend| !addend.is_fixed) { "at least " } else { "" };
    let total = overflow.count.map_or_else(|| "any number".to_owned(), |count| format!("{at_least}{count}"));
    format!("{total} ({})", addends.join(" + "))
}

fn repeated(addend: &Addend, is_certain: bool) -> Option<String> {
    let Items { text, iterations } = addend.items.as_ref()?;
    Some(match (addend.count, iterations.keyword) {
        (None, Some(keyword)) => format!("any number from `{text}`, which has no `{keyword}`"),
        (None, None) => format!("any number from `{text}`"),
        (Some(count), _) if addend.is_fixed => format!("{count} from `{text}`"),
        (Some(count), _) if is_certain => format!("at least {count} from `{text}`"),
        (Some(count), _) => format!("up to {count} from `{text}`"),
    })
}

/// Returns how to stay within the limit: the last `for` takes what the rest leaves.
pub(in crate::lint) fn bound(overflow: &LimitOverflow, limit: usize) -> String {
    let Some(last) = overflow.addends.iter().rposition(|addend| addend.items.is_some()) else {
        return "make conditions exclude each other: `when: x` and `when: not x`".to_owned();
    };
    let others = overflow.addends.iter().enumerate().filter(|(index, _)| *index != last);
    let others: Option<u64> = others.map(|(_, addend)| addend.count).sum();
    let remaining = others.map_or(1, |others| (limit as u64).saturating_sub(others));
    match overflow.addends[last].items.as_ref() {
        Some(_) if remaining == 0 => "remove it, or remove others".to_owned(),
        Some(Items { text, iterations }) => match iterations.keyword {
            Some("maxProperties") => format!("declare it with `maxProperties: {remaining}`"),
            // If there are certainly too many, `minItems` is above the limit too.
            Some(keyword) if !overflow.is_certain => {
                format!("declare it with `{keyword}: {remaining}`, or iterate over `{text}[:{remaining}]`")
            }
            _ if text.contains(['|', '+', '~']) => format!("iterate over `({text})[:{remaining}]`"),
            _ => format!("iterate over `{text}[:{remaining}]`"),
        },
        None => String::new(),
    }
}
