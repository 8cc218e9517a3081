//! A file to upload: its kind, its format and its size.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::str::FromStr;

use bytes::Bytes;
use thiserror::Error;

/// What a file is to the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// A picture: PNG or JPEG, up to 5 MB.
    Image,
    /// A video: MP4, up to 50 MB.
    Video,
    /// A voice message: M4A or 3GP, up to 1.5 MB.
    Voice,
    /// A document: PDF, Word, Excel or PowerPoint, up to 5 MB.
    File,
}

/// A format that a kind allows.
struct Format {
    kind: MediaKind,
    /// The extension, in lower case.
    extension: &'static str,
    name: &'static str,
    content_type: &'static str,
    signature: Signature,
}

/// How a file of a format begins.
#[derive(Clone, Copy)]
enum Signature {
    /// With these bytes.
    Prefix(&'static [u8]),
    /// With the box `ftyp` of the ISO base media file format (ISO/IEC 14496-12 §4.3), after its length.
    FileType,
    /// With `%PDF-` within the first 1,024 bytes (ISO 32000-1, Annex H).
    Pdf,
}

const ZIP: Signature = Signature::Prefix(b"PK\x03\x04");
const COMPOUND_FILE: Signature = Signature::Prefix(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
const JPEG: Signature = Signature::Prefix(b"\xFF\xD8\xFF");

/// The formats that the API takes (Divar's documentation of uploads, 2026-08-18).
const FORMATS: [Format; 13] = [
    format(MediaKind::Image, "png", "PNG", "image/png", Signature::Prefix(b"\x89PNG\r\n\x1A\n")),
    format(MediaKind::Image, "jpg", "JPEG", "image/jpeg", JPEG),
    format(MediaKind::Image, "jpeg", "JPEG", "image/jpeg", JPEG),
    format(MediaKind::Video, "mp4", "MP4", "video/mp4", Signature::FileType),
    format(MediaKind::Voice, "m4a", "M4A", "audio/mp4", Signature::FileType),
    format(MediaKind::Voice, "3gp", "3GP", "audio/3gpp", Signature::FileType),
    format(MediaKind::File, "pdf", "PDF", "application/pdf", Signature::Pdf),
    format(MediaKind::File, "doc", "Word", "application/msword", COMPOUND_FILE),
    format(MediaKind::File, "xls", "Excel", "application/vnd.ms-excel", COMPOUND_FILE),
    format(MediaKind::File, "ppt", "PowerPoint", "application/vnd.ms-powerpoint", COMPOUND_FILE),
    format(
        MediaKind::File,
        "docx",
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ZIP,
    ),
    format(MediaKind::File, "xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP),
    format(
        MediaKind::File,
        "pptx",
        "PowerPoint",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ZIP,
    ),
];

const fn format(
    kind: MediaKind,
    extension: &'static str,
    name: &'static str,
    content_type: &'static str,
    signature: Signature,
) -> Format {
    Format { kind, extension, name, content_type, signature }
}

impl MediaKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Image, Self::Video, Self::Voice, Self::File];

    /// Returns the name, which is also the last segment of the path that files are uploaded to.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Voice => "voice",
            Self::File => "file",
        }
    }

    /// Returns the maximum size of a file, in bytes. The documentation writes `MB`, which is read as 10⁶ bytes, the
    /// stricter of the two meanings.
    #[must_use]
    pub const fn max_bytes(self) -> u64 {
        match self {
            Self::Image | Self::File => 5_000_000,
            Self::Video => 50_000_000,
            Self::Voice => 1_500_000,
        }
    }

    /// Returns the extensions of the formats that are allowed, in lower case.
    pub fn extensions(self) -> impl Iterator<Item = &'static str> {
        FORMATS.iter().filter(move |format| format.kind == self).map(|format| format.extension)
    }
}

impl fmt::Display for MediaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for MediaKind {
    type Err = UnknownMediaKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(UnknownMediaKind)
    }
}

/// The error for a name that is not in [`MediaKind::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected `image`, `video`, `voice` or `file`")]
pub struct UnknownMediaKind;

/// A file that the API takes.
#[derive(Clone, Debug)]
pub struct Media {
    kind: MediaKind,
    name: String,
    content_type: &'static str,
    bytes: Bytes,
}

/// Why a file cannot be uploaded.
#[derive(Debug, Error)]
pub enum MediaError {
    /// The operating system could not read it.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// The path.
        path: String,
        /// The error of the operating system.
        error: io::Error,
    },
    /// Its extension is not that of a format of this kind, or of any.
    #[error("{path} is not of a format that the API takes{}", kind.map(|kind| format!(" as {kind}")).unwrap_or_default())]
    Extension {
        /// The path.
        path: String,
        /// The kind that was asked for.
        kind: Option<MediaKind>,
    },
    /// It has no bytes.
    #[error("{path} is empty")]
    Empty {
        /// The path.
        path: String,
    },
    /// It has too many bytes for its kind.
    #[error("{path} is too large: the API takes up to {} MB as {kind}", megabytes(kind.max_bytes()))]
    TooLarge {
        /// The path.
        path: String,
        /// The kind.
        kind: MediaKind,
    },
    /// It does not begin like a file of the format that its extension promises.
    #[error("{path} is not a {format} file, although its name says so")]
    Content {
        /// The path.
        path: String,
        /// The name of the format.
        format: &'static str,
    },
}

/// Formats a number of bytes in units of 10⁶ bytes.
fn megabytes(bytes: u64) -> f64 {
    // At most 50,000,000, which a `f64` holds exactly.
    bytes as f64 / 1e6
}

/// Returns the format that the extension of a file says, if `kind` allows it.
fn format_of(path: &Path, kind: Option<MediaKind>) -> Result<&'static Format, MediaError> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let is_format = |format: &&Format| {
        Some(format.extension) == extension.as_deref() && kind.is_none_or(|kind| kind == format.kind)
    };
    let format = FORMATS.iter().find(is_format);
    format.ok_or_else(|| MediaError::Extension { path: path.display().to_string(), kind })
}

impl Media {
    /// Reads a file, as of `kind` or of the kind that its extension says. No more is read than the kind allows.
    ///
    /// # Errors
    /// [`MediaError`] if it cannot be read, or if the API would refuse it for its format or its size.
    pub fn read(path: &Path, kind: Option<MediaKind>) -> Result<Self, MediaError> {
        let format = format_of(path, kind)?;
        let bytes = read_at_most(path, format.kind.max_bytes() + 1);
        let bytes = bytes.map_err(|error| MediaError::Unreadable { path: path.display().to_string(), error })?;
        Self::checked(path, format, bytes.into())
    }

    /// Takes a file that is in memory, as of `kind`.
    ///
    /// # Errors
    /// [`MediaError`] if the API would refuse it for its format or its size.
    pub fn from_bytes(name: &str, kind: MediaKind, bytes: Bytes) -> Result<Self, MediaError> {
        let path = Path::new(name);
        Self::checked(path, format_of(path, Some(kind))?, bytes)
    }

    fn checked(path: &Path, format: &Format, bytes: Bytes) -> Result<Self, MediaError> {
        let shown = || path.display().to_string();
        if bytes.is_empty() {
            return Err(MediaError::Empty { path: shown() });
        }
        if bytes.len() as u64 > format.kind.max_bytes() {
            return Err(MediaError::TooLarge { path: shown(), kind: format.kind });
        }
        if !format.signature.matches(&bytes) {
            return Err(MediaError::Content { path: shown(), format: format.name });
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { kind: format.kind, name, content_type: format.content_type, bytes })
    }

    /// Returns what the file is.
    #[must_use]
    pub const fn kind(&self) -> MediaKind {
        self.kind
    }

    /// Returns the name of the file, without its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the media type (RFC 6838).
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// Returns the content.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

fn read_at_most(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // A pipe may never end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Signature {
    fn matches(self, bytes: &[u8]) -> bool {
        match self {
            Self::Prefix(prefix) => bytes.starts_with(prefix),
            Self::FileType => bytes.get(4..8) == Some(b"ftyp"),
            Self::Pdf => bytes.windows(5).take(1024).any(|window| window == b"%PDF-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(name: &str, content: &[u8], kind: Option<MediaKind>) -> Result<Media, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let shown = format!("{}/", folder.path().display());
        Media::read(&path, kind).map_err(|error| error.to_string().replace(&shown, ""))
    }

    #[test]
    fn the_kind_follows_from_the_extension_in_any_case() {
        let voice = read("پیام.M4A", b"\0\0\0\x20ftypM4A ", None).unwrap();
        assert_eq!((voice.kind(), voice.name(), voice.content_type()), (MediaKind::Voice, "پیام.M4A", "audio/mp4"));
        assert_eq!(read("a.pdf", b"\n%PDF-1.7", None).unwrap().kind(), MediaKind::File);
        assert_eq!(read("a.jpg", b"\xFF\xD8\xFF\xE0", Some(MediaKind::Image)).unwrap().kind(), MediaKind::Image);
    }

    #[test]
    fn what_the_api_would_refuse_is_an_error() {
        for (name, content, kind, expected) in [
            ("a.gif", &b"GIF89a"[..], None, "a.gif is not of a format that the API takes"),
            ("a", b"x", None, "a is not of a format that the API takes"),
            (
                "a.png",
                b"\x89PNG\r\n\x1A\n",
                Some(MediaKind::Video),
                "a.png is not of a format that the API takes as video",
            ),
            ("a.png", b"", None, "a.png is empty"),
            ("a.png", b"\xFF\xD8\xFF", None, "a.png is not a PNG file, although its name says so"),
            ("a.docx", b"%PDF-1.4", None, "a.docx is not a Word file, although its name says so"),
        ] {
            assert_eq!(read(name, content, kind).map(|media| media.kind()), Err(expected.to_owned()), "{name}");
        }
    }

    #[test]
    fn a_file_may_be_as_large_as_its_kind_allows() {
        let content =
            |length: u64| [b"\0\0\0\x20ftypM4A ".to_vec(), vec![0; usize::try_from(length).unwrap() - 12]].concat();
        assert!(read("a.m4a", &content(1_500_000), None).is_ok());
        let error = read("a.m4a", &content(1_500_001), None).unwrap_err();
        assert_eq!(error, "a.m4a is too large: the API takes up to 1.5 MB as voice");
    }
}
