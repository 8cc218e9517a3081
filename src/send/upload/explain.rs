//! Explains why a file was not uploaded.

use crate::send::Explanation;
use crate::send::explain::{describe, error_text, no_connection};
use crate::send::outcome::{Outcome, Refusal};

use super::{UploadError, UploadStep};

impl UploadError {
    /// Explains the failure: what happened, what that means, what to do.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        let base = &self.server;
        let (summary, mut help) = match &self.outcome {
            Outcome::Refused { status, reason, body } => {
                let what = match self.step {
                    UploadStep::Permission => "the upload",
                    UploadStep::Transfer => "the file",
                };
                let summary = format!("{} refused {what}: HTTP {status}{}", base.host(), error_text(body));
                (summary, self.remedies(*status, reason))
            }
            Outcome::NotSent { error } => {
                let (what, help) = no_connection(error, base);
                (format!("not uploaded: {what}"), vec![help.to_owned()])
            }
            Outcome::Unknown { reason } => (format!("not uploaded: {}", describe(reason, base)), Vec::new()),
            Outcome::Delivered { .. } => ("not uploaded".to_owned(), Vec::new()),
        };
        if !matches!(self.outcome, Outcome::Refused { .. }) {
            help.push("Try again: nobody sees a file before a message refers to it.".to_owned());
        }
        Explanation { summary, meaning: None, help }
    }

    /// Returns what to do after a refusal.
    fn remedies(&self, status: u16, reason: &Refusal) -> Vec<String> {
        let permission = "The API key needs the permission CHAT_UPLOAD_MEDIA: request it in Kenar's panel.";
        let help = match (reason, self.step) {
            (Refusal::Unauthenticated, UploadStep::Permission) => vec!["Check the API key.", permission],
            (Refusal::Forbidden, UploadStep::Permission) => vec![permission],
            (Refusal::Unauthenticated | Refusal::Forbidden, UploadStep::Transfer) => {
                vec!["Try again: the server did not accept the upload token, which is valid for a short time."]
            }
            (Refusal::Limited { .. }, _) => {
                vec!["Wait a minute and try again.", "Kenar's panel shows the app's limits."]
            }
            (Refusal::NotFound | Refusal::Redirected { .. }, _) => {
                vec!["Check --base-url if it is set; otherwise the API may have moved."]
            }
            (_, UploadStep::Transfer) if status == 413 => vec!["Upload a smaller file."],
            _ => vec!["The server's error message above should say why."],
        };
        help.into_iter().map(str::to_owned).collect()
    }
}
