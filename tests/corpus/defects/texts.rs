//! Defects in texts, links and comments.

use super::plant::Planted;
use super::select::{entry, part, piece, takes_jinja, words};
use super::{Defect, defect};
use crate::choices::Choices;
use crate::generate::Sample;
use crate::tree::{Form, Mark, Part, Piece, Place, Role};

pub(crate) const DEFECTS: &[Defect] = &[
    defect("multiline-caption", "a line break as an escape", escaped_line_break),
    defect("multiline-caption", "a second line", second_line),
    defect("arabic-letters", "an Arabic letter", arabic_letter),
    defect("arabic-letters", "all letters Arabic", arabic_letters),
    defect("mixed-digits", "Latin digits before a Persian word", latin_digits),
    defect("bidi-control", "a control in a text", control_in_text),
    defect("bidi-control", "a control as an escape", escaped_control),
    defect("bidi-control", "a control in a comment", control_in_comment),
    defect("secret-in-template", "a token in data", token_in_data),
    defect("secret-in-template", "a key in a comment", key_in_comment),
    defect("ambiguous-scalar", "text that YAML 1.1 reads otherwise", ambiguous_text),
    defect("ambiguous-scalar", "a number that loses its zero", lost_zero),
    defect("literal-escape", "an escape without double quotes", escape_in_text),
    defect("literal-escape", "an escaped backslash", escaped_backslash),
    defect("typographic-quotes", "typographic quotes around a caption", typographic_quotes),
    defect("html-markup", "a tag", tag),
    defect("html-markup", "an entity", entity),
    defect("foreign-placeholder", "a placeholder of another language", placeholder),
    defect("foreign-placeholder", "braces that nothing opens", stray_braces),
    defect("insecure-link", "http", http),
    defect("double-encoding", "a value that is encoded before", encoded_before),
    defect("invalid-link", "no scheme", no_scheme),
    defect("invalid-link", "another scheme", other_scheme),
    defect("invalid-link", "no host", no_host),
    defect("invalid-link", "a space", space_in_link),
    defect("invalid-link", "a value in the scheme", value_in_scheme),
    defect("invalid-link", "branches that end in different parts", branches_differ),
    defect("invalid-link", "a block that is kept", kept_block),
    defect("unused-suppression", "a comment that ignores nothing", unused_comment),
    defect("unused-suppression", "a comment alone in its line", unused_line),
    defect("unused-suppression", "a misspelt rule", misspelt_rule),
    defect("unused-suppression", "a comment that cannot be read", unreadable_comment),
];

// Captions

fn escaped_line_break(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = words(sample, choices, |part, _| part.role == Role::Caption && part.form == Form::Double)?;
    Some(sample.insert(words.place.end, "\\n"))
}

fn second_line(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (caption, words) = words(sample, choices, |part, _| part.role == Role::Caption && part.form == Form::Literal)?;
    let line_break = sample.line_break();
    let column = sample.column(words.place.start);
    let planted = sample.insert(caption.place.end, &format!("{line_break}{}دوم", " ".repeat(column)));
    // The first line break of a block text is the end of its head.
    let at = caption.place.end;
    Some(planted.at(at..at + line_break.len()))
}

// Letters and characters

/// Words as they are written, without any escape, and letter by letter.
fn persian<'s>(sample: &'s Sample, choices: &mut Choices) -> Option<(&'s Piece, Vec<Place>)> {
    let letters = |piece: &Piece| -> Vec<Place> {
        let written = &sample.text[piece.place.clone()];
        let letters = written.char_indices().filter(|(_, letter)| matches!(letter, 'ی' | 'ک'));
        letters.map(|(at, letter)| piece.place.start + at..piece.place.start + at + letter.len_utf8()).collect()
    };
    let is_persian = |piece: &Piece| piece.text.contains(['گ', 'پ', 'چ', 'ژ', '\u{200c}']);
    let is_read = |part: &Part| matches!(part.role, Role::Message | Role::Caption | Role::Description);
    let (_, piece) = piece(sample, choices, |part, piece| {
        is_read(part) && piece.mark == Mark::Words && is_persian(piece) && !letters(piece).is_empty()
    })?;
    Some((piece, letters(piece)))
}

fn arabic(letter: &str) -> &'static str {
    if letter == "ی" { "ي" } else { "ك" }
}

fn arabic_letter(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, letters) = persian(sample, choices)?;
    let at = &letters[choices.below(letters.len())];
    Some(sample.replace(at, arabic(&sample.text[at.clone()])).restored(sample))
}

fn latin_digits(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = words(sample, choices, |_, _| true)?;
    let planted = sample.insert(words.place.end, " 12 عکس");
    let start = words.place.end + 1;
    Some(planted.at(start..start + 2).fixed("۱۲"))
}

fn arabic_letters(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (piece, letters) = persian(sample, choices)?;
    let written = &sample.text[piece.place.clone()];
    let planted = sample.replace(&piece.place, &written.replace('ی', "ي").replace('ک', "ك"));
    Some(planted.at(letters[0].clone()).restored(sample))
}

fn control_in_text(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = piece(sample, choices, |_, piece| piece.mark == Mark::Words && !piece.text.is_empty())?;
    let control = choices.pick(&["\u{202e}", "\u{2066}", "\u{202a}\u{2069}"]);
    // Behind the first letter: an escape stays whole.
    let first = sample.text[words.place.clone()].chars().next().filter(|first| *first != '\\')?;
    Some(sample.insert(words.place.start + first.len_utf8(), control))
}

fn escaped_control(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = words(sample, choices, |part, _| part.form == Form::Double)?;
    Some(sample.insert(words.place.end, choices.pick(&["\\u202E", "\\u2067", "\\u202d\\u202C"])))
}

/// Returns a line of comment at the end of the file.
fn comment_below(sample: &Sample, comment: &str) -> Option<Planted> {
    (!sample.is_json && sample.text.ends_with('\n')).then(|| sample.insert(sample.text.len(), comment))
}

fn control_in_comment(sample: &Sample, _: &mut Choices) -> Option<Planted> {
    let planted = comment_below(sample, "# از \u{202e} راست\n")?;
    let start = planted.text.rfind('\u{202e}')?;
    Some(planted.at(start..start + '\u{202e}'.len_utf8()))
}

const TOKEN: &str = "ory_at_9fJ2kQ0xV7bLr3TzY8mNw5Ah1Ks6Dp4Ue0Gc2Xi7Ob.Qw3Er5Ty7Ui9Op1As2Df4Gh6Jk8";
const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiJodHRwczovL2FwcC5leGFtcGxlIn0.OLTmUuRNp_I3DZ4mDicTZVCko6bQf1wMMy-LEiQIP9I";
const KEY: &str = "k3j9x7q2m5v8b1n4z6c0w3r7t9y2";

fn found_in(planted: Planted, secret: &str) -> Option<Planted> {
    let start = planted.text.find(secret)?;
    Some(planted.at(start..start + secret.len()))
}

fn token_in_data(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let data = part(sample, choices, Role::Data, |data| !data.entries().is_empty())?;
    let secret = choices.pick(&[TOKEN, JWT]);
    found_in(sample.insert_entry(data, "secret", &format!("\"{secret}\""))?, secret)
}

fn key_in_comment(sample: &Sample, _: &mut Choices) -> Option<Planted> {
    found_in(comment_below(sample, &format!("# curl -H 'x-api-key: {KEY}'\n"))?, KEY)
}

// Values

/// Returns a value in quotes that means another thing without them.
fn unquoted(sample: &Sample, choices: &mut Choices, texts: &[&str]) -> Option<Planted> {
    let is_sent = |part: &Part| part.literal().is_some_and(|text| texts.contains(&&*text));
    let is_quoted = |part: &Part| matches!(part.form, Form::Double | Form::Single);
    // Of JSON nothing would be left.
    let value = part(sample, choices, Role::Value, |part| !sample.is_json && is_sent(part) && is_quoted(part))?;
    let (_, inside) = sample.inside(value)?;
    Some(sample.rewrite(value, inside))
}

fn ambiguous_text(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let planted = unquoted(sample, choices, &["yes", "no", "off", "12:30"])?;
    let quoted = format!("\"{}\"", &planted.text[planted.place.clone()]);
    Some(planted.fixed(&quoted))
}

fn lost_zero(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    unquoted(sample, choices, &["09121234567"])
}

// Other languages

fn escape_in_text(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (part, words) = words(sample, choices, |part, _| !matches!(part.form, Form::Double))?;
    let escapes = ["\\u200c", "\\xab", "\\\"", "\\u{200c}"];
    // In brackets, a brace ends a text without quotes.
    let escapes = if part.form == Form::Plain { &escapes[..3] } else { &escapes };
    Some(sample.insert(words.place.end, choices.pick(escapes)))
}

fn escaped_backslash(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = words(sample, choices, |part, _| part.form == Form::Double)?;
    Some(sample.insert(words.place.end, "\\\\u200c").fixed("\\u200c"))
}

fn typographic_quotes(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_words = |part: &Part| part.pieces().iter().all(|piece| piece.mark == Mark::Words);
    let caption = part(sample, choices, Role::Caption, |part| part.form == Form::Plain && is_words(part))?;
    Some(sample.replace(&caption.place, choices.pick(&["“نوروز”", "‘نوروز’", "„نوروز“"])))
}

fn tag(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = words(sample, choices, |_, _| true)?;
    Some(sample.insert(words.place.end, choices.pick(&["<br>", "<br/>", "</p>", "<b>", "<span class=a>"])))
}

fn entity(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = words(sample, choices, |_, _| true)?;
    Some(sample.insert(words.place.end, choices.pick(&["&nbsp;", "&zwnj;", "&#8204;", "&#x200C;", "&laquo;"])))
}

fn placeholder(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = words(sample, choices, |part, _| takes_jinja(sample, part))?;
    let placeholder = choices.pick(&[" {zz}", " {zz.a_b}", " ${ zz }", " %(zz)s", " <%= zz %>", " {zz:,}"]);
    let planted = sample.insert(words.place.end, placeholder);
    Some(planted.at(words.place.end + 1..words.place.end + placeholder.len()))
}

fn stray_braces(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, words) = words(sample, choices, |part, _| takes_jinja(sample, part))?;
    Some(sample.insert(words.place.end, choices.pick(&["}}", "%}"])))
}

// Links

/// Returns a link that begins as it should, and what stands behind that.
fn link<'s>(sample: &'s Sample, choices: &mut Choices, is: impl Fn(&Part, &str) -> bool) -> Option<(&'s Part, Place)> {
    let inside = |part: &Part| sample.inside(part).filter(|(_, link)| link.to_lowercase().starts_with(SCHEME));
    let link = part(sample, choices, Role::Link, |part| inside(part).is_some_and(|(_, link)| is(part, link)))?;
    Some((link, sample.inside(link)?.0))
}

const SCHEME: &str = "https://";

fn is_literal(link: &Part, written: &str) -> bool {
    link.literal().is_some() && !written.contains('[')
}

fn http(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, at) = link(sample, choices, |_, _| true)?;
    Some(sample.replace(&(at.start..at.start + SCHEME.len()), choices.pick(&["http://", "HTTP://"])))
}

fn no_scheme(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, at) = link(sample, choices, is_literal)?;
    let planted = sample.replace(&(at.start..at.start + SCHEME.len()), "");
    Some(planted.at(at.start..at.end - SCHEME.len()))
}

fn other_scheme(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (link, at) = link(sample, choices, |_, _| true)?;
    let scheme = choices.pick(&["ftp", "htps", "javascript"]);
    let planted = sample.replace(&(at.start..at.start + "https".len()), scheme);
    let end = if link.literal().is_some() { at.end - "https".len() + scheme.len() } else { at.start + scheme.len() };
    Some(planted.at(at.start..end))
}

fn no_host(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, at) = link(sample, choices, is_literal)?;
    let planted = sample.insert(at.start + SCHEME.len(), "/");
    Some(planted.at(at.start..at.end + 1))
}

fn space_in_link(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, at) = link(sample, choices, is_literal)?;
    Some(sample.insert(at.start + SCHEME.len() + 2, " "))
}

fn value_in_scheme(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, at) = link(sample, choices, |_, link| link.contains("/list?"))?;
    let planted = sample.replace(&(at.start..at.start + SCHEME.len()), "");
    let start = at.start + planted.text[at.start..].find("{{ word }}")? + "{{ ".len();
    Some(planted.at(start..start + "word".len()))
}

fn encoded_before(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_path =
        |part: &Part, link: &str| is_literal(part, link) && !link.contains(['?', '#']) && takes_jinja(sample, part);
    let (_, at) = link(sample, choices, is_path)?;
    let open = choices.pick(&["/{{ 7 | ", "/{{ 7 ~ 8 | ", "/a?b={{ 7 | "]);
    let planted = sample.insert(at.end, &format!("{open}urlencode }}}}"));
    let start = at.end + open.len();
    Some(planted.at(start..start + "urlencode".len()))
}

fn branches_differ(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let is_path =
        |part: &Part, link: &str| is_literal(part, link) && !link.contains(['?', '#']) && takes_jinja(sample, part);
    let (_, at) = link(sample, choices, is_path)?;
    let (open, block, close) = choices.pick(&[
        ("/{% ", "if true %}?a=1{% endif", " %}"),
        ("/{%- ", "if not true %}a{% else %}#b{% endif", " -%}"),
        ("/{% ", "for n in [1, 2] %}?{{ n }}{% endfor", " %}&c"),
    ]);
    let planted = sample.insert(at.end, &format!("{open}{block}{close}"));
    let start = at.end + open.len();
    Some(planted.at(start..start + block.len()))
}

fn kept_block(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (_, at) = link(sample, choices, |part, link| is_literal(part, link) && takes_jinja(sample, part))?;
    let (block, close) =
        choices.pick(&[("set part %}a{% endset", " %}{{ part }}"), ("filter upper %}a{% endfilter", " %}")]);
    let planted = sample.insert(at.end, &format!("{{% {block}{close}"));
    let start = at.end + "{% ".len();
    Some(planted.at(start..start + block.len()))
}

// Comments

/// Returns the end of a line at which a comment may stand.
fn line_end(sample: &Sample, choices: &mut Choices) -> Option<usize> {
    let roles = [Role::Template, Role::Button, Role::Declaration, Role::Example, Role::Data, Role::Post];
    let (_, entry) = entry(sample, choices, &roles, |map, entry| {
        // Where a text goes on in the next line, the comment would be about another one.
        let is_flat = !sample.text[entry.place.clone()].contains('\n');
        map.form == Form::Block && is_flat && sample.ends_line(&entry.value)
    })?;
    Some(entry.place.end)
}

/// Returns a comment at the end of a line, and its id.
fn comment(sample: &Sample, choices: &mut Choices, comment: &str, id: &str) -> Option<Planted> {
    let at = line_end(sample, choices)?;
    let planted = sample.insert(at, comment);
    let start = at + comment.find(id)?;
    Some(planted.at(start..start + id.len()))
}

fn unused_comment(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let written =
        choices.pick(&[" # kenarc: ignore[insecure-link]", "  #kenarc: ignore[ insecure-link ] since it is meant so"]);
    Some(comment(sample, choices, written, "insecure-link")?.restored(sample))
}

fn unused_line(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let id = "wrong-type";
    let at = line_end(sample, choices)?;
    let line = format!("{}  # kenarc: ignore[{id}]", sample.line_break());
    let planted = sample.insert(at, &line);
    let start = at + line.find(id)?;
    Some(planted.at(start..start + id.len()).restored(sample))
}

fn misspelt_rule(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    // Once it is fixed, there is nothing to ignore.
    Some(comment(sample, choices, " # kenarc: ignore[wrogn-type]", "wrogn-type")?.restored(sample))
}

fn unreadable_comment(sample: &Sample, choices: &mut Choices) -> Option<Planted> {
    let (written, found) = choices.pick(&[
        (" # kenarc: ignore", "# kenarc: ignore"),
        (" # kenarc ignore[wrong-type]", "# kenarc ignore[wrong-type]"),
        (" # kenarc: disable=all", "# kenarc: disable=all"),
    ]);
    comment(sample, choices, written, found)
}
