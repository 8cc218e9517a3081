//! Tracks whether the body of a request may have left this machine.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
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
    /// Returns the body of a request, and its tracker. `taken` counts the bytes that the client has taken to send.
    pub(super) fn track(bytes: Bytes, taken: Arc<AtomicU64>) -> (TrackedBody, Self) {
        // An empty body need not be polled to be sent.
        let state = Arc::new(AtomicU8::new(if bytes.is_empty() { POLLED } else { WAITING }));
        (TrackedBody { bytes, taken, state: Arc::clone(&state) }, Self(state))
    }

    /// Returns whether the request, or a part of it, may have left. If it has not, it never will.
    pub(super) fn may_have_left(&self) -> bool {
        self.0.compare_exchange(WAITING, WITHHELD, Ordering::SeqCst, Ordering::SeqCst) == Err(POLLED)
    }
}

/// The most bytes of a frame: 64 KiB.
const FRAME: usize = 64 << 10;

/// A body that records when it is polled.
pub(super) struct TrackedBody {
    bytes: Bytes,
    taken: Arc<AtomicU64>,
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
            _ if self.bytes.is_empty() => Poll::Ready(None),
            _ => {
                let length = self.bytes.len().min(FRAME);
                self.taken.fetch_add(length as u64, Ordering::Relaxed);
                Poll::Ready(Some(Ok(Frame::data(self.bytes.split_to(length)))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    fn track(body: &'static str) -> (TrackedBody, BodyTracker) {
        BodyTracker::track(Bytes::from_static(body.as_bytes()), Arc::default())
    }

    #[tokio::test]
    async fn a_long_body_is_sent_in_frames_which_are_counted() {
        let taken = Arc::default();
        let (mut body, _tracker) = BodyTracker::track(Bytes::from(vec![7; FRAME + 1]), Arc::clone(&taken));
        let mut lengths = Vec::new();
        while let Some(frame) = body.frame().await {
            lengths.push(frame.expect("no error").into_data().expect("data").len());
        }
        assert_eq!(lengths, [FRAME, 1]);
        assert_eq!(taken.load(Ordering::Relaxed), FRAME as u64 + 1);
    }

    #[tokio::test]
    async fn a_body_that_was_not_polled_has_not_left_and_cannot_leave_later() {
        let (mut body, tracker) = track("{}");
        assert_eq!(body.size_hint().exact(), Some(2));
        assert!(!tracker.may_have_left());
        assert!(body.frame().await.is_some_and(|frame| frame.is_err()));
        assert!(!tracker.may_have_left());
    }

    #[tokio::test]
    async fn a_body_that_was_polled_may_have_left() {
        let (mut body, tracker) = track("{}");
        let frame = body.frame().await.expect("a frame").expect("no error");
        assert_eq!(frame.into_data().expect("data"), "{}");
        assert!(body.is_end_stream() && tracker.may_have_left());
    }

    #[test]
    fn an_empty_body_may_always_have_left() {
        let (body, tracker) = track("");
        assert!(body.is_end_stream() && tracker.may_have_left());
    }
}
