//! The data of CLDR for Persian, as Rust.

use std::error::Error;
use std::path::Path;

use icu_datetime::provider::Baked as DateData;
use icu_datetime::provider::names::{
    DatetimeNamesDayperiodV1, DatetimeNamesMonthGregorianV1, DatetimeNamesMonthPersianV1, DatetimeNamesWeekdayV1,
};
use icu_decimal::provider::{Baked as DecimalData, DecimalDigitsV1, DecimalSymbolsV1};
use icu_provider::dynutil::UpcastDataPayload;
use icu_provider::export::{DataExporter, ExportMarker, FlushMetadata};
use icu_provider::prelude::{
    DataIdentifierBorrowed, DataLocale, DataMarker, DataMarkerAttributes, DataProvider, DataRequest,
};
use icu_provider_baked::export::{BakedExporter, Options};

/// The attributes of numbers, of abbreviated names and of those that are written out: `marker_attrs` in `icu_datetime`.
const NUMERIC: &str = "1";
const ABBREVIATED: &str = "3";
const WIDE: &str = "5";

/// Writes what kenarc needs to a new folder.
pub(crate) fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut options = Options::default();
    // There is one locale, and kenarc asks for no other.
    options.use_internal_fallback = false;
    options.use_separate_crates = true;
    let mut exporter = BakedExporter::new(folder.to_owned(), options)?;
    let persian: DataLocale = "fa".parse()?;
    let any = DataLocale::default();
    export::<DecimalSymbolsV1>(&exporter, &DecimalData, &[(&persian, ""), (&persian, "latn")])?;
    export::<DecimalDigitsV1>(&exporter, &DecimalData, &[(&any, "arabext"), (&any, "latn")])?;
    export::<DatetimeNamesWeekdayV1>(&exporter, &DateData, &[(&persian, WIDE)])?;
    let months = [(&persian, NUMERIC), (&persian, WIDE)];
    export::<DatetimeNamesMonthPersianV1>(&exporter, &DateData, &months)?;
    export::<DatetimeNamesMonthGregorianV1>(&exporter, &DateData, &months)?;
    export::<DatetimeNamesDayperiodV1>(&exporter, &DateData, &[(&persian, ABBREVIATED), (&persian, WIDE)])?;
    exporter.close()?;
    Ok(())
}

/// Exports the data of a marker for these locales and attributes.
fn export<M: DataMarker>(
    exporter: &BakedExporter,
    data: &impl DataProvider<M>,
    ids: &[(&DataLocale, &str)],
) -> Result<(), Box<dyn Error>>
where
    ExportMarker: UpcastDataPayload<M>,
{
    for (locale, attributes) in ids {
        let attributes = DataMarkerAttributes::try_from_str(attributes).map_err(|_| "invalid attributes")?;
        let id = DataIdentifierBorrowed::for_marker_attributes_and_locale(attributes, locale);
        let found = data.load(DataRequest { id, ..DataRequest::default() })?;
        exporter.put_payload(M::INFO, id, &ExportMarker::upcast(found.payload))?;
    }
    exporter.flush(M::INFO, FlushMetadata::default())?;
    Ok(())
}
