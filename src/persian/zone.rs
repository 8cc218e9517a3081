//! The time zones of the IANA database that is compiled in.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use flate2::read::DeflateDecoder;
use jiff::tz::TimeZone;
use kenarc_data::TIME_ZONES;

static ZONES: LazyLock<Zones> = LazyLock::new(|| Zones::unpack(TIME_ZONES).unwrap_or_default());

/// Returns the time zone of a name in the IANA database. Its letters may be of any case.
#[must_use]
pub fn time_zone(name: &str) -> Option<TimeZone> {
    let zone = ZONES.by_name.get(&name.to_ascii_lowercase())?;
    let read = || TimeZone::tzif(&zone.name, ZONES.data.get(zone.range.clone())?).ok();
    zone.read.get_or_init(read).clone()
}

/// Returns the names of all time zones, in alphabetical order.
#[must_use]
pub fn time_zones() -> Vec<&'static str> {
    ZONES.by_name.values().map(|zone| zone.name.as_str()).collect()
}

/// The time zones of an archive.
#[derive(Default)]
struct Zones {
    /// By their names in lower case.
    by_name: BTreeMap<String, Zone>,
    data: Vec<u8>,
}

struct Zone {
    name: String,
    /// Its bytes among those of all zones.
    range: Range<usize>,
    /// The zone, once it has been read.
    read: OnceLock<Option<TimeZone>>,
}

impl Zones {
    /// Unpacks an archive in the form that [`TIME_ZONES`] describes.
    fn unpack(archive: &[u8]) -> Option<Self> {
        let mut unpacked = Vec::new();
        DeflateDecoder::new(archive).read_to_end(&mut unpacked).ok()?;
        let length = unpacked.windows(2).position(|pair| pair == b"\n\n")?;
        let index = std::str::from_utf8(&unpacked[..length]).ok()?;
        let by_name = index.lines().map(Self::entry).collect::<Option<_>>()?;
        unpacked.drain(..length + 2);
        Some(Self { by_name, data: unpacked })
    }

    /// Reads a line of the index.
    fn entry(line: &str) -> Option<(String, Zone)> {
        let mut parts = line.split(' ');
        let name = parts.next()?.to_owned();
        let (start, length): (usize, usize) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some((
            name.to_ascii_lowercase(),
            Zone { name, range: start..start.checked_add(length)?, read: OnceLock::new() },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{time_zone, time_zones};

    #[test]
    fn every_zone_of_the_archive_can_be_read() {
        let names = time_zones();
        assert!(names.len() > 500, "{}", names.len());
        for name in names {
            let zone = time_zone(name).expect(name);
            assert_eq!(zone.iana_name(), Some(name));
        }
        assert_eq!(time_zone("asia/tehran").expect("Tehran").iana_name(), Some("Asia/Tehran"));
        assert!(time_zone("Asia/Teheran").is_none());
    }
}
