//! From an expression to its type, and to the type errors in it.

use std::collections::HashMap;
use std::ops::Range;

use crate::expr::ast::{Argument, ArgumentKind, Expr, ExprKind, Name};
use crate::expr::library::{self, Operation, Takes};
use crate::expr::{Constant, ConstantKind};
use crate::source::{SourceFile, Span};
use crate::template::{EmbeddedProgram, ProgramId, Repeat};

use super::contract::Applied;
use super::error::{Operand, TypeError, TypeErrorKind};
use super::filters::{self, attribute};
use super::kinds::Kinds;
use super::missing_else::MissingElse;
use super::scope::{Assumption, Bound, TypeScope};
use super::shown::BareNumber;
use super::ty::{Length, MappingType, Type};

/// Infers the types of the expressions of a template.
pub(super) struct Inference<'t> {
    pub(super) scope: TypeScope<'t>,
    file: Option<&'t SourceFile>,
    /// The program whose expressions are examined.
    pub(super) program: Option<EmbeddedProgram<'t>>,
    /// Locates ranges of the program.
    locator: Option<Box<dyn Fn(Range<usize>) -> Span + 't>>,
    pub(super) errors: Vec<TypeError>,
    /// What is an error only if a value is null.
    pub(super) if_null: Vec<TypeError>,
    /// Keys that are allowed, but not declared.
    pub(super) undeclared: Vec<TypeError>,
    /// Conditional expressions whose missing value is used.
    pub(super) missing_else: Vec<MissingElse>,
    /// Numbers that become text as they are, if readers see the text; otherwise they are not collected.
    pub(super) shown_numbers: Option<Vec<BareNumber>>,
    /// The types that have been inferred, if they are asked for.
    pub(super) observed: Option<Observed>,
}

/// The types of the parts of programs.
#[derive(Debug, Default)]
pub(in crate::analysis) struct Observed {
    /// Of expressions, and of names where they are bound, by their ranges.
    parts: HashMap<(ProgramId, Range<usize>), Type>,
    /// Of the items of each `for` on a row or a button.
    items: HashMap<ProgramId, Type>,
}

impl Observed {
    /// Returns the type of an expression, or of a name where it is bound.
    pub(in crate::analysis) fn part(&self, program: ProgramId, range: &Range<usize>) -> Option<Type> {
        self.parts.get(&(program, range.clone())).cloned()
    }

    /// Returns the type of the items of a `for` on a row or a button.
    pub(in crate::analysis) fn item(&self, repeat: &Repeat) -> Option<Type> {
        self.items.get(&repeat.items.id).cloned()
    }
}

impl<'t> Inference<'t> {
    /// Creates an inference. `file`: the file of the template; `None` for an expression outside of a template.
    pub(super) fn new(scope: TypeScope<'t>, file: Option<&'t SourceFile>) -> Self {
        Self {
            scope,
            file,
            program: None,
            locator: None,
            errors: Vec::new(),
            if_null: Vec::new(),
            undeclared: Vec::new(),
            missing_else: Vec::new(),
            shown_numbers: None,
            observed: None,
        }
    }

    /// Goes on to the expressions of another program.
    pub(super) fn look_at(&mut self, program: EmbeddedProgram<'t>) {
        self.locator = self.file.map(|file| Box::new(program.locator(file)) as Box<_>);
        self.program = Some(program);
    }

    /// Returns the text of the program.
    pub(super) fn source(&self) -> &'t str {
        self.program.as_ref().and_then(|embedded| embedded.program.ok()).map_or("", |program| program.source())
    }

    pub(super) fn locate(&self, range: Range<usize>) -> Span {
        self.locator.as_ref().map_or_else(|| Span::at(0), |locate| locate(range))
    }

    pub(super) fn operand(&self, expression: &Expr<'t>, known: &Type) -> Operand {
        let text = self.source().get(expression.range.clone()).unwrap_or_default().to_owned();
        Operand { text, known: known.clone() }
    }

    /// Adds an error at an expression. `about`: the expression whose declaration explains it.
    pub(super) fn report(&mut self, at: &Expr<'t>, about: &Expr<'t>, kind: TypeErrorKind) {
        self.report_at(at.range.clone(), about, kind);
    }

    /// Adds an error at a range of the text.
    pub(super) fn report_at(&mut self, range: Range<usize>, about: &Expr<'t>, kind: TypeErrorKind) {
        let location = self.locate(range);
        let declared = self.scope.declaration(about);
        self.errors.push(TypeError { location, declared, kind });
    }

    fn observe(&mut self, range: &Range<usize>, known: &Type) {
        if let (Some(observed), Some(program)) = (&mut self.observed, &self.program) {
            observed.parts.insert((program.id, range.clone()), known.clone());
        }
    }

    /// Binds a name that is written in the program.
    pub(super) fn bind(&mut self, name: &Name<'t>, value: Bound) {
        self.observe(&name.range, &value.known);
        self.scope.bind(name.text, value);
    }

    /// Binds the items of a `for` on a row or a button.
    pub(super) fn bind_item(&mut self, repeat: &'t Repeat, item: Bound) {
        if let Some(observed) = &mut self.observed {
            observed.items.insert(repeat.items.id, item.known.clone());
        }
        self.scope.bind(&repeat.name, item);
    }

    /// Returns the type without reporting errors.
    pub(super) fn quietly(&mut self, expression: &Expr<'t>) -> Type {
        let lists = |inference: &mut Self| [&inference.errors, &inference.if_null, &inference.undeclared].map(Vec::len);
        let [errors, if_null, undeclared] = lists(self);
        let missing_else = self.missing_else.len();
        let known = self.expression(expression);
        self.errors.truncate(errors);
        self.if_null.truncate(if_null);
        self.undeclared.truncate(undeclared);
        self.missing_else.truncate(missing_else);
        known
    }

    /// Returns the type without what the conditions around leave of it, and without reporting errors.
    pub(super) fn without_conditions(&mut self, expression: &Expr<'t>) -> Type {
        let narrowed = self.scope.widen();
        let known = self.quietly(expression);
        self.scope.narrow_again(narrowed);
        known
    }

    /// Returns the type under an assumption about a condition.
    pub(super) fn under(&mut self, condition: &Expr<'t>, assumed: Assumption, expression: &Expr<'t>) -> Type {
        let checkpoint = self.scope.checkpoint();
        self.scope.assume(condition, assumed);
        let known = self.expression(expression);
        self.scope.restore(checkpoint);
        known
    }

    pub(super) fn expression(&mut self, expression: &Expr<'t>) -> Type {
        let known = self.infer(expression);
        self.observe(&expression.range, &known);
        known
    }

    fn infer(&mut self, expression: &Expr<'t>) -> Type {
        match &expression.kind {
            ExprKind::Name(name) => {
                let known = self.scope.name(name);
                self.scope.narrowed(expression, known)
            }
            ExprKind::Literal(value) => constant(value),
            ExprKind::Slice { of, bounds } => self.slice(of, bounds),
            ExprKind::Not(of) => {
                self.expression(of);
                Type::BOOLEAN
            }
            ExprKind::Negate(of) => self.negate(of),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, expression),
            ExprKind::Chain { first, rest } => self.chain(first, rest, expression),
            ExprKind::If { condition, yes, no } => {
                self.expression(condition);
                let yes = self.under(condition, Assumption::Holds, yes);
                yes.join(&no.as_ref().map_or(Type::UNDEFINED, |no| self.under(condition, Assumption::Fails, no)))
            }
            ExprKind::Filter { input, name, arguments } => match input {
                Some(input) => {
                    let known = self.expression(input);
                    self.filter(name.text, arguments, Some(input), &known)
                }
                // The filter of a block, whose text is the input.
                None => self.filter(name.text, arguments, None, &Type::TEXT),
            },
            ExprKind::Test { of, name, arguments } => {
                self.test(of, name, arguments, expression);
                Type::BOOLEAN
            }
            ExprKind::Attribute { of, name } => self.attribute(of, name, expression),
            ExprKind::Item { of, key } => self.item(of, key, expression),
            ExprKind::Call { callee, arguments } => self.call(callee, arguments, expression),
            ExprKind::List(items) => {
                let item = items.iter().fold(Type::NEVER, |all, item| all.join(&self.expression(item)));
                Type::list(item, Length::exactly(items.len()))
            }
            ExprKind::Map(entries) => self.map(entries),
        }
    }

    fn map(&mut self, entries: &[(Expr<'t>, Expr<'t>)]) -> Type {
        let mut keys = Vec::new();
        let mut rest = None;
        for (key, value) in entries {
            self.expression(key);
            let known = self.expression(value);
            match key.constant().and_then(Constant::as_str) {
                Some(key) => keys.push((key.to_owned(), known)),
                None => rest = Some(Type::UNKNOWN),
            }
        }
        Type::mapping(MappingType { keys, rest, length: Length { least: 0, most: Some(entries.len() as u64) } })
    }

    pub(super) fn arguments<'e>(&mut self, arguments: &'e [Argument<'t>]) -> Vec<TypedArgument<'e, 't>> {
        let typed = |argument: &'e Argument<'t>| TypedArgument { argument, known: self.expression(&argument.value) };
        arguments.iter().map(typed).collect()
    }

    /// Returns the type of what a filter returns. `input`: the expression before it; `None` for the filter of a block.
    fn filter(&mut self, name: &'t str, arguments: &[Argument<'t>], input: Option<&Expr<'t>>, known: &Type) -> Type {
        let arguments = self.arguments(arguments);
        if known.kinds == Kinds::NONE {
            return Type::NEVER;
        }
        if let (Some(function), Some(input)) = (library::filter(name), input) {
            let operation = Operation::Filter(function.name);
            if !self.check_call(Applied { operation, function, input, known, arguments: &arguments }) {
                return Type::UNKNOWN;
            }
        }
        filters::result(name, known, &arguments)
    }

    fn call(&mut self, callee: &Expr<'t>, arguments: &[Argument<'t>], whole: &Expr<'t>) -> Type {
        match &callee.kind {
            ExprKind::Name(name) => {
                let known = self.expression(callee);
                let arguments = self.arguments(arguments);
                if self.scope.is_bound(name) || known != Type::of(Kinds::OTHER) {
                    return Type::UNKNOWN;
                }
                if *name == library::RANGE {
                    for typed in
                        arguments.iter().filter(|typed| matches!(typed.argument.kind, ArgumentKind::Positional))
                    {
                        let operation = Operation::Function(library::RANGE);
                        self.check_argument(&typed.argument.value, &typed.known, operation, Takes::Number);
                    }
                }
                function(name, &arguments)
            }
            ExprKind::Attribute { of, name } => self.method(of, name, arguments, whole),
            _ => {
                self.expression(callee);
                self.arguments(arguments);
                Type::UNKNOWN
            }
        }
    }

    fn method(&mut self, of: &Expr<'t>, name: &Name<'t>, arguments: &[Argument<'t>], whole: &Expr<'t>) -> Type {
        let known = self.expression(of);
        let arguments = self.arguments(arguments);
        let method = attribute(&known, name.text);
        if is_surely(&known, Kinds::JSON) && !method.kinds.meets(Kinds::OTHER) {
            let kind = TypeErrorKind::Method { of: self.operand(of, &known), name: name.text.to_owned() };
            self.report(whole, of, kind);
        }
        if name.text == "cycle" && arguments.is_empty() && method == Type::of(Kinds::OTHER) {
            self.report(whole, of, TypeErrorKind::NothingToCycle);
        }
        match name.text {
            "changed" => Type::BOOLEAN,
            "cycle" => arguments.iter().fold(Type::NEVER, |all, argument| all.join(&argument.known)),
            _ => Type::UNKNOWN,
        }
    }
}

/// An argument with its type.
pub(super) struct TypedArgument<'e, 't> {
    pub(super) argument: &'e Argument<'t>,
    pub(super) known: Type,
}

/// Returns whether a value is of one of the kinds, if there is a value.
pub(super) fn is_surely(known: &Type, kinds: Kinds) -> bool {
    (known.kinds & !Kinds::UNDEFINED).is_within(kinds)
}

fn constant(value: &Constant) -> Type {
    match value.kind() {
        ConstantKind::Null => Type::NULL,
        ConstantKind::Boolean => Type::BOOLEAN,
        ConstantKind::Integer => Type::INTEGER,
        ConstantKind::Float => Type::NUMBER,
        ConstantKind::Text => value.as_str().map_or(Type::TEXT, Type::string),
        ConstantKind::List | ConstantKind::Mapping => Type::UNKNOWN,
    }
}

fn function(name: &str, arguments: &[TypedArgument<'_, '_>]) -> Type {
    match name {
        "range" => {
            let bound = |typed: &TypedArgument<'_, '_>| match typed.argument.kind {
                ArgumentKind::Positional => typed.argument.value.constant().and_then(Constant::as_i64),
                ArgumentKind::Keyword(_) | ArgumentKind::Splat => None,
            };
            let bounds: Option<Vec<i64>> = arguments.iter().map(bound).collect();
            let length = match bounds.as_deref() {
                Some([stop]) => Length::exactly(usize::try_from(*stop).unwrap_or(0)),
                Some([start, stop]) => Length::exactly(usize::try_from(stop.saturating_sub(*start)).unwrap_or(0)),
                Some([start, stop, step]) if *step > 0 => {
                    let distance = u64::try_from(stop.saturating_sub(*start)).unwrap_or(0);
                    let count = distance.div_ceil(step.unsigned_abs());
                    Length { least: count, most: Some(count) }
                }
                _ => Length::ANY,
            };
            Type::list(Type::INTEGER, length)
        }
        "dict" => Type::of(Kinds::MAPPING),
        _ => Type::UNKNOWN,
    }
}
