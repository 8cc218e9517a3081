//! The names of a template: where each is defined, where it is used, and its type.
//!
//! This is what an editor asks when it shows a type, jumps to a definition, lists the uses of a name or renames it. It
//! works on templates with errors: what cannot be read has no names.

mod collect;
mod schema;
#[cfg(test)]
mod tests;

use crate::source::Span;
use crate::template::Template;

use super::types::Type;

/// All names of a template.
#[derive(Debug)]
pub struct Symbols {
    list: Vec<Symbol>,
    /// In the order of their locations, which do not overlap.
    occurrences: Vec<Occurrence>,
}

/// Something that has a name.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Where it is defined: `None` if it is a part of the language, or if nothing defines it.
    pub definition: Option<Span>,
    /// Where it is used, in the order of the locations.
    pub uses: Vec<Span>,
    /// Its type where it is defined; anything if that is not known.
    pub known: Type,
}

/// What a name can refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// A variable of the template; its definition is the key in `variables`.
    Variable,
    /// The item of a `for` on a row or a button.
    Item,
    /// The `loop` of a `for`; its definition is what the `for` iterates over.
    Loop,
    /// A name that `{% for %}`, `{% set %}` or `{% with %}` binds.
    Local,
    /// An attribute; its definition is the key in `properties` of a declaration.
    Attribute,
    /// A filter.
    Filter,
    /// A test.
    Test,
    /// A function.
    Function,
}

/// A place at which a name is written.
#[derive(Clone, Debug)]
struct Occurrence {
    location: Span,
    /// The index of the symbol.
    symbol: usize,
    /// The type here, if it is known.
    known: Option<Type>,
}

/// A name as it is found at an offset.
#[derive(Clone, Copy, Debug)]
pub struct FoundSymbol<'s> {
    /// What the name refers to.
    pub symbol: &'s Symbol,
    /// Where the name is, without quotes in an expression.
    pub location: Span,
    /// The type here: conditions around it can leave fewer values than its declaration.
    pub known: &'s Type,
}

impl Symbols {
    /// Collects the names of a template.
    #[must_use]
    pub fn of(template: &Template) -> Self {
        let (mut list, mut occurrences) = collect::collect(template);
        occurrences.sort_by_key(|occurrence| occurrence.location);
        for symbol in &mut list {
            symbol.uses.sort_unstable();
        }
        Self { list, occurrences }
    }

    /// Returns the name at a byte offset of a file. Directly after a name is at the name, unless the next one begins
    /// there.
    #[must_use]
    pub fn at(&self, offset: usize) -> Option<FoundSymbol<'_>> {
        let is_before = |occurrence: &Occurrence| occurrence.location.start <= offset;
        let index = self.occurrences.partition_point(is_before).checked_sub(1)?;
        let Occurrence { location, symbol, known } = self.occurrences.get(index)?;
        let symbol = self.list.get(*symbol)?;
        let is_here = offset <= location.end;
        is_here.then(|| FoundSymbol { symbol, location: *location, known: known.as_ref().unwrap_or(&symbol.known) })
    }

    /// Returns all symbols, first those of the declarations, then the others as they are used.
    pub fn iter(&self) -> impl Iterator<Item = &Symbol> {
        self.list.iter()
    }
}
