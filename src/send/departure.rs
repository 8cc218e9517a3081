//! Whether a request may have left this machine.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Answers, when an exchange failed, whether the request may have left.
///
/// No HTTP client says so in its errors: the same time-out may strike while a name is looked up or after the last byte
/// was sent. But the body's bytes cannot leave before the HTTP client asks for them, and no server accepts a request
/// without the body that its `Content-Length` promises (RFC 9112 §6.3, §8). So as long as nobody has asked, nothing was
/// delivered.
pub(super) struct Departure(Arc<AtomicBool>);

impl Departure {
    /// The body of a request, and the way to tell whether it may have left.
    pub(super) fn watch(body: &str) -> (WatchedBody, Self) {
        // Nobody needs to ask for an empty body.
        let asked = Arc::new(AtomicBool::new(body.is_empty()));
        let bytes = (!body.is_empty()).then(|| Bytes::copy_from_slice(body.as_bytes()));
        (WatchedBody { bytes, asked: Arc::clone(&asked) }, Self(asked))
    }

    /// Whether the request, or a part of it, may have left. Never `false` by mistake.
    pub(super) fn is_possible(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A body in one piece that notes when it is asked for.
pub(super) struct WatchedBody {
    bytes: Option<Bytes>,
    asked: Arc<AtomicBool>,
}

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.asked.store(true, Ordering::SeqCst);
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
