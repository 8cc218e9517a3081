//! Embeds kenarc: checks a template, prints the diagnostics in two formats, and renders a message.
//!
//! Run it with `cargo run --no-default-features --example embed`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::io;
use std::path::Path;

use kenarc::report::{self, Format, Style};
use kenarc::{Checker, SourceFile, Values};

fn main() -> Result<(), Box<dyn Error>> {
    // One checker for all templates: it keeps what they have in common.
    let checker = Checker::default();
    let draft = SourceFile::new("draft.yaml", "mesage: سفارش «{{ item }}» آماده است.\n");
    let diagnostics = checker.check(&draft).diagnostics;
    println!("{}", serde_json::to_string_pretty(&diagnostics)?);
    report::write(Format::Concise, &diagnostics, Style::default(), &mut io::stdout())?;

    let file = SourceFile::read(Path::new("examples/templates/order-ready.yaml"))?;
    let template = checker.compile(&file)?;
    let order = serde_json::json!({ "item": "صندلی چوبی", "order_id": 58213 });
    let message = kenarc::render(&template, &Values::from_serialize("order 58213", &order)?)?;
    println!("{}", message.to_json());
    Ok(())
}
