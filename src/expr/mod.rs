//! Jinja programs: parsed, compiled when needed, and kept with their syntax trees.
//!
//! The language is MiniJinja's without macros, inheritance and auto-escaping. MiniJinja's types are used here and in
//! `render` only, and are not part of the public interface: its syntax tree and its instructions are declared
//! unstable. All ranges are bytes of the text that was parsed.

pub(crate) mod ast;
mod constant;
mod diagnose;
mod error;
mod instrument;
pub mod library;
mod limits;
mod lower;
mod names;
pub mod persian;
pub mod printf;
mod recover;
pub(crate) mod visit;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use minijinja::machinery::{CodeGenerator, Instructions, parse, parse_expr};
use minijinja::syntax::SyntaxConfig;
use self_cell::self_cell;

use ast::{Expr, Statement, StatementKind, Tree};
use visit::{ProgramVisitor, walk_expression, walk_statement, walk_tree};

pub use constant::{Constant, ConstantKind};
pub use error::{Certainty, Correction, JinjaError, JinjaErrorKind, OpenBlock, Side};
pub(crate) use instrument::{BOUND, CYCLE, IN, ITEM, KEEP, KEPT, METER, SLICE, STEP, STORE};
pub use library::FUNCTIONS;
pub use names::{CallUse, Callee, NameUse};
pub use recover::BrokenProgram;

/// A text with Jinja in it, or a single expression, ready to be evaluated.
pub struct Program {
    parsed: ParsedCell,
    /// Generated when they are first needed: most programs are simple enough to be evaluated without them.
    instructions: OnceLock<Option<InstructionsCell>>,
}

/// What a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProgramKind {
    /// A text with Jinja in it.
    Text,
    /// A single expression.
    Expression,
}

self_cell!(
    struct ParsedCell {
        owner: Arc<str>,
        #[covariant]
        dependent: ParsedProgram,
    }
);

struct ParsedProgram<'a> {
    tree: Tree<'a>,
    uses: names::Uses<'a>,
}

self_cell!(
    struct InstructionsCell {
        owner: Arc<str>,
        #[covariant]
        dependent: Instructions,
    }
);

impl Program {
    /// Parses a text with Jinja in it.
    ///
    /// # Errors
    /// The first error in the text.
    pub fn text(source: &str) -> Result<Self, JinjaError> {
        limits::check(source, ProgramKind::Text)?;
        Self::new(source, |source| {
            let root = parse(source, "", syntax_config())
                .map_err(|error| diagnose::of_parser(&error, source, ProgramKind::Text))?;
            let tree = lower::text(&root, source)?;
            Ok(ParsedProgram { uses: names::Uses::of(&tree, source), tree })
        })
    }

    /// Parses a single expression, as in `when` and `for`.
    ///
    /// # Errors
    /// The first error in the expression.
    pub fn expression(source: &str) -> Result<Self, JinjaError> {
        limits::check(source, ProgramKind::Expression)?;
        Self::new(source, |source| {
            let root =
                parse_expr(source).map_err(|error| diagnose::of_parser(&error, source, ProgramKind::Expression))?;
            let tree = lower::expression(&root, source);
            Ok(ParsedProgram { uses: names::Uses::of(&tree, source), tree })
        })
    }

    fn new(
        source: &str,
        read: impl for<'a> FnOnce(&'a Arc<str>) -> Result<ParsedProgram<'a>, JinjaError>,
    ) -> Result<Self, JinjaError> {
        Ok(Self { parsed: ParsedCell::try_new(source.into(), read)?, instructions: OnceLock::new() })
    }

    /// Returns the text that was parsed.
    #[must_use]
    pub fn source(&self) -> &str {
        self.parsed.borrow_owner()
    }

    /// Returns a part of the text.
    #[must_use]
    pub fn slice(&self, range: &Range<usize>) -> &str {
        self.source().get(range.clone()).unwrap_or_default()
    }

    /// Returns the syntax tree.
    #[must_use]
    pub(crate) fn tree(&self) -> &Tree<'_> {
        &self.parsed.borrow_dependent().tree
    }

    /// Returns the names that must come from outside: variables, and what a `for` on a row or button binds.
    #[must_use]
    pub fn names(&self) -> &[NameUse<'_>] {
        &self.parsed.borrow_dependent().uses.free
    }

    /// Returns the filters, tests, functions and methods that are called, including unknown ones.
    #[must_use]
    pub fn calls(&self) -> &[CallUse<'_>] {
        &self.parsed.borrow_dependent().uses.calls
    }

    /// Returns where literal text is, in bytes of the text.
    #[must_use]
    pub fn literals(&self) -> Vec<Range<usize>> {
        struct Literals(Vec<Range<usize>>);
        impl<'a> ProgramVisitor<'a> for Literals {
            fn statement(&mut self, statement: &Statement<'a>) {
                if let StatementKind::Text(_) = statement.kind {
                    self.0.push(statement.range.clone());
                }
                walk_statement(self, statement);
            }
        }
        let mut literals = Literals(Vec::new());
        walk_tree(&mut literals, self.tree());
        literals.0
    }

    /// Returns the range of the largest expression that ends where a range does and does not begin before it.
    #[must_use]
    pub(crate) fn expression_within(&self, range: &Range<usize>) -> Option<Range<usize>> {
        struct Search<'r>(&'r Range<usize>, Option<Range<usize>>);
        impl<'a> ProgramVisitor<'a> for Search<'_> {
            fn expression(&mut self, expression: &Expr<'a>) {
                let is_within = expression.range.end == self.0.end && expression.range.start >= self.0.start;
                if is_within && self.1.is_none() {
                    self.1 = Some(expression.range.clone());
                }
                walk_expression(self, expression);
            }
        }
        let mut search = Search(range, None);
        walk_tree(&mut search, self.tree());
        search.1
    }

    /// Returns whether the value keeps its type: an expression, or a text that is exactly one `{{ … }}`.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.tree().whole().is_some()
    }

    /// Returns the instructions for MiniJinja's virtual machine. They exist in any case, since the program has been
    /// parsed before.
    pub(crate) fn instructions(&self) -> Option<&Instructions<'_>> {
        let cell = self.instructions.get_or_init(|| self.compile().ok());
        cell.as_ref().map(InstructionsCell::borrow_dependent)
    }

    fn compile(&self) -> Result<InstructionsCell, minijinja::Error> {
        InstructionsCell::try_new(Arc::clone(self.parsed.borrow_owner()), |source| {
            let mut generator = CodeGenerator::new("", source);
            match self.tree() {
                Tree::Text(_) => {
                    let root = parse(source, "", syntax_config())?;
                    instrument::compile_text(&mut generator, &root, self.tree());
                }
                Tree::Expression(_) => {
                    instrument::compile_expression(&mut generator, &parse_expr(source)?, self.tree());
                }
            }
            Ok(generator.finish().0)
        })
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Program({:?})", self.source())
    }
}

/// Returns the configuration of the parser: white space around statements and a final line break are kept.
fn syntax_config() -> SyntaxConfig {
    static CONFIG: LazyLock<SyntaxConfig> =
        LazyLock::new(|| SyntaxConfig::builder().keep_trailing_newline(true).build().unwrap_or_default());
    CONFIG.clone()
}
