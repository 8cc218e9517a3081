//! Parallel work whose results are delivered in the order of the input.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Takes pieces from `next`, processes several at a time, and passes the results to `done` in the order of the pieces.
/// `worker` creates one function per thread.
///
/// There are never more pieces in progress than threads. After an error no further piece is taken.
///
/// # Errors
/// The first error of `next` or `done`, after everything before it has been processed.
pub fn in_order<Piece: Send, Made, Error: Send, Work: FnMut(Piece) -> Made>(
    threads: usize,
    next: impl FnMut() -> Result<Option<Piece>, Error> + Send,
    worker: impl Fn() -> Work + Sync,
    done: impl FnMut(Made) -> Result<(), Error> + Send,
) -> Result<(), Error> {
    let source = Mutex::new(PieceSource { next, taken: 0 });
    let sink =
        Sink { state: Mutex::new(SinkState { done, turn: 0, ended: false, error: None }), changed: Condvar::new() };
    let run = || {
        let mut work = worker();
        while let Some((ticket, piece)) = take(&source, &sink) {
            // Passes the turn on even if the work panics.
            let turn = Turn { sink: &sink, ticket };
            let made = work(piece);
            turn.finish(made);
        }
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        run();
        drop(others);
    });
    match lock(&sink.state).error.take() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

struct PieceSource<Next> {
    next: Next,
    taken: u64,
}

struct Sink<Done, Error> {
    state: Mutex<SinkState<Done, Error>>,
    changed: Condvar,
}

struct SinkState<Done, Error> {
    done: Done,
    /// The number of the piece whose result is next.
    turn: u64,
    /// Whether no further piece is taken.
    ended: bool,
    error: Option<Error>,
}

/// Takes the next piece and its number. An error of the source waits for its turn, like a result.
fn take<Piece, Error, Done>(
    source: &Mutex<PieceSource<impl FnMut() -> Result<Option<Piece>, Error>>>,
    sink: &Sink<Done, Error>,
) -> Option<(u64, Piece)> {
    let mut source = lock(source);
    if lock(&sink.state).ended {
        return None;
    }
    match (source.next)() {
        Ok(Some(piece)) => {
            source.taken += 1;
            Some((source.taken - 1, piece))
        }
        Ok(None) => {
            lock(&sink.state).ended = true;
            None
        }
        Err(error) => {
            let ticket = source.taken;
            lock(&sink.state).ended = true;
            drop(source);
            let mut state = sink.wait(ticket);
            state.error.get_or_insert(error);
            None
        }
    }
}

impl<Done, Error> Sink<Done, Error> {
    fn wait(&self, ticket: u64) -> MutexGuard<'_, SinkState<Done, Error>> {
        let is_early = |state: &mut SinkState<Done, Error>| state.turn < ticket;
        self.changed.wait_while(lock(&self.state), is_early).unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to deliver one result. Passes to the next piece when dropped.
struct Turn<'a, Done, Error> {
    sink: &'a Sink<Done, Error>,
    ticket: u64,
}

impl<Done, Error> Turn<'_, Done, Error> {
    fn finish<Made>(self, made: Made)
    where
        Done: FnMut(Made) -> Result<(), Error>,
    {
        let mut state = self.sink.wait(self.ticket);
        if state.error.is_none()
            && let Err(error) = (state.done)(made)
        {
            state.error = Some(error);
            state.ended = true;
        }
    }
}

impl<Done, Error> Drop for Turn<'_, Done, Error> {
    fn drop(&mut self) {
        let mut state = self.sink.wait(self.ticket);
        state.turn += 1;
        state.ended |= thread::panicking();
        drop(state);
        self.sink.changed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
