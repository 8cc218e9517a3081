//! An add-on's server renders a message from its own types. Run it with `cargo run --example library`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use kenarc::{SourceFile, Template, Values};
use serde::Serialize;

/// What the server knows of an order; the fields are the template's variables.
#[derive(Serialize)]
struct Order {
    item: &'static str,
    order_id: i64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Compiled into the program; `SourceFile::read` reads a file at run time.
    let text = include_str!("templates/order-ready.yaml");
    let template = kenarc::compile(&SourceFile::new("order-ready.yaml", text))?;

    println!("{}", request(&template, &Order { item: "صندلی چوبی", order_id: 58213 })?);

    // A value that the template does not allow never reaches the API: it is a finding, with its place.
    if let Err(error) = request(&template, &Order { item: "میز تحریر", order_id: 0 }) {
        println!("{error}");
    }
    Ok(())
}

/// The body to post for an order.
fn request(template: &Template, order: &Order) -> Result<String, Box<dyn std::error::Error>> {
    let values = Values::from_serialize(format!("order {}", order.order_id), order)?;
    Ok(kenarc::render(template, &values)?.to_json())
}
