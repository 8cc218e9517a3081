//! What other languages have in place of the filters, tests and functions of Jinja: methods, and other names.
//!
//! The names come from the habits of Python, JavaScript, Django, Liquid, Twig, Ruby and PHP. Nothing is suggested that
//! there is not.

mod methods;
mod names;
mod rewrite;
mod writer;

pub(super) use methods::{is_continued, member};
pub(super) use names::{for_filter, for_function, for_method, for_test};
pub(super) use rewrite::{Replacement, call, filter, filtered, loop_member, test, uncalled, with_else};

/// What to use instead of a name that there is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instead {
    /// Another name for the same.
    Name(&'static str),
    /// An expression, with `…` for the value. It may differ in details.
    Written(&'static str),
    /// Nothing, since it would make no difference: the reason.
    Remove(&'static str),
    /// Nothing that can be written in its place: advice.
    Advice(&'static str),
}

impl Instead {
    /// Returns what to do, without knowing the expression.
    pub(super) fn help(self) -> String {
        match self {
            Self::Name(name) => format!("use `{name}`"),
            Self::Written(text) => format!("write `{text}`"),
            Self::Remove(reason) => format!("remove it: {reason}"),
            Self::Advice(advice) => advice.to_owned(),
        }
    }
}
