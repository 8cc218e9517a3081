//! Makes the jobs of a batch from rows.

use std::sync::Arc;

use crate::lint::{ColumnKind, one_of};
use crate::message::MessageKind;
use crate::render::Given;
use crate::rows::{
    ACCESS_TOKEN, CONVERSATION_ID, Rejected, RenderedRow, Renderer, Row, Rows, RowsError, USER_ID, in_order,
    is_redacted,
};
use crate::schema::Kind;
use crate::send::batch::Job;
use crate::send::journal::{MessageId, RowLocation};
use crate::send::{ACCESS_TOKEN_VARIABLE, Endpoint, Recipient, RecipientId, RecipientKind, Request, Secret};

use super::batch::Batch;
use super::exit::Failure;

/// What all jobs of a run have in common.
pub(super) struct JobTemplate {
    pub(super) endpoint: Endpoint,
    /// The name of the file with the rows.
    pub(super) file: Arc<str>,
    /// For rows without a token of their own.
    pub(super) access_token: Option<Secret>,
}

impl JobTemplate {
    /// Makes the jobs of all rows, and calls `take` with those of the rows that were read together, and with the rows for
    /// which none could be made.
    ///
    /// # Errors
    /// If the rows cannot be read, and any error of `take`.
    pub(super) fn each<E: From<RowsError> + Send>(
        &self,
        threads: usize,
        rows: &mut Rows,
        renderer: &Renderer<'_>,
        mut take: impl FnMut(Vec<Job>, Vec<Rejected>) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        in_order(
            threads,
            || Ok(rows.next_rows()?),
            || {
                let mut renderer = renderer.clone();
                move |rows: Vec<Row>| rows.into_iter().map(|row| self.job(renderer.render(row)?)).collect::<Vec<_>>()
            },
            |made: Vec<Result<Job, Box<Rejected>>>| {
                let (mut ready, mut rejected) = (Vec::with_capacity(made.len()), Vec::new());
                for result in made {
                    match result {
                        Ok(job) => ready.push(job),
                        Err(row) => rejected.push(*row),
                    }
                }
                take(ready, rejected)
            },
        )
    }

    /// Checks that there is something that says where each message goes, and a token to send it with. Without a column,
    /// every row lacks it.
    pub(super) fn check_columns(&self, batch: &Batch) -> Result<(), Failure> {
        let Some(columns) = &batch.columns else { return Ok(()) };
        let lacks = |name: &str| !columns.has(name) && batch.common.get(name).is_none();
        let (file, noun) = (&self.file, columns.kind().noun());
        let ids = ids(batch.template.kind);
        // An object of JSON Lines may lack what the others have.
        if columns.kind() == ColumnKind::Column && ids.iter().all(|name| lacks(name)) {
            return Err(Failure::with_help(
                format!("missing {noun} {} in {file}", one_of(ids.iter().map(|name| format!("`{name}`")))),
                match batch.template.kind {
                    MessageKind::Chat => "add it: it says to which conversation the message of a row goes",
                    MessageKind::Chatbot => "add one: it says to which conversation or user the message of a row goes",
                },
            ));
        }
        let is_for_users = batch.template.kind == MessageKind::Chat || columns.has(USER_ID);
        if is_for_users && self.access_token.is_none() && lacks(ACCESS_TOKEN) {
            return Err(Failure::with_help(
                format!("missing access token: {file} has no {noun} `{ACCESS_TOKEN}`"),
                format!("set {ACCESS_TOKEN_VARIABLE}, name a file with --access-token-file, or add the {noun}"),
            ));
        }
        Ok(())
    }

    /// Creates the job of a row.
    fn job(&self, record: RenderedRow) -> Result<Job, Box<Rejected>> {
        let recipient = recipient(&record);
        let needs_token = recipient.as_ref().map_or(true, |recipient| recipient.kind.needs_token());
        let token = needs_token.then(|| access_token(&record, self.access_token.as_ref())).transpose();
        match (recipient, token) {
            (Ok(recipient), Ok(access_token)) => {
                let request = match Request::new(&self.endpoint, &recipient, &record.message) {
                    Ok(request) => request,
                    Err(error) => return Err(Box::new(record.reject([(CONVERSATION_ID, error.to_string())]))),
                };
                let id = MessageId::of(&recipient, request.body());
                let row = RowLocation { file: Arc::clone(&self.file), line: record.line };
                Ok(Job { id, row, request, access_token })
            }
            (recipient, token) => {
                let reasons = recipient.err().into_iter().chain(token.err().map(|reason| (ACCESS_TOKEN, reason)));
                Err(Box::new(record.reject(reasons)))
            }
        }
    }
}

/// Returns the columns of which one says where a message of a kind goes.
const fn ids(kind: MessageKind) -> &'static [&'static str] {
    match kind {
        MessageKind::Chat => &[CONVERSATION_ID],
        MessageKind::Chatbot => &[CONVERSATION_ID, USER_ID],
    }
}

/// Returns whom the message of a row is for, or the column that is wrong with the reason.
fn recipient(record: &RenderedRow) -> Result<Recipient, (&'static str, String)> {
    let (kind, name, given) = match (record.message.kind(), &record.conversation_id, &record.user_id) {
        (MessageKind::Chat, Some(given), _) => (RecipientKind::Conversation, CONVERSATION_ID, given),
        (MessageKind::Chatbot, Some(given), None) => (RecipientKind::BotConversation, CONVERSATION_ID, given),
        (MessageKind::Chatbot, None, Some(given)) => (RecipientKind::BotUser, USER_ID, given),
        (MessageKind::Chatbot, Some(_), Some(_)) => {
            return Err((USER_ID, format!("the row has both `{CONVERSATION_ID}` and `{USER_ID}`")));
        }
        (MessageKind::Chat, None, _) => return Err((CONVERSATION_ID, format!("the row has no `{CONVERSATION_ID}`"))),
        (MessageKind::Chatbot, None, None) => {
            return Err((CONVERSATION_ID, format!("the row has neither `{CONVERSATION_ID}` nor `{USER_ID}`")));
        }
    };
    let id = text(given).and_then(|text| RecipientId::new(text).map_err(|error| error.to_string()));
    let id = id.map_err(|error| (name, format!("invalid `{name}`: {error}")))?;
    Ok(Recipient { kind, id })
}

fn access_token(record: &RenderedRow, default: Option<&Secret>) -> Result<Secret, String> {
    let Some(given) = &record.access_token else {
        return default.cloned().ok_or_else(|| {
            format!(
                "the row has no `{ACCESS_TOKEN}`, and neither {ACCESS_TOKEN_VARIABLE} nor --access-token-file gives one"
            )
        });
    };
    let token = text(given).and_then(|text| match is_redacted(text) {
        true => Err("the token was redacted when the row was rejected; insert it again".to_owned()),
        false => Secret::new(text).map_err(|error| format!("the token {error}")),
    });
    token.map_err(|error| format!("invalid `{ACCESS_TOKEN}`: {error}"))
}

fn text(given: &Given) -> Result<&str, String> {
    let scalar = given.node.as_scalar().ok_or_else(|| format!("expected a string, found {}", Kind::of(&given.node)))?;
    Ok(&scalar.text)
}
