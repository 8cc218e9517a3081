//! `variables` and `profiles` of `kenarc.yaml`: values for the templates of a project.

use std::sync::Arc;

use crate::render::{Given, Profile, Values};
use crate::schema::Kind;
use crate::source::secrets::FoundSecret;
use crate::syntax::{Entry, Node, Value};

use super::project::ProjectReader;

impl ProjectReader<'_> {
    /// Reads `variables: {name: value, …}`.
    pub(super) fn values(&mut self, node: &Node<'_>, place: &str) -> Values {
        let mut values = Values::new();
        for Entry { key, value } in self.mapping(node, place) {
            self.refuse_secrets(value);
            values.set(Given {
                name: key.text.to_string(),
                file: Arc::clone(&self.file),
                key: key.span,
                node: value.clone().into_owned(),
            });
        }
        values
    }

    /// Reads `profiles: {name: {name: value, …}, …}`.
    pub(super) fn profiles(&mut self, node: &Node<'_>) -> Vec<Profile> {
        let mut profiles = Vec::new();
        for Entry { key, value } in self.mapping(node, "`profiles`") {
            let name = key.text.to_string();
            match &value.value {
                Value::Mapping(_) | Value::Null => {
                    let values = self.values(value, "profile");
                    profiles.push(Profile { name, values });
                }
                _ => {
                    let label = format!("expected a mapping of names to values, found {}", Kind::of(value));
                    let help = format!("write the values below it: `{name}: {{ app_url: … }}`");
                    self.report(value.span, format!("invalid profile `{name}`"), label, help);
                }
            }
        }
        profiles
    }

    /// Reports what looks like a token in a value.
    fn refuse_secrets(&mut self, value: &Node<'_>) {
        for FoundSecret { span, kind } in self.secrets.clone() {
            if value.span.contains(span) {
                self.report_secret(span, format!("looks like {}", kind.noun()));
            }
        }
    }
}
