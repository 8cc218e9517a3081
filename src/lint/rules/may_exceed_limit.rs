//! More rows or buttons than a message may have, for some values.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::{MAX_BUTTONS, MAX_ROWS};
use crate::analysis::counts::{Addend, LimitOverflow, Items};
use crate::schema::List;

pub(in crate::lint) static RULE: Rule =
    Rule::context("may-exceed-limit", Severity::Warning, include_str!("may_exceed_limit.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for overflow in context.overflows().iter().filter(|overflow| !overflow.is_certain) {
        let (what, whole, limit) = match overflow.list {
            List::Rows => ("row", "grid", MAX_ROWS),
            List::Buttons => ("button", "row", MAX_BUTTONS),
        };
        findings
            .at(overflow.fourth, format!("a {whole} has at most {limit} {what}s, and this one can have {}", sum(overflow)))
            .says(format!("a fourth {what} can come from here"))
            .help(bound(overflow, limit));
    }
}

/// "4: 1 fixed + 3 from `days`"
pub(in crate::lint) fn sum(overflow: &LimitOverflow) -> String {
    let singles = |is_fixed: bool| {
        let counted = overflow.addends.iter().filter(|addend| addend.items.is_none() && addend.is_fixed == is_fixed);
        counted.filter_map(|addend| addend.count).sum::<u64>()
    };
    let mut addends = Vec::new();
    addends.extend(Some(singles(true)).filter(|count| *count > 0).map(|count| format!("{count} fixed")));
    addends.extend(Some(singles(false)).filter(|count| *count > 0).map(|count| format!("up to {count} optional")));
    addends.extend(overflow.addends.iter().filter_map(|addend| repeated(addend, overflow.is_certain)));
    let at_least =
        if overflow.is_certain && overflow.addends.iter().any(|addend| !addend.is_fixed) { "at least " } else { "" };
    let total = overflow.count.map_or_else(|| "any number".to_owned(), |count| format!("{at_least}{count}"));
    format!("{total}: {}", addends.join(" + "))
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

/// How to keep within the limit: the last `for` takes what the rest leaves.
pub(in crate::lint) fn bound(overflow: &LimitOverflow, limit: usize) -> String {
    let Some(last) = overflow.addends.iter().rposition(|addend| addend.items.is_some()) else {
        return "conditions that exclude each other do not add up: `when: x` and `when: not x`".to_owned();
    };
    let others = overflow.addends.iter().enumerate().filter(|(index, _)| *index != last);
    let others: Option<u64> = others.map(|(_, addend)| addend.count).sum();
    let room = others.map_or(1, |others| (limit as u64).saturating_sub(others));
    match overflow.addends[last].items.as_ref() {
        Some(_) if room == 0 => "leave room for it, or leave it out".to_owned(),
        Some(Items { text, iterations }) => match iterations.keyword {
            Some("maxProperties") => format!("bound it where it is declared: `maxProperties: {room}`"),
            Some(keyword) => format!("bound it where it is declared, `{keyword}: {room}`, or here: `{text}[:{room}]`"),
            None if text.contains(['|', '+', '~']) => format!("take only the first ones: `({text})[:{room}]`"),
            None => format!("take only the first ones: `{text}[:{room}]`"),
        },
        None => String::new(),
    }
}
