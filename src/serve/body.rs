//! Receiving the body of a request, within bounds.

use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout_at};

use super::MAX_BODY_BYTES;

/// How much of a body that is too long is read and thrown away, so that its sender gets to read the answer: a server that
/// closes while bytes come in resets the connection.
const MAX_DISCARDED: usize = 64 << 20;

/// What came of a body.
pub(super) struct Received {
    /// Its bytes, no more than [`MAX_BODY_BYTES`].
    pub(super) bytes: Vec<u8>,
    pub(super) end: End,
}

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It is here.
    Whole,
    /// It is longer than [`MAX_BODY_BYTES`].
    TooLong,
    /// It was not here in time.
    TooSlow,
    /// The connection broke off.
    BrokenOff,
}

/// Reads a body until its end, at most for so long.
pub(super) async fn receive<B: Body<Data = Bytes> + Unpin>(mut body: B, patience: Duration) -> Received {
    let deadline = Instant::now() + patience;
    let (mut bytes, mut length) = (Vec::new(), 0);
    let end = loop {
        let data = match timeout_at(deadline, body.frame()).await {
            Err(_) => break End::TooSlow,
            Ok(Some(Err(_))) => break End::BrokenOff,
            Ok(None) => break if length > MAX_BODY_BYTES { End::TooLong } else { End::Whole },
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        };
        let room = MAX_BODY_BYTES - bytes.len();
        bytes.extend_from_slice(data.get(..room).unwrap_or(&data));
        length += data.len();
        if length > MAX_DISCARDED {
            break End::TooLong;
        }
    };
    // What is too long is too long, whether or not it came to its end.
    let end = if length > MAX_BODY_BYTES { End::TooLong } else { end };
    Received { bytes, end }
}
