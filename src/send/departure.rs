//! Whether a request may have left this machine.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use thiserror::Error;

/// Answers, when an exchange failed, whether the request may have left.
///
/// No HTTP client says so in its errors: the same time-out may strike while a name is looked up or after the last byte
/// was sent. But the body's bytes cannot leave before the HTTP client asks for them, and no server accepts a request
/// without the body that its `Content-Length` promises (RFC 9112 §6.3, §8). So as long as nobody has asked, nothing was
/// delivered; and from the question on, nobody gets them.
pub(super) struct Departure(Arc<AtomicU8>);

/// Nobody has asked for the body.
const WAITING: u8 = 0;
/// Somebody has.
const ASKED: u8 = 1;
/// Nobody gets it any more.
const REVOKED: u8 = 2;

impl Departure {
    /// The body of a request, and the way to tell whether it may have left.
    pub(super) fn watch(body: &str) -> (WatchedBody, Self) {
        // Nobody needs to ask for an empty body.
        let state = Arc::new(AtomicU8::new(if body.is_empty() { ASKED } else { WAITING }));
        let bytes = (!body.is_empty()).then(|| Bytes::copy_from_slice(body.as_bytes()));
        (WatchedBody { bytes, state: Arc::clone(&state) }, Self(state))
    }

    /// Whether the request, or a part of it, may have left. Where it has not, it never will.
    pub(super) fn is_possible(&self) -> bool {
        self.0.compare_exchange(WAITING, REVOKED, Ordering::SeqCst, Ordering::SeqCst) == Err(ASKED)
    }
}

/// A body in one piece that notes when it is asked for.
pub(super) struct WatchedBody {
    bytes: Option<Bytes>,
    state: Arc<AtomicU8>,
}

/// The request was given up before it left.
#[derive(Debug, Error)]
#[error("the request was given up")]
pub(super) struct Revoked;

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = Revoked;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Revoked>>> {
        match self.state.compare_exchange(WAITING, ASKED, Ordering::SeqCst, Ordering::SeqCst) {
            Err(REVOKED) => Poll::Ready(Some(Err(Revoked))),
            _ => Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
