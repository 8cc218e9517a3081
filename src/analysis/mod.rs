//! What is proved about a template without rendering it: the types of its expressions, which values its links accept, how
//! many rows and buttons it can have, and what its names stand for.
//!
//! The results are facts with locations; `lint` words them. They can be sent between threads and kept as long as needed.

pub mod counts;
mod declared;
pub mod icons;
pub mod links;
pub mod types;
