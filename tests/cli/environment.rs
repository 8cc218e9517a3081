//! What a message says does not depend on the machine: the locale, the time zone and its files.

use crate::cli::{Folder, Run, words};

/// Uses every filter for Persian, and a date and a time in two zones.
const TEMPLATE: &str = r#"variables:
  price: { type: integer }
  visit: { type: string, format: date-time }
  day: { type: string, format: date }
  seconds: { type: integer }
message: |
  {{ price | number }} {{ price | number(latin=true, decimals=2) }} {{ -price | number }}
  {{ price | toman }} {{ price | rial(from="toman") }} {{ price | words }} {{ "A-1024" | digits }}
  {{ visit | jalali("EEEE d MMMM y، ساعت HH:mm:ss") }} {{ visit | jalali("h:mm aaaa", tz="America/New_York") }}
  {{ day | jalali("short") }} {{ day | gregorian("full") }} {{ seconds | jalali("y/MM/dd HH:mm") }}
"#;

/// The names of locales need not exist on the machine. A name in `TZ` that begins with `:` is that of a file.
const ENVIRONMENTS: [&[(&str, &str)]; 8] = [
    &[("LANG", "fa_IR.UTF-8"), ("LANGUAGE", "fa")],
    &[("LANG", "de_DE.UTF-8"), ("LC_NUMERIC", "de_DE.UTF-8"), ("LC_TIME", "ar_EG.UTF-8")],
    &[("LC_ALL", "C")],
    &[("LC_ALL", "tr_TR.UTF-8"), ("TZ", "America/New_York")],
    &[("TZ", "Asia/Kolkata")],
    &[("TZ", "Pacific/Kiritimati"), ("TZDIR", "empty")],
    &[("TZ", "XYZ-13:30"), ("TZDIR", "/nonexistent")],
    &[("TZ", ":/etc/passwd"), ("SOURCE_DATE_EPOCH", "0")],
];

#[test]
fn messages_are_the_same_in_every_locale_and_time_zone() {
    let values = r#"{"price": 1250000, "visit": "2026-11-28T20:45:09Z", "day": "2026-03-21", "seconds": 1795845600}"#;
    let folder = Folder::with("template.yaml", TEMPLATE).and("values.json", values);
    std::fs::create_dir(folder.path("empty")).unwrap();
    let run = |environment: &[(&str, &str)]| {
        let mut command = folder.command(words("render template.yaml --vars values.json"));
        Run::of(command.envs(environment.iter().copied()))
    };
    let expected = run(&[]).printed().to_owned();
    assert!(expected.contains("یکشنبه ۸ آذر ۱۴۰۵، ساعت ۰۰:۱۵:۰۹"), "{expected}");
    assert!(expected.contains("۱۴۰۵/۱/۱ شنبه ۲۱ مارس ۲۰۲۶ ۱۴۰۵/۰۹/۰۷ ۰۹:۳۰"), "{expected}");
    for environment in ENVIRONMENTS {
        assert_eq!(run(environment).printed(), expected, "{environment:?}");
    }
}

#[test]
fn findings_about_dates_and_zones_are_the_same_in_every_locale_and_time_zone() {
    let template = r#"message: '{{ "2026-02-29" | jalali }} {{ 0 | jalali(tz="Asia/Teheran") }}'"#;
    let folder = Folder::with("template.yaml", template);
    let run = |environment: &[(&str, &str)]| {
        Run::of(folder.command(words("check template.yaml")).envs(environment.iter().copied()))
    };
    let expected = run(&[]);
    assert!(expected.status == 1 && expected.stdout.contains("write `\"Asia/Tehran\"`"), "{expected}");
    for environment in ENVIRONMENTS {
        assert!(run(environment) == expected, "{environment:?}: {expected}");
    }
}
