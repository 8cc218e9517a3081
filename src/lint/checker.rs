//! Checks templates with all rules.

use std::mem;
use std::sync::Arc;

use crate::analysis::links::Patterns;
use crate::references::{Library, Resolved, is_library, resolve};
use crate::source::{SourceFile, Span};
use crate::syntax::{Entry, Node, Value, parse_file};
use crate::template::{Template, Validators, sent_text};

use super::explain::syntax;
use super::library;
use super::literals::{Literal, literals};
use super::origin::locate;
use super::project_values::{invalid_values, texts_of_values};
use super::rule::Check;
use super::rules::{
    duplicate_key, invalid_example, invalid_reference, json_syntax, unquoted_expression, wrong_type, yaml_syntax,
};
use super::supersede::remove_superseded;
use super::suppression::Suppressions;
use super::violations::report_violations;
use super::{Config, Context, Diagnostic, Error, Findings, Part, RULES, Rule, Severity, TextContext, redact};

/// A template and everything there is to say of it.
#[derive(Debug)]
pub struct Checked {
    /// The file, with the text of the files that it refers to.
    pub file: Arc<SourceFile>,
    /// The template as far as it could be read; `None` for a library.
    pub template: Option<Template>,
    /// The parts of a library, in the order of the text; none for a template.
    pub parts: Vec<Part>,
    /// The findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// Returns whether any finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Checks and compiles templates with one configuration.
///
/// A checker keeps what it compiles from declarations (JSON Schemas and patterns), because the templates of a project
/// declare the same things again and again. These caches are bounded; what has not been used for the longest time is
/// dropped first. Use one checker for as long as its configuration stays the same, from several threads if need be.
///
/// ```
/// use kenarc::{Checker, Config, Level, SourceFile, lint};
///
/// let mut config = Config::default();
/// if let Some(rule) = lint::find("unknown-field") {
///     config.set_level(rule, Level::Warning);
/// }
/// let checker = Checker::new(config);
/// let checked = checker.check(&SourceFile::new("order.yaml", "message: سلام\ncolour: red\n"));
/// assert_eq!(checked.diagnostics[0].rule, "unknown-field");
/// assert!(!checked.has_errors());
/// ```
#[derive(Debug, Default)]
pub struct Checker {
    config: Config,
    validators: Arc<Validators>,
    patterns: Patterns,
    library: Library,
}

impl Checker {
    /// Creates a checker with empty caches.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let library = Library::new(config.files.clone());
        Self { config, library, ..Self::default() }
    }

    /// Returns the configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Checks a template with all rules, and the values that the project gives to it.
    #[must_use]
    pub fn check(&self, file: &Arc<SourceFile>) -> Checked {
        let resolved = self.resolve(file);
        let is_library = is_library(file.name());
        let (context, mut diagnostics) =
            if is_library { library::find_all(&resolved, self) } else { self.find_all(&resolved) };
        self.ignore(&context, &mut diagnostics);
        diagnostics.extend(errors_of_parts(&resolved));
        if let Some(template) = &context.template {
            diagnostics.append(&mut invalid_values(&self.config, template));
            diagnostics.append(&mut texts_of_values(&self.config, template));
        }
        sort(&mut diagnostics);
        let parts = context.document.filter(|_| is_library).map(|document| library::parts(&document.root));
        let parts = parts.unwrap_or_default();
        Checked { file: Arc::clone(context.file), template: context.into_template(), parts, diagnostics }
    }

    /// Replaces the text of a file to which others refer, which has not been saved.
    pub fn replace(&self, file: &Arc<SourceFile>) {
        self.library.replace(file);
    }

    /// Compiles a template in which [`Checker::check`] finds no error outside of its examples. An example that is wrong
    /// says nothing about messages with other values; rendering it fails.
    ///
    /// # Errors
    /// The errors that it finds. If parts of the template cannot be read, no message can be made of it: then errors
    /// that the configuration or a comment ignores are returned, too.
    pub fn compile(&self, file: &Arc<SourceFile>) -> Result<Template, Error> {
        let resolved = self.resolve(file);
        let (context, mut diagnostics) = self.find_all(&resolved);
        let is_whole = context.template.as_ref().is_some_and(|template| template.broken.is_empty());
        if is_whole {
            self.ignore(&context, &mut diagnostics);
        }
        diagnostics.extend(errors_of_parts(&resolved));
        sort(&mut diagnostics);
        let examples = context.template.iter().flat_map(|template| &template.examples);
        let examples: Vec<Span> = examples.map(|example| example.values.span).collect();
        let is_about_example = |diagnostic: &Diagnostic| {
            diagnostic.rule == invalid_example::RULE.id
                || diagnostic.rule == wrong_type::RULE.id && examples.contains(&diagnostic.span())
        };
        diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error && !is_about_example(diagnostic));
        match context.into_template() {
            Some(template) if is_whole && diagnostics.is_empty() => Ok(template),
            _ => Err(Error::new(diagnostics)),
        }
    }

    /// Returns a template as JSON, with its references resolved and without the keys that begin with `x-`.
    ///
    /// # Errors
    /// The errors that leave a part of the template unknown.
    pub fn expand(&self, file: &Arc<SourceFile>) -> Result<serde_json::Value, Error> {
        let resolved = self.resolve(file);
        let (context, mut diagnostics) = self.find_all(&resolved);
        diagnostics.extend(errors_of_parts(&resolved));
        sort(&mut diagnostics);
        diagnostics.retain(|diagnostic| UNKNOWN_PARTS.iter().any(|rule| rule.id == diagnostic.rule));
        match context.document.filter(|_| diagnostics.is_empty()) {
            Some(document) => {
                let fields = document.root.as_mapping().map(|root| root.entries.as_slice()).unwrap_or_default();
                let fields = fields.iter().filter(|field| !field.key.text.starts_with("x-"));
                let value = |field: &Entry<'_>| match &*field.key.text {
                    "variables" | "examples" => field.value.to_json(),
                    _ => as_sent(&field.value, context.file),
                };
                Ok(fields.map(|field| (field.key.text.to_string(), value(field))).collect())
            }
            None => Err(Error::new(diagnostics)),
        }
    }

    /// Parses a file and resolves its references.
    #[must_use]
    pub fn resolve<'a>(&self, file: &'a Arc<SourceFile>) -> Resolved<'a> {
        resolve(file, parse_file(file), &self.library)
    }

    /// Finds everything that the rules find, whatever a comment or the configuration ignores.
    fn find_all<'a>(&'a self, resolved: &'a Resolved<'a>) -> (Context<'a>, Vec<Diagnostic>) {
        let context = Context::new(resolved, self);
        let diagnostics = run(&context, RULES);
        (context, diagnostics)
    }

    /// Removes what comments ignore, reports comments that ignore nothing, and applies the levels of the configuration.
    fn ignore(&self, context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
        // What is not YAML has no comments, and is an error in every configuration.
        if context.document.is_none() {
            return;
        }
        // Nor are the parts that are not YAML.
        let is_damaged = context.is_damaged();
        let (mut missing, mut rest): (Vec<_>, Vec<_>) = mem::take(diagnostics)
            .into_iter()
            .partition(|diagnostic| is_damaged && diagnostic.rule == yaml_syntax::RULE.id);
        self.ignore_some(context, &mut rest);
        diagnostics.append(&mut missing);
        diagnostics.append(&mut rest);
    }

    fn ignore_some(&self, context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
        let mut suppressions = Suppressions::read(context);
        suppressions.apply(diagnostics);
        for rule in RULES {
            if let Check::Suppressions(check) = rule.check {
                check(&suppressions, &mut Findings::new(rule, context.file, diagnostics));
            }
        }
        self.config.apply(diagnostics);
    }

    /// Removes what comments of a library and the configuration ignore of findings in it.
    pub(super) fn suppress(&self, library: &Arc<SourceFile>, diagnostics: &mut Vec<Diagnostic>) {
        let resolved = self.resolve(library);
        let context = Context::of_library(&resolved, self);
        Suppressions::read(&context).apply(diagnostics);
        self.config.apply(diagnostics);
    }

    /// Returns the validators of declarations.
    pub(super) fn validators(&self) -> &Arc<Validators> {
        &self.validators
    }

    /// Returns the patterns of links.
    pub(super) fn patterns(&self) -> &Patterns {
        &self.patterns
    }
}

/// Returns the syntax errors of the other files that parts come from.
fn errors_of_parts(resolved: &Resolved<'_>) -> impl Iterator<Item = Diagnostic> {
    resolved.parts.iter().flat_map(|part| syntax(&part.file, &part.errors))
}

/// Returns a part of the request as JSON, its texts without the line break that ends a block scalar, which is not sent.
fn as_sent(node: &Node<'_>, file: &SourceFile) -> serde_json::Value {
    match &node.value {
        Value::String(scalar) => sent_text(scalar, file).into(),
        Value::Sequence(items) => items.iter().map(|item| as_sent(item, file)).collect(),
        Value::Mapping(mapping) => {
            let field = |entry: &Entry<'_>| (entry.key.text.to_string(), as_sent(&entry.value, file));
            mapping.entries.iter().map(field).collect()
        }
        _ => node.to_json(),
    }
}

/// The rules about parts of a file of which nothing is known.
const UNKNOWN_PARTS: [&Rule; 5] = [
    &yaml_syntax::RULE,
    &json_syntax::RULE,
    &duplicate_key::RULE,
    &unquoted_expression::RULE,
    &invalid_reference::RULE,
];

/// Checks a template with all rules and the default configuration. To check several templates, or with another
/// configuration, use a [`Checker`].
#[must_use]
pub fn check(file: &Arc<SourceFile>) -> Checked {
    Checker::default().check(file)
}

/// Runs rules about templates, in any order.
pub(super) fn run(context: &Context<'_>, rules: &[&'static Rule]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    report_violations(context, &mut diagnostics);
    for rule in rules {
        if let Check::Context(check) | Check::Structure(check) = rule.check {
            check(context, &mut Findings::new(rule, context.file, &mut diagnostics));
        }
    }
    if let Some(template) = &context.template {
        let literals = literals(template, context.document);
        check_texts(&literals, &TextContext { template, file: context.file }, rules, &mut diagnostics);
    }
    remove_superseded(context, &mut diagnostics);
    diagnostics
}

/// Runs the rules about texts.
pub(super) fn check_texts(
    literals: &[Literal<'_>],
    context: &TextContext<'_>,
    rules: &[&'static Rule],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for rule in rules {
        if let Check::Text(check) = rule.check {
            let mut findings = Findings::new(rule, context.file, diagnostics);
            literals.iter().for_each(|literal| check(literal, context, &mut findings));
        }
    }
}

/// The order of the text, nothing twice (an anchor's text is looked at wherever an alias puts it), and no secrets.
pub(super) fn sort(diagnostics: &mut Vec<Diagnostic>) {
    locate(diagnostics);
    redact::redact(diagnostics);
    diagnostics.sort_by(Diagnostic::order);
    diagnostics.dedup_by(|next, kept| next.order(kept).is_eq());
}

#[cfg(test)]
mod tests {

    use super::{Checker, Context, RULES, Rule, run, sort};
    use crate::source::SourceFile;

    /// Returns the templates of the rules' pages.
    fn templates() -> Vec<&'static str> {
        let blocks = RULES.iter().flat_map(|rule| rule.page.split("\n```yaml\n").skip(1));
        blocks.filter_map(|rest| Some(rest.split_once("\n```\n")?.0)).collect()
    }

    /// Returns the rules in another order for each seed.
    fn shuffled(mut seed: u64) -> Vec<&'static Rule> {
        let mut rules = RULES.to_vec();
        for last in (1..rules.len()).rev() {
            // Knuth's linear congruential generator (MMIX).
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            rules.swap(last, usize::try_from(seed >> 33).unwrap() % (last + 1));
        }
        rules
    }

    #[test]
    fn findings_do_not_depend_on_the_order_of_the_rules() {
        let checker = Checker::default();
        for (seed, text) in (0..).zip(templates()) {
            let file = SourceFile::new("template.yaml", text);
            let resolved = checker.resolve(&file);
            let context = Context::new(&resolved, &checker);
            let found = |rules: &[&'static Rule]| {
                let mut diagnostics = run(&context, rules);
                sort(&mut diagnostics);
                diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>()
            };
            let expected = found(RULES);
            assert_eq!(found(&RULES.iter().rev().copied().collect::<Vec<_>>()), expected, "{text}");
            assert_eq!(found(&shuffled(seed)), expected, "{text}");
        }
    }
}
