//! The filters for Persian agree with independent implementations: the tables in `tests/fixtures/persian` are made with
//! Python's `jdatetime` 6.1 and `num2words` 0.5 and with ICU 78 (`Intl` of Node 20).

use kenarc::persian::{
    Calendar, DateFormat, Digits, Grouping, Moment, Number, NumberFormat, Pattern, time_zone, time_zones, words,
};

/// Returns the rows of a table, without its heading.
fn rows(table: &'static str, separator: char) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(move |line| line.split(separator).collect())
}

fn date(text: &str, calendar: Calendar, pattern: &str, zone: &str) -> String {
    let pattern = Pattern::parse(pattern).expect(pattern);
    let format = DateFormat { calendar, pattern, zone: time_zone(zone).expect(zone) };
    let moment = Moment::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    moment.format(&format).expect(text).expect("data")
}

#[test]
fn dates_are_those_of_jdatetime() {
    let mut count = 0;
    for row in rows(include_str!("../fixtures/persian/jalali.csv"), ',') {
        assert_eq!(date(row[0], Calendar::Jalali, "short", "UTC"), row[1], "{}", row[0]);
        count += 1;
    }
    assert!(count > 300, "{count} dates");
}

#[test]
fn numbers_are_those_of_icu() {
    let plain = NumberFormat::default();
    let formats = [
        plain,
        NumberFormat { decimals: Some(2), ..plain },
        NumberFormat { grouping: Grouping::Off, ..plain },
        NumberFormat { digits: Digits::Latin, ..plain },
    ];
    for row in rows(include_str!("../fixtures/persian/numbers.csv"), ';') {
        for (format, expected) in formats.iter().zip(&row[1..]) {
            let number = Number::parse(row[0]).expect(row[0]);
            assert_eq!(number.format(*format).as_deref(), Some(*expected), "{} as {format:?}", row[0]);
        }
    }
}

#[test]
fn words_are_those_of_num2words() {
    for row in rows(include_str!("../fixtures/persian/words.csv"), ',') {
        assert_eq!(words(row[0].parse().expect("an integer")).as_deref(), Some(row[1]), "{}", row[0]);
    }
    assert_eq!(words(1_000_000_000_000_000).as_deref(), Some("هزار تریلیون"));
    assert_eq!(words(-21).as_deref(), Some("منفی بیست و یک"));
    assert_eq!(words(1_000_000_000_000_001), None);
    assert_eq!(words(i64::MIN), None);
}

#[test]
fn a_moment_is_another_date_in_another_zone() {
    for (zone, expected) in [
        ("Asia/Tehran", "۱ فروردین ۱۴۰۴، ۰۰:۳۰"),
        ("UTC", "۳۰ اسفند ۱۴۰۳، ۲۱:۰۰"),
        ("America/New_York", "۳۰ اسفند ۱۴۰۳، ۱۷:۰۰"),
        ("Asia/Kabul", "۱ فروردین ۱۴۰۴، ۰۱:۳۰"),
    ] {
        assert_eq!(date("2025-03-20T21:00:00Z", Calendar::Jalali, "d MMMM y، HH:mm", zone), expected, "{zone}");
    }
    // Iran had daylight saving time until 2022.
    assert_eq!(date("2022-06-01T12:00:00Z", Calendar::Gregorian, "HH:mm", "Asia/Tehran"), "۱۶:۳۰");
    assert_eq!(date("2023-06-01T12:00:00Z", Calendar::Gregorian, "HH:mm", "Asia/Tehran"), "۱۵:۳۰");
    assert!(time_zones().len() > 400);
}

#[test]
fn texts_that_are_no_dates_and_no_numbers_are_refused() {
    for text in [
        "",
        "2026",
        "2026-11",
        "2026-11-28 ",
        "2026-11-28T",
        "2026-11-28T10",
        "2026-11-28T10:00Z",
        "2026-11-28 10:00:00Z",
        "2026-11-28T10:00:00",
        "2026-11-28T10:00:00+0330",
        "2026-11-28T10:00:00[Asia/Tehran]",
        "2026-11-28T25:00:00Z",
        "2026-11-31",
        "2026-02-29",
        "2026-13-01",
        "1405-07-31",
        "1582-10-14",
        "۲۰۲۶-۱۱-۲۸",
        "26-11-28",
        "+2026-11-28",
    ] {
        assert!(Moment::parse(text).is_err(), "{text}");
    }
    let long = "9".repeat(1000);
    for text in ["", "-", "+1", "1e3", "1,000", "۱۲", ".5", "5.", "0x10", " 1", "1 ", "inf", "NaN", "--1", &long] {
        assert!(Number::parse(text).is_none(), "{text}");
    }
}
