//! Uploads: tokens for them, and the form with the file.

use std::collections::VecDeque;

use bytes::Bytes;
use fastrand::Rng;
use http_body_util::{BodyDataStream, Full};
use hyper::header::CONTENT_TYPE;
use hyper::{HeaderMap, StatusCode};
use multer::Multipart;

use crate::send::{FIELD, Media, MediaKind};
use crate::source::visible;

use super::response::ApiResponse;
use super::secrets::Secrets;

/// How many upload tokens are valid at a time: the most recent ones.
const MAX_TOKENS: usize = 10_000;

/// The upload tokens that have been issued.
pub(super) struct UploadTokens {
    issued: VecDeque<String>,
    rng: Rng,
}

impl UploadTokens {
    pub(super) fn new() -> Self {
        Self { issued: VecDeque::new(), rng: Rng::new() }
    }

    /// Issues a token.
    pub(super) fn issue(&mut self) -> String {
        let token = self.random();
        if self.issued.len() == MAX_TOKENS {
            self.issued.pop_front();
        }
        self.issued.push_back(token.clone());
        token
    }

    /// Returns whether a token has been issued.
    pub(super) fn is_issued(&self, token: &str) -> bool {
        self.issued.iter().any(|issued| issued == token)
    }

    /// Returns a token for a file that was uploaded.
    pub(super) fn random(&mut self) -> String {
        format!("{:032x}", self.rng.u128(..))
    }
}

/// The file of a form.
#[derive(Clone, Debug)]
pub(super) struct UploadedFile {
    pub(super) name: String,
    pub(super) bytes: Bytes,
}

impl UploadedFile {
    /// Masks secrets in the name, and makes it safe to print.
    pub(super) fn shown(self, secrets: &Secrets) -> Self {
        Self { name: visible(&secrets.hide(&self.name)).into_owned(), ..self }
    }

    /// Returns why the API would refuse the file as of a kind.
    pub(super) fn check(self, kind: MediaKind) -> Result<(), ApiResponse> {
        let media = Media::from_bytes(&self.name, kind, self.bytes);
        media.map(drop).map_err(|error| {
            let formats: Vec<&str> = kind.extensions().collect();
            let message = format!("{error}; {kind} takes {}", formats.join(", "));
            ApiResponse::new(StatusCode::BAD_REQUEST, message)
        })
    }
}

/// Reads a form with one file (RFC 7578).
///
/// # Errors
/// The error response to any other body.
pub(super) async fn read_form(headers: &HeaderMap, body: Bytes) -> Result<UploadedFile, ApiResponse> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(content_type).map_err(|_| {
        let message = "unsupported `Content-Type`: expected `multipart/form-data` with a boundary";
        ApiResponse::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    })?;
    let invalid = |message: String| ApiResponse::new(StatusCode::BAD_REQUEST, message);
    let mut form = Multipart::new(BodyDataStream::new(Full::new(body)), boundary);
    let mut file = None;
    loop {
        let field = form.next_field().await.map_err(|error| invalid(format!("the form is damaged: {error}")))?;
        let Some(field) = field else { break };
        if field.name() != Some(FIELD) {
            continue;
        }
        let Some(name) = field.file_name().map(str::to_owned) else {
            return Err(invalid(format!("the field `{FIELD}` has no file name")));
        };
        let bytes = field.bytes().await.map_err(|error| invalid(format!("the form is damaged: {error}")))?;
        if file.replace(UploadedFile { name, bytes }).is_some() {
            return Err(invalid(format!("the form has several fields `{FIELD}`")));
        }
    }
    file.ok_or_else(|| invalid(format!("the form has no field `{FIELD}` with the file")))
}
