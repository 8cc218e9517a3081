//! Templates with arbitrary expressions over variables of all types, and values that match the declarations.
//! Most of them make sense, and many do not.

use kenarc::message::{MEDIA_TOKEN, MessageKind};
use serde_json::{Map, Value, json};

use super::choices::Choices;

/// A template, and several sets of values for it.
#[derive(Debug)]
pub(crate) struct ArbitraryTemplate {
    pub(crate) template: String,
    pub(crate) values: Vec<Value>,
}

/// How many sets of values are drawn for a template.
pub(crate) const SETS: usize = 4;

/// Draws a template.
pub(crate) fn draw(choices: &mut Choices) -> ArbitraryTemplate {
    let mut wild = Drawing { choices, names: Vec::new() };
    let variables = wild.variables();
    let mut template = Map::new();
    let kind = if wild.choices.chance(30) { MessageKind::Chatbot } else { MessageKind::Chat };
    let (content, text) =
        if wild.choices.chance(10) { (MEDIA_TOKEN, wild.text(0)) } else { (kind.text_field(), wild.text(2)) };
    template.insert(content.to_owned(), text.into());
    for side in kind.sides() {
        if wild.choices.chance(60) {
            template.insert(side.field().to_owned(), wild.grid());
        }
    }
    if wild.choices.chance(85) {
        // What nothing uses would be a finding.
        let text = Value::Object(template.clone()).to_string();
        let used = variables.iter().filter(|(name, _)| text.contains(*name));
        let used: Map<String, Value> = used.map(|(name, schema)| (name.clone(), schema.clone())).collect();
        template.insert("variables".to_owned(), used.into());
    }
    // Without declarations there are no defaults, and every value may be given.
    let declared = template.get("variables").and_then(Value::as_object);
    let is_complete = declared.is_none();
    let declared = declared.cloned().unwrap_or(variables);
    let values = (0..SETS).map(|_| given(&declared, is_complete, choices)).collect();
    ArbitraryTemplate { template: Value::Object(template).to_string(), values }
}

/// Returns a value for each variable; sometimes none where there is a default.
fn given(declared: &Map<String, Value>, is_complete: bool, choices: &mut Choices) -> Value {
    let mut values = Map::new();
    for (name, schema) in declared {
        if is_complete || schema.get("default").is_none() || choices.chance(50) {
            values.insert(name.clone(), value(schema, choices));
        }
    }
    values.into()
}

// Declarations and values

/// Returns a JSON Schema.
fn schema(choices: &mut Choices, depth: usize) -> Value {
    match choices.below(if depth == 0 { 15 } else { 21 }) {
        0..=1 => json!({ "type": "string" }),
        2 => json!({ "type": "string", "minLength": 1 }),
        3 => json!({ "type": "string", "pattern": "^[a-z0-9]+$" }),
        4 => json!({ "type": "string", "format": "uri", "pattern": "^https://" }),
        5 => json!({ "enum": ["sent", "waiting", ""] }),
        6 => json!({ "type": "integer" }),
        7 => json!({ "type": "integer", "minimum": 1, "maximum": 3 }),
        8 => json!({ "type": "number" }),
        9 => json!({ "type": "boolean" }),
        10 => json!({ "type": ["string", "null"] }),
        11 => json!({ "type": ["integer", "string"] }),
        12 => json!({ "enum": ["STAR", "SUPPORT"] }),
        13 => json!({ "type": "string", "pattern": "^[0-9]+$" }),
        14 => json!({ "type": "string", "format": choices.pick(&["date", "date-time"]) }),
        15..=16 => {
            let mut list = json!({ "type": "array", "items": schema(choices, depth - 1) });
            if choices.chance(60) {
                list["maxItems"] = choices.between(1, 3).into();
            }
            if choices.chance(30) {
                list["minItems"] = 1.into();
            }
            list
        }
        17..=18 => {
            let keys = ["name", "note", "items"];
            let count = choices.between(1, 3);
            let properties: Map<String, Value> =
                keys.iter().take(count).map(|key| ((*key).to_owned(), schema(choices, depth - 1))).collect();
            let mut mapping = json!({ "type": "object", "properties": properties });
            if choices.chance(80) {
                mapping["required"] = json!(["name"]);
            }
            if choices.chance(50) {
                mapping["additionalProperties"] = choices.pick(&[false, true]).into();
            }
            mapping
        }
        19 => json!({ "anyOf": [schema(choices, depth - 1), schema(choices, depth - 1)] }),
        _ => choices.pick(&[json_any, json_map, json_several])(),
    }
}

fn json_any() -> Value {
    json!({})
}

fn json_map() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "integer" }, "maxProperties": 3 })
}

fn json_several() -> Value {
    json!({ "type": ["array", "null"], "items": { "type": "string" }, "maxItems": 3 })
}

const TEXTS: [&str; 16] = [
    "a",
    "",
    " ",
    "\u{200c}",
    "پژو ۲۰۶",
    "12",
    "a/b",
    "..",
    "https://app.example/x",
    "https://a.example?x",
    "x,y",
    "-",
    "a\nb",
    "STAR",
    "name",
    "0",
];

/// Returns a value that meets a schema of [`schema`].
fn value(schema: &Value, choices: &mut Choices) -> Value {
    if let Some(several) = schema.get("anyOf").and_then(Value::as_array) {
        return value(&several[choices.below(several.len())], choices);
    }
    if let Some(several) = schema.get("enum").and_then(Value::as_array) {
        return several[choices.below(several.len())].clone();
    }
    let kind = match schema.get("type") {
        Some(Value::Array(several)) => several[choices.below(several.len())].as_str().unwrap_or_default(),
        Some(kind) => kind.as_str().unwrap_or_default(),
        None => choices.pick(&["string", "integer", "null", "boolean", "array", "object"]),
    };
    match kind {
        "string" => text(schema, choices).into(),
        "integer" if schema.get("minimum").is_some() => choices.between(1, 3).into(),
        "integer" => choices.pick(&[1, 0, -2, 7, 250_000, i64::MAX]).into(),
        "number" => choices.pick(&[0.5, 0.0, -3.0, 1e300, 12.0]).into(),
        "boolean" => choices.chance(50).into(),
        "array" => {
            let bound =
                |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok());
            let count = choices.between(bound("minItems").unwrap_or(0), bound("maxItems").unwrap_or(4));
            let anything = json!({});
            let items = schema.get("items").unwrap_or(&anything);
            (0..count).map(|_| value(items, choices)).collect()
        }
        "object" => mapping(schema, choices),
        _ => Value::Null,
    }
}

fn text(schema: &Value, choices: &mut Choices) -> String {
    let field = |name: &str| schema.get(name).and_then(Value::as_str);
    let list: &[&str] = match (field("format"), field("pattern"), schema.get("minLength")) {
        (Some("date"), ..) => &["2026-11-28", "2024-02-29", "1405-09-07"],
        (Some("date-time"), ..) => &["2026-11-28T10:00:00Z", "2016-12-31T23:59:60Z", "1999-12-31t23:00:00.5-08:00"],
        (_, Some("^[0-9]+$"), _) => &["0", "12", "0912", "1250000", "99999999999999999999"],
        (Some(_), ..) => &["https://app.example/x", "https://app.example", "https://app.example/?a=b#c"],
        (_, Some(_), _) => &["a", "12", "abc7"],
        (_, _, Some(_)) => &["a", " ", "پژو", "x,y", ".."],
        _ => &TEXTS,
    };
    choices.pick(list).to_owned()
}

fn mapping(schema: &Value, choices: &mut Choices) -> Value {
    let mut entries = Map::new();
    let is_required = |key: &str| schema["required"].as_array().is_some_and(|keys| keys.iter().any(|name| name == key));
    for (key, part) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if is_required(key) || choices.chance(60) {
            entries.insert(key.clone(), value(part, choices));
        }
    }
    match schema.get("additionalProperties") {
        Some(Value::Bool(false)) => {}
        Some(others @ Value::Object(_)) => {
            for key in ["a", "b", "c"].iter().take(choices.below(4)) {
                entries.insert((*key).to_owned(), value(others, choices));
            }
        }
        _ if choices.chance(20) => {
            entries.insert("more".to_owned(), choices.pick(&[1, 2]).into());
        }
        _ => {}
    }
    entries.into()
}

// Templates

/// What a name stands for, as far as it is declared.
type Name = (String, Value);

struct Drawing<'c> {
    choices: &'c mut Choices,
    names: Vec<Name>,
}

/// What an expression should give.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Text,
    Number,
    List,
    Condition,
    Anything,
}

impl Drawing<'_> {
    fn variables(&mut self) -> Map<String, Value> {
        let mut variables = Map::new();
        for name in ["v0", "v1", "v2", "v3", "v4", "v5"].iter().take(self.choices.between(2, 6)) {
            let mut declared = schema(self.choices, 2);
            self.names.push(((*name).to_owned(), declared.clone()));
            if self.choices.chance(15) {
                declared["default"] = value(&declared, self.choices);
            }
            variables.insert((*name).to_owned(), declared);
        }
        variables
    }

    /// Text with expressions and statements.
    fn text(&mut self, depth: usize) -> String {
        let mut text = self.choices.pick(&["متن ", "x", "", " "]).to_owned();
        for _ in 0..self.choices.between(0, 3) {
            let part = self.statement(depth);
            text.push_str(&part);
        }
        text
    }

    fn statement(&mut self, depth: usize) -> String {
        let names = self.names.len();
        let statement = match self.choices.below(if depth == 0 { 5 } else { 12 }) {
            0..=4 => format!("{{{{ {} }}}}", self.expression(Want::Text, 2)),
            5 => format!("{{% if {} %}}{}{{% endif %}}", self.expression(Want::Condition, 2), self.text(depth - 1)),
            6 => {
                let (condition, yes) = (self.expression(Want::Condition, 2), self.text(depth - 1));
                format!("{{% if {condition} %}}{yes}{{% else %}}{}{{% endif %}}", self.text(depth - 1))
            }
            7..=8 => {
                let (items, item) = self.items();
                self.names.push(("item".to_owned(), item));
                let filter = if self.choices.chance(20) {
                    format!(" if {}", self.expression(Want::Condition, 1))
                } else {
                    String::new()
                };
                let body = self.text(depth - 1);
                format!("{{% for item in {items}{filter} %}}{body}{{% endfor %}}")
            }
            9 => {
                let value = self.expression(Want::Anything, 2);
                self.names.push(("kept".to_owned(), json!({})));
                format!("{{% set kept = {value} %}}{}", self.text(depth - 1))
            }
            10 => format!("{{% set kept %}}{}{{% endset %}}{{{{ kept }}}}", self.text(depth - 1)),
            _ => format!(
                "{{% filter {} %}}{}{{% endfilter %}}",
                self.choices.pick(&["upper", "trim", "length"]),
                self.text(depth - 1)
            ),
        };
        // A `set` reaches further, which only makes names known that are not used.
        self.names.truncate(names);
        statement
    }

    /// Returns a list to go through, and what its items are declared to be.
    fn items(&mut self) -> (String, Value) {
        let lists: Vec<Name> = self.names.iter().filter(|(_, schema)| schema.get("items").is_some()).cloned().collect();
        if lists.is_empty() || self.choices.chance(30) {
            return (self.expression(Want::List, 2), json!({}));
        }
        let (name, schema) = lists[self.choices.below(lists.len())].clone();
        let slice = self.choices.pick(&["", "", "[:3]", "[1:]", "[:2]", " | sort", " | unique"]);
        (format!("{name}{slice}"), schema["items"].clone())
    }

    // Expressions

    fn expression(&mut self, want: Want, depth: usize) -> String {
        // Nonsense is welcome.
        let wild = self.choices.pick(&[Want::List, Want::Anything]);
        let want = if self.choices.chance(4) { wild } else { want };
        self.expression_of(want, depth)
    }

    fn expression_of(&mut self, want: Want, depth: usize) -> String {
        if depth == 0 || self.choices.chance(35) {
            return self.leaf(want);
        }
        let inner = depth - 1;
        match want {
            Want::Text => self.as_text(inner),
            Want::Number => self.as_number(inner),
            Want::List => self.as_list(inner),
            Want::Condition => self.as_condition(inner),
            Want::Anything => {
                let want = self.choices.pick(&[Want::Text, Want::Number, Want::List, Want::Condition]);
                self.expression(want, depth)
            }
        }
    }

    /// Returns a variable, something inside of one, or a constant.
    fn leaf(&mut self, want: Want) -> String {
        let fits = |schema: &Value| {
            let kind = schema.get("type").map(ToString::to_string).unwrap_or_default();
            match want {
                Want::Text => kind.contains("string") || kind.contains("integer") || schema.get("enum").is_some(),
                Want::Number => kind.contains("integer") || kind.contains("number"),
                Want::List => kind.contains("array"),
                Want::Condition | Want::Anything => true,
            }
        };
        let paths: Vec<Name> = self.names.iter().flat_map(|name| inside(name, 2)).collect();
        let fitting: Vec<&Name> = paths.iter().filter(|(_, schema)| fits(schema)).collect();
        if !fitting.is_empty() && !self.choices.chance(15) {
            return fitting[self.choices.below(fitting.len())].0.clone();
        }
        let constants: &[&str] = match want {
            Want::Text => &["'a'", "''", "7", "'x,y'"],
            Want::Number => &["1", "0", "2", "2.5"],
            Want::List => &["[1, 2]", "[]", "['a', 'b']", "range(3)"],
            Want::Condition => &["true", "1 < 2", "false"],
            Want::Anything => &["1", "'a'", "none", "{'a': 1}", "[]"],
        };
        self.choices.pick(constants).to_owned()
    }

    fn as_text(&mut self, depth: usize) -> String {
        match self.choices.below(16) {
            0 => format!("{} ~ {}", self.expression(Want::Text, depth), self.expression(Want::Text, depth)),
            1 => {
                let (yes, condition) = (self.expression(Want::Text, depth), self.expression(Want::Condition, depth));
                format!("({yes} if {condition} else {})", self.expression(Want::Text, depth))
            }
            2 => format!("({} if {})", self.expression(Want::Text, depth), self.expression(Want::Condition, depth)),
            3..=4 => {
                let filter = self.choices.pick(&[
                    "upper",
                    "trim",
                    "replace('a', 'b')",
                    "title",
                    "string",
                    "default('—')",
                    "default('—', true)",
                    "urlencode",
                    "lines | first",
                    "digits",
                    "digits('latin')",
                    "number",
                    "toman(from='rial')",
                    "jalali",
                    "gregorian('EEEE d MMMM')",
                ]);
                format!("({} | {filter})", self.expression(Want::Text, depth))
            }
            5 => format!(
                "({}){}",
                self.expression(Want::Text, depth),
                self.choices.pick(&["[:3]", "[0]", "[-1]", "[1:]", "[9]", "[:-1]"])
            ),
            6..=7 => {
                let filters = ["join('، ')", "join", "first", "last", "length", "max", "min", "tojson", "sum"];
                let filter = self.choices.pick(&filters);
                format!("({} | {filter})", self.expression(Want::List, depth))
            }
            8 => format!("({} or {})", self.expression(Want::Text, depth), self.expression(Want::Text, depth)),
            9 => format!(
                "'%s-%s' | format({}, {})",
                self.expression(Want::Anything, depth),
                self.expression(Want::Text, depth)
            ),
            10 => format!("({} * {})", self.expression(Want::Text, depth), self.expression(Want::Number, depth)),
            11 => format!(
                "{{'a': {}, 'sent': 'b'}}[{}]",
                self.expression(Want::Text, depth),
                self.expression(Want::Text, depth)
            ),
            13 => {
                let filters = [
                    "number",
                    "number(decimals=2, grouping=false)",
                    "number(latin=true)",
                    "toman",
                    "toman(from='rial')",
                    "rial(from='toman')",
                    "words",
                    "digits",
                    "jalali('y/MM/dd HH:mm')",
                    "gregorian('full', tz='Europe/Berlin')",
                ];
                format!("({} | {})", self.expression(Want::Number, depth), self.choices.pick(&filters))
            }
            12 => format!("({})[{}]", self.expression(Want::List, depth), self.expression(Want::Number, depth)),
            _ => self.expression(Want::Number, depth + 1),
        }
    }

    fn as_number(&mut self, depth: usize) -> String {
        match self.choices.below(10) {
            0..=4 => {
                let operator = self.choices.pick(&["+", "-", "*", "/", "//", "%", "**"]);
                format!(
                    "({} {operator} {})",
                    self.expression(Want::Number, depth),
                    self.expression(Want::Number, depth)
                )
            }
            5 => format!(
                "({} | {})",
                self.expression(Want::Text, depth),
                self.choices.pick(&["int", "float", "length", "int(0)"])
            ),
            6 => format!(
                "({} | {})",
                self.expression(Want::List, depth),
                self.choices.pick(&["length", "sum", "max", "first", "count"])
            ),
            7 => format!(
                "({} | {})",
                self.expression(Want::Number, depth),
                self.choices.pick(&["abs", "round", "round(2)", "int"])
            ),
            8 => format!("(-{})", self.expression(Want::Number, depth)),
            _ => format!("({} | default(1))", self.expression(Want::Number, depth)),
        }
    }

    fn as_list(&mut self, depth: usize) -> String {
        match self.choices.below(9) {
            0 => format!("[{}, {}]", self.expression(Want::Text, depth), self.expression(Want::Anything, depth)),
            1 => format!(
                "({}){}",
                self.expression(Want::List, depth),
                self.choices.pick(&["[:2]", "[1:]", "[-2:]", "[::2]", "[:0]"])
            ),
            2..=3 => {
                let filters = [
                    "sort",
                    "reverse",
                    "unique",
                    "list",
                    "select",
                    "map('upper')",
                    "map(attribute='name')",
                    "batch(2)",
                    "reject('none')",
                    "map('string')",
                    "slice(2)",
                    "slice(2000)",
                    "items",
                ];
                format!("({} | {})", self.expression(Want::List, depth), self.choices.pick(&filters))
            }
            4 => format!(
                "({} | {})",
                self.expression(Want::Text, depth),
                self.choices.pick(&["split(',')", "list", "lines"])
            ),
            5 => format!("range({})", self.expression(Want::Number, depth)),
            6 => format!("({} + {})", self.expression(Want::List, depth), self.expression(Want::List, depth)),
            _ => self.leaf(Want::List),
        }
    }

    fn as_condition(&mut self, depth: usize) -> String {
        match self.choices.below(9) {
            0..=1 => {
                let operator = self.choices.pick(&["<", ">=", "==", "!="]);
                format!(
                    "({} {operator} {})",
                    self.expression(Want::Number, depth),
                    self.expression(Want::Number, depth)
                )
            }
            2 => format!("({} == {})", self.expression(Want::Text, depth), self.expression(Want::Text, depth)),
            3..=4 => {
                let test = self.choices.pick(&[
                    "defined",
                    "none",
                    "not none",
                    "string",
                    "number",
                    "odd",
                    "mapping",
                    "not string",
                ]);
                format!("({} is {test})", self.expression(Want::Anything, depth))
            }
            5 => format!("({} in {})", self.expression(Want::Text, depth), self.expression(Want::List, depth)),
            6 => {
                format!("({} and {})", self.expression(Want::Condition, depth), self.expression(Want::Condition, depth))
            }
            7 => format!("(not {})", self.expression(Want::Condition, depth)),
            _ => format!("({} | length > 1)", self.expression(Want::List, depth)),
        }
    }

    // Buttons

    fn grid(&mut self) -> Value {
        let count = self.choices.between(1, 4);
        let rows: Vec<Value> = (0..count).map(|_| self.row()).collect();
        if self.choices.chance(15) {
            return json!({ "when": self.expression(Want::Condition, 2), "rows": rows });
        }
        rows.into()
    }

    fn row(&mut self) -> Value {
        let names = self.names.len();
        let mut row = self.fields("row");
        let count = self.choices.between(1, 3);
        let buttons: Vec<Value> = (0..count).map(|_| self.button()).collect();
        self.names.truncate(names);
        if row.is_empty() {
            return buttons.into();
        }
        row.insert("buttons".to_owned(), buttons.into());
        row.into()
    }

    /// Perhaps `for` and `when`; the name that `for` gives is known from here on.
    fn fields(&mut self, name: &str) -> Map<String, Value> {
        let mut fields = Map::new();
        if self.choices.chance(15) {
            let (items, item) = self.items();
            self.names.push((name.to_owned(), item));
            self.names.push(("loop.index".to_owned(), json!({ "type": "integer" })));
            fields.insert("for".to_owned(), format!("{name} in {items}").into());
        }
        if self.choices.chance(15) {
            fields.insert("when".to_owned(), self.expression(Want::Condition, 2).into());
        }
        fields
    }

    fn button(&mut self) -> Value {
        let names = self.names.len();
        let mut button = self.fields("each");
        let icon = match self.choices.below(8) {
            0 => format!("{{{{ {} }}}}", self.expression(Want::Text, 1)),
            1 => format!("{{{{ 'STAR' if {} else 'SUPPORT' }}}}", self.expression(Want::Condition, 1)),
            _ => "STAR".to_owned(),
        };
        button.insert("icon".to_owned(), icon.into());
        let caption = if self.choices.chance(50) { self.text(1) } else { "دکمه".to_owned() };
        button.insert("caption".to_owned(), caption.into());
        let (kind, payload) = match self.choices.below(4) {
            0 => ("open_post_page", json!({ "post_token": self.text(0) })),
            1 => ("get_dynamic_action", json!({ "data": self.data(2) })),
            _ => ("open_direct_link", self.link().into()),
        };
        button.insert(kind.to_owned(), payload);
        self.names.truncate(names);
        button.into()
    }

    fn data(&mut self, depth: usize) -> Value {
        let mut data = Map::new();
        for key in ["a", "b", "c"].iter().take(self.choices.between(0, 3)) {
            let value = match self.choices.below(if depth == 0 { 4 } else { 6 }) {
                0 => json!(7),
                1 => self.text(1).into(),
                2..=3 => format!("{{{{ {} }}}}", self.expression(Want::Anything, 2)).into(),
                4 => json!([self.data(depth - 1)]),
                _ => self.data(depth - 1),
            };
            data.insert((*key).to_owned(), value);
        }
        data.into()
    }

    fn link(&mut self) -> String {
        let mut insertion = || format!("{{{{ {} }}}}", self.expression(Want::Text, 1));
        let (first, second) = (insertion(), insertion());
        match self.choices.below(12) {
            0 => "https://app.example/".to_owned(),
            1 => first,
            2 => format!("{first}/orders/{second}"),
            3 => format!("https://{first}.app.example/"),
            4 => format!("https://app.example:{first}/"),
            5 => format!("https://app.example/{first}/x{second}"),
            6 => format!("https://app.example/?a={first}&{second}=1"),
            7 => format!("https://app.example/#{first}"),
            8 => format!(
                "https://{{% if {} %}}a{{% else %}}{first}{{% endif %}}.example/",
                self.expression(Want::Condition, 1)
            ),
            9 => {
                let (items, item) = self.items();
                self.names.push(("item".to_owned(), item));
                let part = self.expression(Want::Text, 1);
                self.names.pop();
                format!("https://app.example/?{{% for item in {items} %}}i={{{{ {part} }}}}&{{% endfor %}}")
            }
            10 => format!("https://app.example/{{{{ ({}) | safe }}}}", self.expression(Want::Text, 1)),
            _ => format!("https://app.example/{{% set p = {} %}}{{{{ p }}}}", self.expression(Want::Text, 1)),
        }
    }
}

/// Returns a name and what can be reached from it.
fn inside((path, schema): &Name, depth: usize) -> Vec<Name> {
    let mut all = vec![(path.clone(), schema.clone())];
    if depth > 0 {
        for (key, part) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            // To MiniJinja `.items` is as good as any other attribute.
            all.extend(inside(&(format!("{path}.{key}"), part.clone()), depth - 1));
        }
        if let Some(items) = schema.get("items") {
            all.extend(inside(&(format!("{path}[0]"), items.clone()), depth - 1));
        }
    }
    all
}
