//! An exchange as one line of JSON Lines, for tests and programs to read.

use serde_json::{Map, Value, json};

use crate::send::Api;

use super::exchange::{Content, Ending, Exchange};
use super::moment::rfc3339;

impl Exchange {
    /// One JSON object on one line, with a line feed at the end: `at` (RFC 3339, UTC), `conversation_id`, `api`, `body` (the JSON, or
    /// the text where it is none), `answer` (`{"status": …}`, `"drop"`, `"cut"` or `"incomplete"`), `delivered`, `findings`, and
    /// where the answer is slow on purpose `delay_ms`.
    #[must_use]
    pub fn to_record(&self) -> String {
        let body = match &self.content {
            Content::Json(value) => value.clone(),
            Content::Text(text) => text.as_str().into(),
        };
        let answer = match self.ending {
            Ending::Answered(status) => json!({ "status": status, "message": self.reason }),
            ending => ending.to_string().into(),
        };
        let mut record = Map::new();
        let mut put = |key: &str, value: Value| record.insert(key.to_owned(), value);
        put("at", rfc3339(self.at).into());
        put("conversation_id", self.arrival.conversation.clone().into());
        put("api", self.arrival.api.map(Api::name).into());
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
