//! The cases in `tests/cases`: one page per subject, one section per case.
//!
//! The blocks of a section are taken in order. A block whose info ends with the name of a file (`yaml
//! templates/order.yaml`) is that file, in a folder which each section has for itself. A block `console` is a
//! transcript of commands in that folder. A template without a name, perhaps with `yaml variables`, is checked through
//! the library: `text` is the report on it, `marked` the text that each finding points to, a line each. Files under a
//! heading of the second level without outputs are there in all sections of the third level below it.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::example::{Example, report};
use crate::page::{Block, Output, Page, Section, expect_none, visible};
use crate::places;
use crate::transcript;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Runs all sections of a page.
fn run(name: &str) {
    let page = Page::read(&folder().join(name).with_extension("md"));
    let sections = page.sections();
    let mut outputs = Vec::new();
    // What stands above the sections: of the page, and of the heading of the second level.
    let mut common: [&[Block<'_>]; 2] = [&[], &[]];
    for section in &sections {
        if section.blocks.iter().any(is_output) {
            let [page, group] = common;
            let group = if section.level > 2 { group } else { &[] };
            outputs.extend(outputs_of(section, page.iter().chain(group)));
        } else if section.level <= 2 {
            common[section.level - 1] = &section.blocks;
        } else {
            panic!("{}, {}: a case without an output", page.name(), section.heading);
        }
        if section.level == 2 && section.blocks.iter().any(is_output) {
            common[1] = &[];
        }
    }
    assert!(!outputs.is_empty(), "{}: no cases", page.name());
    expect_none(&page.compare(outputs));
}

fn is_output(block: &Block<'_>) -> bool {
    ["console", "text", "marked"].contains(&block.info)
}

fn outputs_of<'s, 'p: 's>(section: &'s Section<'p>, common: impl Iterator<Item = &'s Block<'p>>) -> Vec<Output<'p>> {
    let is_input = |block: &&Block<'_>| !is_output(block);
    let inputs = section.blocks.iter().take_while(is_input).count();
    let (inputs, rest) = section.blocks.split_at(inputs);
    if rest.iter().all(|block| block.info != "console") {
        return findings_of(section, inputs, rest);
    }
    let folder = TempDir::new().expect("a temporary folder");
    for block in common {
        write(block, folder.path());
    }
    let mut outputs = Vec::new();
    for block in &section.blocks {
        if block.info == "console" {
            outputs.push(block.output(section.heading, transcript::replay(block.text, folder.path())));
        } else {
            write(block, folder.path());
        }
    }
    outputs
}

fn write(block: &Block<'_>, folder: &Path) {
    let path = block.path().unwrap_or_else(|| panic!("neither a file nor an output: `{}`", block.info));
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
    fs::write(path, block.content().as_bytes()).expect("a file");
}

fn findings_of<'p>(section: &Section<'p>, inputs: &[Block<'p>], outputs: &[Block<'p>]) -> Vec<Output<'p>> {
    let example = Example::of(section, inputs).unwrap_or_else(|| panic!("no example: {}", section.heading));
    let findings = example.findings();
    places::assert_agreement(&findings);
    let output = |block: &Block<'p>| {
        let actual = match block.info {
            "text" => visible(&report(&findings)),
            "marked" => findings.iter().map(|finding| visible(places::marked(finding)) + "\n").collect(),
            other => panic!("{}: an input after the outputs: {other}", section.heading),
        };
        block.output(section.heading, actual)
    };
    outputs.iter().map(output).collect()
}

macro_rules! pages {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                run(stringify!($name));
            }
        )*

        #[test]
        fn all_cases_pass() {
            let mut pages = Vec::new();
            for entry in fs::read_dir(folder()).expect("the folder of the cases") {
                let path = entry.expect("an entry").path();
                pages.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
            }
            pages.sort();
            assert_eq!(pages, [$(stringify!($name)),*]);
        }
    };
}

pages! {
    batch,
    carets,
    chatbots,
    check,
    config,
    declarations,
    fix,
    jinja,
    project,
    references,
    render,
    test,
    yaml,
}
