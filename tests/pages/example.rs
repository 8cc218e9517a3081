//! An example: a template, perhaps with values, or the body of a request, and what is found in it through the library.

use std::sync::Arc;

use kenarc::lint::{self, Checked, Checker, Config, Diagnostic, Fix, ReferencedParts};
use kenarc::message::MessageKind;
use kenarc::references::{FileError, Files, is_library};
use kenarc::render::{Values, ValuesError};
use kenarc::report::{self, Format, Style};
use kenarc::source::SourceFile;
use kenarc::template::Template;

use crate::page::{Block, Section};

/// A template, perhaps with libraries and variables, or the body of a request.
pub(crate) struct Example<'s, 'p> {
    pub(crate) heading: &'p str,
    /// The libraries that the template refers to: blocks with the names of their files.
    libraries: &'s [Block<'p>],
    pub(crate) template: &'s Block<'p>,
    variables: Option<&'s Block<'p>>,
}

impl<'s, 'p> Example<'s, 'p> {
    /// Returns the example of a section, if its blocks before the outputs make one.
    pub(crate) fn of(section: &'s Section<'p>, blocks: &'s [Block<'p>]) -> Option<Self> {
        let is_variables = |block: &Block<'_>| block.info == "sh" || block.info.ends_with(" variables");
        let is_text = |block: &Block<'_>| ["yaml", "json"].contains(&block.language());
        let (libraries, blocks) =
            blocks.split_at(blocks.iter().take_while(|block| block.path().is_some_and(is_library)).count());
        match blocks {
            [template] if is_text(template) && !is_variables(template) => {
                Some(Self { heading: section.heading, libraries, template, variables: None })
            }
            [template, variables] if is_text(template) && !is_variables(template) && is_variables(variables) => {
                Some(Self { heading: section.heading, libraries, template, variables: Some(variables) })
            }
            _ => None,
        }
    }

    pub(crate) fn findings(&self) -> Vec<Diagnostic> {
        if self.is_request() {
            let file = SourceFile::new("request.json", self.template.content().as_ref());
            return lint::check_request(&file, MessageKind::Chat, &Arc::default()).diagnostics;
        }
        self.findings_in(
            &SourceFile::new(self.template.file_name("template"), self.template.content().as_ref()),
            self.variables(),
        )
    }

    pub(crate) fn is_request(&self) -> bool {
        self.template.info == "json request"
    }

    /// Returns the file of variables, where it is one.
    fn variables(&self) -> Option<Arc<SourceFile>> {
        let block = self.variables.filter(|block| block.info != "sh")?;
        Some(SourceFile::new(block.file_name("variables"), block.content().as_ref()))
    }

    /// Returns the findings in these files; those in the variables only if the template has none.
    fn findings_in(&self, template: &Arc<SourceFile>, variables: Option<Arc<SourceFile>>) -> Vec<Diagnostic> {
        let checked = self.check(template);
        match checked.template {
            Some(template) if self.variables.is_some() && checked.diagnostics.is_empty() => {
                match self.values(&template, variables) {
                    Err((file, error)) => lint::values_file(&file, &error),
                    Ok(values) => lint::render(&template, &values).err().unwrap_or_default(),
                }
            }
            _ => checked.diagnostics,
        }
    }

    /// Checks the template, and the libraries that it refers to.
    fn check(&self, template: &Arc<SourceFile>) -> Checked {
        let library = |block: &Block<'_>| SourceFile::new(block.file_name("library"), block.content().as_ref());
        let libraries: Vec<Arc<SourceFile>> = self.libraries.iter().map(library).collect();
        let mut config = Config::default();
        config.files = Some(Arc::new(Libraries(libraries.clone())));
        let checker = Checker::new(config);
        let mut checked = checker.check(template);
        let mut referenced = ReferencedParts::default();
        referenced.add(&checked.file);
        for library in &libraries {
            let found = checker.check(library);
            checked.diagnostics.extend(found.diagnostics);
            let is_read = checked.template.as_ref().is_some_and(|template| template.broken.is_empty());
            if is_read {
                checked.diagnostics.extend(referenced.unused(library, &found.parts, &checker));
            }
        }
        checked.diagnostics.sort_by(Diagnostic::order);
        checked.diagnostics.dedup_by(|next, kept| next.order(kept).is_eq());
        checked
    }

    /// Returns the variables, from their file or from the flags of a command.
    fn values(
        &self,
        template: &Template,
        file: Option<Arc<SourceFile>>,
    ) -> Result<Values, (Arc<SourceFile>, ValuesError)> {
        let mut values = Values::new();
        if let Some(file) = file {
            return values.add_file(&file).map(|()| values).map_err(|error| (file, error));
        }
        let command = self.variables.map_or("", |block| block.text);
        for flag in command.split("--var ").skip(1).map(str::trim) {
            values
                .add_flag(flag, template.variables.as_ref())
                .map_err(|error| (SourceFile::new("--var", flag), error))?;
        }
        Ok(values)
    }

    /// Returns the findings after a fix, which changes one of the two files.
    pub(crate) fn findings_after(&self, finding: &Diagnostic, fix: &Fix) -> Vec<Diagnostic> {
        let template = SourceFile::new(self.template.file_name("template"), self.template.content().as_ref());
        let fixed = SourceFile::new(finding.file().name(), fix.apply(finding.file().text()));
        if finding.file().name() == template.name() {
            self.findings_in(&fixed, self.variables())
        } else {
            self.findings_in(&template, Some(fixed))
        }
    }

    /// Why the template gives no message: with its variables, else with each of its examples, else without any.
    pub(crate) fn failures(&self) -> Vec<Diagnostic> {
        let file = SourceFile::new("template.yaml", self.template.content().as_ref());
        let template = self.check(&file).template.expect("a template without findings");
        if self.variables.is_some() {
            return self.findings();
        }
        let example = |example| {
            let mut values = Values::new();
            values.add_example(&template, example).expect("an example without findings");
            values
        };
        let mut sets: Vec<Values> = template.examples.iter().map(example).collect();
        let has_examples = !sets.is_empty();
        if !has_examples {
            sets.push(Values::new());
        }
        let failures = sets.iter().flat_map(|values| lint::render(&template, values).err().unwrap_or_default());
        failures.filter(|failure| has_examples || failure.rule != "missing-variable").collect()
    }
}

/// Files in memory, all in one folder.
#[derive(Debug)]
pub(crate) struct Libraries(pub(crate) Vec<Arc<SourceFile>>);

impl Files for Libraries {
    fn name(&self, path: &str, _: &str) -> Result<String, FileError> {
        Ok(path.to_owned())
    }

    fn read(&self, name: &str) -> Result<Arc<SourceFile>, FileError> {
        let missing = || FileError::Missing { present: self.0.iter().map(|file| file.name().to_owned()).collect() };
        self.0.iter().find(|file| file.name() == name).cloned().ok_or_else(missing)
    }
}

impl Block<'_> {
    fn file_name(&self, stem: &str) -> String {
        self.path().map_or_else(|| format!("{stem}.{}", self.language()), str::to_owned)
    }
}

/// Returns the report that people see, 100 columns wide.
pub(crate) fn report(diagnostics: &[Diagnostic]) -> String {
    let mut out = Vec::new();
    report::write(Format::Full, diagnostics, Style { colour: false, width: 100 }, &mut out).expect("memory takes all");
    let text = String::from_utf8(out).expect("a report is text");
    format!("{}\n", text.trim_end())
}
