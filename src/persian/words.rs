//! Numbers in words, as contracts write amounts.

/// The largest number that is written in words, and the smallest one with a minus.
pub const MAX_IN_WORDS: i64 = 1_000_000_000_000_000;

const BELOW_TWENTY: [&str; 20] = [
    "صفر",
    "یک",
    "دو",
    "سه",
    "چهار",
    "پنج",
    "شش",
    "هفت",
    "هشت",
    "نه",
    "ده",
    "یازده",
    "دوازده",
    "سیزده",
    "چهارده",
    "پانزده",
    "شانزده",
    "هفده",
    "هجده",
    "نوزده",
];

const TENS: [&str; 10] = ["", "", "بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"];

const HUNDREDS: [&str; 10] = ["", "صد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"];

const SCALES: [(u64, &str); 4] =
    [(1_000_000_000_000, "تریلیون"), (1_000_000_000, "میلیارد"), (1_000_000, "میلیون"), (1_000, "هزار")];

/// Returns a number in words; `None` beyond [`MAX_IN_WORDS`].
#[must_use]
pub fn words(number: i64) -> Option<String> {
    if number.unsigned_abs() > MAX_IN_WORDS.unsigned_abs() {
        return None;
    }
    let words = match number.unsigned_abs() {
        0 => BELOW_TWENTY[0].to_owned(),
        positive => {
            let mut parts = Vec::new();
            split(positive, &mut parts);
            parts.join(" و ")
        }
    };
    Some(if number < 0 { format!("منفی {words}") } else { words })
}

/// Adds the parts that `و` connects.
fn split(number: u64, parts: &mut Vec<String>) {
    let mut rest = number;
    for (scale, name) in SCALES {
        let count = rest / scale;
        rest %= scale;
        match count {
            0 => {}
            // A thousand is not counted: `هزار`, but `یک میلیون`.
            1 if scale == 1_000 => parts.push(name.to_owned()),
            count => {
                let mut counted = Vec::new();
                split(count, &mut counted);
                parts.push(format!("{} {name}", counted.join(" و ")));
            }
        }
    }
    let digit = |power: u64| (rest / power % 10) as usize;
    parts.extend([HUNDREDS[digit(100)]].into_iter().filter(|word| !word.is_empty()).map(str::to_owned));
    let last = match rest % 100 {
        below @ 0..20 => vec![BELOW_TWENTY[below as usize]; usize::from(below > 0)],
        _ if digit(1) == 0 => vec![TENS[digit(10)]],
        _ => vec![TENS[digit(10)], BELOW_TWENTY[digit(1)]],
    };
    parts.extend(last.into_iter().map(str::to_owned));
}
