//! What is proved of a template without rendering it: the types of its expressions, what can stand in its links, how many
//! rows and buttons there can be, which icons there are.

pub mod counts;
mod declared;
pub mod icons;
pub mod links;
pub mod types;
