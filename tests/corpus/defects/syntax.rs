//! Defects in the YAML itself.

use super::plant::Planted;
use super::select::{entry, part, takes_jinja, words};
use super::{Defect, defect};
use crate::choices::Choices;
use crate::generate::Sample;
use crate::tree::{Content, Entry, Form, Mark, Part, Role};

pub(crate) const DEFECTS: &[Defect] = &[
    defect("yaml-syntax", "an escape that is none", no_escape),
    defect("yaml-syntax", "text behind a closing quote", text_behind_quote),
    defect("yaml-syntax", "a colon in plain text", colon_in_text),
    defect("yaml-syntax", "a sign that no value begins with", sign_first),
    defect("yaml-syntax", "a tag that is not of YAML", unknown_tag),
    defect("yaml-syntax", "an anchor that is not defined", unknown_anchor),
    defect("yaml-syntax", "a second document", second_document),
    defect("yaml-syntax", "a control character", control_character),
    defect("yaml-syntax", "a number that JSON has not", no_number),
    defect("json-syntax", "JSON without a comma", no_comma),
    defect("yaml-syntax", "a bracket that is never closed", open_bracket),
    defect("yaml-syntax", "a tab as indentation", tab),
    defect("json-syntax", "a comma after the last item", trailing_comma),
    defect("json-syntax", "a comment in JSON", comment_in_json),
    defect("duplicate-key", "a merge key twice", two_merges),
    defect("accidental-comment", "a number or a hashtag in plain text", hashtag),
    defect("accidental-comment", "plain text that begins with a hashtag", only_hashtag),
    defect("accidental-comment", "a comment of Jinja in plain text", comment_of_jinja),
];

fn no_escape(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = words(sample, choices, |part, _| part.form == Form::Double)?;
    let (escape, found) = choices.pick(&[("\\q", "\\q"), ("\\گ", "\\گ"), ("\\u12 ", "\\u12"), ("\\x4 ", "\\x4")]);
    let planted = sample.insert(words.place.end, escape);
    Some(planted.at(words.place.end..words.place.end + found.len()))
}

/// Text for people in such a form, in a block.
fn in_block<'s>(sample: &'s Sample, choices: &mut Choices, form: Form) -> Option<&'s Part> {
    let role = choices.pick(&[Role::Caption, Role::Caption, Role::Description, Role::Message]);
    part(sample, choices, role, |part| part.form == form && sample.ends_line(part) && sample.inside(part).is_some())
}

fn text_behind_quote(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let text = in_block(sample, choices, Form::Double)?;
    Some(sample.insert(text.place.end, choices.pick(&["است", "word"])))
}

fn colon_in_text(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    // Behind a `?` a key may well stand in the value.
    let text = in_block(sample, choices, Form::Plain).filter(|text| !is_key_above(sample, text))?;
    let planted = sample.insert(text.place.end, ": دو");
    Some(planted.at(text.place.end..text.place.end + 1))
}

/// Returns whether the key of a text is in the line above.
fn is_key_above(sample: &Sample, text: &Part) -> bool {
    sample.text[..text.place.start].trim_end_matches([' ', ':']).ends_with('\n')
}

fn sign_first(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let text = in_block(sample, choices, Form::Plain)?;
    Some(sample.insert(text.place.start, choices.pick(&["@", "`"])))
}

fn unknown_tag(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let form = choices.pick(&[Form::Plain, Form::Double, Form::Single]);
    let text = in_block(sample, choices, form)?;
    let planted = sample.insert(text.place.start, "!text ");
    Some(planted.at(text.place.start..text.place.start + "!text".len()))
}

fn unknown_anchor(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let caption = part(sample, choices, Role::Caption, |part| !sample.is_json && part.anchor.is_none())?;
    Some(sample.rewrite(caption, "*nowhere"))
}

fn second_document(sample: &Sample, _: &mut Choices) -> Option<Planted> {
    let is_open = !sample.is_json && sample.text.ends_with('\n') && !sample.text.trim_end().ends_with("...");
    let planted = is_open.then(|| sample.insert(sample.text.len(), "---\nmessage: دوم\n"))?;
    Some(planted.at(sample.text.len()..sample.text.len() + "---".len()))
}

fn control_character(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = words(sample, choices, |_, _| true)?;
    let first = sample.text[words.place.clone()].chars().next().filter(|first| *first != '\\')?;
    Some(sample.insert(words.place.start + first.len_utf8(), "\u{7}"))
}

fn no_number(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let number = part(sample, choices, Role::Value, |part| {
        let is_number = |value: &str| value.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        matches!(&part.content, Content::Bare(value) if is_number(value)) && is_sent(sample, part)
    })?;
    Some(sample.rewrite(number, choices.pick(&[".inf", ".nan", "99999999999999999999"])))
}

/// Returns whether a value is a part of the message.
fn is_sent(sample: &Sample, value: &Part) -> bool {
    let is_around = |data: &&Part| data.place.start <= value.place.start && value.place.end <= data.place.end;
    sample.parts(Role::Data).iter().any(is_around)
}

fn no_comma(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let entries = sample.root.entries();
    if sample.root.form != Form::Flow || entries.len() < 2 || !sample.is_json {
        return None;
    }
    let index = choices.between(1, entries.len() - 1);
    let (comma, key) = (entries[index - 1].place.end, &entries[index].key_place);
    // In the line of a text it would be text behind a quote.
    let is_text = entries[index - 1].value.form == Form::Double && !sample.text[comma..key.start].contains('\n');
    (!is_text).then(|| sample.replace(&(comma..comma + 1), " ").behind(key))
}

fn open_bracket(sample: &Sample, _: &mut Choices) -> Option<Planted> {
    if sample.root.form != Form::Flow || sample.text.trim_end() != &sample.text[..sample.root.place.end] {
        return None;
    }
    let end = sample.root.place.end;
    let start = sample.root.place.start;
    Some(sample.replace(&(end - 1..end), "").at(start..start + 1))
}

fn tab(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_first = |part: &Part| part.form == Form::Block && sample.column(part.place.start) > 1;
    let map = part(sample, choices, Role::Variables, is_first)?;
    let second = map.entries().get(1)?;
    let column = sample.column(second.place.start);
    let start = second.place.start - column;
    Some(sample.replace(&(start..second.place.start), "\t"))
}

/// Returns a text that is sent and that has no quotes, in a block.
fn plain_in_block<'s>(sample: &'s Sample, choices: &mut Choices) -> Option<&'s Part> {
    let role = choices.pick(&[Role::Caption, Role::Caption, Role::Message]);
    part(sample, choices, role, |part| part.form == Form::Plain && sample.ends_line(part) && part.anchor.is_none())
}

/// Adds to a plain text; what is found must be quoted with the text.
fn added(sample: &Sample, text: &Part, added: &str, found: &str) -> Planted {
    let planted = sample.insert(text.place.end, added);
    let end = text.place.end + added.len();
    let quoted = format!("\"{}\"", &planted.text[text.place.start..end]);
    let mut fixed = planted.text.clone();
    fixed.replace_range(text.place.start..end, &quoted);
    let fixed = Some(fixed).filter(|_| !quoted[1..quoted.len() - 1].contains(['"', '\\']));
    let mut planted = planted.at(end - found.len()..end);
    planted.fixed = fixed;
    planted
}

fn hashtag(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let text = plain_in_block(sample, choices)?;
    let hashtag = choices.pick(&["#۱۲", "#7 ثبت شد", "#نوروز", "#{{ 7 }}", "#{{ 7 }} و #8"]);
    Some(added(sample, text, &format!(" {hashtag}"), hashtag))
}

fn only_hashtag(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let text = plain_in_block(sample, choices)?;
    let is_used = text.pieces().iter().any(|piece| piece.mark != Mark::Words);
    let planted = sample.replace(&text.place, "#نوروز").fixed("\"#نوروز\"");
    (!is_used && !is_key_above(sample, text)).then_some(planted)
}

fn comment_of_jinja(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let text = plain_in_block(sample, choices).filter(|text| takes_jinja(sample, text))?;
    Some(added(sample, text, " {# x #} و", "#} و"))
}

// JSON

fn trailing_comma(sample: &Sample, _: &mut Choices) -> Option<Planted> {
    let end = sample.root.entries().last()?.place.end;
    sample.is_json.then(|| sample.insert(end, ","))
}

fn comment_in_json(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let first = sample.root.entries().first()?.place.start;
    let comment = choices.pick(&["// note", "/* note */"]);
    let planted = sample.insert(first, &format!("{comment}\n"));
    sample.is_json.then(|| planted.at(first..first + comment.len()))
}

// Merge keys

fn two_merges(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_alias = |entry: &Entry| entry.key == "<<" && matches!(entry.value.content, Content::Alias(_));
    let (map, merge) =
        entry(sample, choices, &[Role::Button], |map, entry| map.form == Form::Block && is_alias(entry))?;
    let alias = &sample.text[merge.value.place.clone()];
    let indent = format!("{}{}", sample.line_break(), " ".repeat(sample.column(merge.place.start)));
    let last = map.place.end;
    let planted = sample.insert(last, &format!("{indent}<<: {alias}"));
    let start = last + indent.len();
    sample.text[last..].starts_with(['\n', '\r']).then(|| planted.at(start..start + "<<".len()))
}
