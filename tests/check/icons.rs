//! Names of icons that expressions result in: findings, their locations, and what must not be found.

use kenarc::lint::{Applicability, fix};
use kenarc::{Diagnostic, SourceFile, Values, lint};
use serde_json::json;

fn template(declarations: &str, around: &str, icon: &str) -> String {
    let button = format!("{{ {around} icon: {icon}, caption: x, open_post_page: {{ post_token: t }} }}");
    format!("variables:\n{declarations}\nmessage: x\nsender_buttons:\n  - - {button}\n")
}

fn check(text: &str) -> Vec<Diagnostic> {
    let mut found = lint::check(&SourceFile::new("template.yaml", text)).diagnostics;
    found.retain(|found| found.rule != "unused-variable");
    found
}

/// Returns the places of what is found, as they are written.
fn found(declarations: &str, around: &str, icon: &str) -> Vec<String> {
    let text = template(declarations, around, icon);
    let found = check(&text);
    assert!(found.iter().all(|found| found.rule == "unknown-icon"), "{icon}: {found:?}");
    found.iter().map(|found| text[found.span().start..found.span().end].to_owned()).collect()
}

const DECLARATIONS: &str = "
  done: { type: boolean }
  text: { type: string }
  kind: { type: string, enum: [CAR, CARRR, \"KAR\"] }
  one: { const: NONE_SUCH }
  good: { enum: [CAR, STAR] }
  narrow: { enum: [CAR, NONE_SUCH], maxLength: 3 }
  list: { type: array, maxItems: 3, items: { type: object, required: [icon], properties: { icon: { enum: [CAR, NONE_SUCH] } } } }";

#[test]
fn names_in_an_expression_are_looked_up() {
    for (icon, expected) in [
        ("\"{{ 'CAR' }}\"", &[][..]),
        ("\"{{ 'CARRR' }}\"", &["CARRR"]),
        ("\"{{ 'CARRR' if done else 'STAR' }}\"", &["CARRR"]),
        ("\"{{ 'CAR' if done else 'STARRR' if text else 'KAR' }}\"", &["STARRR", "KAR"]),
        ("'{{ ''CARRR'' if done else \"STARRR\" }}'", &["CARRR", "STARRR"]),
        ("\"{{ text or 'CARRR' }}\"", &["CARRR"]),
        ("\"{% if done %}CARRR{% elif text %}STAR{% else %}{{ 'KAR' }}{% endif %}\"", &["CARRR", "KAR"]),
        // May be anything.
        ("\"{{ text }}\"", &[]),
        ("\"{{ text | upper }}\"", &[]),
        ("\"{{ 'car' | upper }}\"", &[]),
        ("\"CAR{{ 'RRR' if done else '' }}\"", &[]),
        ("\"{{ {'a': 'CARRR'}[text] }}\"", &[]),
    ] {
        assert_eq!(found(DECLARATIONS, "", icon), expected, "{icon}");
    }
}

#[test]
fn enum_values_of_a_declaration_are_looked_up() {
    for (around, icon, expected) in [
        ("", "\"{{ good }}\"", &[][..]),
        ("", "\"{{ kind }}\"", &["CARRR", "\"KAR\""]),
        ("", "\"{{ kind if done else 'STAR' }}\"", &["CARRR", "\"KAR\""]),
        ("", "\"{{ one }}\"", &["NONE_SUCH"]),
        ("for: item in list,", "\"{{ item.icon }}\"", &["NONE_SUCH"]),
        // It may well be that only the other values come here.
        ("when: kind == 'CAR',", "\"{{ kind }}\"", &[]),
        ("", "\"{{ kind if kind == 'CAR' else 'STAR' }}\"", &[]),
        ("", "\"{{ narrow }}\"", &[]),
    ] {
        assert_eq!(found(DECLARATIONS, around, icon), expected, "{around} {icon}");
    }
}

#[test]
fn an_enum_value_is_reported_once() {
    let text = template(DECLARATIONS, "", "\"{{ one }}\"");
    let button = text.lines().last().unwrap().trim_start().strip_prefix("- - ").unwrap();
    assert_eq!(check(&format!("{text}    - {button}\n")).len(), 1);
}

#[test]
fn the_only_similar_name_replaces_it_in_the_expression_and_in_the_list() {
    let declarations = "  done: { type: boolean }\n  kind: { enum: ['LOCAL_SHIPING', STAR] }";
    for (icon, corrected) in [
        ("\"{{ 'LOCAL_SHIPING' if done else kind }}\"", "\"{{ 'LOCAL_SHIPPING' if done else kind }}\""),
        ("'{{ ''LOCAL_SHIPING'' if done else kind }}'", "'{{ ''LOCAL_SHIPPING'' if done else kind }}'"),
    ] {
        let text = template(declarations, "", icon);
        let file = SourceFile::new("template.yaml", text.as_str());
        let fixed = fix::fix(&file, Applicability::Safe, lint::check);
        let expected = template(&declarations.replace("SHIPING", "SHIPPING"), "", corrected);
        assert_eq!(fixed.file.text(), expected);
        assert!(check(&expected).is_empty());
    }
}

#[test]
fn findings_agree_with_renderings() {
    for (icon, done, renders) in [
        ("\"{{ 'CARRR' if done else 'STAR' }}\"", true, false),
        ("\"{{ 'CARRR' if done else 'STAR' }}\"", false, true),
        ("\"{% if done %}CARRR{% else %}STAR{% endif %}\"", true, false),
    ] {
        let text = template("  done: { type: boolean }", "", icon);
        let template = lint::check(&SourceFile::new("template.yaml", text)).template.unwrap();
        let values = Values::from_serialize("values", &json!({ "done": done })).unwrap();
        assert_eq!(lint::render(&template, &values).is_ok(), renders, "{icon}");
    }
}

/// What is suggested for a name, and whether it is a safe fix.
fn suggested(name: &str) -> (String, Option<Applicability>) {
    let found = check(&template("  a: {}", "", name));
    let [found] = found.as_slice() else { panic!("{name}: {found:?}") };
    let help = found.help.clone().unwrap_or_default();
    (help.replace('`', ""), found.fix.as_ref().map(|fix| fix.applicability))
}

#[test]
fn suggestions_are_icons_for_the_word_and_no_lookalikes() {
    for (name, expected) in [
        ("CHAT", "use CHAT_BUBBLE, CHAT_DOUBLE or CHAT_SPARKLES"),
        ("PHONE", "use TELEPHONE, CALL or SMARTPHONE"),
        ("CHECK", "use CHECK_CIRCLE, CHECKED or CHECK_BOX"),
        ("MAP", "use MAP_MARKER, MAP_VIEW or WORLD_MAP"),
        ("house", "use HOME, VILLA or HOUSE_INSPECTION"),
        ("TRASH", "use DELETE, TRASH_O or TRASH_F"),
        ("PAY", "use PAYMENT, PAYMENT_OUTLINE or WALLET"),
        ("USER", "use PERSON, PERSON_ADD or VERIFIED_USER"),
        ("PHOTO", "use IMAGE_OUTLINE, IMAGE_MULTIPLE or PHOTO_LIBRARY"),
        ("help-center", "use HELP or HELP_OUTLINE"),
        ("car_repair", "use CAR, BUILD_CIRCLE or TOOLBOX"),
        ("پشتیبانی", "use SUPPORT_AGENT or SUPPORT"),
        ("STARS", "use STAR, AI_STARS or AI_STARS_F"),
        // Nothing but a brand, or nothing but other letters, would be similar.
        ("BANKING", "find a name with kenarc icons WORD"),
        ("HOND", "find a name with kenarc icons WORD"),
        ("CXT", "find a name with kenarc icons WORD"),
    ] {
        assert_eq!(suggested(name), (expected.to_owned(), None), "{name}");
    }
}

#[test]
fn a_suggestion_that_is_a_guess_is_an_unsafe_fix() {
    for (name, expected, applicability) in [
        ("car", "CAR", Applicability::Safe),
        ("inspected car", "CAR_INSPECTED", Applicability::Safe),
        ("SETTING", "SETTINGS", Applicability::Safe),
        ("MOTORCICLES", "MOTORCYCLES", Applicability::Safe),
        ("TRUCK", "LOCAL_SHIPPING", Applicability::Unsafe),
        ("CARD", "SIM_CARD", Applicability::Unsafe),
        ("APPLE", "BRAND_APPLE", Applicability::Unsafe),
        ("SONNY", "SUNNY", Applicability::Unsafe),
    ] {
        assert_eq!(suggested(name), (format!("use {expected}"), Some(applicability)), "{name}");
    }
}
