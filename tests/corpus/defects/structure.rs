//! Defects in the structure: fields, kinds of values, rows and buttons.

use kenarc::message::{MEDIA_TOKEN, MessageKind, Side, nearest};

use super::plant::Planted;
use super::select::{entry, one, part};
use super::{Defect, defect, swapped};
use crate::choices::Choices;
use crate::generate::Sample;
use crate::tree::{Content, Entry, Form, Mark, Part, Place, Role};
use crate::variables::Kind;

pub(crate) const DEFECTS: &[Defect] = &[
    defect("unknown-field", "a key misspelt", misspelt_key),
    defect("unknown-field", "a key that is not of the language", strange_key),
    defect("missing-field", "no message", no_message),
    defect("missing-field", "no caption", no_caption),
    defect("missing-icon", "no icon", no_icon),
    defect("missing-field", "an action without the token of a post", no_token),
    defect("missing-field", "a row or a grid without its list", no_list),
    defect("wrong-type", "a number or a boolean as caption", number_as_caption),
    defect("wrong-type", "a number as description", number_as_description),
    defect("wrong-type", "a list as text", list_as_text),
    defect("wrong-type", "null as caption", null_as_caption),
    defect("wrong-type", "a list as data", list_as_data),
    defect("wrong-type", "text as a button", text_as_button),
    defect("wrong-type", "a name that no expression can use", no_name),
    defect("wrong-type", "a number as declaration", number_as_declaration),
    defect("wrong-type", "a number as example", number_as_example),
    defect("unsupported-type", "another type", other_type),
    defect("duplicate-key", "a key twice", key_twice),
    defect("duplicate-key", "an icon under both spellings", both_spellings),
    defect("deprecated-field", "icon_name", icon_name),
    defect("too-many-rows", "a fourth row", fourth_row),
    defect("too-many-buttons", "a fourth button", fourth_button),
    defect("too-many-buttons", "a button for each of five", five_buttons),
    defect("may-exceed-limit", "a list without its bound", no_bound),
    defect("may-exceed-limit", "a list with a higher bound", higher_bound),
    defect("may-exceed-limit", "a fourth button under a condition", perhaps_fourth_button),
    defect("empty-layout", "no rows or no buttons", empty_list),
    defect("wrong-action-count", "no action", no_action),
    defect("wrong-action-count", "an empty action", empty_action),
    defect("wrong-action-count", "two actions", two_actions),
    defect("owner-only-page", "a management page for both sides", management_for_both),
    defect("blank-text", "a blank caption or post token", blank_text),
    defect("blank-text", "a blank message", blank_message),
    defect("invalid-post-token", "another text than a token", not_a_token),
    defect("invalid-media-token", "another text than a token", not_a_media_token),
    defect("text-and-media", "a text next to media, or media next to a text", text_and_media),
    defect("mixed-kinds", "a field of the other kind", other_kind),
    defect("unknown-icon", "an icon in other letters", icon_in_other_letters),
    defect("unknown-icon", "an icon that there is not", no_such_icon),
    defect("misspelt-icon", "REAL_STATE", real_state),
];

/// A button that opens a post, to be put anywhere.
const BUTTON: &str = r#"{ "icon": "STAR", "caption": "۴", "open_post_page": { "post_token": "t" } }"#;

/// The mappings in which the language says what may stand.
const LEVELS: [Role; 7] =
    [Role::Template, Role::Grid, Role::Row, Role::Button, Role::Action, Role::Request, Role::Post];

// Fields

fn misspelt_key(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let has_examples = sample.root.has("examples");
    let (_, entry) = entry(sample, choices, &LEVELS, |_, entry| {
        // Without these other parts would be wrong as well.
        let is_needed = matches!(&*entry.key, "for" | "when" | "<<") || entry.key == "variables" && has_examples;
        !is_needed && !entry.key.starts_with("x-")
    })?;
    let quotes = usize::from(entry.key_place.len() > entry.key.len());
    let at = entry.key_place.start + quotes..entry.key_place.end - quotes;
    Some(sample.replace(&at, &swapped(&entry.key)).at(entry.key_place.clone()).restored(sample))
}

fn strange_key(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (map, _) = entry(sample, choices, &LEVELS, |_, _| true)?;
    let key = choices.pick(&["colour", "z_index", "align"]);
    sample.insert_entry(map, key, choices.pick(&["1", "\"x\"", "[{ \"a\": null }]"]))
}

fn missing(sample: &Sample, choices: &mut Choices, role: Role, keys: &[&str]) -> Option<Planted> {
    let is_missed =
        |map: &Part, entry: &Entry| keys.contains(&&*entry.key) && sample.is_spare(&entry.value) && !map.has("<<");
    let (map, entry) = entry(sample, choices, &[role], is_missed)?;
    sample.remove_entry(map, &entry.key)
}

fn no_message(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    (sample.root.entries().len() > 1).then_some(())?;
    // Without media, the text is what a message says.
    (!sample.root.has(MEDIA_TOKEN)).then_some(())?;
    missing(sample, choices, Role::Template, &["message", "text_message"])
}

fn no_caption(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    missing(sample, choices, Role::Button, &["caption"])
}

fn no_icon(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    missing(sample, choices, Role::Button, &["icon"])
}

fn no_token(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    missing(sample, choices, Role::Post, &["post_token"])
}

fn no_list(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let role = choices.pick(&[Role::Grid, Role::Row]);
    missing(sample, choices, role, &["rows", "buttons"])
}

fn other_type(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    match sample.root.get("type") {
        Some(entry) => Some(sample.rewrite(&entry.value, "\"IMAGE\"")),
        None => {
            let planted = sample.insert_entry(&sample.root, "type", choices.pick(&["\"IMAGE\"", "7", "\"text\""]))?;
            let start = planted.place.end + ": ".len();
            let end = planted.text[start..].find([',', '\r', '\n']).map(|end| start + end)?;
            Some(planted.at(start..end))
        }
    }
}

fn key_twice(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let has_default =
        |name: &str| sample.variables.iter().any(|variable| variable.name == name && variable.has_default);
    // What a mapping has first is what counts.
    let value = |map: &Part, key: &str| match (map.role, key) {
        (Role::Variables, name) if !has_default(name) => Some("{}"),
        (_, "icon") => Some("\"STAR\""),
        (_, "type") => Some("\"TEXT\""),
        (_, "message" | "text_message") if sample.root.has(MEDIA_TOKEN) => None,
        (Role::Data, _) | (_, "message" | "text_message" | "caption" | "description") => Some("\"دو بار\""),
        _ => None,
    };
    let roles = [Role::Template, Role::Button, Role::Data, Role::Variables];
    let (map, entry) = entry(sample, choices, &roles, |map, entry| value(map, &entry.key).is_some())?;
    let value = value(map, &entry.key)?;
    let key = if entry.key.contains([' ', '.']) && !sample.is_json {
        format!("\"{}\"", entry.key)
    } else {
        entry.key.clone()
    };
    Some(sample.insert_entry(map, &key, value)?.behind(&entry.key_place))
}

fn both_spellings(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (map, entry) = entry(sample, choices, &[Role::Button], |_, entry| entry.key == "icon")?;
    Some(sample.insert_entry(map, "icon_name", "\"STAR\"")?.behind(&entry.key_place))
}

fn icon_name(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, entry) = entry(sample, choices, &[Role::Button], |_, entry| entry.key == "icon")?;
    let end = entry.key_place.end - usize::from(entry.key_place.len() > "icon".len());
    let planted = sample.insert(end, "_name");
    Some(planted.at(entry.key_place.start..entry.key_place.end + "_name".len()).restored(sample))
}

// Kinds of values

fn number_as_caption(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let caption = part(sample, choices, Role::Caption, |part| {
        part.form != Form::Plain && matches!(part.literal().as_deref(), Some("250" | "true"))
    })?;
    let (_, written) = sample.inside(caption)?;
    Some(sample.rewrite(caption, written).fixed(&format!("\"{written}\"")))
}

fn number_as_description(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let description = part(sample, choices, Role::Description, |_| true)?;
    let value = choices.pick(&["7", "2.50", "false"]);
    Some(sample.rewrite(description, value).fixed(&format!("\"{value}\"")))
}

fn list_as_text(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let role = choices.pick(&[Role::Message, Role::Description, Role::Caption, Role::Link, Role::Icon, Role::Token]);
    let text = part(sample, choices, role, |part| sample.is_spare(part))?;
    Some(sample.rewrite(text, choices.pick(&["[\"سلام\"]", "{ \"text\": 1 }"])))
}

fn null_as_caption(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let caption = part(sample, choices, Role::Caption, |part| sample.is_spare(part))?;
    Some(sample.rewrite(caption, "null"))
}

fn list_as_data(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, entry) = entry(sample, choices, &[Role::Request], |_, entry| sample.is_spare(&entry.value))?;
    Some(sample.rewrite(&entry.value, "[\"support\"]"))
}

fn text_as_button(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let button = part(sample, choices, Role::Button, |part| sample.is_spare(part))?;
    Some(sample.rewrite(button, "\"پشتیبانی\""))
}

fn no_name(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let variables = &sample.root.get("variables")?.value;
    sample.insert_entry(variables, choices.pick(&["car-name", "2nd", "loop", "not", "نام"]), "{ \"type\": \"string\" }")
}

fn number_as_declaration(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let simple = sample.declared(&[Kind::Flag, Kind::Whole, Kind::Amount]);
    let is_simple = |name: &str| simple.iter().any(|variable| variable.name == name && !variable.has_default);
    let (_, entry) = entry(sample, choices, &[Role::Variables], |_, entry| is_simple(&entry.key))?;
    Some(sample.rewrite(&entry.value, "250000"))
}

fn number_as_example(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, entry) = entry(sample, choices, &[Role::Examples], |_, _| true)?;
    Some(sample.rewrite(&entry.value, "5"))
}

// Rows and buttons

/// Returns the parts of a list that are there whatever the variables are.
fn certain(list: &Part) -> Vec<&Part> {
    let is_certain = |part: &Part| !part.has("for") && !part.has("when");
    let has_certain_button = |row: &Part| {
        let buttons = row.get("buttons").map_or(row, |entry| &entry.value);
        buttons.items().iter().any(is_certain)
    };
    let items = list.items().iter().filter(|item| is_certain(item));
    items.filter(|item| list.role == Role::Buttons || has_certain_button(item)).collect()
}

/// Fills a list up to four with items before its own: the fourth is then the last that was there.
fn fourth(sample: &Sample, choices: &mut Choices, role: Role, item: &str) -> Option<Planted> {
    let has_some = |list: &Part| !certain(list).is_empty() && is_reached(certain(list)[certain(list).len() - 1]);
    let list = part(sample, choices, role, has_some)?;
    let certain = certain(list);
    let items = vec![item; 4 - certain.len()];
    Some(sample.insert_items(list, &items)?.behind(&certain.last()?.place))
}

/// Returns whether a part is not subject to a condition, which might never hold together with others.
fn is_unconditional(sample: &Sample, part: &Part) -> bool {
    let is_around = |other: &&Part| other.place.start <= part.place.start && part.place.end <= other.place.end;
    sample.root.all().into_iter().filter(is_around).all(|around| !around.has("when"))
}

/// Returns whether a part is written in its own place, rather than taken from an anchor.
fn is_reached(part: &Part) -> bool {
    !matches!(part.content, Content::Alias(_))
}

fn fourth_row(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    fourth(sample, choices, Role::Rows, &format!("[{BUTTON}]"))
}

fn fourth_button(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    fourth(sample, choices, Role::Buttons, BUTTON)
}

fn five_buttons(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_fixed = |row: &Part| certain(row).len() == row.items().len() && is_unconditional(sample, row);
    let row = part(sample, choices, Role::Buttons, is_fixed)?;
    let count = choices.pick(&["range(5)", "range(1, 9, 2)", "[1, 2, 3, 4]"]);
    let button = BUTTON.replacen('{', &format!("{{ \"for\": \"n in {count}\","), 1);
    sample.insert_items(row, &[&button])
}

/// Returns a `for` that goes through all of a declared list, which no other `for` does, and the row or button that it
/// repeats.
fn only_repeat<'s>(sample: &'s Sample, choices: &mut Choices) -> Option<(&'s Part, &'static str)> {
    let repeats: Vec<&Part> = sample.parts(Role::For);
    let lists = sample.declared(&[Kind::Words, Kind::Things]);
    let name = |part: &Part| {
        let mut names = part.pieces().iter().filter_map(|piece| match piece.mark {
            Mark::Use(name) => Some(name),
            _ => None,
        });
        names.next()
    };
    let is_whole = |part: &Part| !part.pieces().iter().any(|piece| piece.text.contains('['));
    let is_only = |used: &str| repeats.iter().filter(|part| name(part) == Some(used)).count() == 1;
    let parts = sample.root.all().into_iter().filter_map(|part| Some((part, &part.get("for")?.value)));
    let bounded = |used: &str| lists.iter().any(|list| list.name == used && list.most.is_some());
    let found: Vec<(&Part, &'static str)> = parts
        .filter_map(|(part, repeat)| Some((part, name(repeat).filter(|_| is_whole(repeat))?)))
        .filter(|(part, used)| is_only(used) && bounded(used) && is_unconditional(sample, part))
        .collect();
    one(&found, choices)
}

fn no_bound(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (part, name) = only_repeat(sample, choices)?;
    let declaration = &sample.root.get("variables")?.value.get(name)?.value;
    let planted = sample.remove_entry(declaration, "maxItems")?;
    Some(elsewhere(planted, part, &declaration.place))
}

fn higher_bound(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (part, name) = only_repeat(sample, choices)?;
    let bound = &sample.root.get("variables")?.value.get(name)?.value.get("maxItems")?.value;
    let planted = sample.rewrite(bound, "17");
    Some(elsewhere(planted, part, &bound.place))
}

/// The finding is at a part that stands before or behind what was edited.
fn elsewhere(planted: Planted, part: &Part, edited: &Place) -> Planted {
    if part.place.start > edited.start { planted.behind(&part.place) } else { planted.at(part.place.clone()) }
}

fn perhaps_fourth_button(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    if sample.root.has("examples") {
        // One of them may prove it.
        return None;
    }
    let is_full = |row: &Part| {
        let is_fixed = certain(row).len() == 3 && row.items().len() == 3;
        is_fixed && is_reached(&row.items()[2]) && is_unconditional(sample, row)
    };
    let row = part(sample, choices, Role::Buttons, is_full)?;
    let button = BUTTON.replacen('{', "{ \"when\": \"range(3)\",", 1);
    Some(sample.insert_items(row, &[&button])?.behind(&row.items()[2].place))
}

fn empty_list(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let role = choices.pick(&[Role::Rows, Role::Buttons]);
    let list = part(sample, choices, role, |list| sample.is_spare(list))?;
    Some(sample.rewrite(list, "[]"))
}

// Actions, texts and icons

fn is_action(key: &str) -> bool {
    key == "action" || key.starts_with("open_") || key == "get_dynamic_action"
}

fn no_action(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (map, entry) =
        entry(sample, choices, &[Role::Button], |_, entry| is_action(&entry.key) && sample.is_spare(&entry.value))?;
    sample.remove_entry(map, &entry.key)
}

fn empty_action(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let action = part(sample, choices, Role::Action, |action| sample.is_spare(action))?;
    Some(sample.rewrite(action, "{}"))
}

fn two_actions(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let kinds = [("open_post_page", "{ \"post_token\": \"t\" }"), ("get_dynamic_action", "{ \"data\": {} }")];
    let (key, value) = choices.pick(&kinds);
    let (map, _) =
        entry(sample, choices, &[Role::Button, Role::Action], |map, entry| is_action(&entry.key) && !map.has(key))?;
    sample.insert_entry(map, key, value)
}

fn management_for_both(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_in_the_way = |field: &str| sample.root.has(field);
    if Side::ALL.iter().any(|side| is_in_the_way(side.field())) || is_in_the_way("text_message") {
        return None;
    }
    let token = choices.pick(&["wXyZ1234", "gZNbF1aA"]);
    let action = format!("\"open_post_manage_page\": {{ \"post_token\": \"{token}\" }}");
    let button = format!("{{ \"icon\": \"STAR\", \"caption\": \"۴\", {action} }}");
    let planted = sample.insert_entry(&sample.root, "receiver_buttons", &format!("[[{button}]]"))?;
    let with_sender = Sample { text: planted.text.clone(), ..sample.clone() };
    let start = planted.text.find("\"open_post_manage_page\"")?;
    let (before, key) = (with_sender.text.len(), start..start + "\"open_post_manage_page\"".len());
    let planted = with_sender.insert_entry(&sample.root, "sender_buttons", &format!("[[{button}]]"))?;
    let moved = planted.text.len() - before;
    Some(planted.at(key.start + moved..key.end + moved))
}

fn blank_text(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let role = choices.pick(&[Role::Caption, Role::Caption, Role::Token]);
    let text = part(sample, choices, role, |text| sample.is_spare(text))?;
    Some(sample.rewrite(text, choices.pick(&["\"\"", "\" \"", "\"\\u200C\"", "\"\u{200c}\u{a0}\""])))
}

fn not_a_token(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let text = part(sample, choices, Role::Token, |text| sample.is_spare(text))?;
    let texts =
        ["\"https://divar.ir/v/wXyZ1234\"", "\"wXyZ-1234\"", "\" wXyZ1234\"", "\"abcdefgh_12345678\"", "\"آگهی\""];
    Some(sample.rewrite(text, choices.pick(&texts)))
}

fn not_a_media_token(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let text = part(sample, choices, Role::Media, |text| sample.is_spare(text))?;
    Some(sample.rewrite(text, choices.pick(&["\"عکس خودرو.jpg\"", "\"c2Ft cGxl\"", "\" c2FtcGxl\""])))
}

/// Returns the kind of message that the fields of a template say, and the first of these fields.
fn kind(sample: &Sample) -> Option<(MessageKind, &Entry)> {
    let own = |kind: MessageKind| {
        let mut entries = sample.root.entries().iter();
        Some((kind, entries.find(|entry| kind.fields().any(|field| field == entry.key))?))
    };
    MessageKind::ALL.into_iter().find_map(own)
}

fn text_and_media(sample: &Sample, _: &mut Choices) -> Option<Planted> {
    let (kind, _) = kind(sample)?;
    let (own, other, value) = match sample.root.get(MEDIA_TOKEN) {
        Some(media) => (media, kind.text_field(), "\"سلام\""),
        None => (sample.root.get(kind.text_field())?, MEDIA_TOKEN, "\"c2FtcGxl.a1\""),
    };
    (!sample.root.has(other)).then_some(())?;
    Some(sample.insert_entry(&sample.root, other, value)?.behind(&own.key_place))
}

fn other_kind(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (kind, own) = kind(sample)?;
    let other = if kind == MessageKind::Chat { MessageKind::Chatbot } else { MessageKind::Chat };
    let fields: Vec<&str> = other.fields().collect();
    let field = choices.pick(&fields);
    let grid = format!("[[{BUTTON}]]");
    let value = if field == other.text_field() { "\"سلام\"" } else { &grid };
    Some(sample.insert_entry(&sample.root, field, value)?.behind(&own.key_place))
}

fn blank_message(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let message = part(sample, choices, Role::Message, |_| true)?;
    sample.is_spare(message).then(|| sample.rewrite(message, "\" \\n\u{200f} \""))
}

/// An icon that is written out in one line.
fn icon<'s>(sample: &'s Sample, choices: &mut Choices, is: impl Fn(&str) -> bool) -> Option<(&'s Part, String)> {
    let icon = part(sample, choices, Role::Icon, |icon| {
        icon.literal().is_some_and(|name| is(&name)) && sample.inside(icon).is_some()
    })?;
    Some((icon, icon.literal()?))
}

fn icon_in_other_letters(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let in_other_letters = |name: &str| name.to_lowercase().replace('_', "-");
    // Where two icons have the same words, either could be meant.
    let (icon, name) = icon(sample, choices, |name| nearest(&in_other_letters(name)) == [name])?;
    let planted = sample.replace(&sample.inside(icon)?.0, &in_other_letters(&name));
    Some(planted.at(icon.place.clone()).restored(sample))
}

fn no_such_icon(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (icon, _) = icon(sample, choices, |_| true)?;
    Some(sample.rewrite(icon, if sample.is_json { "\"UNICORN_QXZ\"" } else { "UNICORN_QXZ" }))
}

fn real_state(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let icon = part(sample, choices, Role::Icon, |icon| icon.literal().is_some_and(|name| name == "REAL_ESTATE"))?;
    let at = icon.pieces()[0].place.clone();
    Some(sample.replace(&at, "REAL_STATE").restored(sample))
}
