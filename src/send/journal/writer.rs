//! The thread that writes a journal, one group at a time.

use std::iter;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;

use tokio::sync::oneshot;

use super::error::{JournalError, JournalProblem};
use super::id::MessageId;
use super::record::{Claim, Intent, Known, Settled};
use super::store::Store;

/// The maximum size of a group. It bounds how long the first request of a group waits for its reply.
const MAX_GROUP: usize = 1024;

/// A request to the writer. A writer that fails drops its requests without a reply.
#[derive(Debug)]
pub(super) enum WriterRequest {
    Known { ids: Vec<MessageId>, answer: oneshot::Sender<Vec<Option<Known>>> },
    Intend { intent: Intent, answer: oneshot::Sender<Claim> },
    Settle { id: MessageId, settled: Settled },
}

/// A reply that is sent when the group is on disk.
enum Reply {
    Known(Vec<Option<Known>>, oneshot::Sender<Vec<Option<Known>>>),
    Claim(MessageId, Claim, oneshot::Sender<Claim>),
}

/// The channel to a writer, and its result.
type Started = (mpsc::Sender<WriterRequest>, oneshot::Receiver<Result<(), JournalError>>);

/// Starts the thread. It ends when the channel is closed, or when it fails; then `failure` is set before the first
/// request is dropped.
pub(super) fn start(store: Store, failure: Arc<OnceLock<JournalError>>) -> Result<Started, JournalError> {
    let path = store.path.clone();
    let (sender, requests) = mpsc::channel();
    let (ended, end) = oneshot::channel();
    let run = {
        let path = path.clone();
        move || {
            let failed = |error: &rusqlite::Error| {
                // The first error is kept.
                let _ = failure.set(JournalError::sqlite(&path, error));
            };
            let end = write_all(store, &requests, &failed).map_err(|error| {
                failed(&error);
                failure.get().cloned().unwrap_or_else(|| JournalError::sqlite(&path, &error))
            });
            drop(requests);
            // Nobody receives it if the journal is not closed.
            let _ = ended.send(end);
        }
    };
    let failed = |error: std::io::Error| JournalError::new(&path, JournalProblem::Failed(error.to_string()));
    thread::Builder::new().name("journal".to_owned()).spawn(run).map_err(failed)?;
    Ok((sender, end))
}

/// Called with an error before the pending requests are dropped.
type Failed<'a> = &'a dyn Fn(&rusqlite::Error);

/// Writes groups until the channel is closed.
fn write_all(mut store: Store, requests: &mpsc::Receiver<WriterRequest>, failed: Failed<'_>) -> rusqlite::Result<()> {
    let mut abandoned = Vec::new();
    while let Ok(first) = requests.recv() {
        let group = iter::once(first).chain(requests.try_iter()).take(MAX_GROUP);
        let answers = write(&mut store, abandoned, group, failed)?;
        abandoned = answers.into_iter().filter_map(send).collect();
    }
    write(&mut store, abandoned, iter::empty(), failed)?;
    store.finish()
}

/// Writes a group and returns when it is on disk. `abandoned` are messages that were granted to futures that no longer
/// exist.
fn write(
    store: &mut Store,
    abandoned: Vec<MessageId>,
    group: impl Iterator<Item = WriterRequest>,
    failed: Failed<'_>,
) -> rusqlite::Result<Vec<Reply>> {
    store.begin().inspect_err(failed)?;
    for id in abandoned {
        store.settle(id, Settled::NotAccepted).inspect_err(failed)?;
    }
    let mut answers = Vec::new();
    for request in group {
        answers.extend(act(store, request, failed)?);
    }
    store.commit().inspect_err(failed)?;
    Ok(answers)
}

fn act(store: &mut Store, request: WriterRequest, failed: Failed<'_>) -> rusqlite::Result<Option<Reply>> {
    Ok(match request {
        WriterRequest::Known { ids, answer } => {
            let known = ids.into_iter().map(|id| store.known(id)).collect::<Result<_, _>>().inspect_err(failed)?;
            Some(Reply::Known(known, answer))
        }
        WriterRequest::Intend { intent, answer } => {
            let id = intent.id;
            Some(Reply::Claim(id, store.claim(intent).inspect_err(failed)?, answer))
        }
        WriterRequest::Settle { id, settled } => {
            store.settle(id, settled).inspect_err(failed)?;
            None
        }
    })
}

/// Sends a reply. Returns the message that was granted if its receiver no longer exists, so that nobody will send it.
fn send(reply: Reply) -> Option<MessageId> {
    match reply {
        Reply::Claim(id, claim, to) => match to.send(claim) {
            Err(Claim::Granted) => Some(id),
            _ => None,
        },
        // The receiver may no longer exist.
        Reply::Known(known, to) => {
            let _ = to.send(known);
            None
        }
    }
}
