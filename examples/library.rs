//! Renders a message from an add-on's own types. Run it with `cargo run --example library`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use kenarc::{SourceFile, Template, Values};
use serde::Serialize;

/// An order. The fields are the variables of the template.
#[derive(Serialize)]
struct Order {
    item: &'static str,
    order_id: i64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The template is compiled into the program; `SourceFile::read` would read it at run time.
    let text = include_str!("templates/order-ready.yaml");
    let template = kenarc::compile(&SourceFile::new("order-ready.yaml", text))?;

    println!("{}", request(&template, &Order { item: "صندلی چوبی", order_id: 58213 })?);

    // A value that the template does not allow never reaches the API. The error says where it is, and why.
    if let Err(error) = request(&template, &Order { item: "میز تحریر", order_id: 0 }) {
        println!("{error}");
    }
    Ok(())
}

/// Returns the body of the request for an order.
fn request(template: &Template, order: &Order) -> Result<String, Box<dyn std::error::Error>> {
    let values = Values::from_serialize(format!("order {}", order.order_id), order)?;
    Ok(kenarc::render(template, &values)?.to_json())
}
