//! Tracks whether the body of a request may have left this machine.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use thiserror::Error;

/// Tells, after an exchange has failed, whether the request may have left this machine.
///
/// No HTTP client says so in its errors: the same timeout may occur while a name is resolved and after the last byte
/// was sent. But the body cannot be sent before the client polls it, and no server accepts a request without the body
/// that its `Content-Length` announces (RFC 9112 §6.3, §8). So as long as the body was not polled, nothing was
/// delivered; and once [`may_have_left`](Self::may_have_left) has returned `false`, the body is withheld for good.
pub(super) struct BodyTracker(Arc<AtomicU8>);

/// The body has not been polled.
const WAITING: u8 = 0;
/// The body has been polled.
const POLLED: u8 = 1;
/// The body is withheld.
const WITHHELD: u8 = 2;

impl BodyTracker {
    /// Returns the body of a request, and its tracker.
    pub(super) fn track(body: &str) -> (TrackedBody, Self) {
        // An empty body need not be polled to be sent.
        let state = Arc::new(AtomicU8::new(if body.is_empty() { POLLED } else { WAITING }));
        let bytes = (!body.is_empty()).then(|| Bytes::copy_from_slice(body.as_bytes()));
        (TrackedBody { bytes, state: Arc::clone(&state) }, Self(state))
    }

    /// Returns whether the request, or a part of it, may have left. If it has not, it never will.
    pub(super) fn may_have_left(&self) -> bool {
        self.0.compare_exchange(WAITING, WITHHELD, Ordering::SeqCst, Ordering::SeqCst) == Err(POLLED)
    }
}

/// A body of one frame that records when it is polled.
pub(super) struct TrackedBody {
    bytes: Option<Bytes>,
    state: Arc<AtomicU8>,
}

/// The request was given up before its body was polled.
#[derive(Debug, Error)]
#[error("the request was given up")]
pub(super) struct GivenUp;

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = GivenUp;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, GivenUp>>> {
        match self.state.compare_exchange(WAITING, POLLED, Ordering::SeqCst, Ordering::SeqCst) {
            Err(WITHHELD) => Poll::Ready(Some(Err(GivenUp))),
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

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn a_body_that_was_not_polled_has_not_left_and_cannot_leave_later() {
        let (mut body, tracker) = BodyTracker::track("{}");
        assert_eq!(body.size_hint().exact(), Some(2));
        assert!(!tracker.may_have_left());
        assert!(body.frame().await.is_some_and(|frame| frame.is_err()));
        assert!(!tracker.may_have_left());
    }

    #[tokio::test]
    async fn a_body_that_was_polled_may_have_left() {
        let (mut body, tracker) = BodyTracker::track("{}");
        let frame = body.frame().await.expect("a frame").expect("no error");
        assert_eq!(frame.into_data().expect("data"), "{}");
        assert!(body.is_end_stream() && tracker.may_have_left());
    }

    #[test]
    fn an_empty_body_may_always_have_left() {
        let (body, tracker) = BodyTracker::track("");
        assert!(body.is_end_stream() && tracker.may_have_left());
    }
}
