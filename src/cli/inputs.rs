//! A template and its variables, as `render` and `send` take them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::lint::{self, Config};
use crate::message::Message;
use crate::render::Values;
use crate::source::{SourceError, SourceFile};
use crate::template::Template;

use super::exit::Failure;

/// What stands for stdin where a path is expected.
const STDIN: &str = "-";

/// A template and its variables.
#[derive(Args)]
pub(super) struct Inputs {
    /// The template: a YAML or JSON file, `-` for stdin
    #[arg(value_name = "TEMPLATE")]
    template: PathBuf,
    /// Give a variable; repeatable
    #[arg(long = "var", value_name = "NAME=VALUE")]
    flags: Vec<String>,
    /// Read variables from a YAML or JSON file, `-` for stdin; repeatable, later files win
    #[arg(long = "vars", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Start from one of the template's examples
    #[arg(long, value_name = "NAME")]
    example: Option<String>,
}

impl Inputs {
    /// Renders the message.
    pub(super) fn render(&self, config: &Config) -> Result<Message, Failure> {
        let (template, values) = self.read(None, config)?;
        Ok(crate::render(&template, &values)?)
    }

    /// The template and the variables. `rows`: where further variables come from.
    pub(super) fn read(&self, rows: Option<&PathBuf>, config: &Config) -> Result<(Template, Values), Failure> {
        let inputs = std::iter::once(&self.template).chain(&self.files).chain(rows);
        if inputs.filter(|path| is_stdin(path)).count() > 1 {
            return Err(Failure::new(
                "stdin (`-`) can be read only once: as the template, as one file of variables or as the rows",
            ));
        }
        let template = read_template(&self.template, config)?;
        let values = self.values(&template)?;
        Ok((template, values))
    }

    /// The example first, then files, then flags: later ones win.
    fn values(&self, template: &Template) -> Result<Values, Failure> {
        let mut values = Values::new();
        if let Some(name) = &self.example {
            let example = template.examples.iter().find(|example| example.name == *name);
            let example = example.ok_or_else(|| no_such_example(name, template))?;
            values
                .add_example(template, example)
                .map_err(|error| Failure::Findings(lint::values_file(template.file(), &error)))?;
        }
        for path in &self.files {
            let file = read_source(path)?;
            values.add_file(&file).map_err(|error| Failure::Findings(lint::values_file(&file, &error)))?;
        }
        for flag in &self.flags {
            values.add_flag(flag, template.variables.as_ref()).map_err(|error| {
                let file = SourceFile::new("--var", flag.as_str());
                Failure::Findings(lint::values_file(&file, &error))
            })?;
        }
        Ok(values)
    }
}

fn no_such_example(name: &str, template: &Template) -> Failure {
    let names: Vec<String> = template.examples.iter().map(|example| format!("`{}`", example.name)).collect();
    let help = if names.is_empty() { "it has no examples".to_owned() } else { format!("it has {}", names.join(", ")) };
    Failure::with_help(format!("{} has no example `{name}`", template.file().name()), help)
}

/// Whether a path means stdin.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

/// Reads a template that has no errors.
pub(super) fn read_template(path: &Path, config: &Config) -> Result<Template, Failure> {
    let file = read_source(path)?;
    Ok(crate::compile_with(&file, config)?)
}

/// Reads a file, or stdin.
pub(super) fn read_source(path: &Path) -> Result<Arc<SourceFile>, Failure> {
    let source =
        if is_stdin(path) { SourceFile::from_reader("<stdin>", io::stdin().lock()) } else { SourceFile::read(path) };
    source.map_err(|error| match lint::unreadable(error) {
        Ok(diagnostic) => Failure::Findings(vec![diagnostic]),
        Err(error) => unreadable(&error),
    })
}

/// The operating system's refusal, with what to do.
pub(super) fn unreadable(error: &SourceError) -> Failure {
    let help = match error {
        SourceError::Unreadable { error, .. } => match error.kind() {
            io::ErrorKind::NotFound => "is the path right?",
            io::ErrorKind::PermissionDenied => "may you read it?",
            io::ErrorKind::IsADirectory => "name one file",
            _ => "",
        },
        _ => "",
    };
    let message = format!("cannot read {error}");
    if help.is_empty() { Failure::new(message) } else { Failure::with_help(message, help) }
}
