//! What is proved about a template without rendering it: the types of its expressions, which values its links accept,
//! how many rows and buttons it can have, and what its names refer to.
//!
//! The results are facts with locations; `lint` turns them into sentences. They can be sent between threads, and kept
//! as long as needed.

pub(crate) mod assignments;
pub mod counts;
mod declared;
pub(crate) mod icons;
pub(crate) mod keywords;
pub mod links;
pub mod symbols;
pub mod types;

#[cfg(test)]
mod tests {
    use super::{counts, icons, links, symbols, types};
    use crate::expr::Program;
    use crate::source::SourceFile;
    use crate::template::Template;

    /// An editor analyses on one thread and asks on another.
    #[test]
    fn results_can_be_sent_between_threads() {
        fn check<T: Send + Sync + 'static>() {}
        check::<Template>();
        check::<Program>();
        check::<SourceFile>();
        check::<types::Types>();
        check::<symbols::Symbols>();
        check::<counts::LimitOverflow>();
        check::<icons::UnknownIcon>();
        check::<links::Misplaced>();
    }
}
