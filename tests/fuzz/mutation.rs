//! Mutations of inputs.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Characters of one to four bytes that some library or the terminal treats in a way of its own, and signs of YAML,
/// Jinja, JSON and CSV.
const PIECES: [&str; 72] = [
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200c}",
    "\u{200f}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{fdd0}",
    "\u{10ffff}",
    "😀",
    "e\u{301}",
    "\u{64b}",
    "ق",
    "۳",
    "漢",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\"",
    "'",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "[",
    "]",
    ": ",
    "- ",
    "&a ",
    "*a",
    "{",
    "}",
    "<<: ",
    "mesage: ",
    "icno: SUPPORT, ",
    "icon_name: SUPPORT, ",
    "captoin: a, ",
    "{{ nmae }}",
    "{#Z",
    "  ",
    "\\",
    ",",
    ";",
    "|",
    ">",
    "|-\n",
    "#",
    " #",
    "(",
    ")",
    "~",
    " | join(\", \")",
    " | default(none)",
    "[0]",
    ".title",
    "none",
    "true",
    "-1",
    "9223372036854775808",
    "{% for i in items %}",
    "{% endfor %}",
    "{% set n = n + 1 %}",
    " if flag else ",
];

/// What is put in the place of a few bytes.
#[derive(Clone, Debug)]
enum Inserted {
    Piece(&'static str),
    Byte(u8),
    /// A part of an input: which, from where, and how many bytes.
    Part(Index, Index, usize),
}

/// Returns an input in which some parts have been replaced.
pub(crate) fn mutated(corpus: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let inserted = prop_oneof![
        8 => select(&PIECES[..]).prop_map(Inserted::Piece),
        1 => any::<u8>().prop_map(Inserted::Byte),
        2 => (any::<Index>(), any::<Index>(), 1..40_usize).prop_map(|(input, at, length)| Inserted::Part(input, at, length)),
    ];
    let change = (any::<Index>(), inserted, prop_oneof![4 => 0..3_usize, 1 => 0..60_usize]);
    (any::<Index>(), vec(change, 1..5)).prop_map(move |(input, changes)| {
        let mut bytes = input.get(&corpus).clone();
        for (place, inserted, removed) in changes {
            let at = boundary(&bytes, place.index(bytes.len() + 1));
            let end = boundary(&bytes, (at + removed).min(bytes.len()));
            let inserted = match inserted {
                Inserted::Piece(piece) => piece.as_bytes().to_vec(),
                Inserted::Byte(byte) => vec![byte],
                Inserted::Part(input, from, length) => {
                    let other = input.get(&corpus);
                    let from = boundary(other, from.index(other.len() + 1));
                    other[from..boundary(other, (from + length).min(other.len()))].to_vec()
                }
            };
            bytes.splice(at..end, inserted);
        }
        bytes
    })
}

/// Returns the next index at which no character of UTF-8 is cut.
fn boundary(bytes: &[u8], index: usize) -> usize {
    (index..bytes.len()).find(|&index| bytes[index] & 0xc0 != 0x80).unwrap_or(bytes.len())
}
