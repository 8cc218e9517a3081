//! Links: where in a URL each hole stands, and what is certain of the values there.
//!
//! [`Part::after`] leads from one [`Part`] of a URL to the next over literal text. The renderer follows it over the text that
//! comes out, and so knows how each value must be escaped; [`problems`] follows it over the syntax tree and finds links in
//! which that cannot work, and [`misplaced`] asks for each hole whether what is declared of its values belongs there.

mod part;
mod pattern;
mod place;
mod proof;
mod walk;

pub use part::Part;
pub use proof::{Cause, Fault, Misplaced, Proof, misplaced};
pub use walk::{LinkExpressionError, problems};
