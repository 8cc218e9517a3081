//! The names.

use super::Instead::{self, Advice, Name, Remove, Written};

const FILTERS_FOR: &str = "write a number with `| number`, an amount with `| toman`, and a date with `| jalali`";
const FORMAT: &str = "format the value in your code, and pass the text as a variable: no filter does it";
const VALUE: &str = "declare a variable, and pass the value from your code";
const PLAIN: &str = "a message is plain text, and values in links are escaped";
const LINES: &str = "line breaks are sent as they are";
const LAYOUT: &str = "lay out the text in the template as readers will see it";
const TRANSLATION: &str = "write the text itself: templates are not translated";
const CODE: &str = "compute the value in your code, and pass it as a variable: no filter does it";
const BLOCKS: &str = "templates have neither macros nor blocks";
const SHOW: &str = "run `kenarc render --example NAME` to see the message";

/// Filters: the names that others have for them.
const FILTERS: &[(&[&str], Instead)] = &[
    (&["upcase", "uppercase", "upper_case", "toupper", "touppercase", "toUpperCase", "strtoupper"], Name("upper")),
    (&["downcase", "lowercase", "lower_case", "tolower", "tolowercase", "toLowerCase", "strtolower"], Name("lower")),
    (&["titlecase", "title_case", "titleize", "ucwords"], Name("title")),
    (&["capfirst", "ucfirst", "capitalise"], Name("capitalize")),
    (&["len", "size", "length_is", "cardinality", "strlen"], Name("length")),
    (&["strip", "trimmed"], Name("trim")),
    (&["lstrip", "rstrip", "squish"], Written("… | trim")),
    (&["to_json", "json", "jsonify", "json_encode", "dump", "json_script"], Name("tojson")),
    (&["str", "to_s", "to_string", "stringify", "tostring", "text"], Name("string")),
    (&["integer", "to_i", "to_int", "toint", "intval"], Name("int")),
    (&["to_f", "to_float", "tofloat", "num", "floatval"], Name("float")),
    (&["boolean", "to_bool"], Name("bool")),
    (&["url_encode", "urlize_encode", "encodeuri", "encodeURIComponent", "uri_encode", "iriencode"], Name("urlencode")),
    (&["uniq", "distinct"], Name("unique")),
    (&["array", "to_list", "to_a", "keys"], Name("list")),
    (&["sorted", "order"], Name("sort")),
    (&["reversed"], Name("reverse")),
    (&["implode", "joined"], Name("join")),
    (&["explode"], Name("split")),
    (&["splitlines"], Name("lines")),
    (&["maximum"], Name("max")),
    (&["minimum"], Name("min")),
    (&["absolute"], Name("abs")),
    (&["entries", "pairs"], Name("items")),
    (
        &["default_if_none", "default_if_empty", "if_empty", "ifempty", "coalesce", "fallback"],
        Written("… | default(\"…\", true)"),
    ),
    (
        &["truncate", "truncatechars", "truncatewords", "truncate_words", "excerpt", "ellipsis", "limit", "substr"],
        Advice("take a slice: `text[:30]` is its first 30 characters"),
    ),
    (&["where", "filter"], Written("… | selectattr(\"key\", \"eq\", \"value\")")),
    (&["pluck", "column"], Written("… | map(attribute=\"key\")")),
    (&["sort_by"], Written("… | sort(attribute=\"key\")")),
    (&["yesno", "ternary", "iif"], Written("\"بله\" if … else \"خیر\"")),
    (&["append", "concat", "prepend"], Written("… ~ \"text\"")),
    (&["plus", "add"], Written("… + 1")),
    (&["minus", "subtract"], Written("… - 1")),
    (&["times", "multiply"], Written("… * 2")),
    (&["divided_by", "divide"], Written("… // 2")),
    (&["modulo", "mod"], Written("… % 2")),
    (&["floor"], Written("… // 1")),
    (&["wordcount", "word_count", "number_of_words"], Written("… | split | length")),
    (&["has", "includes"], Written("\"item\" in …")),
    (&["nth", "at", "get"], Written("…[0]")),
    (
        &[
            "escape",
            "e",
            "h",
            "forceescape",
            "force_escape",
            "xmlattr",
            "striptags",
            "strip_tags",
            "strip_html",
            "urlize",
            "escapejs",
            "escape_once",
            "raw",
            "mark_safe",
            "html",
            "html_safe",
            "markdown",
            "markdownify",
            "md",
            "safeseq",
        ],
        Remove(PLAIN),
    ),
    (&["nl2br", "linebreaks", "linebreaksbr", "newline_to_br", "newlines_to_br", "simple_format"], Remove(LINES)),
    (&["indent", "center", "ljust", "rjust", "wordwrap", "pad", "zfill", "lpad", "rpad", "padStart"], Advice(LAYOUT)),
    (&["pprint", "debug", "inspect", "var_dump"], Advice(SHOW)),
    (&["now", "today", "time", "random", "shuffle", "uuid", "env", "lookup", "asset_url", "static"], Advice(VALUE)),
    (&["t", "trans", "translate", "gettext", "i18n", "_", "localize"], Advice(TRANSLATION)),
    (
        &[
            "intcomma",
            "number_format",
            "format_number",
            "numberformat",
            "comma",
            "commas",
            "separate",
            "thousands",
            "number_with_delimiter",
            "toLocaleString",
            "humanize",
        ],
        Name("number"),
    ),
    (&["floatformat"], Written("… | number(decimals=2)")),
    (&["currency", "money", "format_currency", "format_money"], Written("… | toman")),
    (&["apnumber", "intword", "number_to_words", "num2words"], Name("words")),
    (
        &["persian", "fa", "to_persian", "persian_digits", "fa_digits", "farsi", "persian_number", "convert_digits"],
        Name("digits"),
    ),
    (&["jdate", "shamsi", "to_jalali", "persian_date", "jdatetime", "jalaali", "jformat"], Name("jalali")),
    (
        &["date", "datetime", "date_format", "format_date", "format_datetime", "datetimeformat", "dateformat"],
        Written("… | jalali"),
    ),
    (&["strftime"], Written("… | jalali(\"d MMMM y\")")),
    (
        &[
            "timesince",
            "timeuntil",
            "time_ago",
            "naturaltime",
            "filesizeformat",
            "ordinal",
            "pluralize",
            "phone",
            "percent",
        ],
        Advice(FORMAT),
    ),
    (
        &[
            "md5",
            "sha1",
            "sha256",
            "hash",
            "base64",
            "b64encode",
            "b64decode",
            "base64_encode",
            "slugify",
            "regex_replace",
            "regex_search",
            "match",
            "hmac_sha256",
            "average",
            "avg",
            "mean",
            "eval",
        ],
        Advice(CODE),
    ),
    (&["caller", "super", "self"], Remove(BLOCKS)),
];

/// Functions: what others have.
const FUNCTIONS: &[(&[&str], Instead)] = &[
    (&["cycler", "joiner", "cycle"], Advice("use `loop.cycle(…)`, `loop.first` or `loop.last` in a `for`")),
    (&["enumerate"], Advice("iterate over the list itself: `loop.index` counts from 1, `loop.index0` from 0")),
    (&["isset", "defined", "exists"], Written("… is defined")),
    (&["empty", "is_empty", "isEmpty"], Written("not …")),
    (&["print", "echo", "puts"], Advice("write the value alone: `{{ … }}`")),
    (&["super", "caller", "block", "include", "render"], Remove(BLOCKS)),
    (
        &["url", "url_for", "route", "path", "reverse_url"],
        Advice("write the link, with values in it: `https://app.example/orders/{{ id }}`"),
    ),
    (&["type", "typeof", "isinstance"], Advice("use a test: `… is string`, `… is number` or `… is mapping`")),
];

/// Methods for which no other expression can be written in the same place.
const METHODS: &[(&[&str], Instead)] = &[
    (
        &["append", "push", "extend", "insert", "add", "pop", "remove", "update", "unshift", "shift", "clear", "set"],
        Advice("make another list, since values do not change: `{% set list = list + [item] %}`"),
    ),
    (&["values"], Advice("iterate over keys and values: `for key, value in … | items`")),
    (&["find", "index", "indexOf", "rfind", "lastIndexOf"], Advice("test whether it is there: `\"text\" in …`")),
    (
        &["map", "forEach", "each"],
        Advice("write `{% for item in … %}`, or take an attribute: `… | map(attribute=\"key\")`"),
    ),
    (&["filter"], Advice("select items by an attribute: `… | selectattr(\"key\")`")),
    (&["isdigit", "isnumeric", "isalpha", "match", "test", "search"], Advice(CODE)),
    (&["strip", "trim"], Written("… | trim")),
    (&["get"], Written("….key | default(…)")),
    (&["isoformat", "getFullYear", "getTime", "format"], Advice(FILTERS_FOR)),
    (&["toDateString", "toLocaleDateString", "strftime"], Written("… | jalali")),
    (&["startswith", "startsWith"], Written("… is startingwith(\"…\")")),
    (&["endswith", "endsWith"], Written("… is endingwith(\"…\")")),
];

/// Tests: the names that others have for them.
const TESTS: &[(&[&str], Instead)] = &[
    (&["null", "nil", "None", "NULL"], Name("none")),
    (&["numeric", "digit"], Name("number")),
    (&["list", "array", "tuple"], Name("sequence")),
    (&["dict", "object", "map", "hash"], Name("mapping")),
    (&["bool"], Name("boolean")),
    (&["str", "text"], Name("string")),
    (&["startswith", "startsWith", "starts_with", "beginning_with"], Name("startingwith")),
    (&["endswith", "endsWith", "ends_with"], Name("endingwith")),
    (&["divisible_by", "divisible", "multiple_of"], Name("divisibleby")),
    (&["equal", "equals", "same", "same_as"], Name("eq")),
    (&["set", "present", "given"], Name("defined")),
    (&["empty", "blank"], Written("not …")),
    (&["contains", "containing", "includes"], Written("\"item\" in …")),
    (&["match", "matching", "search", "regex"], Advice(CODE)),
];

/// Returns what to use instead of a filter that there is not.
pub(in crate::lint) fn for_filter(name: &str) -> Option<Instead> {
    look_up(FILTERS, name)
}

/// Returns what to use instead of a test that there is not.
pub(in crate::lint) fn for_test(name: &str) -> Option<Instead> {
    look_up(TESTS, name)
}

/// Returns what to use instead of a function that there is not.
pub(in crate::lint) fn for_function(name: &str) -> Option<Instead> {
    look_up(FUNCTIONS, name).or_else(|| for_filter(name))
}

/// Returns what to use instead of a method, of which there are none.
pub(in crate::lint) fn for_method(name: &str) -> Option<Instead> {
    look_up(METHODS, name).or_else(|| for_filter(name))
}

fn look_up(table: &[(&[&str], Instead)], name: &str) -> Option<Instead> {
    table.iter().find(|(names, _)| names.contains(&name)).map(|(_, instead)| *instead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::library;

    #[test]
    fn every_name_is_missing_here_and_leads_to_one_that_is_not() {
        for (names, instead) in FILTERS {
            assert!(names.iter().all(|name| library::filter(name).is_none()), "{names:?}");
            assert!(!matches!(instead, Name(name) if library::filter(name).is_none()), "{names:?}");
        }
        for (names, instead) in TESTS {
            assert!(names.iter().all(|name| library::test(name).is_none()), "{names:?}");
            assert!(!matches!(instead, Name(name) if library::test(name).is_none()), "{names:?}");
        }
    }
}
