//! The corpus: valid templates, each made from its number alone.

use super::choices::Choices;
use super::compose::{Composed, compose};
use super::tree::{Mark, Part, Role};
use super::variables::{Kind, Variable};
use super::write::write;

/// How many templates the corpus has.
pub(crate) const COUNT: u64 = 2_000;

/// A valid template, and where everything in it stands.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) root: Part,
    pub(crate) variables: Vec<Variable>,
    pub(crate) is_json: bool,
}

/// Returns the template of a number: the same on every machine.
pub(crate) fn sample(number: u64) -> Sample {
    let mut choices = Choices::from_seed(number);
    let is_json = choices.chance(15);
    let Composed { mut root, variables } = compose(is_json, &mut choices);
    let text = write(&mut root, is_json, &mut choices);
    let name = format!("{number:04}.{}", if is_json { "json" } else { "yaml" });
    Sample { number, name, text, root, variables, is_json }
}

impl Sample {
    /// Returns all parts with a role, in the order of the text.
    pub(crate) fn parts(&self, role: Role) -> Vec<&Part> {
        self.root.all().into_iter().filter(|part| part.role == role).collect()
    }

    /// Returns how often a variable is used in a part.
    pub(crate) fn uses(part: &Part, name: &str) -> usize {
        let pieces = part.all().into_iter().flat_map(Part::pieces);
        pieces.filter(|piece| matches!(piece.mark, Mark::Use(used) if used == name)).count()
    }

    pub(crate) fn is_declared(&self) -> bool {
        self.root.has("variables")
    }

    /// Returns the declared variables of these kinds.
    pub(crate) fn declared(&self, kinds: &[Kind]) -> Vec<Variable> {
        let known = self.variables.iter().filter(|variable| self.is_declared() && kinds.contains(&variable.kind));
        known.copied().collect()
    }
}
