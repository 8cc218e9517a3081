//! From an expression to what it can be, and to what cannot work in it.

use minijinja::value::{Value, ValueKind};

use crate::expr::syntax::{Call, CallArg, CallType, Expr, Filter};

use super::error::{Operand, TypeError, TypeErrorKind};
use super::filters::{self, Arguments, attribute};
use super::scope::Scope;
use super::ty::{Kinds, Length, Mapping, Type};
use super::{Site, range};

/// Types of expressions at a place.
pub(super) struct Inference<'t> {
    pub(super) scope: Scope<'t>,
    pub(super) site: Site<'t>,
    pub(super) problems: Vec<TypeError>,
}

impl<'t> Inference<'t> {
    pub(super) fn operand(&self, expression: &Expr<'t>, known: &Type) -> Operand {
        let source = self.site.source();
        let text = source.get(range::of(expression, source)).unwrap_or_default().to_owned();
        Operand { text, known: known.clone() }
    }

    pub(super) fn report(&mut self, at: &Expr<'t>, about: &Expr<'t>, nonsense: TypeErrorKind) {
        let span = self.site.locate(range::of(at, self.site.source()));
        let declared = self.scope.declaration(about);
        self.problems.push(TypeError { span, declared, nonsense });
    }

    /// The type without a word about what cannot work.
    pub(super) fn quietly(&mut self, expression: &Expr<'t>) -> Type {
        let told = self.problems.len();
        let known = self.expression(expression);
        self.problems.truncate(told);
        known
    }

    /// The type under a condition that holds, or does not.
    pub(super) fn under(&mut self, condition: &Expr<'t>, holds: bool, expression: &Expr<'t>) -> Type {
        let mark = self.scope.mark();
        self.scope.assume(condition, holds);
        let known = self.expression(expression);
        self.scope.restore(mark);
        known
    }

    pub(super) fn expression(&mut self, expression: &Expr<'t>) -> Type {
        match expression {
            Expr::Var(name) => {
                let known = self.scope.name(name.id);
                self.scope.narrowed(expression, known)
            }
            Expr::Const(value) => constant(&value.value),
            Expr::Slice(slice) => self.slice(slice),
            Expr::UnaryOp(unary) => self.unary(unary, expression),
            Expr::BinOp(binary) => self.binary(binary, expression),
            Expr::Compare(chain) => self.chain(chain, expression),
            Expr::IfExpr(choice) => {
                self.expression(&choice.test_expr);
                let yes = self.under(&choice.test_expr, true, &choice.true_expr);
                let no = choice.false_expr.as_ref();
                yes.join(&no.map_or(Type::UNDEFINED, |no| self.under(&choice.test_expr, false, no)))
            }
            Expr::Filter(filter) => match &filter.expr {
                Some(input) => {
                    let known = self.expression(input);
                    self.filter(filter, Some(input), &known)
                }
                // Of a block, whose text is what goes in.
                None => self.filter(filter, None, &Type::TEXT),
            },
            Expr::Test(test) => {
                self.expression(&test.expr);
                self.arguments(&test.args);
                Type::BOOLEAN
            }
            Expr::GetAttr(attribute) => self.attribute(attribute, expression),
            Expr::GetItem(item) => self.item(item, expression),
            Expr::Call(call) => self.call(call, expression),
            Expr::List(list) => self.list(&list.items),
            Expr::Tuple(tuple) => self.list(&tuple.items),
            Expr::Map(map) => {
                let mut keys = Vec::new();
                let mut rest = None;
                for (key, value) in map.keys.iter().zip(&map.values) {
                    self.expression(key);
                    let known = self.expression(value);
                    match key.as_const().as_ref().and_then(Value::as_str) {
                        Some(key) => keys.push((key.to_owned(), known)),
                        None => rest = Some(Type::UNKNOWN),
                    }
                }
                Type::mapping(Mapping { keys, rest, length: Length { least: 0, most: Some(map.keys.len() as u64) } })
            }
        }
    }

    fn list(&mut self, items: &[Expr<'t>]) -> Type {
        let item = items.iter().fold(Type::NEVER, |all, item| all.join(&self.expression(item)));
        Type::list(item, Length::exactly(items.len()))
    }

    pub(super) fn arguments<'e>(&mut self, arguments: &'e [CallArg<'t>]) -> Arguments<'e, 't> {
        let known = |argument: &'e CallArg<'t>| match argument {
            CallArg::Pos(value) | CallArg::Kwarg(_, value) | CallArg::PosSplat(value) | CallArg::KwargSplat(value) => {
                (argument, self.expression(value))
            }
        };
        Arguments { list: arguments.iter().map(known).collect() }
    }

    /// `input`: none for a filter on a block.
    fn filter(&mut self, filter: &Filter<'t>, input: Option<&Expr<'t>>, known: &Type) -> Type {
        let arguments = self.arguments(&filter.args);
        if known.kinds == Kinds::NONE {
            return Type::NEVER;
        }
        let may_be_nothing = known.kinds.meets(Kinds::UNDEFINED) && filters::takes_nothing(filter.name);
        if let (Some((refused, takes)), Some(input)) = (filters::refuses(filter.name), input)
            && is_surely(known, refused)
            && !may_be_nothing
        {
            let operand = self.operand(input, known);
            self.report(input, input, TypeErrorKind::Filter { name: filter.name.to_owned(), input: operand, takes });
            return Type::UNKNOWN;
        }
        filters::result(filter.name, known, &arguments)
    }

    fn call(&mut self, call: &Call<'t>, whole: &Expr<'t>) -> Type {
        match call.identify_call() {
            CallType::Function(name) => {
                let known = self.expression(&call.expr);
                let arguments = self.arguments(&call.args);
                if self.scope.is_bound(name) || known != Type::of(Kinds::OTHER) {
                    return Type::UNKNOWN;
                }
                function(name, &arguments)
            }
            CallType::Method(of, name) => {
                let known = self.expression(of);
                let arguments = self.arguments(&call.args);
                let method = attribute(&known, name);
                if is_surely(&known, Kinds::JSON) && !method.kinds.meets(Kinds::OTHER) {
                    let nonsense = TypeErrorKind::Method { of: self.operand(of, &known), name: name.to_owned() };
                    self.report(whole, of, nonsense);
                }
                match name {
                    "changed" => Type::BOOLEAN,
                    "cycle" => arguments.list.iter().fold(Type::NEVER, |all, (_, known)| all.join(known)),
                    _ => Type::UNKNOWN,
                }
            }
            CallType::Object(of) => {
                self.expression(of);
                self.arguments(&call.args);
                Type::UNKNOWN
            }
        }
    }
}

/// Whether a value is of one of the kinds wherever there is one.
pub(super) fn is_surely(known: &Type, kinds: Kinds) -> bool {
    (known.kinds & !Kinds::UNDEFINED).is_within(kinds)
}

fn constant(value: &Value) -> Type {
    match value.kind() {
        ValueKind::None => Type::NULL,
        ValueKind::Bool => Type::BOOLEAN,
        ValueKind::Number if value.is_integer() => Type::INTEGER,
        ValueKind::Number => Type::NUMBER,
        ValueKind::String => Type::TEXT,
        _ => Type::UNKNOWN,
    }
}

fn function(name: &str, arguments: &Arguments<'_, '_>) -> Type {
    match name {
        "range" => {
            let bounds = arguments.list.iter().map(|(argument, _)| match argument {
                CallArg::Pos(value) => value.as_const().and_then(|value| value.as_i64()),
                _ => None,
            });
            let length = match bounds.collect::<Option<Vec<i64>>>().as_deref() {
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
