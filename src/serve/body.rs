//! Receives the body of a request, within bounds.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout_at};

/// How much of a body that is too long is read and discarded, in bytes. A server that closes a connection with unread
/// bytes resets it, and the client could not read the response.
const MAX_DISCARDED: usize = 64 << 20;

/// The received part of a body.
pub(super) struct Received {
    /// At most as many as the limit allows.
    pub(super) bytes: Bytes,
    pub(super) end: End,
}

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It is complete.
    Complete,
    /// It is longer than the limit.
    TooLong,
    /// It did not arrive in time.
    TooSlow,
    /// The connection was closed before its end.
    Incomplete,
}

/// Reads a body until its end or the timeout, and keeps at most `limit` bytes of it.
pub(super) async fn receive<B: Body<Data = Bytes> + Unpin>(mut body: B, limit: usize, timeout: Duration) -> Received {
    let deadline = Instant::now() + timeout;
    let (mut bytes, mut length) = (BytesMut::new(), 0);
    let end = loop {
        let data = match timeout_at(deadline, body.frame()).await {
            Err(_) => break End::TooSlow,
            Ok(Some(Err(_))) => break End::Incomplete,
            Ok(None) => break if length > limit { End::TooLong } else { End::Complete },
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        };
        let rest = limit - bytes.len();
        bytes.extend_from_slice(data.get(..rest).unwrap_or(&data));
        length += data.len();
        if length > MAX_DISCARDED {
            break End::TooLong;
        }
    };
    // The length counts even if the end was not reached.
    let end = if length > limit { End::TooLong } else { end };
    Received { bytes: bytes.freeze(), end }
}
