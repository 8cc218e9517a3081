//! What the README and the reference show is what kenarc says.

#![cfg(feature = "cli")]
#![expect(clippy::expect_used, reason = "that is how a test fails")]

use kenarc::report::{self, Format, Style};
use kenarc::{SourceFile, Values, check, compile, render};

const README: &str = include_str!("../README.md");
const REFERENCE: &str = include_str!("../docs/language.md");

/// The first fenced block of a language.
fn first<'t>(text: &'t str, language: &str) -> &'t str {
    let (_, block) = text.split_once(&format!("\n```{language}\n")).expect("a block of that language");
    block.split_once("\n```\n").expect("its end").0
}

#[test]
fn the_report_is_real() {
    let diagnostics = check(&SourceFile::new("order.yaml", first(README, "yaml"))).diagnostics;
    let mut report = Vec::new();
    let style = Style { colour: false, width: 100 };
    report::write(Format::Full, &diagnostics, style, &mut report).expect("memory takes all");
    assert_eq!(String::from_utf8(report).expect("text").trim_end(), first(README, "text"));
}

#[test]
fn the_rendering_is_real() {
    let mended = first(README, "yaml").replace("itme", "item").replace("SHIPING", "SHIPPING");
    let template = compile(&SourceFile::new("order.yaml", mended)).expect("both mistakes are mended");
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
