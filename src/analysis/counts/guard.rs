//! Conditions that exclude or imply each other.
//!
//! A condition becomes a formula over *subjects*, expressions that have one value throughout a rendering. A [`World`] says of
//! each subject in which part of the possible values it lies, as finely as the conditions can tell. What holds in no world
//! never holds.

use std::collections::HashMap;

use minijinja::value::{Value, ValueKind};

use crate::expr::syntax::{BinOpKind, CallArg, Expr, UnaryOpKind};
use crate::expr::{Program, Tree};
use crate::template::{Condition, Grid, Variables};

/// The most worlds that are looked at. Where there are more, the last subjects are taken to be anything.
const MAX_WORLDS: usize = 1_000;

/// When a part is there.
#[derive(Clone, Debug)]
pub(super) enum Guard {
    /// Always, or never.
    Known(bool),
    /// Not known: it differs from round to round, or cannot be followed.
    Open,
    /// As a subject is.
    Atom(usize, Test),
    /// Where the other is not.
    Not(Box<Guard>),
    /// Where all are.
    All(Vec<Guard>),
    /// Where any is.
    Any(Vec<Guard>),
}

/// What is asked of a subject.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// Whether it counts as true.
    True,
    /// Whether it is a value.
    Is(Value),
    /// Whether it is less than a number.
    Less(f64),
}

/// What conditions ask about.
pub(super) struct Subjects<'t> {
    variables: Option<&'t Variables>,
    by_key: HashMap<String, usize>,
    list: Vec<Subject>,
    /// What the `for` around any condition give.
    bound: Vec<&'t str>,
    /// Whether a condition cannot be read, or uses a name that nobody declares: mended it may exclude another.
    pub(super) is_broken: bool,
}

#[derive(Debug, Default)]
struct Subject {
    is_integer: bool,
    /// Whether anybody asks if it is less than a number.
    is_ordered: bool,
    /// How often it is asked about.
    uses: usize,
    values: Vec<Value>,
}

/// A part of a subject's possible values.
#[derive(Clone, Debug)]
enum Part {
    /// A value.
    Is(Value),
    /// The numbers below this one, down to the next that is asked about.
    Below(f64),
    /// What MiniJinja orders before all numbers or after them, and whether it counts as true.
    Other { is_after: bool, is_true: bool },
}

/// The part in which each subject lies; none where nothing is said of it.
pub(super) struct World(Vec<Option<Part>>);

impl Guard {
    /// Whether a part is there in every world.
    pub(super) fn is_always(&self) -> bool {
        match self {
            Self::Known(holds) => *holds,
            Self::All(guards) => guards.iter().all(Self::is_always),
            Self::Any(guards) => guards.iter().any(Self::is_always),
            Self::Open | Self::Atom(..) | Self::Not(_) => false,
        }
    }

    /// Whether a part is there: certainly, certainly not, or perhaps.
    pub(super) fn holds(&self, world: &World) -> Option<bool> {
        match self {
            Self::Known(holds) => Some(*holds),
            Self::Open => None,
            Self::Atom(subject, test) => Some(world.0.get(*subject)?.as_ref()?.passes(test)),
            Self::Not(guard) => guard.holds(world).map(|holds| !holds),
            Self::All(guards) => all(guards.iter().map(|guard| guard.holds(world))),
            Self::Any(guards) => {
                all(guards.iter().map(|guard| guard.holds(world).map(|holds| !holds))).map(|none| !none)
            }
        }
    }
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for part in parts {
        match part {
            Some(false) => return part,
            None => all = None,
            Some(true) => {}
        }
    }
    all
}

impl Part {
    fn passes(&self, test: &Test) -> bool {
        match (self, test) {
            (Self::Is(value), Test::True) => value.is_true(),
            (Self::Is(value), Test::Is(other)) => value == other,
            (Self::Is(value), Test::Less(bound)) => *value < Value::from(*bound),
            (Self::Below(_), Test::True) => true,
            (Self::Below(end), Test::Less(bound)) => end <= bound,
            (Self::Other { is_true, .. }, Test::True) => *is_true,
            (Self::Other { is_after, .. }, Test::Less(_)) => !is_after,
            (Self::Below(_) | Self::Other { .. }, Test::Is(_)) => false,
        }
    }
}

impl Subject {
    /// Notes what a test tells apart.
    fn note(&mut self, test: &Test) {
        let told = match test {
            Test::True => None,
            Test::Is(value) => Some(value.clone()),
            Test::Less(bound) => Some(Value::from(*bound)),
        };
        self.is_ordered |= matches!(test, Test::Less(_));
        // Zero is the number that counts as false.
        let zero = told.as_ref().and_then(number).map(|_| Value::from(0));
        for value in told.into_iter().chain(zero) {
            if !self.values.contains(&value) {
                self.values.push(value);
            }
        }
    }

    fn parts(&self) -> Vec<Option<Part>> {
        if self.uses < 2 {
            // Nothing excludes or implies it.
            return vec![None];
        }
        let mut parts: Vec<Part> = self.values.iter().cloned().map(Part::Is).collect();
        let mut numbers: Vec<f64> = self.values.iter().filter_map(number).collect();
        numbers.sort_by(f64::total_cmp);
        if !numbers.is_empty() || self.is_integer {
            let ends = std::iter::once(f64::NEG_INFINITY).chain(numbers.iter().copied());
            let gaps = ends.zip(numbers.iter().copied().chain([f64::INFINITY]));
            // No integer lies between two neighbours.
            let gaps = gaps.filter(|(start, end)| !self.is_integer || end - start > 1.0);
            parts.extend(gaps.map(|(_, end)| Part::Below(end)));
        }
        if !self.is_integer {
            let orders: &[bool] = if self.is_ordered { &[false, true] } else { &[false] };
            let others =
                orders.iter().flat_map(|&is_after| [false, true].map(|is_true| Part::Other { is_after, is_true }));
            parts.extend(others);
        }
        parts.into_iter().map(Some).collect()
    }
}

fn number(value: &Value) -> Option<f64> {
    (value.kind() == ValueKind::Number).then(|| f64::try_from(value.clone()).ok()).flatten()
}

impl<'t> Subjects<'t> {
    pub(super) fn of(variables: Option<&'t Variables>, grid: &'t Grid) -> Self {
        let repeats = grid
            .rows
            .iter()
            .flat_map(|row| row.repeat.iter().chain(row.buttons.iter().filter_map(|button| button.repeat.as_ref())));
        let bound = repeats.map(|repeat| repeat.name.as_str()).chain(["loop"]).collect();
        Self { variables, by_key: HashMap::new(), list: Vec::new(), bound, is_broken: false }
    }

    /// The guard of a condition. `own`: names that are another in each round, of which nothing can be said.
    pub(super) fn guard(&mut self, condition: Option<&Condition>, own: &[&str]) -> Guard {
        let Some(condition) = condition else { return Guard::Known(true) };
        self.is_broken |= condition.program.as_ref().map_or(true, |program| self.has_unknown_name(program));
        match condition.program.as_ref().map(Program::tree) {
            Ok(Tree::Expression(expression)) => self.read(expression, own),
            _ => Guard::Open,
        }
    }

    fn has_unknown_name(&self, condition: &Program) -> bool {
        let is_unknown = |name: &str| {
            let is_undeclared = self.variables.is_some_and(|variables| variables.get(name).is_none());
            is_undeclared && !self.bound.contains(&name)
        };
        condition.names().iter().any(|used| is_unknown(used.name))
    }

    fn read(&mut self, condition: &Expr<'_>, own: &[&str]) -> Guard {
        if let Some(value) = condition.as_const() {
            return Guard::Known(value.is_true());
        }
        match condition {
            Expr::UnaryOp(unary) if matches!(unary.op, UnaryOpKind::Not) => {
                Guard::Not(Box::new(self.read(&unary.expr, own)))
            }
            Expr::BinOp(binary) => {
                let (left, right) = (&binary.left, &binary.right);
                match binary.op {
                    BinOpKind::ScAnd => Guard::All(vec![self.read(left, own), self.read(right, own)]),
                    BinOpKind::ScOr => Guard::Any(vec![self.read(left, own), self.read(right, own)]),
                    op => match (left.as_const(), right.as_const()) {
                        (None, Some(value)) => self.compare(left, op, &value, own),
                        (Some(value), None) => {
                            flipped(op).map_or(Guard::Open, |op| self.compare(right, op, &value, own))
                        }
                        _ => Guard::Open,
                    },
                }
            }
            subject => self.any(subject, [Test::True], own),
        }
    }

    fn compare(&mut self, subject: &Expr<'_>, op: BinOpKind, value: &Value, own: &[&str]) -> Guard {
        let not = |guard: Guard| Guard::Not(Box::new(guard));
        match (op, number(value)) {
            (BinOpKind::Eq, _) => self.any(subject, [Test::Is(value.clone())], own),
            (BinOpKind::Ne, _) => not(self.any(subject, [Test::Is(value.clone())], own)),
            (BinOpKind::In, _) if value.kind() == ValueKind::Seq => {
                let values = value.try_iter().into_iter().flatten();
                self.any(subject, values.map(Test::Is), own)
            }
            (BinOpKind::Lt, Some(bound)) => self.any(subject, [Test::Less(bound)], own),
            (BinOpKind::Gte, Some(bound)) => not(self.any(subject, [Test::Less(bound)], own)),
            (BinOpKind::Lte, Some(bound)) => self.any(subject, at_most(bound, value), own),
            (BinOpKind::Gt, Some(bound)) => not(self.any(subject, at_most(bound, value), own)),
            _ => Guard::Open,
        }
    }

    /// Where a subject passes any of some tests. However many they are, it is asked about once.
    fn any(&mut self, subject: &Expr<'_>, tests: impl IntoIterator<Item = Test>, own: &[&str]) -> Guard {
        let Some(key) = key(subject, own) else { return Guard::Open };
        let index = *self.by_key.entry(key).or_insert(self.list.len());
        if index == self.list.len() {
            self.list.push(Subject { is_integer: self.is_integer(subject), ..Subject::default() });
        }
        let subject = &mut self.list[index];
        subject.uses += 1;
        let atom = |test| {
            subject.note(&test);
            Guard::Atom(index, test)
        };
        Guard::Any(tests.into_iter().map(atom).collect())
    }

    fn is_integer(&self, subject: &Expr<'_>) -> bool {
        match subject {
            Expr::Filter(filter) => matches!(filter.name, "length" | "count"),
            Expr::Var(name) => self.variables.and_then(|variables| variables.get(name.id)).is_some_and(|variable| {
                let others = ["number", "string", "boolean", "null", "array", "object"];
                others.iter().all(|other| !variable.allows_type(other))
            }),
            _ => false,
        }
    }

    /// All worlds, as far as the conditions can tell them apart.
    pub(super) fn worlds(&self) -> Vec<World> {
        let mut worlds = vec![World(Vec::new())];
        for subject in &self.list {
            let parts = subject.parts();
            if worlds.len() * parts.len() > MAX_WORLDS {
                break;
            }
            let with = |world: &World, part: &Option<Part>| World(world.0.iter().chain([part]).cloned().collect());
            worlds = worlds.iter().flat_map(|world| parts.iter().map(move |part| with(world, part))).collect();
        }
        worlds
    }
}

fn at_most(bound: f64, value: &Value) -> [Test; 2] {
    [Test::Less(bound), Test::Is(value.clone())]
}

fn flipped(op: BinOpKind) -> Option<BinOpKind> {
    match op {
        BinOpKind::Eq | BinOpKind::Ne => Some(op),
        BinOpKind::Lt => Some(BinOpKind::Gt),
        BinOpKind::Lte => Some(BinOpKind::Gte),
        BinOpKind::Gt => Some(BinOpKind::Lt),
        BinOpKind::Gte => Some(BinOpKind::Lte),
        _ => None,
    }
}

/// The same text for the same value; none where a rendering may give it several.
fn key(expression: &Expr<'_>, own: &[&str]) -> Option<String> {
    let argument = |argument: &CallArg<'_>| match argument {
        CallArg::Pos(value) => key(value, own),
        CallArg::Kwarg(name, value) => Some(format!("{name}={}", key(value, own)?)),
        CallArg::PosSplat(_) | CallArg::KwargSplat(_) => None,
    };
    let arguments = |list: &[CallArg<'_>]| Some(list.iter().map(argument).collect::<Option<Vec<_>>>()?.join(","));
    match expression {
        Expr::Var(name) => (!own.contains(&name.id)).then(|| name.id.to_owned()),
        Expr::Const(value) => Some(format!("{:?}", value.value)),
        Expr::GetAttr(attribute) => Some(format!("{}.{}", key(&attribute.expr, own)?, attribute.name)),
        Expr::GetItem(item) => Some(format!("{}[{}]", key(&item.expr, own)?, key(&item.subscript_expr, own)?)),
        Expr::Filter(filter) => {
            Some(format!("({}|{}({}))", key(filter.expr.as_ref()?, own)?, filter.name, arguments(&filter.args)?))
        }
        Expr::Test(test) => Some(format!("({} is {}({}))", key(&test.expr, own)?, test.name, arguments(&test.args)?)),
        _ => None,
    }
}

/// The most iterations of a `for` in which a condition on `loop` can hold: `loop.index <= 2`, `loop.first`.
pub(super) fn iterations(condition: &Condition) -> Option<u64> {
    match condition.program.as_ref().ok()?.tree() {
        Tree::Expression(expression) => rounds_of(expression),
        Tree::Text(_) => None,
    }
}

fn rounds_of(condition: &Expr<'_>) -> Option<u64> {
    let of_loop = |expression: &Expr<'_>| match expression {
        Expr::GetAttr(attribute) if matches!(&attribute.expr, Expr::Var(name) if name.id == "loop") => {
            Some(attribute.name.to_owned())
        }
        _ => None,
    };
    match condition {
        Expr::BinOp(binary) if matches!(binary.op, BinOpKind::ScAnd) => {
            [rounds_of(&binary.left), rounds_of(&binary.right)].into_iter().flatten().min()
        }
        Expr::BinOp(binary) => {
            let bound = u64::try_from(binary.right.as_const()?).ok()?;
            let from = match of_loop(&binary.left)?.as_str() {
                "index" | "revindex" => 0,
                "index0" | "revindex0" => 1,
                _ => return None,
            };
            match binary.op {
                BinOpKind::Lte => Some(bound + from),
                BinOpKind::Lt => Some((bound + from).saturating_sub(1)),
                BinOpKind::Eq => Some(1),
                _ => None,
            }
        }
        other => matches!(of_loop(other)?.as_str(), "first" | "last").then_some(1),
    }
}
