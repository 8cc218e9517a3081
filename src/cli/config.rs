//! `kenarc.yaml`: what a project wants otherwise than kenarc has it.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::lint::{self, Config, Level};
use crate::lint::{Diagnostic, Label, Severity};
use crate::message::Icons;
use crate::send::{ACCESS_TOKEN_VARIABLE, API_KEY_VARIABLE, Api};
use crate::source::{SourceFile, Span};
use crate::syntax::{Entry, Node, SyntaxError, Value, parse};

use super::exit::Failure;
use super::inputs::unreadable;
use super::levels;

/// What the file is called.
pub(super) const FILE_NAME: &str = "kenarc.yaml";

/// What findings about the file are called.
const RULE: &str = "configuration";

const KEYS: [&str; 4] = ["templates", "rules", "icons", "api"];

/// Words that a key has that leads to a secret.
const SECRETS: [&str; 6] = ["key", "token", "secret", "password", "credential", "authorization"];

/// What a project wants. Without a configuration all is as kenarc has it.
#[derive(Default)]
pub(super) struct Project {
    /// Where templates are looked for when no path is given.
    pub(super) folders: Option<Vec<PathBuf>>,
    /// What the rules shall say, and what icons there are.
    pub(super) config: Config,
    /// Which of the API's addresses to use.
    pub(super) api: Option<Api>,
}

impl Project {
    /// Reads the configuration of the current folder, or of the nearest one above that has one.
    pub(super) fn find() -> Result<Self, Failure> {
        let Some(folder) = find() else { return Ok(Self::default()) };
        let wrong = |diagnostics| Failure::Configuration(diagnostics);
        match SourceFile::read(&folder.join(FILE_NAME)) {
            Ok(file) => Reader::read(&file, &folder).map_err(wrong),
            Err(error) => {
                Err(lint::unreadable(error)
                    .map_or_else(|error| unreadable(&error), |diagnostic| wrong(vec![diagnostic])))
            }
        }
    }
}

/// The nearest folder with a configuration, as a path from the current one.
fn find() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let up = here.ancestors().position(|folder| folder.join(FILE_NAME).is_file())?;
    Some(std::iter::repeat_n("..", up).collect())
}

struct Reader<'f> {
    file: Arc<SourceFile>,
    folder: &'f Path,
    project: Project,
    problems: Vec<Diagnostic>,
}

impl<'f> Reader<'f> {
    fn read(file: &Arc<SourceFile>, folder: &'f Path) -> Result<Project, Vec<Diagnostic>> {
        let parsed = parse(file.text());
        let is_empty = |error: &SyntaxError| matches!(error, SyntaxError::Empty { .. });
        if parsed.errors.iter().all(is_empty) && parsed.document.is_none() {
            return Ok(Project::default());
        }
        let entries = parsed.document.as_ref().and_then(|document| document.root.as_mapping());
        let entries = entries.map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
        // Whatever is wrong with the file, its report shows no secret.
        let file = masked(file, entries);
        let mut reader =
            Self { problems: lint::syntax(&file, &parsed.errors), file, folder, project: Project::default() };
        if let Some(document) = parsed.document.filter(|_| reader.problems.is_empty()) {
            reader.top(&document.root);
        }
        reader.problems.sort_by(Diagnostic::order);
        if reader.problems.is_empty() { Ok(reader.project) } else { Err(reader.problems) }
    }

    fn top(&mut self, root: &Node<'_>) {
        for entry in self.mapping(root, "the configuration") {
            let value = &entry.value;
            match &*entry.key.text {
                "templates" => self.folders(value),
                "rules" => self.rules(value),
                "icons" => self.icons(value),
                "api" => self.api(value),
                key if is_secret(key) => {
                    let message = format!("`{FILE_NAME}` holds no secrets, and `{key}` looks like one");
                    let help = format!(
                        "set {API_KEY_VARIABLE} and {ACCESS_TOKEN_VARIABLE} in the environment, or name files with \
                         `--api-key-file` and `--access-token-file`; a secret that others have seen wants a new one"
                    );
                    self.problem(entry.key.span, message, help);
                }
                key => self.unknown(entry, &format!("the configuration has no key `{key}`"), &KEYS),
            }
        }
    }

    /// `templates: [folder, …]`
    fn folders(&mut self, node: &Node<'_>) {
        let folders = self.texts(node, "`templates`", "folders");
        self.project.folders = Some(folders.iter().map(|(_, folder)| self.folder.join(folder)).collect());
    }

    /// `rules: {id: level, …}`
    fn rules(&mut self, node: &Node<'_>) {
        let names: Vec<String> = Level::ALL.iter().map(|level| format!("`{}`", level.name())).collect();
        for Entry { key, value } in self.mapping(node, "`rules`") {
            let text = value.as_scalar().map_or("", |scalar| &*scalar.text);
            match (levels::rule(&key.text), Level::ALL.into_iter().find(|level| level.name() == text)) {
                (Ok(rule), Some(level)) => self.project.config.set_level(rule, level),
                (Ok(_), None) => {
                    let message = format!("what becomes of a rule's findings is one of {}", names.join(", "));
                    self.problem(value.span, message, format!("write `{}: off`", key.text));
                }
                (Err(error), _) => self.problem(key.span, error.message, error.help),
            }
        }
    }

    /// `icons: {extra: [NAME, …]}`
    fn icons(&mut self, node: &Node<'_>) {
        let mut icons = Icons::default();
        for entry in self.mapping(node, "`icons`") {
            if entry.key.text != "extra" {
                self.unknown(entry, &format!("`icons` has no key `{}`", entry.key.text), &["extra"]);
                continue;
            }
            for (span, name) in self.texts(&entry.value, "`extra`", "names") {
                if let Err(error) = icons.add(name) {
                    self.problem(span, error.to_string(), "write it as the API has it, such as `CAR_INSPECTED`");
                }
            }
        }
        self.project.config.icons = Arc::new(icons);
    }

    /// `api: classic`
    fn api(&mut self, node: &Node<'_>) {
        let text = node.as_scalar().map_or("", |scalar| &*scalar.text);
        self.project.api = Api::ALL.into_iter().find(|api| api.name() == text);
        if self.project.api.is_none() {
            let names: Vec<String> = Api::ALL.iter().map(|api| format!("`{}`", api.name())).collect();
            self.problem(node.span, format!("`api` is {}", names.join(" or ")), "");
        }
    }

    /// The entries of a mapping. An empty value is an empty mapping: all that was in it is commented out.
    fn mapping<'n, 's>(&mut self, node: &'n Node<'s>, name: &str) -> &'n [Entry<'s>] {
        match &node.value {
            Value::Mapping(mapping) => &mapping.entries,
            Value::Null => &[],
            _ => {
                self.problem(
                    node.span,
                    format!("{name} is a mapping, and this is {}", node.kind()),
                    "write `key: value`",
                );
                &[]
            }
        }
    }

    /// The texts of a list, each with its place.
    fn texts<'n>(&mut self, node: &'n Node<'_>, name: &str, of: &str) -> Vec<(Span, &'n str)> {
        let items = match &node.value {
            Value::Sequence(items) => items.as_slice(),
            Value::Null => &[],
            _ => {
                let message = format!("{name} is a list of {of}, and this is {}", node.kind());
                self.problem(node.span, message, "write `[a, b]`, or one item a line after `- `");
                &[]
            }
        };
        let mut texts = Vec::new();
        for item in items {
            match item.as_scalar() {
                Some(scalar) => texts.push((item.span, &*scalar.text)),
                None => self.problem(item.span, format!("{name} is a list of {of}, and this is {}", item.kind()), ""),
            }
        }
        texts
    }

    fn unknown(&mut self, entry: &Entry<'_>, message: &str, known: &[&str]) {
        let near = lint::nearest(&entry.key.text, known.iter().copied());
        let quote = |names: &[&str], joint: &str| {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(joint)
        };
        let help = match near.as_slice() {
            [] => format!("what may stand here: {}", quote(known, ", ")),
            near => format!("did you mean {}?", quote(near, " or ")),
        };
        self.problem(entry.key.span, message, help);
    }

    fn problem(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Diagnostic {
            rule: RULE,
            severity: Severity::Error,
            message: message.into(),
            labels: vec![Label { file: Arc::clone(&self.file), span, message: String::new() }],
            help: Some(help.into()).filter(|help| !help.is_empty()),
            fix: None,
        });
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    SECRETS.iter().any(|word| key.contains(word))
}

/// The file with asterisks for its secrets.
fn masked(file: &Arc<SourceFile>, entries: &[Entry<'_>]) -> Arc<SourceFile> {
    let mut spans: Vec<Span> =
        entries.iter().filter(|entry| is_secret(&entry.key.text)).map(|entry| entry.value.span).collect();
    // The tree has neither what stands behind an error nor the second value of a key: there the lines have to do.
    let (mut start, mut is_inside) = (0, false);
    for line in file.text().split_inclusive('\n') {
        let end = start + line.len();
        let value = match line.split_once(':') {
            _ if line.starts_with([' ', '\t', '\r', '\n']) => start,
            Some((key, value)) => {
                is_inside = is_secret(key);
                end - value.len()
            }
            None => start,
        };
        if is_inside {
            spans.push(Span::new(value, end));
        }
        start = end;
    }
    let mut text = file.text().as_bytes().to_vec();
    for at in spans.into_iter().flat_map(Span::range).filter(|&at| !file.text().as_bytes()[at].is_ascii_whitespace()) {
        text[at] = b'*';
    }
    SourceFile::from_bytes(file.name(), text).unwrap_or_else(|_| Arc::clone(file))
}
