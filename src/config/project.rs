//! `kenarc.yaml`: its keys, and the diagnostics about it.
//!
//! The file is read with the same span-preserving parser as templates, not deserialised with serde. A serde error
//! carries a line and a column, but no range to underline; a duplicate key is reported at the start of the file; a
//! number passes as the name of an icon; and only the first mistake is found. Here each mistake is reported under its
//! exact bytes, all at once, and a value that may be a secret is never repeated.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::lint::{self, Config, Diagnostic, Label, Level, Severity};
use crate::message::Icons;
use crate::render::{ProjectValues, Values};
use crate::schema::Kind;
use crate::source::secrets::{FoundSecret, secrets};
use crate::source::{SourceError, SourceFile, Span};
use crate::syntax::{Entry, Node, SyntaxError, Value, parse};

use super::Api;
use super::files::ProjectFiles;
use super::level::configurable_rule;
use super::mask::{is_secret, mask};

/// The name of the configuration file.
pub const FILE_NAME: &str = "kenarc.yaml";

/// The folder of templates where the configuration names none.
pub const DEFAULT_FOLDER: &str = "templates";

/// The rule id of diagnostics about the configuration.
const RULE: &str = "configuration";

const KEYS: [&str; 6] = ["templates", "rules", "icons", "api", "variables", "profiles"];

/// The configuration of a project. The default is that of a project without a `kenarc.yaml`.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The levels of rules, the names of icons, and the values for templates.
    pub config: Config,
    /// The API's address to send to; `None` if the configuration does not say.
    pub api: Option<Api>,
    folders: Option<Vec<PathBuf>>,
    /// The folder of the configuration, if there is one.
    root: Option<PathBuf>,
}

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The operating system could not read the file.
    #[error("cannot read {0}")]
    Unreadable(#[source] SourceError),
    /// The file is too large, not UTF-8, not YAML, or not a configuration.
    #[error("{FILE_NAME} is invalid")]
    Invalid(
        /// What is wrong, in the order of the text.
        Vec<Diagnostic>,
    ),
}

/// Returns the path of the configuration of a folder: the `kenarc.yaml` in it, or in the nearest folder above that has
/// one.
///
/// A relative path is searched only as far up as it is written.
#[must_use]
pub fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

impl Project {
    /// Reads a configuration. Its folders start from the folder of the file.
    ///
    /// # Errors
    /// [`ConfigError`] if the file cannot be read, or with everything that is wrong in it.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        match SourceFile::read(path) {
            Ok(file) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                let project = Self::parse(&file, folder).map_err(ConfigError::Invalid)?;
                Ok(Self { root: Some(folder.to_owned()), ..project })
            }
            Err(error) => {
                // The report shows the source.
                let error = match error {
                    SourceError::NotUtf8 { file, span } => SourceError::NotUtf8 { file: mask(&file, &[]), span },
                    SourceError::Utf16 { file } => SourceError::Utf16 { file: mask(&file, &[]) },
                    other => other,
                };
                Err(lint::unreadable(error)
                    .map_or_else(ConfigError::Unreadable, |diagnostic| ConfigError::Invalid(vec![diagnostic])))
            }
        }
    }

    /// Parses a configuration whose folders start from `folder`.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text.
    pub fn parse(file: &Arc<SourceFile>, folder: &Path) -> Result<Self, Vec<Diagnostic>> {
        let parsed = parse(file.text());
        let is_empty = |error: &SyntaxError| matches!(error, SyntaxError::Empty { .. });
        if parsed.errors.iter().all(is_empty) && parsed.document.is_none() {
            return Ok(Self::default());
        }
        let entries = parsed.document.as_ref().and_then(|document| document.root.as_mapping());
        let secrets = secrets(file.text());
        let file = mask(file, entries.map(|mapping| mapping.entries.as_slice()).unwrap_or_default());
        let diagnostics = lint::syntax(&file, &parsed.errors);
        let mut reader = ProjectReader { file, folder, secrets, project: Self::default(), diagnostics };
        if let Some(document) = parsed.document.filter(|_| reader.diagnostics.is_empty()) {
            reader.root(&document.root);
        }
        reader.diagnostics.sort_by(Diagnostic::order);
        if reader.diagnostics.is_empty() { Ok(reader.project) } else { Err(reader.diagnostics) }
    }

    /// Lets references read the files of the project: those below the folder of the configuration; without a
    /// configuration, those below the named folders and beside the named files.
    pub fn allow_references(&mut self, named: &[PathBuf]) {
        let folder_of = |path: &PathBuf| match path.is_dir() {
            true => path.clone(),
            false => path.parent().unwrap_or(Path::new("")).to_owned(),
        };
        let folders = match &self.root {
            Some(root) => vec![root.clone()],
            None if named.is_empty() => self.folders(),
            None => named.iter().map(folder_of).collect(),
        };
        self.config.files = Some(Arc::new(ProjectFiles::new(folders)));
    }

    /// Returns the folders of templates: those that the configuration names, otherwise [`DEFAULT_FOLDER`].
    #[must_use]
    pub fn folders(&self) -> Vec<PathBuf> {
        self.folders.clone().unwrap_or_else(|| vec![DEFAULT_FOLDER.into()])
    }
}

/// The state of reading one file.
pub(super) struct ProjectReader<'f> {
    /// The file, its secrets masked.
    pub(super) file: Arc<SourceFile>,
    folder: &'f Path,
    /// What looks like a secret by its form.
    pub(super) secrets: Vec<FoundSecret>,
    project: Project,
    diagnostics: Vec<Diagnostic>,
}

impl ProjectReader<'_> {
    fn root(&mut self, root: &Node<'_>) {
        let (mut values, mut profiles) = (Values::new(), Vec::new());
        for entry in self.mapping(root, "configuration") {
            let Entry { key, value } = entry;
            match &*key.text {
                "templates" => self.templates(value),
                "rules" => self.rules(value),
                "icons" => self.icons(value),
                "api" => self.api(value),
                "variables" => values = self.values(value, "`variables`"),
                "profiles" => profiles = self.profiles(value),
                name if is_secret(name) => {
                    self.report_secret(key.span, format!("`{name}` looks like the name of a secret"));
                }
                _ => self.unknown_key(entry, &KEYS),
            }
        }
        self.project.config.values = Arc::new(ProjectValues::new(values, profiles));
    }

    /// Reads `templates: [folder, …]`.
    fn templates(&mut self, node: &Node<'_>) {
        let folders = self.texts(node, "templates", "folders");
        self.project.folders = Some(folders.iter().map(|(_, folder)| self.folder.join(folder)).collect());
    }

    /// Reads `rules: {id: level, …}`.
    fn rules(&mut self, node: &Node<'_>) {
        for Entry { key, value } in self.mapping(node, "`rules`") {
            let text = value.as_scalar().map_or("", |scalar| &*scalar.text);
            let level = Level::ALL.into_iter().find(|level| level.name() == text);
            match (configurable_rule(&key.text), level) {
                (Ok(rule), Some(level)) => self.project.config.set_level(rule, level),
                (Ok(rule), None) => {
                    let headline = format!("invalid level for `{}`", rule.id);
                    let label = format!("expected {}", names(&Level::ALL.map(Level::name)));
                    self.report(value.span, headline, label, format!("write `{}: off` to ignore it", rule.id));
                }
                (Err(error), _) => self.report(key.span, error.to_string(), error.reason(), error.help()),
            }
        }
    }

    /// Reads `icons: {extra: [NAME, …]}`.
    fn icons(&mut self, node: &Node<'_>) {
        let mut icons = Icons::default();
        for entry in self.mapping(node, "`icons`") {
            if entry.key.text != "extra" {
                self.unknown_key(entry, &["extra"]);
                continue;
            }
            for (span, name) in self.texts(&entry.value, "extra", "names of icons") {
                if let Err(error) = icons.add(name) {
                    let help = format!("write `{}`", as_icon(name));
                    self.report(span, format!("invalid icon name `{name}`"), error.to_string(), help);
                }
            }
        }
        self.project.config.icons = Arc::new(icons);
    }

    /// Reads `api: classic`.
    fn api(&mut self, node: &Node<'_>) {
        let parsed = node.as_scalar().and_then(|scalar| scalar.text.parse().ok());
        match parsed {
            Some(api) => self.project.api = Some(api),
            None => {
                let expected = names(&Api::ALL.map(Api::name));
                let help = format!("write `api: {}`", Api::default());
                self.report(node.span, "invalid `api`", format!("expected {expected}"), help);
            }
        }
    }

    /// Returns the entries of a mapping. A key without a value counts as an empty mapping: all its entries may be
    /// commented out.
    pub(super) fn mapping<'n, 's>(&mut self, node: &'n Node<'s>, name: &str) -> &'n [Entry<'s>] {
        match &node.value {
            Value::Mapping(mapping) => &mapping.entries,
            Value::Null => &[],
            _ => {
                let label = format!("expected a mapping, found {}", Kind::of(node));
                self.report(node.span, format!("invalid {name}"), label, "write one `key: value` per line");
                &[]
            }
        }
    }

    /// Returns the strings of a list, each with its place.
    fn texts<'n>(&mut self, node: &'n Node<'_>, name: &str, items: &str) -> Vec<(Span, &'n str)> {
        let nodes = match &node.value {
            Value::Sequence(nodes) => nodes.as_slice(),
            Value::Null => &[],
            _ => {
                let label = format!("expected a list of {items}, found {}", Kind::of(node));
                self.report(node.span, format!("invalid `{name}`"), label, format!("write `{name}: [a, b]`"));
                &[]
            }
        };
        let mut texts = Vec::new();
        for node in nodes {
            match node.as_scalar() {
                Some(scalar) => texts.push((node.span, &*scalar.text)),
                None => {
                    let label = format!("expected a string, found {}", Kind::of(node));
                    self.report(node.span, format!("invalid item of `{name}`"), label, "");
                }
            }
        }
        texts
    }

    pub(super) fn report_secret(&mut self, span: Span, label: String) {
        self.report(
            span,
            format!("secret in `{FILE_NAME}`"),
            label,
            "remove it, and set KENAR_API_KEY and KENAR_ACCESS_TOKEN in the environment, or use \
             `--api-key-file` and `--access-token-file`; revoke a secret that others have seen",
        );
    }

    fn unknown_key(&mut self, entry: &Entry<'_>, known: &[&str]) {
        let key = &*entry.key.text;
        let near = lint::nearest(key, known.iter().copied());
        let help = match near.as_slice() {
            [] => "remove it".to_owned(),
            near => format!("write {}", names(near)),
        };
        self.report(entry.key.span, format!("unknown key `{key}`"), format!("expected {}", names(known)), help);
    }

    pub(super) fn report(
        &mut self,
        span: Span,
        headline: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic {
            rule: RULE,
            severity: Severity::Error,
            message: headline.into(),
            labels: vec![Label { file: Arc::clone(&self.file), span, message: label.into() }],
            help: Some(help.into()).filter(|help| !help.is_empty()),
            fix: None,
        });
    }
}

/// Returns the name in the spelling of icons: `space-shuttle` as `SPACE_SHUTTLE`.
fn as_icon(name: &str) -> String {
    let name = name.trim().to_ascii_uppercase();
    let name = name.replace(|character: char| !character.is_ascii_alphanumeric(), "_");
    if name.is_empty() { "CAR_INSPECTED".to_owned() } else { name }
}

/// Formats names as alternatives: "`a`, `b` or `c`".
fn names(names: &[&str]) -> String {
    lint::one_of(names.iter().map(|name| format!("`{name}`")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn parsed(text: &str) -> Result<Project, Vec<String>> {
        let headlines = |diagnostics: Vec<Diagnostic>| diagnostics.into_iter().map(|found| found.message).collect();
        Project::parse(&SourceFile::new(FILE_NAME, text), Path::new("bot")).map_err(headlines)
    }

    #[test]
    fn template_folders_are_relative_to_the_configuration_file() {
        let project = parsed("templates: [messages, /srv/shared]\n").unwrap();
        assert_eq!(project.folders(), [Path::new("bot/messages"), Path::new("/srv/shared")]);
        assert_eq!(parsed("").unwrap().folders(), [Path::new(DEFAULT_FOLDER)]);
        assert_eq!(parsed("templates: []\n").unwrap().folders(), [""; 0].map(PathBuf::from));
    }

    #[test]
    fn api_is_optional() {
        assert_eq!(parsed("rules: {}\n").unwrap().api, None);
        assert_eq!(parsed("api: current\n").unwrap().api, Some(Api::Current));
        assert_eq!(parsed("api: newest\n").unwrap_err(), ["invalid `api`"]);
    }

    #[test]
    fn all_mistakes_are_reported_in_the_order_of_the_file() {
        let text = "api: 1\nrules: { nothing: off }\nicons: [A]\ntemplate: x\n";
        assert_eq!(
            parsed(text).unwrap_err(),
            ["invalid `api`", "unknown rule `nothing`", "invalid `icons`", "unknown key `template`"]
        );
    }

    #[test]
    fn diagnostics_contain_no_secret() {
        let file = SourceFile::new(FILE_NAME, "api_key: s3cr3t\nrules: {\n");
        let diagnostics = Project::parse(&file, Path::new("")).unwrap_err();
        assert!(diagnostics.iter().all(|found| !found.file().text().contains("s3cr3t")));
        assert_eq!(diagnostics[0].file().text().len(), file.text().len());
    }

    #[test]
    fn another_spelling_of_an_icon_is_suggested() {
        assert_eq!(as_icon(" space-shuttle 2"), "SPACE_SHUTTLE_2");
        assert_eq!(as_icon("ماه"), "___");
        assert_eq!(as_icon(""), "CAR_INSPECTED");
    }

    #[test]
    fn nearest_configuration_above_a_folder_is_found() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b");
        fs::create_dir_all(&deep).unwrap();
        fs::write(root.path().join(FILE_NAME), "").unwrap();
        assert_eq!(find(&deep), Some(root.path().join(FILE_NAME)));
        fs::write(root.path().join("a").join(FILE_NAME), "").unwrap();
        assert_eq!(find(&deep), Some(root.path().join("a").join(FILE_NAME)));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error_of_the_operating_system() {
        let error = Project::read(Path::new("nowhere/kenarc.yaml")).unwrap_err();
        assert!(matches!(error, ConfigError::Unreadable(_)), "{error}");
    }
}
