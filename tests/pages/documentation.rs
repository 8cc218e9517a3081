//! What the README and the documentation show is what kenarc does. `UPDATE_PAGES=1 cargo test --test pages` writes the
//! README's report anew.

use std::fs;
use std::path::{Path, PathBuf};

use kenarc::report::{self, Format, Style};
use kenarc::{SourceFile, Values, check, compile, render};

const README: &str = include_str!("../../README.md");
const REFERENCE: &str = include_str!("../../docs/language.md");

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
fn the_template_of_the_reference_has_no_findings() {
    let diagnostics = check(&SourceFile::new("language.md", first(REFERENCE, "yaml"))).diagnostics;
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
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
