//! Variables of a template: how each is declared, what it can be, and what an expression can do with it.

use super::choices::Choices;
use super::tree::{Entry, Mark, Part, Piece, Role};

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text that shows something.
    Word,
    /// Text that may be empty.
    Remark,
    /// One of three words.
    Choice,
    /// Letters and digits.
    Code,
    /// A whole URL.
    Url,
    Whole,
    Amount,
    Flag,
    /// Text or null.
    Note,
    /// A list of texts.
    Words,
    /// A list of mappings, each with a `code` and perhaps a `label`.
    Things,
    /// A mapping with a `name`, a `year`, and perhaps a `colour`; with nothing else.
    Record,
}

/// Names that are far from each other, so that a misspelt one can only be meant as one of them.
const NAMES: &[(Kind, &[&str])] = &[
    (Kind::Word, &["seller", "item_title", "city"]),
    (Kind::Remark, &["deadline", "host_phone"]),
    (Kind::Choice, &["status", "delivery_way"]),
    (Kind::Code, &["order_id", "tracking_code"]),
    (Kind::Url, &["report_url", "homepage"]),
    (Kind::Whole, &["price", "room_count"]),
    (Kind::Amount, &["weight_kg", "latitude"]),
    (Kind::Flag, &["is_paid", "has_deed"]),
    (Kind::Note, &["comment_text"]),
    (Kind::Words, &["photos", "keywords", "dates"]),
    (Kind::Things, &["parcels", "appointments"]),
    (Kind::Record, &["vehicle", "buyer_info"]),
];

/// The words that a choice has.
pub(crate) const CHOICES: [&str; 3] = ["waiting", "sent", "received"];

/// A variable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// The most items that a list is declared to have.
    pub(crate) most: Option<usize>,
    pub(crate) has_default: bool,
}

impl Variable {
    /// Returns a variable of a kind that is not among those that are there.
    pub(crate) fn new(kind: Kind, others: &[Self], choices: &mut Choices) -> Option<Self> {
        let (_, names) = NAMES.iter().find(|(known, _)| *known == kind)?;
        let is_free = |name: &&&str| others.iter().all(|other| other.name != **name);
        let name = names.iter().find(is_free)?;
        let is_list = matches!(kind, Kind::Words | Kind::Things);
        let most = (is_list && choices.chance(75)).then(|| choices.between(1, 3));
        Some(Self { name, kind, most, has_default: choices.chance(25) })
    }

    /// Returns its JSON Schema.
    pub(crate) fn declaration(self, choices: &mut Choices) -> Entry {
        let mut entries = self.schema(choices);
        if choices.chance(15) {
            entries.insert(
                0,
                entry("description", words(choices.pick(&["What it is", "شمارهٔ سفارش", "as people: say it"]))),
            );
        }
        if self.has_default {
            entries.push(entry("default", self.value(choices)));
        }
        if choices.chance(20) {
            let count = choices.between(1, 2);
            let examples = (0..count).map(|_| self.value(choices)).collect();
            entries.push(entry("examples", Part::list(Role::Value, examples)));
        }
        Entry::new(self.name, Part::map(Role::Declaration, entries))
    }

    fn schema(self, choices: &mut Choices) -> Vec<Entry> {
        let typed = |name: &str| vec![entry("type", word(name))];
        let text = || Part::map(Role::Value, typed("string"));
        match self.kind {
            Kind::Word => with(typed("string"), vec![entry("minLength", Part::bare(2))]),
            Kind::Remark => typed("string"),
            Kind::Choice => with(
                if choices.chance(50) { typed("string") } else { Vec::new() },
                vec![entry("enum", Part::list(Role::Value, CHOICES.map(word).to_vec()))],
            ),
            Kind::Code => with(typed("string"), vec![entry("pattern", word("^[A-Za-z0-9]+$"))]),
            Kind::Url => with(typed("string"), vec![entry("format", word("uri")), entry("pattern", word("^https://"))]),
            Kind::Whole => with(typed("integer"), vec![entry("minimum", Part::bare(0))]),
            Kind::Amount => with(typed("number"), vec![entry("exclusiveMaximum", Part::bare(1000.5))]),
            Kind::Flag => typed("boolean"),
            Kind::Note => {
                vec![entry("type", Part::list(Role::Value, vec![word("string"), word("null")]))]
            }
            Kind::Words => with(
                typed("array"),
                self.bounded(entry(
                    "items",
                    Part::map(Role::Value, with(typed("string"), vec![entry("minLength", Part::bare(1))])),
                )),
            ),
            Kind::Things => {
                let properties = Part::map(Role::Value, vec![entry("code", text()), entry("label", text())]);
                let part_of_an_order = with(
                    typed("object"),
                    vec![
                        entry("required", Part::list(Role::Value, vec![word("code")])),
                        entry("properties", properties),
                    ],
                );
                with(typed("array"), self.bounded(entry("items", Part::map(Role::Value, part_of_an_order))))
            }
            Kind::Record => {
                let year = Part::map(Role::Value, typed("integer"));
                let properties = vec![entry("name", text()), entry("year", year), entry("colour", text())];
                let required = vec![word("name"), word("year")];
                with(
                    typed("object"),
                    vec![
                        entry("properties", Part::map(Role::Value, properties)),
                        entry("required", Part::list(Role::Value, required)),
                        entry("additionalProperties", Part::bare(false)),
                    ],
                )
            }
        }
    }

    fn bounded(self, items: Entry) -> Vec<Entry> {
        self.most.map(|most| entry("maxItems", Part::bare(most))).into_iter().chain([items]).collect()
    }

    /// Returns a value that meets the declaration.
    pub(crate) fn value(self, choices: &mut Choices) -> Part {
        match self.kind {
            Kind::Word => words(choices.pick(&["پژو ۲۰۶", "سمند", "آپارتمان ۸۵ متری", "خانم رضایی", "Tehran"])),
            Kind::Remark => words(choices.pick(&["", "فردا ساعت ۱۸", "شنبه، ۱۴ آذر"])),
            Kind::Choice => word(choices.pick(&CHOICES)),
            Kind::Code => word(choices.pick(&["KN58213", "PAY7731", "a1b2C3"])),
            Kind::Url => word(choices.pick(&["https://app.example/reports/7", "https://shop.example:8443/fa"])),
            Kind::Whole => Part::bare(choices.pick(&["0", "1", "250000", "7"])),
            Kind::Amount => Part::bare(choices.pick(&["0.5", "35.7305", "-2", "12"])),
            Kind::Flag => Part::bare(choices.chance(50)),
            Kind::Note => match choices.below(3) {
                0 => Part::bare("null"),
                _ => words(choices.pick(&["زنگ نزنید", "طبقهٔ سوم"])),
            },
            Kind::Words => {
                let count = choices.between(0, self.most.unwrap_or(4));
                let item = |choices: &mut Choices| words(choices.pick(&["گلگیر", "سپر", "vip", "در عقب"]));
                Part::list(Role::Value, (0..count).map(|_| item(choices)).collect())
            }
            Kind::Things => {
                let count = choices.between(0, self.most.unwrap_or(4));
                Part::list(Role::Value, (0..count).map(|_| part_of_an_order(choices)).collect())
            }
            Kind::Record => {
                let mut entries = vec![entry("name", words("سارا")), entry("year", Part::bare(1398))];
                if choices.chance(50) {
                    entries.push(entry("colour", words("سفید")));
                }
                Part::map(Role::Value, entries)
            }
        }
    }
}

fn part_of_an_order(choices: &mut Choices) -> Part {
    let mut entries = vec![entry("code", word(choices.pick(&["x-114", "b27"])))];
    if choices.chance(50) {
        entries.push(entry("label", words("بستهٔ اول")));
    }
    Part::map(Role::Value, entries)
}

fn entry(key: &str, value: Part) -> Entry {
    Entry::new(key, value)
}

fn word(text: &str) -> Part {
    Part::word(Role::Value, text)
}

fn words(text: &str) -> Part {
    Part::text(Role::Value, vec![Piece::new(Mark::Words, text)])
}

fn with(mut entries: Vec<Entry>, more: Vec<Entry>) -> Vec<Entry> {
    entries.extend(more);
    entries
}

/// Returns the pieces of an expression. In its pattern `@` stands for the variable, and a sign stands before each name
/// that is a filter's (`¦`), a test's (`¿`), a function's (`ƒ`) or an attribute of a mapping that can have no others
/// (`·`).
pub(crate) fn expression(pattern: &str, name: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut other = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let mark = match c {
            '@' => Some(Mark::Use(name)),
            '¦' => Some(Mark::Filter),
            '¿' => Some(Mark::Test),
            '·' => Some(Mark::Attribute),
            'ƒ' => Some(Mark::Function),
            _ => None,
        };
        rest = &rest[c.len_utf8()..];
        let Some(mark) = mark else {
            other.push(c);
            continue;
        };
        if !other.is_empty() {
            pieces.push(Piece::new(Mark::Other, std::mem::take(&mut other)));
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (text, after) = if c == '@' { (name, rest) } else { rest.split_at(end) };
        pieces.push(Piece::new(mark, text));
        rest = after;
    }
    if !other.is_empty() {
        pieces.push(Piece::new(Mark::Other, other));
    }
    pieces
}

/// Returns expressions over a variable whose values can be inserted into text.
pub(crate) fn in_text(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Word => &["@", "@ | ¦trim", "@[:20]", "@ | ¦upper", "\"«\" ~ @ ~ '»'", "@ | ¦replace(\"-\", \"/\")"],
        Kind::Remark => &["@", "@ or \"—\"", "@ | ¦default(\"—\", true)", "@ if @ else \"نامعلوم\""],
        Kind::Choice => &[
            "@",
            "{\"waiting\": \"در انتظار\", \"sent\": \"در راه\"}[@] | ¦default('رسید')",
            "\"در راه\" if @ == \"sent\" else \"در انتظار\"",
        ],
        Kind::Code => &["@", "@ | ¦lower", "@[:4]", "@ | ¦replace('K', 'k')"],
        Kind::Url => &["@", "@ | ¦length"],
        Kind::Whole => &[
            "@ | ¦number",
            "(@ + 1) | ¦digits",
            "(@ // 2) | ¦words",
            "(@ * 10) | ¦toman(from=\"rial\")",
            "(-@) | ¦abs | ¦number",
            "@ | ¦number ~ \" تومان\"",
            "[@, 1] | ¦max | ¦rial",
            "(@ % 7) | ¦number ~ ''",
        ],
        Kind::Amount => &[
            "@ | ¦number",
            "@ | ¦round(1) | ¦number(decimals=1)",
            "(@ * 2) | ¦number(latin=true)",
            "@ | ¦int | ¦toman",
        ],
        Kind::Flag => &["\"بله\" if @ else \"خیر\"", "['خیر', 'بله'][@ | ¦int]", "@ and \"دارد\" or \"ندارد\""],
        Kind::Note => &["@ or \"—\"", "@ if @ is not ¿none else '—'", "@ | ¦default(\"ندارد\", true)"],
        Kind::Words => &[
            "@ | ¦join(\"، \")",
            "@ | ¦length",
            "@ | ¦first | ¦default(\"—\")",
            "@[:2] | ¦join",
            "@ | ¦sort | ¦join(' ')",
            "@ | ¦map(\"upper\") | ¦join(\",\")",
            "@ | ¦reject(\"in\", [\"vip\"]) | ¦list | ¦length",
        ],
        Kind::Things => &[
            "@ | ¦map(attribute=\"code\") | ¦join(\", \")",
            "@ | ¦length",
            "@ | ¦selectattr(\"label\", \"defined\") | ¦list | ¦length",
        ],
        Kind::Record => &[
            "@.·name",
            "@[\"year\"] | ¦digits",
            "@.·colour | ¦default(\"—\")",
            "(@.·year + 1) | ¦digits(\"persian\")",
            "@.·colour if @.·colour is ¿defined else @.·name",
        ],
    }
}

/// Conditions on a variable.
pub(crate) fn conditions(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Word | Kind::Code => &["@", "@ != \"\"", "@ | ¦length > 3", "@ is ¿string"],
        Kind::Remark => &["@", "not @", "@ == \"\""],
        Kind::Choice => &["@ == \"sent\"", "@ in [\"sent\", \"waiting\"]", "@ != 'received'", "\"e\" in @"],
        Kind::Url => &["@", "@ is ¿startingwith(\"https://app.\")"],
        Kind::Whole => &["@ > 0", "0 < @ < 10", "@ is ¿odd", "@ == 1 or @ >= 7", "not (@ > 0)"],
        Kind::Amount => &["@ > 0.5", "@ <= 12", "@ is ¿number"],
        Kind::Flag => &["@", "not @", "@ == true", "@ is ¿true"],
        Kind::Note => &["@", "@ is not ¿none", "@ == none"],
        Kind::Words => &["@", "\"vip\" in @", "@ | ¦length > 0", "@ != []", "@ | ¦select(\"eq\", \"vip\") | ¦list"],
        Kind::Things => &["@", "@ | ¦length == 1"],
        Kind::Record => &["@.·colour is ¿defined", "@.·year > 1390", "@.·name"],
    }
}

/// Returns expressions over a variable whose values can be sent in `data`.
pub(crate) fn in_data(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Words => &["@", "@[:2]", "@ | ¦list"],
        Kind::Things => &["@", "@ | ¦map(attribute=\"code\") | ¦list"],
        Kind::Record => &["@", "@.·year"],
        Kind::Whole => &["@", "@ / 2", "{\"count\": @, \"list\": ƒrange(3) | ¦list}"],
        _ => &["@", "[@]"],
    }
}
