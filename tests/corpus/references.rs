//! A template with some of its parts in a library is the same template.

use std::sync::Arc;

use kenarc::references::{FileError, Files};
use kenarc::syntax::parse;
use kenarc::{Checker, Config, SourceFile, Template, Values, render};
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::choices::Choices;
use super::generate::sample;

const LIBRARY: &str = "_parts.json";

/// How many templates of the corpus are compared.
const SAMPLES: u64 = 1_000;

/// One library, in the folder of every template.
#[derive(Debug)]
struct OneLibrary(Arc<SourceFile>);

impl Files for OneLibrary {
    fn name(&self, path: &str, _: &str) -> Result<String, FileError> {
        Ok(path.to_owned())
    }

    fn read(&self, name: &str) -> Result<Arc<SourceFile>, FileError> {
        assert_eq!(name, LIBRARY);
        Ok(Arc::clone(&self.0))
    }
}

/// What a value of a template is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Template,
    Variables,
    Declaration,
    Examples,
    /// Texts, examples and `data`, which have no parts of their own.
    Leaf,
    Grid,
    Row,
    Button,
    Action,
    Other,
}

impl Part {
    /// Returns what the value of a key is.
    fn below(self, key: &str) -> Self {
        match (self, key) {
            (Self::Template, "message" | "text_message" | "media_token") => Self::Leaf,
            (Self::Template, "sender_buttons" | "receiver_buttons" | "buttons") => Self::Grid,
            (Self::Template, "variables") => Self::Variables,
            (Self::Template, "examples") => Self::Examples,
            (Self::Variables, _) => Self::Declaration,
            (Self::Examples, _) => Self::Leaf,
            (Self::Grid, "rows") | (Self::Row, "buttons") => Self::Other,
            (Self::Button, "action") => Self::Action,
            (Self::Button, "caption" | "icon") => Self::Leaf,
            (Self::Button | Self::Action, key) if key.starts_with("open_") || key.starts_with("get_") => Self::Leaf,
            _ => Self::Other,
        }
    }

    /// Returns what the items of a list are.
    fn item(self) -> Self {
        match self {
            Self::Grid => Self::Row,
            Self::Row => Self::Button,
            _ => Self::Other,
        }
    }
}

/// Moves parts of a template out of their places.
struct Mover<'c> {
    choices: &'c mut Choices,
    /// The parts in the library.
    library: Map<String, Value>,
    /// The parts under `x-parts`.
    local: Map<String, Value>,
}

impl Mover<'_> {
    /// Moves some parts of a value, and perhaps the value itself. A part in the library refers to others there.
    fn visit(&mut self, value: &mut Value, part: Part, is_in_library: bool) {
        let is_part =
            !matches!(part, Part::Template | Part::Other | Part::Variables | Part::Examples) && !value.is_null();
        let is_moved = is_part && self.choices.chance(30);
        // Within a declaration, a reference without a file is JSON Schema's own.
        let to_library = is_moved && (is_in_library || part == Part::Declaration || self.choices.chance(60));
        let is_in_library = is_in_library || to_library;
        match value {
            Value::Object(map) => {
                map.iter_mut().for_each(|(key, value)| self.visit(value, part.below(key), is_in_library));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.visit(item, part.item(), is_in_library)),
            _ => {}
        }
        if !is_moved {
            return;
        }
        let (parts, path) = match to_library {
            true => (&mut self.library, format!("{LIBRARY}#/parts")),
            false => (&mut self.local, "#/x-parts".to_owned()),
        };
        let name = format!("p/{}~", parts.len());
        let mut reference = json!({ "$ref": format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")) });
        // Keys beside the reference win.
        let mut part = value.take();
        if let Some(fields) = part.as_object_mut().filter(|fields| fields.len() > 1)
            && let Some((key, own)) = fields.iter().next_back().map(|(key, own)| (key.clone(), own.clone()))
            && !key.starts_with('$')
        {
            fields.insert(key.clone(), json!("overridden"));
            reference[key] = own;
        }
        parts.insert(name, part);
        *value = reference;
    }
}

/// Returns what a template renders to with each of its examples, and without values.
fn rendered(template: &Template) -> Vec<Option<String>> {
    let of_example = |example| {
        let mut values = Values::new();
        values.add_example(template, example).ok()?;
        Some(values)
    };
    let sets = template.examples.iter().map(of_example).chain([Some(Values::new())]);
    sets.map(|values| Some(render(template, &values?).ok()?.to_json())).collect()
}

/// Compares a template with one whose parts are elsewhere. Returns whether any are.
fn compare(number: u64) -> bool {
    let text = sample(number).text;
    let Some(document) = parse(&text).document else { panic!("{number} is valid") };
    let mut template = document.root.to_json();
    // In JSON, it can have other warnings.
    let written_out = SourceFile::new("t.json", template.to_string());
    let before = kenarc::check(&written_out);
    if !before.diagnostics.is_empty() {
        return false;
    }
    let mut choices = Choices::from_seed(number);
    let mut mover = Mover { choices: &mut choices, library: Map::new(), local: Map::new() };
    mover.visit(&mut template, Part::Template, false);
    let Mover { library, local, .. } = mover;
    let is_moved = !library.is_empty() || !local.is_empty();
    template["x-parts"] = local.into();
    let library = SourceFile::new(LIBRARY, json!({ "parts": library }).to_string());
    let mut config = Config::default();
    config.files = Some(Arc::new(OneLibrary(Arc::clone(&library))));
    let checker = Checker::new(config);
    let file = SourceFile::new("t.json", template.to_string());
    let after = checker.check(&file);
    assert!(after.diagnostics.is_empty(), "{number}: {:#?}\n{}\n{}", after.diagnostics, file.text(), library.text());
    let [before, after] = [before, after].map(|checked| rendered(&checked.template.unwrap()));
    assert_eq!(before, after, "{number}: {}\n{}", file.text(), library.text());
    let expanded = checker.expand(&file).unwrap();
    assert!(!expanded.to_string().contains(LIBRARY), "{number}: {expanded}");
    is_moved
}

#[test]
fn parts_in_a_library_make_no_difference() {
    let moved = (0..SAMPLES).into_par_iter().filter(|number| compare(*number)).count();
    assert!(moved * 2 > usize::try_from(SAMPLES).unwrap(), "{moved} of {SAMPLES} have parts elsewhere");
}
