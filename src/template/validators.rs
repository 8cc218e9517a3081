//! The validators of declarations, compiled once for all templates that declare the same.

use std::sync::Arc;

use jsonschema::{Draft, ValidationError, Validator};

use crate::cache::Cache;

/// The most validators that are kept.
const MAX_VALIDATORS: usize = 1_000;

/// Validators by the JSON of their schemas. The templates of a project declare the same things again and again, and
/// compiling one `pattern` takes as long as checking a whole template.
#[derive(Debug)]
pub(crate) struct Validators(Cache<String, Arc<Validator>>);

impl Default for Validators {
    fn default() -> Self {
        Self(Cache::new(MAX_VALIDATORS))
    }
}

impl Validators {
    /// Returns the validator of a schema.
    ///
    /// # Errors
    /// If the schema is not valid, or refers to a schema outside of itself.
    pub(super) fn get(&self, schema: &serde_json::Value) -> Result<Arc<Validator>, ValidationError<'static>> {
        let text = schema.to_string();
        if let Some(validator) = self.0.get(&text) {
            return Ok(validator);
        }
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        let validator = Arc::new(options.build(schema)?);
        self.0.insert(text, Arc::clone(&validator));
        Ok(validator)
    }
}
