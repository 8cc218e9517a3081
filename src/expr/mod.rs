//! What stands in a hole: parsed and compiled once, with its syntax tree at hand.
//!
//! The language is MiniJinja's without macros, inheritance and auto-escaping; its syntax tree and its instructions are
//! touched here and in `render` only. All ranges are bytes of the text that was compiled.

mod bounds;
mod literals;
mod meter;
mod names;
mod subset;

use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

use minijinja::machinery::{CodeGenerator, Instructions, parse, parse_expr};
use minijinja::syntax::SyntaxConfig;
use self_cell::self_cell;
use thiserror::Error;

pub use minijinja::machinery::ast as syntax;
pub(super) use names::place;
pub use names::{CallUse, Callee, FUNCTIONS, NameUse};

/// The filter that `meter` wraps around what can grow; no author can write this name.
pub(crate) const METER: &str = "(meter)";

/// The filter that the step of a slice passes through: MiniJinja 3.0.5 panics on some that go backwards.
pub(crate) const STEP: &str = "(step)";

/// Text with holes, or one expression, ready to be evaluated.
pub struct Program(Cell);

self_cell!(
    struct Cell {
        owner: String,
        #[covariant]
        dependent: Compiled,
    }
);

struct Compiled<'a> {
    tree: Tree<'a>,
    instructions: Instructions<'a>,
    uses: names::Uses<'a>,
}

/// The syntax tree of a program.
pub enum Tree<'a> {
    /// Of `when` and `for`: an expression alone.
    Expression(syntax::Expr<'a>),
    /// Of a scalar with holes: the root statement, a template.
    Text(syntax::Stmt<'a>),
}

/// Why a hole does not compile.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct JinjaError {
    /// What is wrong, in the words of the expression language.
    pub message: String,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
}

/// Whether a text holds anything to evaluate.
#[must_use]
pub fn has_jinja(text: &str) -> bool {
    text.match_indices('{').any(|(at, _)| matches!(text.as_bytes().get(at + 1), Some(b'{' | b'%' | b'#')))
}

impl Program {
    /// Compiles text with holes.
    ///
    /// # Errors
    /// The first place at which the text is not of the language.
    pub fn text(source: &str) -> Result<Self, JinjaError> {
        bounds::check(source, false)?;
        Self::compile(source, |source| {
            let root = parse(source, "", syntax_config()).map_err(|error| bounds::locate(&error, source, false))?;
            subset::check(&root)?;
            let tree = Tree::Text(root);
            let mut generator = CodeGenerator::new("", source);
            match tree.whole() {
                Some(expression) => compile_expression(&mut generator, expression),
                None => tree.statements().iter().for_each(|statement| {
                    generator.compile_stmt(&meter::statement(statement, false));
                }),
            }
            Ok(Compiled { uses: names::uses(&tree, source), tree, instructions: generator.finish().0 })
        })
    }

    /// Compiles one expression, as `when` and `for` hold it.
    ///
    /// # Errors
    /// As [`Program::text`].
    pub fn expression(source: &str) -> Result<Self, JinjaError> {
        bounds::check(source, true)?;
        Self::compile(source, |source| {
            let tree = Tree::Expression(parse_expr(source).map_err(|error| bounds::locate(&error, source, true))?);
            let mut generator = CodeGenerator::new("", source);
            if let Some(expression) = tree.whole() {
                compile_expression(&mut generator, expression);
            }
            Ok(Compiled { uses: names::uses(&tree, source), tree, instructions: generator.finish().0 })
        })
    }

    fn compile(
        source: &str,
        build: impl for<'a> FnOnce(&'a String) -> Result<Compiled<'a>, JinjaError>,
    ) -> Result<Self, JinjaError> {
        Cell::try_new(source.to_owned(), build).map(Self)
    }

    /// The text that was compiled.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.borrow_owner()
    }

    /// The syntax tree.
    #[must_use]
    pub fn tree(&self) -> &Tree<'_> {
        &self.0.borrow_dependent().tree
    }

    /// The names that must come from outside: variables, and what `for` on a row or button binds.
    #[must_use]
    pub fn names(&self) -> &[NameUse<'_>] {
        &self.0.borrow_dependent().uses.free
    }

    /// The filters, tests, functions and methods that are called, also those that there are not.
    #[must_use]
    pub fn calls(&self) -> &[CallUse<'_>] {
        &self.0.borrow_dependent().uses.calls
    }

    /// Where the text outside of holes stands, in bytes of the text.
    #[must_use]
    pub fn literals(&self) -> Vec<Range<usize>> {
        literals::literals(self.tree(), self.source())
    }

    /// Whether evaluating gives a value of its own type: an expression, or a text that is exactly one `{{ … }}`.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.tree().whole().is_some()
    }

    pub(crate) fn instructions(&self) -> &Instructions<'_> {
        &self.0.borrow_dependent().instructions
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Program({:?})", self.source())
    }
}

impl<'a> Tree<'a> {
    /// The statements of a text; none for an expression.
    #[must_use]
    pub fn statements(&self) -> &[syntax::Stmt<'a>] {
        match self {
            Self::Text(syntax::Stmt::Template(template)) => &template.children,
            _ => &[],
        }
    }

    /// The expression where the program is nothing but one.
    #[must_use]
    pub fn whole(&self) -> Option<&syntax::Expr<'a>> {
        match (self, self.statements()) {
            (Self::Expression(expression), _) => Some(expression),
            (_, [syntax::Stmt::EmitExpr(emit)]) => Some(&emit.expr),
            _ => None,
        }
    }
}

fn compile_expression<'a>(generator: &mut CodeGenerator<'a>, expression: &syntax::Expr<'a>) {
    generator.compile_expr(&meter::expression(expression));
}

/// Blanks around blocks are the author's, and so is a line break at the end.
fn syntax_config() -> SyntaxConfig {
    static CONFIG: LazyLock<SyntaxConfig> =
        LazyLock::new(|| SyntaxConfig::builder().keep_trailing_newline(true).build().unwrap_or_default());
    CONFIG.clone()
}
