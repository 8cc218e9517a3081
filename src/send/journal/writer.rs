//! The one thread that writes a journal, a group at a time.

use std::iter;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;

use tokio::sync::oneshot;

use super::error::{JournalError, Problem};
use super::id::MessageId;
use super::record::{Claim, Intent, Known, Settled};
use super::store::Store;

/// The most requests that are written at once. It bounds how long the first of them waits for its answer.
const MAX_GROUP: usize = 1024;

/// What the writer is asked to do. A writer that fails answers nobody: it drops the requests.
#[derive(Debug)]
pub(super) enum Request {
    Known { ids: Vec<MessageId>, answer: oneshot::Sender<Vec<Option<Known>>> },
    Intend { intent: Intent, answer: oneshot::Sender<Claim> },
    Settle { id: MessageId, settled: Settled },
}

/// An answer that is given when what it says is on disk.
enum Answer {
    Known(Vec<Option<Known>>, oneshot::Sender<Vec<Option<Known>>>),
    Claim(MessageId, Claim, oneshot::Sender<Claim>),
}

/// How to reach a writer, and how it ends.
type Started = (mpsc::Sender<Request>, oneshot::Receiver<Result<(), JournalError>>);

/// Starts the thread. It ends when nobody can ask it any more, or when it fails; why it failed stands in `failure` before
/// anybody can notice.
pub(super) fn start(store: Store, failure: Arc<OnceLock<JournalError>>) -> Result<Started, JournalError> {
    let path = store.path.clone();
    let (sender, requests) = mpsc::channel();
    let (ended, end) = oneshot::channel();
    let run = {
        let path = path.clone();
        move || {
            let failed = |error: &rusqlite::Error| {
                // The first reason is the reason.
                let _ = failure.set(JournalError::sqlite(&path, error));
            };
            let end = write_all(store, &requests, &failed).map_err(|error| {
                failed(&error);
                failure.get().cloned().unwrap_or_else(|| JournalError::sqlite(&path, &error))
            });
            drop(requests);
            // Whoever does not close the journal does not hear how it ended.
            let _ = ended.send(end);
        }
    };
    let failed = |error: std::io::Error| JournalError::new(&path, Problem::Failed(error.to_string()));
    thread::Builder::new().name("journal".to_owned()).spawn(run).map_err(failed)?;
    Ok((sender, end))
}

/// What is told of an error before those who wait for an answer notice that none comes.
type Failed<'a> = &'a dyn Fn(&rusqlite::Error);

/// Writes group after group until nobody can ask any more.
fn write_all(mut store: Store, requests: &mpsc::Receiver<Request>, failed: Failed<'_>) -> rusqlite::Result<()> {
    let mut abandoned = Vec::new();
    while let Ok(first) = requests.recv() {
        let group = iter::once(first).chain(requests.try_iter()).take(MAX_GROUP);
        let answers = write(&mut store, abandoned, group, failed)?;
        abandoned = answers.into_iter().filter_map(give).collect();
    }
    write(&mut store, abandoned, iter::empty(), failed)?;
    store.finish()
}

/// Writes a group, after what the one before left to do, and returns when it is on disk.
fn write(
    store: &mut Store,
    abandoned: Vec<MessageId>,
    group: impl Iterator<Item = Request>,
    failed: Failed<'_>,
) -> rusqlite::Result<Vec<Answer>> {
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

fn act(store: &mut Store, request: Request, failed: Failed<'_>) -> rusqlite::Result<Option<Answer>> {
    Ok(match request {
        Request::Known { ids, answer } => {
            let known = ids.into_iter().map(|id| store.known(id)).collect::<Result<_, _>>().inspect_err(failed)?;
            Some(Answer::Known(known, answer))
        }
        Request::Intend { intent, answer } => {
            let id = intent.id;
            Some(Answer::Claim(id, store.claim(intent).inspect_err(failed)?, answer))
        }
        Request::Settle { id, settled } => {
            store.settle(id, settled).inspect_err(failed)?;
            None
        }
    })
}

/// Gives an answer. Returns the message that was granted to somebody who has gone away, so that nobody sends it.
fn give(answer: Answer) -> Option<MessageId> {
    match answer {
        Answer::Claim(id, claim, to) => match to.send(claim) {
            Err(Claim::Granted) => Some(id),
            _ => None,
        },
        // Whoever has gone away needs no answer.
        Answer::Known(known, to) => {
            let _ = to.send(known);
            None
        }
    }
}
