//! Formats an exchange as one line of JSON Lines.

use serde_json::{Map, Value, json};

use crate::send::Api;

use super::exchange::{Content, Ending, Exchange};
use super::timestamp::rfc3339;

impl Exchange {
    /// Formats the exchange as a JSON object on one line, with a line feed at the end. Its keys are `at` (RFC 3339, UTC),
    /// `conversation_id`, `api`, `body` (the JSON, or the text if it is not JSON), `answer` (`{"status": …}`, `"drop"`, `"cut"` or
    /// `"incomplete"`), `delivered`, `findings`, and `delay_ms` if the response was delayed by an injected fault.
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
        put("conversation_id", self.head.conversation.clone().into());
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
