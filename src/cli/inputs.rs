//! The template and the variables of `render` and `send`.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::Value;

use crate::config::{FILE_NAME, Project};
use crate::lint::{self, Checker, Config, Diagnostic, Severity};
use crate::message::Message;
use crate::references::is_library;
use crate::render::{ProjectValues, Values};
use crate::report::Format;
use crate::source::{SourceError, SourceFile};
use crate::template::Template;

use super::exit::Failure;
use super::output::Terminal;
use super::project::project;

/// The path that stands for stdin.
const STDIN: &str = "-";

/// A template and its variables.
#[derive(Args)]
pub(super) struct Inputs {
    /// The template: a YAML or JSON file, or `-` for stdin
    #[arg(value_name = "TEMPLATE")]
    template: PathBuf,
    /// Set a variable; can be repeated
    #[arg(long = "var", value_name = "NAME=VALUE")]
    flags: Vec<String>,
    /// Read variables from a YAML or JSON file, or `-` for stdin; can be repeated, later files take precedence
    #[arg(long = "vars", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take the variables of one of the template's examples; --vars and --var override them
    #[arg(long, value_name = "NAME")]
    example: Option<String>,
    /// Take variables from a profile of kenarc.yaml [default: that of KENARC_PROFILE, if it is set]; the example, --vars
    /// and --var override them
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

/// The environment variable that names a profile.
const PROFILE_VARIABLE: &str = "KENARC_PROFILE";

impl Inputs {
    /// Reads the configuration of the project.
    pub(super) fn project(&self) -> Result<Project, Failure> {
        project(std::slice::from_ref(&self.template))
    }

    /// Returns the template as YAML, with its references resolved.
    pub(super) fn expand(&self, config: &Config) -> Result<String, Failure> {
        let file = read_source(&self.template)?;
        let template = Checker::new(config.clone()).expand(&file)?;
        let yaml = yaml_serde::to_string(&template).ok();
        // JSON is YAML, too, and can say everything.
        let is_same = |yaml: &String| is_read_as(yaml, &template);
        yaml.filter(is_same).map_or_else(|| Ok(format!("{template:#}\n")), Ok)
    }

    /// Renders the message.
    pub(super) fn render(&self, config: &Config, terminal: &Terminal) -> Result<Message, Failure> {
        let (template, values) = self.read(None, config, terminal)?;
        Ok(crate::render(&template, &values)?)
    }

    /// Reads the template and the variables, and prints warnings about these. `rows` is the file of rows, if there is one.
    pub(super) fn read(
        &self,
        rows: Option<&PathBuf>,
        config: &Config,
        terminal: &Terminal,
    ) -> Result<(Template, Values), Failure> {
        let inputs = std::iter::once(&self.template).chain(&self.files).chain(rows);
        if inputs.filter(|path| is_stdin(path)).count() > 1 {
            return Err(Failure::new("stdin (`-`) can be used only once: for the template, for variables or for rows"));
        }
        let template = read_template(&self.template, &Checker::new(config.clone()))?;
        let project = self.project_values(config)?.for_template(&template);
        let mut findings = Vec::new();
        let values = self.values(&template, project, config, &mut findings)?;
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(Failure::Findings(findings));
        }
        terminal.findings_aside(Format::Full, &findings)?;
        Ok((template, values))
    }

    /// Returns the values of the project, with the profile that the command line or the environment names.
    fn project_values(&self, config: &Config) -> Result<ProjectValues, Failure> {
        let mut values = ProjectValues::clone(&config.values);
        let (name, origin) = match (&self.profile, env::var(PROFILE_VARIABLE)) {
            (Some(name), _) => (name.clone(), String::new()),
            (None, Ok(name)) if !name.is_empty() => (name, format!(", which {PROFILE_VARIABLE} names")),
            (None, Err(env::VarError::NotUnicode(_))) => {
                return Err(Failure::new(format!("{PROFILE_VARIABLE} is not UTF-8")));
            }
            _ => return Ok(values),
        };
        if values.choose(&name) {
            return Ok(values);
        }
        let known: Vec<String> = values.profiles().map(|name| format!("`{name}`")).collect();
        let help = match known.as_slice() {
            [] => format!("add it under `profiles` in {FILE_NAME}"),
            known => format!("write {}", lint::one_of(known)),
        };
        Err(Failure::with_help(format!("no profile `{name}` in {FILE_NAME}{origin}"), help))
    }

    /// Adds the variables of the example, of files and of flags; later ones override earlier ones. What is found in the
    /// texts of files is added to `findings`.
    fn values(
        &self,
        template: &Template,
        mut values: Values,
        config: &Config,
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Values, Failure> {
        if let Some(name) = &self.example {
            let example = template.examples.iter().find(|example| example.name == *name);
            let example = example.ok_or_else(|| no_such_example(name, template))?;
            values
                .add_example(template, example)
                .map_err(|error| Failure::Findings(lint::values_file(&template.file, &error)))?;
        }
        for path in &self.files {
            let file = read_source(path)?;
            values.add_file(&file).map_err(|error| Failure::Findings(lint::values_file(&file, &error)))?;
            findings.extend(lint::values_texts(template, &file, config));
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
    let help = match names.as_slice() {
        [] => "add `examples` to the template".to_owned(),
        names => format!("write {}", lint::one_of(names)),
    };
    Failure::with_help(format!("no example `{name}` in {}", template.file.name()), help)
}

/// Returns whether a path stands for stdin.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

/// Returns whether a text in YAML is read as a template. A block scalar loses the line break that ends it.
fn is_read_as(yaml: &str, template: &Value) -> bool {
    let checker = Checker::new(Config::default());
    checker.expand(&SourceFile::new("expanded.yaml", yaml)).is_ok_and(|read| read == *template)
}

/// Returns the failure for a library in the place of a template.
pub(super) fn not_a_template(library: &Path) -> Failure {
    let message = format!("{} is a library of parts, not a template", library.display());
    Failure::with_help(message, "name a template that refers to it")
}

/// Reads a template that has no errors.
pub(super) fn read_template(path: &Path, checker: &Checker) -> Result<Template, Failure> {
    let file = read_source(path)?;
    if is_library(file.name()) {
        return Err(not_a_template(path));
    }
    Ok(checker.compile(&file)?)
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

/// Returns the failure for a file that the operating system cannot read.
pub(super) fn unreadable(error: &SourceError) -> Failure {
    let help = match error {
        SourceError::Unreadable { error, .. } => match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied => "check its permissions",
            io::ErrorKind::IsADirectory => "name one file",
            _ => "",
        },
        _ => "",
    };
    let message = format!("cannot read {error}");
    if help.is_empty() { Failure::new(message) } else { Failure::with_help(message, help) }
}
