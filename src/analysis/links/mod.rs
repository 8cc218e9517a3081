//! Links: in which part of a URL each expression stands, and what is certain about its values.
//!
//! [`UrlPart::after`] leads from one [`UrlPart`] to the next over literal text. The renderer follows it over the text
//! that comes out, and so knows how each value must be escaped; [`errors`] follows it over the syntax tree and finds
//! links in which that is not possible; [`misplaced`] asks for each expression whether the values that are declared
//! can stand there.

mod flow;
mod judge;
mod misplaced;
mod pattern;
mod url_part;

pub use flow::{LinkExpressionError, errors};
pub use misplaced::{Constraint, LinkFault, Misplaced, Proof, misplaced};
pub use url_part::UrlPart;
