//! Connections.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::answer::{AnswerBody, Broken};
use super::body::receive;
use super::desk::{Desk, Settings};
use super::exchange::{Ending, Exchange};

/// The most connections at one time; those beyond wait to be accepted.
pub const MAX_CONNECTIONS: usize = 256;

/// How long requests that are under way may take to end when the server is stopped.
pub const GRACE: Duration = Duration::from_secs(10);

/// The longest head of a request, in bytes: a key and a token of 8 KiB each fit in with room to spare.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// How long to wait when no connection can be accepted, for instance because files are used up.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What an observer is told.
#[derive(Debug)]
pub enum Event {
    /// A request has arrived, whole or not. Told before it is answered.
    Exchange(Box<Exchange>),
    /// What came is no HTTP/1.1, or its head is too long. It is answered with a 4xx, or not at all.
    NotHttp(String),
}

/// Serves the connections that a listener accepts until `stop` is done, then those requests that are under way, for at most
/// [`GRACE`]. It must run inside a tokio runtime with I/O and time enabled.
///
/// An answer leaves only when the observer has returned.
///
/// # Errors
/// The listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    observe: impl Fn(Event) + Send + Sync + 'static,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let server = Arc::new(Server { desk: Desk::new(settings), observe });
    let (connections, places) = (GracefulShutdown::new(), Arc::new(Semaphore::new(MAX_CONNECTIONS)));
    tokio::pin!(stop);
    loop {
        let accept = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            accepted = accept => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = Arc::clone(&server).connection(stream, connections.watcher());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
    drop(listener);
    // What is not done by then is given up.
    let _ = timeout(GRACE, connections.shutdown()).await;
    Ok(())
}

struct Server<O> {
    desk: Desk,
    observe: O,
}

impl<O: Fn(Event) + Send + Sync + 'static> Server<O> {
    /// One connection, until it closes.
    async fn connection(self: Arc<Self>, stream: TcpStream, watcher: hyper_util::server::graceful::Watcher) {
        // Answers are short; each shall leave at once.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request| {
            let server = Arc::clone(&self);
            async move { server.exchange(request).await }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.desk.settings.patience)
            .max_buf_size(MAX_HEAD_BYTES)
            // A client may close its side when it has said everything.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await
            && error.is_parse()
        {
            (self.observe)(Event::NotHttp(error.to_string()));
        }
    }

    /// One request and its answer. An error closes the connection.
    async fn exchange(&self, request: Request<Incoming>) -> Result<Response<AnswerBody>, Broken> {
        let at = SystemTime::now();
        let (head, body) = request.into_parts();
        let received = receive(body, self.desk.settings.patience).await;
        let (exchange, verdict) = self.desk.judge(at, &head, &received);
        (self.observe)(Event::Exchange(Box::new(exchange)));
        if let Some(delay) = verdict.delay {
            sleep(delay).await;
        }
        match verdict.ending {
            Ending::Answered(_) => Ok(verdict.answer.response(false)),
            Ending::Cut => Ok(verdict.answer.response(true)),
            Ending::Dropped | Ending::Incomplete => Err(Broken),
        }
    }
}
