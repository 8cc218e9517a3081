//! Links: in which part of a URL each expression is, and what is certain about its values.
//!
//! [`UrlPart::after`] leads from one [`UrlPart`] to the next over literal text. The renderer follows it over the text
//! that comes out, and so knows how each value must be escaped; [`errors`] follows it over the syntax tree and finds
//! links in which that is not possible; `misplaced` finds the expressions whose declared values are invalid in
//! their part.

mod encoded;
mod flow;
mod judge;
mod misplaced;
mod pattern;
mod url_part;

pub use encoded::EncodedTwice;
pub(crate) use encoded::encoded_twice;
pub use flow::{LinkExpressionError, errors};
pub(crate) use judge::Patterns;
pub(crate) use misplaced::misplaced;
pub use misplaced::{Constraint, LinkFault, Misplaced, Proof};
pub use url_part::UrlPart;
