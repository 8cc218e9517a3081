//! Collects the names of a template.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::analysis::types::{self, Type};
use crate::expr::ast::{Expr, ExprKind, For, Name};
use crate::expr::visit::{Bound, ProgramVisitor, walk_arguments, walk_expression, walk_tree};
use crate::expr::{CallUse, Callee, FUNCTIONS};
use crate::source::Span;
use crate::syntax::{Entry, Node, Value};
use crate::template::visit::{Part, Scope, TemplateVisitor, TextRole, walk};
use crate::template::{Condition, EmbeddedProgram, ProgramId, Repeat, Template, Text};

use super::schema::Schema;
use super::{Occurrence, Symbol, SymbolKind};

/// Returns the symbols of a template and their occurrences.
pub(super) fn collect(template: &Template) -> (Vec<Symbol>, Vec<Occurrence>) {
    let mut collector = SymbolCollector {
        template,
        observed: types::observe(template),
        symbols: Vec::new(),
        by_identity: HashMap::new(),
        occurrences: Vec::new(),
        seen: HashSet::new(),
        bindings: Vec::new(),
        scopes: Vec::new(),
    };
    collector.declarations();
    collector.examples();
    walk(template, &mut collector);
    (collector.symbols, collector.occurrences)
}

/// What makes two names the same symbol.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Identity {
    /// Their definition.
    Defined(Span),
    /// The `for` that binds `loop`.
    Loop(Span),
    /// The symbol of which they are attributes, and the name: no declaration has the attribute.
    Attribute(usize, String),
    /// The name alone: they are parts of the language, or variables that are not declared.
    Global(SymbolKind, String),
}

/// A name that is bound here.
#[derive(Clone, Copy)]
struct Binding<'t> {
    name: &'t str,
    meaning: Meaning<'t>,
}

/// What is known of the value of an expression.
#[derive(Clone, Copy, Default)]
struct Meaning<'t> {
    /// The symbol whose value it is.
    symbol: Option<usize>,
    /// What is declared of it.
    schema: Option<Schema<'t>>,
}

struct SymbolCollector<'t> {
    template: &'t Template,
    observed: types::Observed,
    symbols: Vec<Symbol>,
    by_identity: HashMap<Identity, usize>,
    occurrences: Vec<Occurrence>,
    /// The locations of the occurrences: a text that is read twice, through an alias, counts once.
    seen: HashSet<Span>,
    bindings: Vec<Binding<'t>>,
    /// How many names were bound where each open scope begins.
    scopes: Vec<usize>,
}

impl<'t> SymbolCollector<'t> {
    /// Returns the symbol of an identity. `known`: its type.
    fn symbol(&mut self, identity: Identity, name: &str, kind: SymbolKind, known: impl FnOnce() -> Type) -> usize {
        if let Some(&symbol) = self.by_identity.get(&identity) {
            return symbol;
        }
        let definition = match identity {
            Identity::Defined(location) | Identity::Loop(location) => Some(location),
            Identity::Attribute(..) | Identity::Global(..) => None,
        };
        let symbol = self.symbols.len();
        self.symbols.push(Symbol { name: name.to_owned(), kind, definition, uses: Vec::new(), known: known() });
        self.by_identity.insert(identity, symbol);
        symbol
    }

    /// Adds a place at which the name of a symbol is written. `known`: its type there.
    fn occurs(&mut self, symbol: usize, location: Span, known: Option<Type>) {
        if self.seen.insert(location) {
            if self.symbols[symbol].definition != Some(location) {
                self.symbols[symbol].uses.push(location);
            }
            self.occurrences.push(Occurrence { location, symbol, known });
        }
    }

    fn declarations(&mut self) {
        let template = self.template;
        for variable in template.variables.iter().flat_map(|variables| &variables.list) {
            let symbol = self.variable(&variable.name);
            self.occurs(symbol, variable.key, None);
            self.declared_parts(Schema::of(variable));
        }
    }

    /// Adds the properties of a declaration, and the names that refer to them in the declaration.
    fn declared_parts(&mut self, schema: Schema<'t>) {
        for (key, value) in schema.properties() {
            self.property(schema, &key.text, key.span);
            self.declared_parts(value);
        }
        schema.items().into_iter().for_each(|items| self.declared_parts(items));
        schema.branches().for_each(|branch| self.declared_parts(branch));
        for name in schema.list("required").iter().filter_map(Node::as_scalar) {
            self.property(schema, &name.text, name.origin.span);
        }
        let default = schema.keyword("default");
        default.into_iter().chain(schema.list("examples")).for_each(|value| self.keys(value, schema));
    }

    fn examples(&mut self) {
        let template = self.template;
        for example in &template.examples {
            let entries = example.values.as_mapping().map(|mapping| mapping.entries.as_slice());
            for Entry { key, value } in entries.unwrap_or_default() {
                let symbol = self.variable(&key.text);
                self.occurs(symbol, key.span, None);
                let declared = template.variables.as_ref().and_then(|variables| variables.get(&key.text));
                declared.into_iter().for_each(|variable| self.keys(value, Schema::of(variable)));
            }
        }
    }

    /// Adds the keys of a value that is declared.
    fn keys(&mut self, value: &Node<'_>, declared: Schema<'t>) {
        match &value.value {
            Value::Mapping(mapping) => {
                for Entry { key, value } in &mapping.entries {
                    self.property(declared, &key.text, key.span);
                    if let Some((_, property)) = declared.property(&key.text) {
                        self.keys(value, property);
                    }
                }
            }
            Value::Sequence(items) => {
                if let Some(declared) = declared.items() {
                    items.iter().for_each(|item| self.keys(item, declared));
                }
            }
            _ => {}
        }
    }

    /// Adds a place at which the name of a declared property is written.
    fn property(&mut self, schema: Schema<'t>, name: &str, location: Span) {
        if let Some(symbol) = self.declared_attribute(schema, name) {
            self.occurs(symbol, location, None);
        }
    }

    fn declared_attribute(&mut self, schema: Schema<'t>, name: &str) -> Option<usize> {
        let (key, value) = schema.property(name)?;
        let identity = Identity::Defined(key.span);
        Some(self.symbol(identity, name, SymbolKind::Attribute, || types::type_of_schema(value.node)))
    }

    /// Returns the symbol of a variable, whether or not it is declared.
    fn variable(&mut self, name: &str) -> usize {
        match self.template.variables.as_ref().and_then(|variables| variables.get(name)) {
            Some(variable) => {
                let identity = Identity::Defined(variable.key);
                self.symbol(identity, name, SymbolKind::Variable, || types::type_of_schema(&variable.schema))
            }
            None => self.global(SymbolKind::Variable, name, Type::UNKNOWN),
        }
    }

    fn global(&mut self, kind: SymbolKind, name: &str, known: Type) -> usize {
        self.symbol(Identity::Global(kind, name.to_owned()), name, kind, || known)
    }

    /// Binds a name where it is written. `known`: its type there.
    fn bind(
        &mut self,
        name: &'t str,
        kind: SymbolKind,
        location: Span,
        schema: Option<Schema<'t>>,
        known: Option<Type>,
    ) {
        let scope = self.scopes.last().copied().unwrap_or_default();
        let before = self.bindings[scope..].iter_mut().rev().find(|binding| binding.name == name);
        // A second `set` of a name in the same scope assigns to the same name.
        if let Some(Binding { meaning: Meaning { symbol: Some(symbol), schema: declared }, .. }) = before {
            *declared = schema;
            let symbol = *symbol;
            self.occurs(symbol, location, known);
            return;
        }
        let known_type = known.clone().unwrap_or(Type::UNKNOWN);
        let symbol = self.symbol(Identity::Defined(location), name, kind, || known_type);
        self.occurs(symbol, location, known);
        self.bindings.push(Binding { name, meaning: Meaning { symbol: Some(symbol), schema } });
    }

    /// Binds `loop` for the `for` at a location.
    fn bind_loop(&mut self, each: Span) {
        let symbol = self.symbol(Identity::Loop(each), "loop", SymbolKind::Loop, || Type::UNKNOWN);
        self.bindings.push(Binding { name: "loop", meaning: Meaning { symbol: Some(symbol), schema: None } });
    }

    fn enter_scope(&mut self) {
        self.scopes.push(self.bindings.len());
    }

    fn leave_scope(&mut self) {
        self.bindings.truncate(self.scopes.pop().unwrap_or_default());
    }

    /// Adds the names of a program.
    fn program(&mut self, embedded: &EmbeddedProgram<'t>) {
        let Ok(program) = embedded.program else { return };
        let locate = embedded.locator(&self.template.file);
        let mut names = ProgramNames { collector: self, id: embedded.id, source: program.source(), locate: &locate };
        names.collector.enter_scope();
        walk_tree(&mut names, program.tree());
        names.collector.leave_scope();
        // Filters and tests that are passed by their names: `map("upper")`.
        for CallUse { name, range, kind } in program.calls() {
            let kind = match kind {
                Callee::Filter => SymbolKind::Filter,
                Callee::Test => SymbolKind::Test,
                Callee::Function | Callee::Method => continue,
            };
            let symbol = self.global(kind, name, Type::UNKNOWN);
            self.occurs(symbol, locate(range.clone()), None);
        }
    }

    /// Returns what is known of the value of an expression whose names have been added.
    fn meaning(&mut self, expression: &Expr<'t>) -> Meaning<'t> {
        match &expression.kind {
            ExprKind::Name(name) => match self.bindings.iter().rev().find(|binding| binding.name == *name) {
                Some(binding) => binding.meaning,
                None if FUNCTIONS.contains(name) => Meaning::default(),
                None => {
                    let variables = self.template.variables.as_ref();
                    let schema = variables.and_then(|variables| variables.get(name)).map(Schema::of);
                    Meaning { symbol: Some(self.variable(name)), schema }
                }
            },
            ExprKind::Attribute { of, name } => self.attribute(of, name.text),
            ExprKind::Item { of, key } => match key.constant().and_then(|key| key.as_str()) {
                Some(name) => self.attribute(of, name),
                None => Meaning { symbol: None, schema: self.meaning(of).schema.and_then(Schema::items) },
            },
            ExprKind::Slice { of, .. } => Meaning { symbol: None, ..self.meaning(of) },
            ExprKind::Filter { input: Some(input), name, .. } => {
                let schema = self.meaning(input).schema;
                let schema = match name.text {
                    "first" | "last" | "min" | "max" => schema.and_then(Schema::items),
                    "default" | "d" | "list" | "sort" | "unique" | "reverse" | "select" | "reject" | "selectattr"
                    | "rejectattr" => schema,
                    _ => None,
                };
                Meaning { symbol: None, schema }
            }
            ExprKind::If { yes, no, .. } => {
                let yes = self.meaning(yes).schema;
                Meaning { symbol: None, schema: yes.or_else(|| self.meaning(no.as_deref()?).schema) }
            }
            _ => Meaning::default(),
        }
    }

    fn attribute(&mut self, of: &Expr<'t>, name: &str) -> Meaning<'t> {
        let Meaning { symbol: parent, schema } = self.meaning(of);
        let property = schema.and_then(|schema| schema.property(name));
        let symbol = match schema.and_then(|schema| self.declared_attribute(schema, name)) {
            Some(symbol) => Some(symbol),
            None => parent.map(|parent| {
                let identity = Identity::Attribute(parent, name.to_owned());
                self.symbol(identity, name, SymbolKind::Attribute, || Type::UNKNOWN)
            }),
        };
        Meaning { symbol, schema: property.map(|(_, schema)| schema) }
    }
}

impl<'t> TemplateVisitor<'t> for SymbolCollector<'t> {
    fn enter(&mut self, _: Part<'t>, _: &Scope<'t>) {
        self.enter_scope();
    }

    fn repeat(&mut self, repeat: &'t Repeat, _: &Scope<'t>) {
        self.program(&EmbeddedProgram::of_condition(&repeat.items, Vec::new()));
        let items = repeat.items.program.as_ref().ok().and_then(|program| program.tree().whole());
        let schema = items.and_then(|items| self.meaning(items).schema).and_then(Schema::items);
        if repeat.items.program.is_ok() {
            let (location, known) = (repeat.name_span(&self.template.file), self.observed.item(repeat));
            self.bind(&repeat.name, SymbolKind::Item, location, schema, known);
            self.bind_loop(repeat.items.span());
        }
    }

    fn condition(&mut self, when: &'t Condition, _: &Scope<'t>) {
        self.program(&EmbeddedProgram::of_condition(when, Vec::new()));
    }

    fn text(&mut self, text: &'t Text, _: TextRole, _: &Scope<'t>) {
        EmbeddedProgram::of_text(text, Vec::new()).into_iter().for_each(|program| self.program(&program));
    }

    fn leave(&mut self, _: Part<'t>, _: &Scope<'t>) {
        self.leave_scope();
    }
}

/// Adds the names of one program.
struct ProgramNames<'c, 't, L> {
    collector: &'c mut SymbolCollector<'t>,
    id: ProgramId,
    source: &'t str,
    /// Leads from ranges of the program to the file.
    locate: &'c L,
}

impl<'t, L: Fn(Range<usize>) -> Span> ProgramNames<'_, 't, L> {
    /// Adds a name. `whole`: the expression whose value the name has.
    fn occurs(&mut self, symbol: usize, name: &Range<usize>, whole: &Expr<'t>) {
        let known = self.collector.observed.part(self.id, &whole.range);
        self.collector.occurs(symbol, (self.locate)(name.clone()), known);
    }

    fn global(&mut self, kind: SymbolKind, name: &Name<'t>, whole: &Expr<'t>) {
        let symbol = self.collector.global(kind, name.text, Type::UNKNOWN);
        self.occurs(symbol, &name.range, whole);
    }

    fn attribute(&mut self, of: &Expr<'t>, name: &str, range: &Range<usize>, whole: &Expr<'t>) {
        if let Some(symbol) = self.collector.attribute(of, name).symbol {
            self.occurs(symbol, range, whole);
        }
    }

    fn is_bound(&self, name: &str) -> bool {
        self.collector.bindings.iter().any(|binding| binding.name == name)
    }
}

impl<'t, L: Fn(Range<usize>) -> Span> ProgramVisitor<'t> for ProgramNames<'_, 't, L> {
    fn expression(&mut self, expression: &Expr<'t>) {
        match &expression.kind {
            ExprKind::Call { callee, arguments } if callee.as_name().is_some_and(|name| !self.is_bound(name)) => {
                let name = Name { text: callee.as_name().unwrap_or_default(), range: callee.range.clone() };
                self.global(SymbolKind::Function, &name, expression);
                walk_arguments(self, arguments);
                return;
            }
            ExprKind::Name(name) if FUNCTIONS.contains(name) && !self.is_bound(name) => {
                let name = Name { text: name, range: expression.range.clone() };
                self.global(SymbolKind::Function, &name, expression);
            }
            ExprKind::Filter { name, .. } => self.global(SymbolKind::Filter, name, expression),
            ExprKind::Test { name, .. } => self.global(SymbolKind::Test, name, expression),
            _ => {}
        }
        walk_expression(self, expression);
        match &expression.kind {
            ExprKind::Name(_) => {
                if let Some(symbol) = self.collector.meaning(expression).symbol {
                    self.occurs(symbol, &expression.range, expression);
                }
            }
            ExprKind::Attribute { of, name } => self.attribute(of, name.text, &name.range, expression),
            ExprKind::Item { of, key } => {
                if let Some(range) = key.unescaped(self.source) {
                    self.attribute(of, &self.source[range.clone()], &range, expression);
                }
            }
            _ => {}
        }
    }

    fn bind(&mut self, name: &Name<'t>, to: Bound<'_, 't>) {
        let schema = match to {
            Bound::Value(value) => self.collector.meaning(value).schema,
            Bound::Item(items) => self.collector.meaning(items).schema.and_then(Schema::items),
            Bound::Part | Bound::Block => None,
        };
        let (location, known) = ((self.locate)(name.range.clone()), self.collector.observed.part(self.id, &name.range));
        self.collector.bind(name.text, SymbolKind::Local, location, schema, known);
    }

    fn bind_loop(&mut self, each: &For<'t>) {
        self.collector.bind_loop((self.locate)(each.items.range.clone()));
    }

    fn enter_scope(&mut self) {
        self.collector.enter_scope();
    }

    fn leave_scope(&mut self) {
        self.collector.leave_scope();
    }
}
