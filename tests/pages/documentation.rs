//! What the README and the documentation show is what kenarc does. `UPDATE_PAGES=1 cargo test --test pages` writes the
//! README's report anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kenarc::report::{self, Format, Style};
use kenarc::{Checker, Config, SourceFile, Values, check, compile, render};

use crate::example::Libraries;

const README: &str = include_str!("../../README.md");
const REFERENCE: &str = include_str!("../../docs/language.md");

const REFERENCES: &str = include_str!("../../docs/references.md");

const PERSIAN: &str = include_str!("../../docs/persian.md");

/// Returns the first fenced block of a language.
fn first<'t>(text: &'t str, language: &str) -> &'t str {
    let (_, block) = text.split_once(&format!("\n```{language}\n")).expect("a block of that language");
    block.split_once("\n```\n").expect("its end").0
}

#[test]
fn the_report_in_the_readme_is_current() {
    let diagnostics = check(&SourceFile::new("order.yaml", first(README, "yaml"))).diagnostics;
    let mut report = Vec::new();
    let style = Style { colour: false, width: 100 };
    report::write(Format::Full, &diagnostics, style, &mut report).expect("memory takes all");
    let report = String::from_utf8(report).expect("text");
    let shown = first(README, "text");
    if std::env::var_os("UPDATE_PAGES").is_some() {
        let updated = README.replacen(shown, report.trim_end(), 1);
        fs::write(root().join("README.md"), updated).expect("the README can be written");
    } else {
        assert_eq!(report.trim_end(), shown);
    }
}

#[test]
fn the_template_is_the_file_that_the_quick_start_copies() {
    assert_eq!(include_str!("../../docs/order.yaml").trim_end(), first(README, "yaml"));
}

#[test]
fn the_rendering_in_the_readme_is_current() {
    let fixed = first(README, "yaml").replace("itme", "item").replace("SHIPING", "SHIPPING");
    let template = compile(&SourceFile::new("order.yaml", fixed)).expect("both mistakes are fixed");
    let mut values = Values::new();
    for flag in ["item=کیف چرمی", "order_id=7"] {
        values.add_flag(flag, template.variables.as_ref()).expect("an assignment");
    }
    assert_eq!(render(&template, &values).expect("good values").to_json_pretty(), first(README, "json"));
}

#[test]
fn the_template_with_shared_parts_has_no_findings_and_renders() {
    let block = |name: &str| {
        let begin = format!("```yaml\n# templates/{name}\n");
        let (_, block) = REFERENCES.split_once(&begin).expect("a block with the name of a file");
        SourceFile::new(name, block.split_once("\n```\n").expect("its end").0)
    };
    let (library, template) = (block("_shared.yaml"), block("order.yaml"));
    let mut config = Config::default();
    config.files = Some(Arc::new(Libraries(vec![Arc::clone(&library)])));
    let checker = Checker::new(config);
    for file in [&library, &template] {
        let diagnostics = checker.check(file).diagnostics;
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    }
    let template = checker.compile(&template).expect("no errors");
    let message = render(&template, &Values::new()).expect("all variables have defaults").to_json();
    assert_eq!(message.matches("https://app.example/support").count(), 2, "{message}");
}

#[test]
fn the_template_of_the_reference_has_no_findings() {
    let diagnostics = check(&SourceFile::new("language.md", first(REFERENCE, "yaml"))).diagnostics;
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
}

/// Returns the text that a message has, for an expression or for a template with an example.
fn message(template: &str) -> String {
    let template = compile(&SourceFile::new("persian.md", template)).expect(template);
    let mut values = Values::new();
    if let Some(example) = template.examples.first() {
        values.add_example(&template, example).expect("an example");
    }
    let message = render(&template, &values).expect("good values").to_json();
    let request: serde_json::Value = serde_json::from_str(&message).expect("JSON");
    request["message"].as_str().expect("a text").to_owned()
}

#[test]
fn the_filters_for_persian_give_what_their_reference_says() {
    let expression =
        |expression: &str| message(&format!("message: {}", serde_json::json!(format!("{{{{ {expression} }}}}"))));
    let mut count = 0;
    for row in PERSIAN.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<String> = row.replace("\\|", "¦").split('|').map(|cell| cell.trim().replace('¦', "|")).collect();
        let code = |cell: &str| cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).map(str::to_owned);
        match cells.as_slice() {
            [_, written, result, _] => {
                let (written, result) = (code(written).expect("an expression"), code(result).expect("its result"));
                assert_eq!(expression(&written), result, "{written}");
            }
            [_, fields, _, result, _] => {
                for field in fields.split(", ").map(|field| code(field).expect("a field")) {
                    // Minutes are shown with hours only.
                    let written = format!(
                        "'2026-11-28T06:05:09Z' | jalali('{}')",
                        if field.starts_with('m') { format!("H:{field}") } else { field.clone() }
                    );
                    let shown = expression(&written);
                    assert_eq!(
                        shown.strip_prefix("۹:").unwrap_or(&shown),
                        code(result).expect("its result"),
                        "{field}"
                    );
                }
            }
            other => panic!("{other:?}"),
        }
        count += 1;
    }
    assert!(count > 30, "{count} rows");
    assert_eq!(message(first(PERSIAN, "yaml")).trim_end(), first(PERSIAN, "text"));
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut pages = vec![root().join("README.md"), root().join("CONTRIBUTING.md"), root().join("CHANGELOG.md")];
    for folder in ["docs", "docs/design"] {
        let files = fs::read_dir(root().join(folder)).expect("the folder").map(|entry| entry.expect("an entry").path());
        pages.extend(files.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    let broken: Vec<String> = pages.iter().flat_map(|page| broken_links(page)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the links of a page to files or headings that do not exist.
fn broken_links(page: &Path) -> Vec<String> {
    let text = prose(page);
    let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
    links
        .filter(|link| !link.contains("://") && !is_valid_link(page, link))
        .map(|link| format!("{page:?}: {link}"))
        .collect()
}

/// Returns whether a link of a page is_valid_link to a file and, if it names one, to a heading in it.
fn is_valid_link(page: &Path, link: &str) -> bool {
    let (path, heading) = link.split_once('#').map_or((link, None), |(path, heading)| (path, Some(heading)));
    let target = if path.is_empty() { page.to_owned() } else { page.with_file_name("").join(path) };
    let has_heading = |heading: &str| prose(&target).lines().any(|line| anchor(line).as_deref() == Some(heading));
    target.exists() && heading.is_none_or(has_heading)
}

/// Returns the text of a page without its fenced blocks.
fn prose(page: &Path) -> String {
    let text = fs::read_to_string(page).unwrap_or_else(|error| panic!("{page:?}: {error}"));
    text.split("\n```").step_by(2).collect()
}

/// Returns the anchor that GitHub gives a heading.
fn anchor(line: &str) -> Option<String> {
    let heading = line.strip_prefix('#')?.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    Some(heading.chars().filter(|character| character.is_alphanumeric() || "-_".contains(*character)).collect())
}
