//! What kenarc compiles in of the [Unicode CLDR](https://cldr.unicode.org) and of the
//! [IANA time zone database](https://www.iana.org/time-zones).
//!
//! It is small: of CLDR, it has one locale, where the `compiled_data` of ICU4X has all of them, and the time zones are
//! compressed. `data/generate` writes the files. This is a crate of its own because all code that ICU4X writes contains
//! `unsafe`.

/// The data of CLDR for Persian, as a provider for the constructors `try_new_unstable` of ICU4X: digits and separators,
/// and the names of weekdays, of months in two calendars, and of the halves of a day. It has the locale `fa` alone.
#[derive(Clone, Copy, Debug)]
pub struct Cldr;

include!("cldr/mod.rs");
impl_data_provider!(Cldr);

/// The time zones, compressed with DEFLATE (RFC 1951).
///
/// First there is a line for each name, which says where its data is: `Asia/Tehran 5120 812`, the name, the offset and
/// the length in bytes, in the order of the names. After an empty line, from which offsets are counted, the data of all
/// zones follows, each in the format TZif (RFC 9636).
pub const TIME_ZONES: &[u8] = include_bytes!("time_zones.deflate");
