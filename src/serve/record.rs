//! Formats an exchange as one line of JSON Lines.

use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::send::{Api, RecipientKind};

use super::call::Call;
use super::exchange::{Content, Ending, Exchange};

impl Exchange {
    /// Formats the exchange as a JSON object on one line, with a line feed at the end. Its keys are `at` (RFC 3339,
    /// UTC), `call`, `conversation_id` or `user_id`, `api`, `body` (the JSON, `{"file": …, "bytes": …}` for an upload,
    /// or else the text), `answer` (`{"status": …}`, `"drop"`, `"cut"` or `"incomplete"`), `delivered`, `findings`, and
    /// `delay_ms` if the response was delayed by an injected fault.
    #[must_use]
    pub fn to_record(&self) -> String {
        let body = match &self.content {
            Content::Json(value) => value.clone(),
            Content::File { name, length } => json!({ "file": name, "bytes": length }),
            Content::Text(text) => text.as_str().into(),
        };
        let answer = match self.ending {
            Ending::Answered(status) => json!({ "status": status, "message": self.reason }),
            ending => ending.to_string().into(),
        };
        let mut record = Map::new();
        let mut put = |key: &str, value: Value| record.insert(key.to_owned(), value);
        put("at", timestamp(self.at).into());
        put("call", self.head.call.map(Call::name).into());
        let id = match self.head.call {
            Some(Call::Message(RecipientKind::BotUser)) => "user_id",
            _ => "conversation_id",
        };
        put(id, self.head.id.clone().into());
        put("api", self.head.api.map(Api::name).into());
        put("body", body);
        put("answer", answer);
        put("delivered", self.is_delivered.into());
        put("findings", json!(self.findings));
        if let Some(delay) = self.delay {
            put("delay_ms", u64::try_from(delay.as_millis()).unwrap_or(u64::MAX).into());
        }
        format!("{}\n", Value::Object(record))
    }
}

/// Formats a time in RFC 3339, in UTC with milliseconds: `2026-11-22T08:30:00.123Z`.
fn timestamp(time: SystemTime) -> String {
    // Only times that a system clock cannot show are out of range.
    format!("{:.3}", Timestamp::try_from(time).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn timestamps_have_milliseconds() {
        assert_eq!(timestamp(UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
        assert_eq!(timestamp(UNIX_EPOCH + Duration::from_millis(1_795_335_000_123)), "2026-11-22T08:10:00.123Z");
    }
}
