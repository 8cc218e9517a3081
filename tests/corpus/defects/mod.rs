//! Kinds of defects, and where in a template each can be planted.

mod expressions;
mod plant;
mod rare;
mod select;
mod structure;
mod syntax;
mod texts;

use crate::choices::Choices;
use crate::generate::Sample;

pub(crate) use plant::Planted;

/// A kind of defect.
pub(crate) struct Defect {
    /// The rule that must find it.
    pub(crate) rule: &'static str,
    pub(crate) name: &'static str,
    /// Plants it, where the template has a place for it.
    pub(crate) plant: fn(&Sample, &mut Choices) -> Option<Planted>,
}

const fn defect(rule: &'static str, name: &'static str, plant: fn(&Sample, &mut Choices) -> Option<Planted>) -> Defect {
    Defect { rule, name, plant }
}

/// Returns all kinds of defects.
pub(crate) fn all() -> Vec<&'static Defect> {
    common().into_iter().chain(rare()).collect()
}

/// Returns the kinds of defects of which a template has one.
pub(crate) fn common() -> Vec<&'static Defect> {
    [structure::DEFECTS, texts::DEFECTS, expressions::DEFECTS, syntax::DEFECTS].into_iter().flatten().collect()
}

/// Returns the kinds of defects that few templates can have. They do not take the place of others.
pub(crate) fn rare() -> &'static [Defect] {
    rare::DEFECTS
}

/// Returns a word with its last two letters in the wrong order.
fn swapped(word: &str) -> String {
    let (rest, last) = word.split_at(word.len() - 2);
    rest.chars().chain(last.chars().rev()).collect()
}
