//! Conditions that exclude or imply each other.
//!
//! A condition becomes a formula over *subjects*: expressions that have one value throughout a rendering. A [`World`]
//! says for each subject in which region of the possible values it lies, as finely as the conditions tell values
//! apart. What holds in no world never holds.

use std::collections::{HashMap, HashSet};

use crate::expr::ast::{Argument, ArgumentKind, BinaryOp, Expr, ExprKind, Tree};
use crate::expr::{Constant, ConstantKind, Program};
use crate::template::{Condition, GridTemplate, Variables};

/// The most worlds that are examined. If there are more, nothing is assumed about the last subjects.
const MAX_WORLDS: usize = 1_000;

/// When a row or button is kept.
#[derive(Clone, Debug)]
pub(super) enum Guard {
    /// Always, or never.
    Known(bool),
    /// Not known: it differs between iterations, or cannot be followed.
    Open,
    /// If a subject passes a test.
    Atom(usize, Test),
    /// If the other does not hold.
    Not(Box<Guard>),
    /// If all hold.
    All(Vec<Guard>),
    /// If any holds.
    Any(Vec<Guard>),
}

/// A test of a subject.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// It counts as true.
    True,
    /// It equals a value.
    Is(Constant),
    /// It is less than a number.
    Less(f64),
}

/// The names that the conditions of a grid can use.
pub(super) struct Names<'t> {
    variables: Option<&'t Variables>,
    /// The names that `for` binds anywhere in the grid.
    bound: HashSet<&'t str>,
}

/// The subjects of conditions.
pub(super) struct Subjects<'t> {
    names: &'t Names<'t>,
    by_key: HashMap<String, usize>,
    list: Vec<Subject>,
    /// Whether a condition does not parse or uses an undefined name: once it is corrected it may exclude others.
    pub(super) is_broken: bool,
}

#[derive(Debug, Default)]
struct Subject {
    is_integer: bool,
    /// Whether a condition compares it with a number by order.
    is_ordered: bool,
    /// How many conditions are about it.
    uses: usize,
    /// The values that conditions tell apart.
    values: Vec<Constant>,
}

/// A region of a subject's possible values.
#[derive(Clone, Debug)]
enum Region {
    /// A single value.
    Is(Constant),
    /// The numbers below this one, down to the next that conditions tell apart.
    Below(f64),
    /// What MiniJinja orders before all numbers or after them, and whether it counts as true.
    Other { is_after: bool, is_true: bool },
}

/// The region in which each subject lies; `None` if nothing is assumed about it.
pub(super) struct World(Vec<Option<Region>>);

impl Guard {
    /// Returns whether it holds in every world.
    pub(super) fn is_always(&self) -> bool {
        match self {
            Self::Known(holds) => *holds,
            Self::All(guards) => guards.iter().all(Self::is_always),
            Self::Any(guards) => guards.iter().any(Self::is_always),
            Self::Open | Self::Atom(..) | Self::Not(_) => false,
        }
    }

    /// Returns whether it holds in a world; `None` if that is not known.
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

impl Region {
    fn passes(&self, test: &Test) -> bool {
        match (self, test) {
            (Self::Is(value), Test::True) => value.is_true(),
            (Self::Is(value), Test::Is(other)) => value == other,
            (Self::Is(value), Test::Less(bound)) => *value < Constant::from(*bound),
            (Self::Below(_), Test::True) => true,
            (Self::Below(end), Test::Less(bound)) => end <= bound,
            (Self::Other { is_true, .. }, Test::True) => *is_true,
            (Self::Other { is_after, .. }, Test::Less(_)) => !is_after,
            (Self::Below(_) | Self::Other { .. }, Test::Is(_)) => false,
        }
    }
}

impl Subject {
    /// Notes the values that a test tells apart.
    fn note(&mut self, test: &Test) {
        let named = match test {
            Test::True => None,
            Test::Is(value) => Some(value.clone()),
            Test::Less(bound) => Some(Constant::from(*bound)),
        };
        self.is_ordered |= matches!(test, Test::Less(_));
        // Zero is the number that counts as false.
        let zero = named.as_ref().filter(|value| value.is_number()).map(|_| Constant::from(0_i64));
        for value in named.into_iter().chain(zero) {
            if !self.values.contains(&value) {
                self.values.push(value);
            }
        }
    }

    fn regions(&self) -> Vec<Option<Region>> {
        if self.uses < 2 {
            // No other condition excludes or implies it.
            return vec![None];
        }
        let mut regions: Vec<Region> = self.values.iter().cloned().map(Region::Is).collect();
        let mut numbers: Vec<f64> = self.values.iter().filter_map(Constant::as_f64).collect();
        numbers.sort_by(f64::total_cmp);
        if !numbers.is_empty() || self.is_integer {
            let ends = std::iter::once(f64::NEG_INFINITY).chain(numbers.iter().copied());
            let gaps = ends.zip(numbers.iter().copied().chain([f64::INFINITY]));
            // No integer lies between two neighbours.
            let gaps = gaps.filter(|(start, end)| !self.is_integer || end - start > 1.0);
            regions.extend(gaps.map(|(_, end)| Region::Below(end)));
        }
        if !self.is_integer {
            let orders: &[bool] = if self.is_ordered { &[false, true] } else { &[false] };
            let others =
                orders.iter().flat_map(|&is_after| [false, true].map(|is_true| Region::Other { is_after, is_true }));
            regions.extend(others);
        }
        regions.into_iter().map(Some).collect()
    }
}

impl<'t> Names<'t> {
    pub(super) fn of(variables: Option<&'t Variables>, grid: &'t GridTemplate) -> Self {
        let repeats = grid
            .rows
            .iter()
            .flat_map(|row| row.repeat.iter().chain(row.buttons.iter().filter_map(|button| button.repeat.as_ref())));
        Self { variables, bound: repeats.map(|repeat| repeat.name.as_str()).chain(["loop"]).collect() }
    }

    fn is_undefined(&self, name: &str) -> bool {
        self.variables.is_some_and(|variables| variables.get(name).is_none()) && !self.bound.contains(name)
    }
}

impl<'t> Subjects<'t> {
    pub(super) fn new(names: &'t Names<'t>) -> Self {
        Self { names, by_key: HashMap::new(), list: Vec::new(), is_broken: false }
    }

    /// Returns the guard of a condition. `own`: names that differ between iterations, about which nothing is known.
    pub(super) fn guard(&mut self, condition: Option<&Condition>, own: &[&str]) -> Guard {
        let Some(condition) = condition else { return Guard::Known(true) };
        self.is_broken |= condition
            .program
            .as_ref()
            .map_or(true, |program| program.names().iter().any(|used| self.names.is_undefined(used.name)));
        match condition.program.as_ref().map(Program::tree) {
            Ok(Tree::Expression(expression)) => self.read(expression, own),
            _ => Guard::Open,
        }
    }

    fn read(&mut self, condition: &Expr<'_>, own: &[&str]) -> Guard {
        if let Some(value) = condition.constant() {
            return Guard::Known(value.is_true());
        }
        match &condition.kind {
            ExprKind::Not(of) => Guard::Not(Box::new(self.read(of, own))),
            ExprKind::Binary { op, left, right } => match (op, left.constant(), right.constant()) {
                (BinaryOp::And, ..) => Guard::All(vec![self.read(left, own), self.read(right, own)]),
                (BinaryOp::Or, ..) => Guard::Any(vec![self.read(left, own), self.read(right, own)]),
                (op, None, Some(value)) => self.compare(left, *op, value, own),
                (op, Some(value), None) => flipped(*op).map_or(Guard::Open, |op| self.compare(right, op, value, own)),
                _ => Guard::Open,
            },
            _ => self.any(condition, [Test::True], own),
        }
    }

    fn compare(&mut self, subject: &Expr<'_>, op: BinaryOp, value: &Constant, own: &[&str]) -> Guard {
        let not = |guard: Guard| Guard::Not(Box::new(guard));
        match (op, value.as_f64()) {
            (BinaryOp::Eq, _) => self.any(subject, [Test::Is(value.clone())], own),
            (BinaryOp::Ne, _) => not(self.any(subject, [Test::Is(value.clone())], own)),
            (BinaryOp::In, _) if value.kind() == ConstantKind::List => {
                self.any(subject, value.as_list().unwrap_or_default().into_iter().map(Test::Is), own)
            }
            (BinaryOp::Lt, Some(bound)) => self.any(subject, [Test::Less(bound)], own),
            (BinaryOp::Gte, Some(bound)) => not(self.any(subject, [Test::Less(bound)], own)),
            (BinaryOp::Lte, Some(bound)) => self.any(subject, at_most(bound, value), own),
            (BinaryOp::Gt, Some(bound)) => not(self.any(subject, at_most(bound, value), own)),
            _ => Guard::Open,
        }
    }

    /// Returns the guard that a subject passes any of some tests, which together count as one use.
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
        match &subject.kind {
            ExprKind::Filter { name, .. } => matches!(name.text, "length" | "count"),
            ExprKind::Name(name) => {
                self.names.variables.and_then(|variables| variables.get(name)).is_some_and(|variable| {
                    let others = ["number", "string", "boolean", "null", "array", "object"];
                    others.iter().all(|other| !variable.allows_type(other))
                })
            }
            _ => false,
        }
    }

    /// Returns all worlds that the conditions tell apart.
    pub(super) fn worlds(&self) -> Vec<World> {
        let mut worlds = vec![World(Vec::new())];
        for subject in &self.list {
            let regions = subject.regions();
            if worlds.len() * regions.len() > MAX_WORLDS {
                break;
            }
            let with =
                |world: &World, region: &Option<Region>| World(world.0.iter().chain([region]).cloned().collect());
            worlds = worlds.iter().flat_map(|world| regions.iter().map(move |region| with(world, region))).collect();
        }
        worlds
    }
}

fn at_most(bound: f64, value: &Constant) -> [Test; 2] {
    [Test::Less(bound), Test::Is(value.clone())]
}

/// Returns the operator for swapped operands.
fn flipped(op: BinaryOp) -> Option<BinaryOp> {
    match op {
        BinaryOp::Eq | BinaryOp::Ne => Some(op),
        BinaryOp::Lt => Some(BinaryOp::Gt),
        BinaryOp::Lte => Some(BinaryOp::Gte),
        BinaryOp::Gt => Some(BinaryOp::Lt),
        BinaryOp::Gte => Some(BinaryOp::Lte),
        _ => None,
    }
}

/// Returns a text that is the same for expressions of the same value; `None` if a rendering may give the expression
/// several.
fn key(expression: &Expr<'_>, own: &[&str]) -> Option<String> {
    let argument = |argument: &Argument<'_>| {
        let value = key(&argument.value, own)?;
        match &argument.kind {
            ArgumentKind::Positional => Some(value),
            ArgumentKind::Keyword(name) => Some(format!("{}={value}", name.text)),
            ArgumentKind::Splat => None,
        }
    };
    let arguments = |list: &[Argument<'_>]| Some(list.iter().map(argument).collect::<Option<Vec<_>>>()?.join(","));
    match &expression.kind {
        ExprKind::Name(name) => (!own.contains(name)).then(|| (*name).to_owned()),
        ExprKind::Literal(value) => Some(format!("{value:?}")),
        ExprKind::Attribute { of, name } => Some(format!("{}.{}", key(of, own)?, name.text)),
        ExprKind::Item { of, key: item } => Some(format!("{}[{}]", key(of, own)?, key(item, own)?)),
        ExprKind::Filter { input, name, arguments: list } => {
            Some(format!("({}|{}({}))", key(input.as_ref()?, own)?, name.text, arguments(list)?))
        }
        ExprKind::Test { of, name, arguments: list } => {
            Some(format!("({} is {}({}))", key(of, own)?, name.text, arguments(list)?))
        }
        _ => None,
    }
}

/// Returns the most iterations of a `for` in which a condition on `loop` can hold: `loop.index <= 2`, `loop.first`.
pub(super) fn max_iterations(condition: &Condition) -> Option<u64> {
    condition.program.as_ref().ok()?.tree().whole().and_then(iterations_of)
}

fn iterations_of(condition: &Expr<'_>) -> Option<u64> {
    match &condition.kind {
        ExprKind::Binary { op: BinaryOp::And, left, right } => {
            [iterations_of(left), iterations_of(right)].into_iter().flatten().min()
        }
        ExprKind::Binary { op, left, right } => {
            let bound = right.constant()?.as_u64()?;
            let from = match loop_attribute(left)? {
                "index" | "revindex" => 0,
                "index0" | "revindex0" => 1,
                _ => return None,
            };
            let last = bound.saturating_add(from);
            match op {
                BinaryOp::Lte => Some(last),
                BinaryOp::Lt => Some(last.saturating_sub(1)),
                BinaryOp::Eq => Some(1),
                _ => None,
            }
        }
        _ => matches!(loop_attribute(condition)?, "first" | "last").then_some(1),
    }
}

/// Returns the name of an attribute of `loop`.
fn loop_attribute<'t>(expression: &Expr<'t>) -> Option<&'t str> {
    match &expression.kind {
        ExprKind::Attribute { of, name } if of.as_name() == Some("loop") => Some(name.text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Guard, Names, Subjects, max_iterations};
    use crate::message::Side;
    use crate::source::SourceFile;
    use crate::template::Template;

    /// Returns a template with a button for each condition. `count` is an integer, `n` a number, the others are
    /// anything.
    fn template(conditions: &[&str]) -> Template {
        let button = |condition: &&str| {
            let condition = serde_json::Value::from(*condition);
            format!("    - {{ when: {condition}, icon: SUPPORT, caption: a, open_post_page: {{ post_token: b }} }}\n")
        };
        let buttons: String = conditions.iter().map(button).collect();
        let variables =
            "variables: { count: { type: integer }, n: { type: number }, a: {}, b: {}, list: { type: array } }";
        let text = format!("message: m\n{variables}\nsender_buttons:\n  - buttons:\n{buttons}");
        Template::parse(&SourceFile::new("t.yaml", text)).expect("a document")
    }

    /// Returns the largest number of conditions that hold in one world, and the smallest.
    fn range(conditions: &[&str]) -> (usize, usize) {
        let template = template(conditions);
        let grid = template.grid(Side::Sender).expect("buttons");
        let names = Names::of(template.variables.as_ref(), grid);
        let mut subjects = Subjects::new(&names);
        let buttons = grid.rows[0].buttons.iter();
        let guards: Vec<Guard> = buttons.map(|button| subjects.guard(button.when.as_ref(), &["own"])).collect();
        let worlds = subjects.worlds();
        let count = |counts: fn(Option<bool>) -> bool| {
            let holding = |world| guards.iter().filter(|guard| counts(guard.holds(world))).count();
            worlds.iter().map(holding).collect::<Vec<_>>()
        };
        let least = count(|holds| holds == Some(true)).into_iter().min().unwrap_or_default();
        let most = count(|holds| holds != Some(false)).into_iter().max().unwrap_or_default();
        (least, most)
    }

    #[test]
    fn conditions_that_exclude_or_imply_each_other() {
        let cases: [(&[&str], (usize, usize)); 17] = [
            (&["a", "not a"], (1, 1)),
            (&["a", "b"], (0, 2)),
            (&["true", "1 > 2"], (1, 1)),
            (&["a == 1", "a == 2"], (0, 1)),
            (&["a == 1", "a == 1.0"], (0, 2)),
            (&["a == 1", "1 == a"], (0, 2)),
            (&["a in ['x', 'y']", "a == 'z'"], (0, 1)),
            (&["a in ['x', 'y']", "a not in ['x', 'y']"], (1, 1)),
            (&["n < 3", "n >= 3"], (1, 1)),
            (&["n < 3", "n > 3"], (0, 1)),
            (&["count <= 2", "count > 2 and count < 3"], (0, 1)),
            (&["n <= 2", "n > 2 and n < 3"], (0, 1)),
            (&["list | length > 0", "list | length == 0"], (0, 1)),
            (&["a is none", "a is not none"], (1, 1)),
            (&["a.b == 1", "a.b == 2", "a['b'] == 3"], (0, 2)),
            (&["own", "not own"], (0, 2)),
            (&["a and b", "a and not b", "not a"], (1, 1)),
        ];
        for (conditions, expected) in cases {
            assert_eq!(range(conditions), expected, "{conditions:?}");
        }
    }

    #[test]
    fn an_integer_is_never_between_its_neighbours() {
        assert_eq!(range(&["count > 2 and count < 3", "count == 2"]), (0, 1));
        assert_eq!(range(&["count > 2 and count < 3", "count != 9"]), (0, 1));
        assert_eq!(range(&["n > 2 and n < 3", "n != 9"]), (0, 2));
    }

    #[test]
    fn conditions_on_loop_bound_the_iterations() {
        let cases = [
            ("loop.first", Some(1)),
            ("loop.index <= 2", Some(2)),
            ("loop.index < 2", Some(1)),
            ("loop.index0 < 2", Some(2)),
            ("loop.index0 == 7", Some(1)),
            ("a and loop.revindex <= 3", Some(3)),
            ("loop.index <= 18446744073709551615", Some(u64::MAX)),
            ("loop.index > 2", None),
            ("loop.index <= 2 or a", None),
            ("a.first", None),
        ];
        for (condition, expected) in cases {
            let template = template(&[condition]);
            let when = template.buttons().next().and_then(|button| button.when.as_ref()).expect("a condition");
            assert_eq!(max_iterations(when), expected, "{condition}");
        }
    }
}
