//! Which names a program takes from outside, and which filters, tests, functions and methods it calls.

use std::ops::Range;

use super::ast::{Argument, ArgumentKind, Expr, ExprKind, For, Name, Tree};
use super::library::{self, FUNCTIONS, Function, Takes};
use super::visit::{Bound, ProgramVisitor, walk_arguments, walk_expression, walk_tree};

/// A use of a name that the program does not bind itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameUse<'a> {
    /// The name.
    pub name: &'a str,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
}

/// A call by name, whether or not there is anything of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallUse<'a> {
    /// The name.
    pub name: &'a str,
    /// Where the name is, in bytes of the text.
    pub range: Range<usize>,
    /// What is called.
    pub kind: Callee,
}

/// What can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Callee {
    /// `x | name`, also `x | map("name")`
    Filter,
    /// `x is name`, also `x | select("name")`
    Test,
    /// `name(…)`, where the program itself does not bind the name.
    Function,
    /// `x.name(…)`
    Method,
}

/// The methods of `loop`.
const LOOP_METHODS: [&str; 2] = ["cycle", "changed"];

/// What a program uses, in the order of its tree.
#[derive(Default)]
pub(super) struct Uses<'a> {
    /// Uses of names that are bound neither by `for`, `set` or `with`, nor functions, nor called.
    pub(super) free: Vec<NameUse<'a>>,
    pub(super) calls: Vec<CallUse<'a>>,
}

impl<'a> Uses<'a> {
    /// Collects what a program uses. `source`: the text of the tree.
    pub(super) fn of(tree: &Tree<'a>, source: &'a str) -> Self {
        let mut collector = UseCollector { source, bound: Vec::new(), scopes: Vec::new(), uses: Self::default() };
        walk_tree(&mut collector, tree);
        collector.uses
    }
}

struct UseCollector<'a> {
    source: &'a str,
    bound: Vec<&'a str>,
    /// How many names were bound where each open scope begins.
    scopes: Vec<usize>,
    uses: Uses<'a>,
}

impl<'a> ProgramVisitor<'a> for UseCollector<'a> {
    fn bind(&mut self, name: &Name<'a>, _: Bound<'_, 'a>) {
        self.bound.push(name.text);
    }

    fn bind_loop(&mut self, _: &For<'a>) {
        self.bound.push("loop");
    }

    fn enter_scope(&mut self) {
        self.scopes.push(self.bound.len());
    }

    fn leave_scope(&mut self) {
        self.bound.truncate(self.scopes.pop().unwrap_or_default());
    }

    fn expression(&mut self, expression: &Expr<'a>) {
        match &expression.kind {
            ExprKind::Name(name) => {
                if !self.bound.contains(name) && !FUNCTIONS.contains(name) {
                    self.uses.free.push(NameUse { name, range: expression.range.clone() });
                }
            }
            ExprKind::Filter { name, arguments, .. } => {
                self.call(name, Callee::Filter);
                self.passed_by_name(name.text, arguments);
                walk_expression(self, expression);
            }
            ExprKind::Test { name, .. } => {
                self.call(name, Callee::Test);
                walk_expression(self, expression);
            }
            ExprKind::Call { callee, arguments } => {
                self.callee(callee);
                walk_arguments(self, arguments);
            }
            _ => walk_expression(self, expression),
        }
    }
}

impl<'a> UseCollector<'a> {
    fn callee(&mut self, callee: &Expr<'a>) {
        match &callee.kind {
            // A local name may stand for a function: `{% set f = range %}`. `loop` never does.
            ExprKind::Name(name) if *name == "loop" || !self.bound.contains(name) => {
                self.call(&Name { text: name, range: callee.range.clone() }, Callee::Function);
            }
            ExprKind::Attribute { of, name } => {
                self.expression(of);
                if !(of.as_name() == Some("loop") && LOOP_METHODS.contains(&name.text)) {
                    self.call(name, Callee::Method);
                }
            }
            _ => self.expression(callee),
        }
    }

    fn call(&mut self, name: &Name<'a>, kind: Callee) {
        self.uses.calls.push(CallUse { name: name.text, range: name.range.clone(), kind });
    }

    /// Adds the filter or test that a filter is given by its name: `x | map("upper")`.
    fn passed_by_name(&mut self, filter: &str, arguments: &[Argument<'a>]) {
        let Some((index, takes)) = library::filter(filter).and_then(Function::applied) else { return };
        let kind = if takes == Takes::Filter { Callee::Filter } else { Callee::Test };
        let argument = arguments.get(index).filter(|argument| matches!(argument.kind, ArgumentKind::Positional));
        if let Some(range) = argument.and_then(|argument| argument.value.unescaped(self.source)) {
            self.call(&Name { text: &self.source[range.clone()], range }, kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::Program;

    fn free(text: &str) -> String {
        let program = Program::text(text).expect(text);
        program.names().iter().map(|used| used.name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn collects_the_names_that_a_program_takes_from_outside() {
        let cases = [
            ("{{ a.b[c] }}", "a c"),
            ("{{ a | default(b, c=d) }}{{ range(e) }}", "a b e d"),
            ("{{ a if b else c }}", "a b c"),
            ("{% for a in b %}{{ a }}{{ loop.index }}{{ c }}{% endfor %}{{ a }}{{ loop }}", "b c a loop"),
            ("{% for a in b if a > c %}{% else %}{{ a }}{% endfor %}", "b c a"),
            ("{% for a, (b, c) in d %}{{ a }}{{ c }}{% endfor %}", "d"),
            ("{% set a = a %}{{ a }}", "a"),
            ("{% if b %}{% set a = 1 %}{% endif %}{{ a }}", "b"),
            ("{% set a %}{% set b = 1 %}{{ b }}{% endset %}{{ a }}{{ b }}", "b"),
            ("{% with a = b, c = a %}{{ c }}{% endwith %}{{ c }}", "b c"),
            ("{% set ns = namespace() %}{% set ns.x = y %}{{ ns.x }}", "y"),
            ("{% filter replace(a, b) %}{{ c }}{% endfilter %}", "c a b"),
        ];
        for (text, expected) in cases {
            let mut names: Vec<&str> = expected.split_whitespace().collect();
            let found = free(text);
            let mut found: Vec<&str> = found.split_whitespace().collect();
            names.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, names, "{text}");
        }
    }

    #[test]
    fn calls() {
        let cases = [
            ("{{ a | upper }}", "Filter upper@7"),
            ("{{ a | map('upper') }}", "Filter map@7 Filter upper@12"),
            ("{{ a | selectattr('b', 'even') }}", "Filter selectattr@7 Test even@24"),
            ("{{ a is not none }}", "Test none@12"),
            ("{{ f(1) }}", "Function f@3"),
            ("{% set f = range %}{{ f(1) }}", ""),
            ("{{ a.b(c | d) }}", "Method b@5 Filter d@11"),
            ("{% for a in b %}{{ loop.cycle(1) }}{{ loop.next() }}{% endfor %}", "Method next@43"),
            ("{% filter upper | trim %}{% endfilter %}", "Filter trim@18 Filter upper@10"),
        ];
        for (text, expected) in cases {
            let program = Program::text(text).expect(text);
            let calls = program.calls().iter();
            let calls: Vec<String> =
                calls.map(|call| format!("{:?} {}@{}", call.kind, call.name, call.range.start)).collect();
            assert_eq!(calls.join(" "), expected, "{text}");
            assert!(program.calls().iter().all(|call| text[call.range.clone()] == *call.name));
        }
    }
}
