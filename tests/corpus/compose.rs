//! Composes valid templates of every shape that the language has.

use kenarc::message::{MEDIA_TOKEN, MessageKind, icons};

use super::choices::Choices;
use super::tree::{Content, Entry, Mark, Part, Piece, Role};
use super::variables::{Kind, Variable, conditions, expression, in_data, in_text};

/// Lines of messages with the peculiarities of Persian text: joiners, digits, and characters that YAML uses, too.
const WORDS: &[&str] = &[
    "گزارش کارشناسی آماده شد.",
    "سفارش شما ثبت شد",
    "می‌توانید نتیجه را ببینید",
    "لطفاً تا فردا پاسخ دهید؛ سپاسگزاریم",
    "قیمت: ۲۵۰ هزار تومان",
    "هزینهٔ پیک #۱ با فروشنده است",
    "«پیشنهاد ویژه» برای خودروی شما 🚗",
    "کد رهگیری (۱۲۳) گم نشود!",
    "it's \"ready\" \\ آماده",
    "- یک گزینه",
    "تخفیف ۱۰٪ گرفتید",
    "پیگیری",
    "گفت‌وگو با پشتیبانی",
];

/// Words for buttons.
const CAPTIONS: &[&str] = &[
    "مشاهدهٔ گزارش",
    "پشتیبانی",
    "گفت‌وگو",
    "پرداخت: نقدی",
    "خیر، نمی‌خواهم",
    "Track it",
    "۲",
    "250",
    "true",
    "پیگیری سفارش",
    "پرسش #۱",
];

/// Links without Jinja.
const LINKS: &[&str] = &[
    "https://app.example/reports/7",
    "https://app.example",
    "https://app.example:8443/a?b=c&d=e#f",
    "https://app.example/گزارش/۷",
    "HTTPS://app.example/",
    "https://[::1]:8080/x",
];

/// What a composed template is made of.
pub(crate) struct Composed {
    pub(crate) root: Part,
    /// The variables that it uses. Each of them is declared, where any is.
    pub(crate) variables: Vec<Variable>,
}

/// Composes a template.
pub(crate) fn compose(is_json: bool, choices: &mut Choices) -> Composed {
    let mut composer = Composer {
        choices,
        variables: Vec::new(),
        is_json,
        has_anchor: false,
        uses_base: false,
        is_two_sided: false,
        iterations: Vec::new(),
    };
    let root = composer.template();
    Composed { root, variables: composer.variables }
}

struct Composer<'c> {
    choices: &'c mut Choices,
    variables: Vec<Variable>,
    /// JSON has neither anchors nor aliases.
    is_json: bool,
    /// Whether a button has been given the anchor [`BUTTON`].
    has_anchor: bool,
    /// Whether a button takes fields from the anchor [`BASE`].
    uses_base: bool,
    /// Whether both sides have buttons. Not both of them can own a post.
    is_two_sided: bool,
    /// What the `for` around a part go through, the innermost one last.
    iterations: Vec<Kind>,
}

const BUTTON: &str = "button";
const BASE: &str = "base";

/// The names that the `for` around a part give.
const ITEMS: [&str; 2] = ["each", "other"];

impl Composer<'_> {
    fn template(&mut self) -> Part {
        let kind = if self.choices.chance(30) { MessageKind::Chatbot } else { MessageKind::Chat };
        let grids: Vec<Entry> = self.grids(kind);
        let mut entries = self.content(kind, grids.is_empty());
        if self.choices.chance(30) {
            entries.push(Entry::new("type", Part::word(Role::Type, "TEXT")));
        }
        if self.choices.chance(40) {
            entries.push(Entry::new("description", self.words(Role::Description, WORDS)));
        }
        let base = self.uses_base.then(|| Entry::new("x-base", self.base()));
        let is_declared = !self.choices.chance(10);
        if is_declared && !self.variables.is_empty() {
            entries.push(Entry::new("variables", self.declarations()));
        } else {
            self.variables.iter_mut().for_each(|variable| variable.has_default = false);
        }
        if self.choices.chance(50) {
            entries.push(Entry::new("examples", self.examples()));
        }
        if self.choices.chance(10) {
            entries.push(Entry::new("x-note", self.note()));
        }
        self.choices.shuffle(&mut entries);
        // An anchor stands before its aliases.
        let at = self.choices.between(0, entries.len());
        entries.splice(at..at, base.into_iter().chain(grids));
        Part::map(Role::Template, entries)
    }

    /// Returns the grids of a message, in the order of the request.
    fn grids(&mut self, kind: MessageKind) -> Vec<Entry> {
        let sides: Vec<_> = kind.sides().iter().filter(|_| self.choices.chance(70)).collect();
        self.is_two_sided = sides.len() == 2;
        sides.into_iter().map(|side| Entry::new(side.field(), self.grid())).collect()
    }

    /// Returns a text, or media, next to which the text may be there but not set. Without buttons, the field of the
    /// text says which kind of message it is.
    fn content(&mut self, kind: MessageKind, has_no_buttons: bool) -> Vec<Entry> {
        if self.choices.chance(85) {
            return vec![Entry::new(kind.text_field(), self.message())];
        }
        let mut content = vec![Entry::new(MEDIA_TOKEN, self.media())];
        if self.choices.chance(30) || has_no_buttons && kind == MessageKind::Chatbot {
            content.push(Entry::new(kind.text_field(), Part::text(Role::Unset, Vec::new())));
        }
        content
    }

    fn media(&mut self) -> Part {
        if self.choices.chance(60) {
            return Part::word(Role::Media, self.choices.pick(&["c2FtcGxl.a1b2-c3", "gZNbF1aA", "a/b+c=="]));
        }
        let insertion = self.insertion(&[Kind::Code]);
        Part::text(Role::Media, insertion)
    }

    /// Returns a value of a key that is never sent, in which anything is valid.
    fn note(&mut self) -> Part {
        let values =
            ["{{ not an expression", "REAL_STATE", "http://app.example", "يك"].map(|text| Part::word(Role::Note, text));
        let mut values = values.to_vec();
        if !self.is_json {
            values.extend(["yes", "012", "2026-01-05"].map(Part::bare));
        }
        self.choices.shuffle(&mut values);
        values.truncate(3);
        Part::map(Role::Note, vec![Entry::new("icno", Part::list(Role::Note, values))])
    }

    /// Fields that several buttons have in common.
    fn base(&mut self) -> Part {
        let mut base =
            Part::map(Role::Note, vec![Entry::new("icon", self.icon()), Entry::new("caption", self.caption())]);
        base.anchor = Some(BASE);
        base
    }

    fn words(&mut self, role: Role, list: &[&str]) -> Part {
        Part::text(role, vec![Piece::new(Mark::Words, self.choices.pick(list))])
    }

    // Variables and what is said of them

    /// Returns a variable of one of these kinds: one that is there already, or a new one.
    fn variable(&mut self, kinds: &[Kind]) -> Variable {
        let known: Vec<Variable> = self.variables.iter().copied().filter(|known| kinds.contains(&known.kind)).collect();
        if !known.is_empty() && self.choices.chance(60) {
            return self.choices.pick(&known);
        }
        let kind = self.choices.pick(kinds);
        match Variable::new(kind, &self.variables, self.choices) {
            Some(variable) => {
                self.variables.push(variable);
                variable
            }
            None => self.choices.pick(&known),
        }
    }

    fn expression(&mut self, kinds: &[Kind], patterns: fn(Kind) -> &'static [&'static str]) -> Vec<Piece> {
        let variable = self.variable(kinds);
        expression(self.choices.pick(patterns(variable.kind)), variable.name)
    }

    fn condition(&mut self) -> Vec<Piece> {
        let condition = self.expression(ALL, conditions);
        if !self.choices.chance(15) {
            return condition;
        }
        let other = self.expression(ALL, conditions);
        let operator = self.choices.pick(&[" and ", " or ", " and not "]);
        [in_parentheses(condition), vec![Piece::new(Mark::Other, operator)], in_parentheses(other)].concat()
    }

    fn declarations(&mut self) -> Part {
        let mut entries: Vec<Entry> = Vec::new();
        for variable in self.variables.clone() {
            entries.push(variable.declaration(self.choices));
        }
        self.choices.shuffle(&mut entries);
        Part::map(Role::Variables, entries)
    }

    fn examples(&mut self) -> Part {
        let count = self.choices.between(1, 3);
        let names = ["paid", "first one", "نمونه"];
        let examples = names.iter().take(count).map(|name| Entry::new(*name, self.example())).collect();
        Part::map(Role::Examples, examples)
    }

    fn example(&mut self) -> Part {
        let mut entries = Vec::new();
        for variable in self.variables.clone() {
            if !variable.has_default || self.choices.chance(50) {
                entries.push(Entry::new(variable.name, variable.value(self.choices)));
            }
        }
        self.choices.shuffle(&mut entries);
        Part::map(Role::Example, entries)
    }

    // Texts

    fn message(&mut self) -> Part {
        let mut pieces = vec![Piece::new(Mark::Words, self.choices.pick(WORDS))];
        for _ in 0..self.choices.between(0, 4) {
            let more = self.line();
            pieces.extend(more);
        }
        Part::text(Role::Message, pieces)
    }

    /// One more line of a message, or a part of one.
    fn line(&mut self) -> Vec<Piece> {
        let break_ = || vec![other("\n")];
        let words = vec![Piece::new(Mark::Words, self.choices.pick(WORDS))];
        match self.choices.below(12) {
            0..=1 => [break_(), words].concat(),
            2..=5 => [break_(), words, vec![other(" ")], self.insertion(ALL)].concat(),
            6 => {
                let condition = self.condition();
                [vec![other("\n{%- if ")], condition, vec![other(" %}\n")], words, vec![other("\n{%- endif %}")]]
                    .concat()
            }
            7 => {
                let (first, second) = (self.condition(), self.condition());
                let insertion = self.insertion(ALL);
                let parts = [
                    vec![other(" {% if ")],
                    first,
                    vec![other(" %}")],
                    words,
                    vec![other("{% elif ")],
                    second,
                    vec![other(" %}")],
                    insertion,
                    vec![other("{% else %}-{% endif %}")],
                ];
                parts.concat()
            }
            8 => {
                let list = self.variable(&[Kind::Words]).name;
                expression(
                    "\n{% for word in @ %}{{ word }}{% if not loop.last %}، {% endif %}{% else %}—{% endfor %}",
                    list,
                )
            }
            9 => {
                let value = self.expression(ALL, in_text);
                [vec![other("\n{% set shown = ")], value, vec![other(" -%}\n{{ shown }}")]].concat()
            }
            10 => {
                let rest =
                    ["\n{# {{ not an expression }} #}.", "\n{{ \"{{\" }}", "\n{% raw %}{{ as it is }}{% endraw %}"];
                vec![other(self.choices.pick(&rest))]
            }
            _ => {
                let value = self.expression(ALL, in_text);
                [
                    vec![other("\n{% with shown = ")],
                    value,
                    vec![other(" %}{% filter trim %}{{ shown }}{% endfilter %}{% endwith %}")],
                ]
                .concat()
            }
        }
    }

    fn insertion(&mut self, kinds: &[Kind]) -> Vec<Piece> {
        let expression = self.expression(kinds, in_text);
        self.braces(expression)
    }

    fn braces(&mut self, expression: Vec<Piece>) -> Vec<Piece> {
        let is_use = |piece: Option<&Piece>| piece.is_some_and(|piece| matches!(piece.mark, Mark::Use(_)));
        let is_tight = is_use(expression.first()) && is_use(expression.last()) && self.choices.chance(10);
        let (open, close) = if is_tight { ("{{", "}}") } else { ("{{ ", " }}") };
        [vec![Piece::new(Mark::Open, open)], expression, vec![Piece::new(Mark::Close, close)]].concat()
    }

    fn icon(&mut self) -> Part {
        match self.choices.below(12) {
            0 => Part::word(Role::Icon, "REAL_ESTATE"),
            1 => {
                let flag = self.variable(&[Kind::Flag]).name;
                Part::text(Role::Icon, self::expression("{{ \"STAR\" if @ else \"SUPPORT\" }}", flag))
            }
            _ => Part::word(Role::Icon, self.choices.pick(icons())),
        }
    }

    fn caption(&mut self) -> Part {
        let words = vec![Piece::new(Mark::Words, self.choices.pick(CAPTIONS))];
        let pieces = match self.choices.below(10) {
            0..=4 => words,
            5..=6 => [words, vec![other(" ")], self.insertion(ALL)].concat(),
            7 => [self.insertion(&[Kind::Word, Kind::Choice, Kind::Whole]), vec![other(" ")], words].concat(),
            8 if !self.iterations.is_empty() => {
                vec![other(&format!("{{{{ loop.index }}}}: {{{{ {} }}}}", self.item()))]
            }
            _ => self.insertion(&[Kind::Word, Kind::Choice, Kind::Whole, Kind::Code]),
        };
        Part::text(Role::Caption, pieces)
    }

    /// Returns an expression for the item of the innermost `for`, as text.
    fn item(&self) -> String {
        let name = ITEMS[self.iterations.len() - 1];
        if self.iterations.last() == Some(&Kind::Things) { format!("{name}.code") } else { name.to_owned() }
    }

    fn link(&mut self) -> Part {
        let pattern = match self.choices.below(10) {
            0..=3 => return Part::word(Role::Link, self.choices.pick(LINKS)),
            4 => {
                let url = self.variable(&[Kind::Url]).name;
                return Part::text(Role::Link, expression("{{ @ }}", url));
            }
            5 => {
                let url = self.variable(&[Kind::Url]).name;
                let base = expression("{{ @ }}/orders/", url);
                return Part::text(Role::Link, [base, self.insertion(&[Kind::Code, Kind::Whole])].concat());
            }
            6 => "https://{{ @ }}.app.example/",
            7 => "https://app.example/?{% if @ %}a={{ @ }}{% else %}b=1{% endif %}&c=2#{{ @ }}",
            8 => "https://app.example:{{ 8443 if @ else 443 }}/{{ @ | ¦lower }}/{{ @ | ¦safe }}",
            _ => {
                let list = self.variable(&[Kind::Words]).name;
                return Part::text(
                    Role::Link,
                    expression("https://app.example/list?{% for word in @ %}tag={{ word }}&{% endfor %}", list),
                );
            }
        };
        let code = self.variable(&[Kind::Code]).name;
        Part::text(Role::Link, expression(pattern, code))
    }

    fn token(&mut self) -> Part {
        if self.choices.chance(60) {
            return Part::word(Role::Token, self.choices.pick(&["wXyZ1234", "gZNbF1aA", "A_b9C"]));
        }
        let insertion = self.insertion(&[Kind::Code]);
        Part::text(
            Role::Token,
            if self.choices.chance(30) { [vec![other("t_")], insertion].concat() } else { insertion },
        )
    }

    // Data

    fn data(&mut self, depth: usize) -> Part {
        let keys = ["page", "order_id", "شماره", "with space", "list", "n", "a.b"];
        let count = self.choices.between(0, 3);
        let mut keys = keys.to_vec();
        self.choices.shuffle(&mut keys);
        let entries = keys.iter().take(count).map(|key| Entry::new(*key, self.datum(depth))).collect();
        Part::map(Role::Data, entries)
    }

    fn datum(&mut self, depth: usize) -> Part {
        let is_deep = depth == 0;
        match self.choices.below(12) {
            0 => Part::bare(self.choices.pick(&["1", "-3", "2.5", "1e3", "0"])),
            1 => Part::bare(self.choices.pick(&["true", "false", "null"])),
            2 => Part::word(
                Role::Value,
                self.choices.pick(&["yes", "no", "off", "12:30", "09121234567", "0x1F", "null", ""]),
            ),
            3 if !is_deep => self.data(depth - 1),
            4 if !is_deep => {
                let count = self.choices.between(0, 3);
                Part::list(Role::Value, (0..count).map(|_| self.datum(depth - 1)).collect())
            }
            5..=6 => {
                let value = self.expression(ALL, in_data);
                Part::text(Role::Value, self.braces(value))
            }
            7 => Part::text(Role::Value, [vec![other("n: ")], self.insertion(ALL)].concat()),
            8 => self.words(Role::Value, WORDS),
            _ => Part::word(
                Role::Value,
                self.choices.pick(&["support", "گزارش كار", "a & b", "https://app.example/x", "*", "a\nb"]),
            ),
        }
    }

    // Buttons

    fn button(&mut self) -> Part {
        let mut entries = vec![self.action()];
        if !self.is_json && self.choices.chance(5) {
            self.uses_base = true;
            entries.push(Entry::new("<<", Part::new(Role::Note, Content::Alias(BASE))));
        } else {
            entries.push(Entry::new("icon", self.icon()));
            entries.push(Entry::new("caption", self.caption()));
        }
        self.choices.shuffle(&mut entries);
        Part::map(Role::Button, entries)
    }

    fn action(&mut self) -> Entry {
        let kinds =
            ["open_direct_link", "open_server_link", "get_dynamic_action", "open_post_page", "open_post_manage_page"];
        let kind = self.choices.pick(if self.is_two_sided { &kinds[..4] } else { &kinds });
        let payload = match kind {
            "open_direct_link" => self.link(),
            "open_server_link" | "get_dynamic_action" => {
                Part::map(Role::Request, vec![Entry::new("data", self.data(2))])
            }
            _ => Part::map(Role::Post, vec![Entry::new("post_token", self.token())]),
        };
        let action = Entry::new(kind, payload);
        if self.choices.chance(35) { Entry::new("action", Part::map(Role::Action, vec![action])) } else { action }
    }

    /// Returns the buttons of a row, of which there are 1 to 3 whatever the variables are.
    fn buttons(&mut self) -> Part {
        let mut buttons = Vec::new();
        let mut left = 3;
        let wanted = self.choices.between(1, 3);
        while left > 0 && buttons.len() < wanted {
            match self.choices.below(10) {
                0 => {
                    let (repeat, kind, most) = self.repeat(left);
                    self.iterations.push(kind);
                    let button = self.button();
                    self.iterations.pop();
                    buttons.push(self.extended(button, repeat));
                    left -= most;
                }
                1 => {
                    let button = self.button();
                    let when = self.condition();
                    buttons.push(self.extended(button, vec![("when", when)]));
                    left -= 1;
                }
                2 => {
                    let (yes, no) = self.either();
                    for condition in [yes, no] {
                        let button = self.button();
                        buttons.push(self.extended(button, vec![("when", condition)]));
                    }
                    left -= 1;
                }
                3 if self.has_anchor && !self.uses_base => {
                    buttons.push(Part::new(Role::Button, Content::Alias(BUTTON)));
                    left -= 1;
                }
                _ => {
                    let mut button = self.button();
                    if !self.is_json && !self.has_anchor && self.iterations.is_empty() && self.choices.chance(8) {
                        self.has_anchor = true;
                        button.anchor = Some(BUTTON);
                    }
                    buttons.push(button);
                    left -= 1;
                }
            }
        }
        Part::list(Role::Buttons, buttons)
    }

    /// Returns a row, as a list or as a mapping.
    fn row(&mut self, fields: Vec<(&str, Vec<Piece>)>) -> Part {
        let buttons = self.buttons();
        if fields.is_empty() && self.choices.chance(65) {
            return buttons;
        }
        let row = Part::map(Role::Row, vec![Entry::new("buttons", buttons)]);
        self.extended(row, fields)
    }

    fn grid(&mut self) -> Part {
        let mut rows = Vec::new();
        let mut left = 3;
        let wanted = self.choices.between(1, 3);
        while left > 0 && rows.len() < wanted {
            match self.choices.below(10) {
                0 => {
                    let (repeat, kind, most) = self.repeat(left);
                    self.iterations.push(kind);
                    rows.push(self.row(repeat));
                    self.iterations.pop();
                    left -= most;
                }
                1 => {
                    let when = self.condition();
                    rows.push(self.row(vec![("when", when)]));
                    left -= 1;
                }
                2 => {
                    let (yes, no) = self.either();
                    rows.extend([self.row(vec![("when", yes)]), self.row(vec![("when", no)])]);
                    left -= 1;
                }
                _ => {
                    rows.push(self.row(Vec::new()));
                    left -= 1;
                }
            }
        }
        let rows = Part::list(Role::Rows, rows);
        if self.choices.chance(60) {
            return rows;
        }
        let grid = Part::map(Role::Grid, vec![Entry::new("rows", rows)]);
        let when = if self.choices.chance(20) { vec![("when", self.condition())] } else { Vec::new() };
        self.extended(grid, when)
    }

    /// Returns a `for` of at most so many iterations: what it goes through, and how many it can have.
    fn repeat(&mut self, left: usize) -> (Vec<(&'static str, Vec<Piece>)>, Kind, usize) {
        let variable = self.variable(&[Kind::Words, Kind::Things]);
        let fits = variable.most.is_some_and(|most| most <= left);
        let bounds = [format!("@[:{left}]"), format!("(@ | ¦list)[:{left}]")];
        let (items, most) = if fits {
            (self.choices.pick(&["@", "@", "@", "@ | ¦sort", "@ | ¦reverse"]).to_owned(), variable.most.unwrap_or(left))
        } else {
            (bounds[self.choices.below(bounds.len())].clone(), left)
        };
        let repeat = expression(&format!("{} in {items}", ITEMS[self.iterations.len()]), variable.name);
        let mut fields = vec![("for", repeat)];
        if self.choices.chance(20) {
            fields.push(("when", vec![other(&format!("{} or loop.first", ITEMS[self.iterations.len()]))]));
        }
        (fields, variable.kind, most)
    }

    /// Two conditions of which one holds at a time.
    fn either(&mut self) -> (Vec<Piece>, Vec<Piece>) {
        let (kind, yes, no) = self.choices.pick(&[
            (Kind::Flag, "@", "not @"),
            (Kind::Whole, "@ > 0", "@ <= 0"),
            (Kind::Choice, "@ == \"sent\"", "@ == \"waiting\""),
        ]);
        let name = self.variable(&[kind]).name;
        (expression(yes, name), expression(no, name))
    }

    /// Returns a mapping with `when` and `for` among its fields.
    fn extended(&mut self, mut part: Part, fields: Vec<(&str, Vec<Piece>)>) -> Part {
        if let Content::Map(entries) = &mut part.content {
            for (key, pieces) in fields {
                let role = if key == "for" { Role::For } else { Role::When };
                let at = self.choices.between(0, entries.len());
                entries.insert(at, Entry::new(key, Part::text(role, pieces)));
            }
        }
        part
    }
}

const ALL: &[Kind] = &[
    Kind::Word,
    Kind::Remark,
    Kind::Choice,
    Kind::Code,
    Kind::Url,
    Kind::Whole,
    Kind::Amount,
    Kind::Flag,
    Kind::Note,
    Kind::Words,
    Kind::Things,
    Kind::Record,
];

fn other(text: &str) -> Piece {
    Piece::new(Mark::Other, text)
}

fn in_parentheses(expression: Vec<Piece>) -> Vec<Piece> {
    [vec![other("(")], expression, vec![other(")")]].concat()
}
