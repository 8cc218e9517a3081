//! Makes the jobs of a batch from rows.

use std::sync::Arc;

use crate::lint::ColumnKind;
use crate::render::Given;
use crate::rows::{
    ACCESS_TOKEN, CONVERSATION_ID, Rejected, RenderedRow, Renderer, Row, Rows, RowsError, in_order, is_redacted,
};
use crate::schema::Kind;
use crate::send::batch::Job;
use crate::send::journal::{MessageId, RowLocation};
use crate::send::{ACCESS_TOKEN_VARIABLE, ConversationId, Endpoint, Request, Secret};

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
        // An object of JSON Lines may lack what the others have.
        if columns.kind() == ColumnKind::Column && lacks(CONVERSATION_ID) {
            return Err(Failure::with_help(
                format!("missing {noun} `{CONVERSATION_ID}` in {file}"),
                "add it: it says to which conversation the message of a row goes",
            ));
        }
        if self.access_token.is_none() && lacks(ACCESS_TOKEN) {
            return Err(Failure::with_help(
                format!("missing access token: {file} has no {noun} `{ACCESS_TOKEN}`"),
                format!("set {ACCESS_TOKEN_VARIABLE}, name a file with --access-token-file, or add the {noun}"),
            ));
        }
        Ok(())
    }

    /// Creates the job of a row.
    fn job(&self, record: RenderedRow) -> Result<Job, Box<Rejected>> {
        match (conversation(&record), access_token(&record, self.access_token.as_ref())) {
            (Ok(conversation), Ok(access_token)) => {
                let request = Request::new(&self.endpoint, &conversation, &record.message);
                let id = MessageId::of(&conversation, request.body());
                let row = RowLocation { file: Arc::clone(&self.file), line: record.line };
                Ok(Job { id, row, request, access_token })
            }
            (conversation, token) => {
                let reasons = [(CONVERSATION_ID, conversation.err()), (ACCESS_TOKEN, token.err())];
                let reasons = reasons.into_iter().filter_map(|(name, reason)| Some((name, reason?)));
                Err(Box::new(record.reject(reasons)))
            }
        }
    }
}

fn conversation(record: &RenderedRow) -> Result<ConversationId, String> {
    let given = record.conversation_id.as_ref();
    let given = given.ok_or_else(|| format!("the row has no `{CONVERSATION_ID}`"))?;
    let id = text(given).and_then(|text| ConversationId::new(text).map_err(|error| error.to_string()));
    id.map_err(|error| format!("invalid `{CONVERSATION_ID}`: {error}"))
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
