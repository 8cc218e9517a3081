//! Uploads a file, in two steps (Divar's documentation of uploads, 2026-08-18):
//!
//! 1. `POST https://open-api.divar.ir/experimental/open-platform/chat/upload` with the API key returns an upload token.
//! 2. `POST https://chat.divar.ir/upload/KIND` with that token and the file returns the media token, which a message has
//!    in place of a text.
//!
//! A file that is uploaded twice is stored twice, and nobody sees it before a message refers to it. So every failure may
//! be followed by another attempt.

mod explain;
mod media;
mod multipart;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, InvalidHeaderValue};
use serde_json::Value;

use crate::config::Api;
use crate::message::is_media_token;
use crate::source::REDACTED;

use super::api::BaseUrl;
use super::client::{Client, ClientError};
use super::outcome::{Outcome, UnknownReason};
use super::request::{JSON, USER_AGENT};
use super::response::ReceivedResponse;
use super::secret::{Credentials, Secret};

pub use media::{Media, MediaError, MediaKind, UnknownMediaKind};

pub(crate) use multipart::FIELD;
use multipart::Form;

/// The host that files are uploaded to.
const CHAT_HOST: &str = "chat.divar.ir";

/// The path of the first request.
pub(crate) const PERMISSION_PATH: &str = "/experimental/open-platform/chat/upload";

/// What precedes the kind in the path of the second request.
pub(crate) const TRANSFER_PATH: &str = "/upload/";

/// The body of the first request.
const EMPTY: &str = "{}";

/// Uploads files.
#[derive(Clone, Debug)]
pub struct Uploader {
    servers: Servers,
    api: Client,
    chat: Client,
}

/// The servers of the two steps.
#[derive(Clone, Debug)]
pub struct Servers {
    api: BaseUrl,
    chat: BaseUrl,
}

/// A step of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadStep {
    /// The request for an upload token.
    Permission,
    /// The upload of the file.
    Transfer,
}

/// Why a file was not uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadError {
    /// The step that failed.
    pub step: UploadStep,
    /// The server of that step.
    pub server: BaseUrl,
    /// How it failed. Never [`Outcome::Delivered`].
    pub outcome: Outcome,
}

impl Servers {
    /// Returns one server for both steps, or the official ones.
    #[must_use]
    pub fn new(base: Option<BaseUrl>) -> Self {
        match base {
            Some(base) => Self { api: base.clone(), chat: base },
            None => Self { api: BaseUrl::official(Api::Current), chat: BaseUrl::https(CHAT_HOST) },
        }
    }

    fn permission_url(&self) -> String {
        format!("{}{PERMISSION_PATH}", self.api)
    }

    fn transfer_url(&self, kind: MediaKind) -> String {
        format!("{}{TRANSFER_PATH}{kind}", self.chat)
    }

    /// Formats both requests, without secrets and without the content of the file.
    #[must_use]
    pub fn to_http_text(&self, media: &Media) -> String {
        let form = Form::around(media);
        let (length, content_type) = (media.bytes().len(), form.content_type());
        format!(
            "POST {}\nContent-Type: {JSON}\nUser-Agent: {USER_AGENT}\nx-api-key: {REDACTED}\n\n{EMPTY}\n\n\
             POST {}\nContent-Type: {content_type}\nUser-Agent: {USER_AGENT}\nAuthorization: Bearer {REDACTED}\n\n\
             {}[{length} bytes]{}",
            self.permission_url(),
            self.transfer_url(media.kind()),
            form.head.replace("\r\n", "\n"),
            form.tail.replace("\r\n", "\n"),
        )
    }
}

impl Uploader {
    /// Creates an uploader. `timeout` bounds each of the two requests.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn new(servers: Servers, timeout: Duration) -> Result<Self, ClientError> {
        let api = Client::for_server(&servers.api, timeout)?;
        let chat = Client::for_server(&servers.chat, timeout)?;
        Ok(Self { servers, api, chat })
    }

    /// Uploads a file, and returns its media token. `sent` counts the bytes of the second request that have been sent.
    /// Must be called within a tokio runtime with I/O and time enabled.
    ///
    /// # Errors
    /// [`UploadError`] with the outcome of the step that failed.
    pub async fn upload(&self, media: &Media, api_key: &Secret, sent: Arc<AtomicU64>) -> Result<String, UploadError> {
        let key = Credentials { api_key: api_key.clone(), access_token: None };
        let url = self.servers.permission_url();
        let failed = |outcome| self.failed(UploadStep::Permission, outcome);
        let headers = permission_headers(api_key);
        let body = Bytes::from_static(EMPTY.as_bytes());
        let response = self.api.post(&url, headers, body, Arc::default(), &key).await.map_err(failed)?;
        let token = field(&response, "token", &url, &key).map_err(failed)?;
        let token = Secret::new(&token).map_err(|_| failed(response.undocumented(&key)))?;

        let both = Credentials { access_token: Some(token.clone()), ..key };
        let url = self.servers.transfer_url(media.kind());
        let failed = |outcome| self.failed(UploadStep::Transfer, outcome);
        let form = Form::around(media);
        let headers = transfer_headers(&form, &token);
        let response = self.chat.post(&url, headers, form.body(media), sent, &both).await.map_err(failed)?;
        let token = field(&response, "id", &url, &both).map_err(failed)?;
        if is_media_token(&token) { Ok(token) } else { Err(failed(response.undocumented(&both))) }
    }

    fn failed(&self, step: UploadStep, mut outcome: Outcome) -> UploadError {
        let server = match step {
            UploadStep::Permission => &self.servers.api,
            UploadStep::Transfer => &self.servers.chat,
        };
        // A 200 may have the upload token in an unknown place.
        if let Outcome::Unknown { reason: UnknownReason::Unexpected { status: 200, excerpt, .. } } = &mut outcome
            && step == UploadStep::Permission
        {
            *excerpt = None;
        }
        UploadError { step, server: server.clone(), outcome }
    }
}

fn permission_headers(api_key: &Secret) -> Result<HeaderMap, InvalidHeaderValue> {
    let content_type = HeaderValue::from_static(JSON);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert("x-api-key", api_key.header_value("")?);
    Ok(headers)
}

fn transfer_headers(form: &Form, token: &Secret) -> Result<HeaderMap, InvalidHeaderValue> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(&form.content_type())?);
    headers.insert(AUTHORIZATION, token.header_value("Bearer ")?);
    Ok(headers)
}

/// Returns a text of the object that a 200 has as its body.
fn field(response: &ReceivedResponse, name: &str, url: &str, secrets: &Credentials) -> Result<String, Outcome> {
    if let Some(outcome) = response.failure(url, secrets) {
        return Err(outcome);
    }
    let body: Option<Value> = serde_json::from_slice(response.body()).ok();
    let text = body.as_ref().and_then(|body| body.get(name)).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| response.undocumented(secrets))
}
