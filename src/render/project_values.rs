//! The values that a project gives to all of its templates: `variables` and `profiles` of `kenarc.yaml`.

use crate::template::Template;

use super::resolve::{self, ValueError};
use super::values::{Given, Values};

/// The values of a project. Each applies to the templates that declare its variable, and to those that use it without
/// declaring anything.
#[derive(Clone, Debug, Default)]
pub struct ProjectValues {
    common: Values,
    profiles: Vec<Profile>,
    chosen: Option<usize>,
}

/// Values that override those of the project if the profile is chosen.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// The values.
    pub values: Values,
}

impl ProjectValues {
    /// Creates the values of a project in which no profile is chosen.
    #[must_use]
    pub fn new(common: Values, profiles: Vec<Profile>) -> Self {
        Self { common, profiles, chosen: None }
    }

    /// Returns the names of the profiles, in the author's order.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        self.profiles.iter().map(|profile| profile.name.as_str())
    }

    /// Chooses a profile. Returns whether there is one with this name.
    #[must_use]
    pub fn choose(&mut self, name: &str) -> bool {
        self.chosen = self.profiles.iter().position(|profile| profile.name == name);
        self.chosen.is_some()
    }

    /// Returns the values for a template: those of the chosen profile, and the others of the project.
    #[must_use]
    pub fn for_template(&self, template: &Template) -> Values {
        let chosen = self.chosen.and_then(|chosen| self.profiles.get(chosen));
        let all = self.common.iter().chain(chosen.iter().flat_map(|profile| profile.values.iter()));
        let mut values = Values::new();
        all.filter(|given| has(template, given)).for_each(|given| values.set(given.clone()));
        values
    }

    /// Returns the names of the values that apply to a template.
    #[must_use]
    pub fn names_in(&self, template: &Template) -> Vec<&str> {
        self.all().filter(|given| has(template, given)).map(|given| &*given.name).collect()
    }

    /// Returns what is wrong with the values for a template, in the project and in each profile.
    pub(crate) fn mismatches<'a>(&'a self, template: &'a Template) -> impl Iterator<Item = ValueError> + 'a {
        let declared = |given: &'a Given| Some((template.variables.as_ref()?.get(&given.name)?, given));
        self.all().filter_map(declared).flat_map(|(variable, given)| resolve::mismatches(variable, given))
    }

    /// Returns the values of the project and of all its profiles.
    pub fn all(&self) -> impl Iterator<Item = &Given> {
        self.common.iter().chain(self.profiles.iter().flat_map(|profile| profile.values.iter()))
    }
}

/// Returns whether a template has the variable of a value.
fn has(template: &Template, given: &Given) -> bool {
    match &template.variables {
        Some(variables) => variables.get(&given.name).is_some(),
        None => template.programs().iter().any(|program| program.free_names().any(|used| used.name == given.name)),
    }
}
