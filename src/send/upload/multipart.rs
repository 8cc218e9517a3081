//! A form with one file (RFC 7578).

use bytes::Bytes;

use super::media::Media;

/// The name of the field that contains the file.
pub(crate) const FIELD: &str = "file";

/// The body of a request that uploads a file.
pub(super) struct Form {
    boundary: String,
    /// What precedes the file.
    pub(super) head: String,
    /// What follows it.
    pub(super) tail: String,
}

impl Form {
    /// Creates the form around a file, with a boundary that the file does not contain (RFC 2046 §5.1.1).
    pub(super) fn around(media: &Media) -> Self {
        let boundary = loop {
            let boundary = format!("kenarc-{:032x}", fastrand::u128(..));
            if !contains(media.bytes(), boundary.as_bytes()) {
                break boundary;
            }
        };
        let (name, content_type) = (escaped(media.name()), media.content_type());
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{FIELD}\"; filename=\"{name}\"\r\n\
             Content-Type: {content_type}\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        Self { boundary, head, tail }
    }

    /// Returns the `Content-Type` of the request.
    pub(super) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// Returns the body of the request.
    pub(super) fn body(&self, media: &Media) -> Bytes {
        [self.head.as_bytes(), media.bytes(), self.tail.as_bytes()].concat().into()
    }
}

fn contains(bytes: &[u8], boundary: &[u8]) -> bool {
    bytes.windows(boundary.len()).any(|window| window == boundary)
}

/// Escapes the name of a file as browsers do (the HTML Standard, "Multipart form data"). Other characters are sent as
/// UTF-8.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
