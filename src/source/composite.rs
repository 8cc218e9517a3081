//! Text that is put together from several files, because a template refers to parts of others.
//!
//! All files share one range of offsets, as in rustc's source map, so that a [`Span`] locates a part whichever file it is
//! written in. Whoever shows a location to people asks [`SourceFile::origin`] for its file.

use std::sync::Arc;

use super::{SourceFile, Span};

/// What stands between two files.
const SEPARATOR: &str = "\n";

/// The most references to one part that are shown.
const MAX_SHOWN: usize = 4;

/// The files of a composite text.
#[derive(Default)]
pub(super) struct Composition {
    /// The files, each with the offset of its first byte, in the order of the text. Empty for a file on its own.
    files: Vec<(usize, Arc<SourceFile>)>,
    references: Vec<Reference>,
}

/// A reference and the part that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The path of the file as it is written; empty for the file of the reference.
    pub(crate) path: String,
    /// The mapping with the `$ref`.
    pub(crate) site: Span,
    /// The part, in whichever file.
    pub(crate) target: Span,
}

/// Puts a text together.
pub(crate) struct Composer {
    text: String,
    files: Vec<(usize, Arc<SourceFile>)>,
}

impl Composer {
    /// Begins with the file that the text is named after.
    pub(crate) fn new(main: &Arc<SourceFile>) -> Self {
        Self { text: main.text().to_owned(), files: vec![(0, Arc::clone(main))] }
    }

    /// Returns the length of the text in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds a file unless it is there, and returns the offset of its first byte.
    pub(crate) fn add(&mut self, file: &Arc<SourceFile>) -> usize {
        if let Some((start, _)) = self.files.iter().find(|(_, known)| Arc::ptr_eq(known, file)) {
            return *start;
        }
        self.text.push_str(SEPARATOR);
        let start = self.text.len();
        self.text.push_str(file.text());
        self.files.push((start, Arc::clone(file)));
        start
    }

    /// Returns the text as a file with the name of its first one; that file itself, if there is no other.
    pub(crate) fn finish(self, references: Vec<Reference>) -> Arc<SourceFile> {
        let Self { text, files } = self;
        let (_, main) = &files[0];
        if files.len() == 1 && references.is_empty() {
            return Arc::clone(main);
        }
        let (name, first_line) = (main.name.clone(), main.first_line);
        let composition = Composition { files, references };
        Arc::new(SourceFile { name, text, first_line, composition, ..SourceFile::default() })
    }
}

impl SourceFile {
    /// Returns the file that a range is written in, and the range in it: this file, unless it is put together from
    /// several.
    #[must_use]
    pub fn origin(self: &Arc<Self>, span: Span) -> (Arc<Self>, Span) {
        let files = &self.composition.files;
        let after = files.partition_point(|(start, _)| *start <= span.start);
        match after.checked_sub(1).map(|index| &files[index]) {
            None => (Arc::clone(self), span),
            Some((start, file)) => {
                let in_file = |offset: usize| offset.saturating_sub(*start).min(file.text.len());
                (Arc::clone(file), Span::new(in_file(span.start), in_file(span.end)))
            }
        }
    }

    /// Returns the range of the text of the file itself, without the files that it refers to.
    #[must_use]
    pub fn own(&self) -> Span {
        let end = self.composition.files.get(1).map_or(self.text.len(), |(start, _)| start - SEPARATOR.len());
        Span::new(0, end)
    }

    /// Returns the references that stand for exactly a range.
    pub(crate) fn references_to_whole(&self, span: Span) -> impl Iterator<Item = Span> {
        let to_whole = self.composition.references.iter().filter(move |reference| reference.target == span);
        to_whole.map(|reference| reference.site)
    }

    /// Returns the path by which the file itself refers to the file that a range is in; `None` if only other files do.
    pub(crate) fn path_to(&self, span: Span) -> Option<&str> {
        let files = &self.composition.files;
        let file_of = |span: Span| files.partition_point(|(start, _)| *start <= span.start);
        let leads_there =
            |reference: &&Reference| self.own().contains(reference.site) && file_of(reference.target) == file_of(span);
        self.composition.references.iter().find(leads_there).map(|reference| reference.path.as_str())
    }

    /// Returns the parts that the file refers to, each in its own file.
    pub fn referenced_parts(self: &Arc<Self>) -> impl Iterator<Item = (Arc<Self>, Span)> {
        self.composition.references.iter().map(|reference| self.origin(reference.target))
    }

    /// Returns the references through which a part of another file is read, from the innermost to those in the file
    /// itself: of several to the same part, at most [`MAX_SHOWN`].
    pub(crate) fn references_to(&self, span: Span) -> Vec<Span> {
        let (own, mut at, mut sites) = (self.own(), span, Vec::new());
        while at.start > own.end && sites.len() < self.composition.references.len() {
            let holds = |reference: &&Reference| reference.target.contains(at);
            let innermost = self.composition.references.iter().filter(holds).min_by_key(|found| found.target.len());
            let Some(reference) = innermost else { break };
            sites.extend(self.references_to_whole(reference.target).take(MAX_SHOWN));
            at = reference.site;
        }
        sites
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Composer, Reference};
    use crate::source::{SourceFile, Span};

    #[test]
    fn a_span_is_in_the_file_that_it_was_read_from() {
        let (main, part) = (SourceFile::new("a", "first"), SourceFile::new("b", "second"));
        let mut composer = Composer::new(&main);
        let start = composer.add(&part);
        assert_eq!((composer.add(&main), composer.add(&part)), (0, start));
        let reference = Reference { path: "b".to_owned(), site: Span::new(1, 2), target: Span::new(start, start + 6) };
        let whole = composer.finish(vec![reference]);
        assert_eq!((whole.name(), whole.slice(whole.own())), ("a", "first"));
        let (file, span) = whole.origin(Span::new(start + 1, start + 3));
        assert!(Arc::ptr_eq(&file, &part));
        assert_eq!(file.slice(span), "ec");
        assert!(Arc::ptr_eq(&whole.origin(Span::new(0, 5)).0, &main));
        assert_eq!(whole.references_to(Span::new(start + 1, start + 3)), [Span::new(1, 2)]);
        assert_eq!(whole.references_to(Span::new(0, 5)), []);
    }

    #[test]
    fn a_file_on_its_own_is_not_copied() {
        let main = SourceFile::new("a", "first");
        let whole = Composer::new(&main).finish(Vec::new());
        assert!(Arc::ptr_eq(&whole, &main));
        assert_eq!(whole.own(), Span::new(0, 5));
    }
}
