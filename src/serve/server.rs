//! Accepts connections and serves requests.

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

use super::body::{End, receive};
use super::call::Call;
use super::exchange::{Ending, Exchange};
use super::handler::{Arrived, Handler, Settings};
use super::response::{Broken, Completeness, ResponseBody};
use super::uploads::read_form;

/// The maximum number of connections; further ones wait to be accepted.
pub const MAX_CONNECTIONS: usize = 256;

/// How long requests in flight may take to complete when the server is stopped.
pub const GRACE: Duration = Duration::from_secs(10);

/// The maximum size of the request line and headers, in bytes: enough for a key and a token of 8 KiB each.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// How long to wait after a failure to accept a connection, for instance because no file descriptors are left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Reported to the observer.
#[derive(Debug)]
pub enum ServerEvent {
    /// A request has arrived, complete or not. Reported before the response is sent.
    Exchange(Box<Exchange>),
    /// The client did not send HTTP/1.1, or its headers are too long. The response is a 4xx, or none.
    NotHttp(String),
}

/// Serves the connections of a listener until `stop` completes, and then the requests in flight, for at most [`GRACE`].
/// Must be called within a tokio runtime with I/O and time enabled.
///
/// A response is sent only after the observer has returned.
///
/// # Errors
/// If the listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    observe: impl Fn(ServerEvent) + Send + Sync + 'static,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let server = Arc::new(Server { handler: Handler::new(settings), observe });
    let (connections, permits) = (GracefulShutdown::new(), Arc::new(Semaphore::new(MAX_CONNECTIONS)));
    tokio::pin!(stop);
    loop {
        let accept = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (listener.accept().await, permit)
        };
        let (accepted, permit) = tokio::select! {
            accepted = accept => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = Arc::clone(&server).connection(stream, connections.watcher());
                tokio::spawn(async move {
                    connection.await;
                    drop(permit);
                });
            }
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
    drop(listener);
    // Requests that take longer are given up.
    let _ = timeout(GRACE, connections.shutdown()).await;
    Ok(())
}

struct Server<O> {
    handler: Handler,
    observe: O,
}

impl<O: Fn(ServerEvent) + Send + Sync + 'static> Server<O> {
    /// Serves one connection until it is closed.
    async fn connection(self: Arc<Self>, stream: TcpStream, watcher: hyper_util::server::graceful::Watcher) {
        // Responses are short and should be sent at once.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request| {
            let server = Arc::clone(&self);
            async move { server.exchange(request).await }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.handler.settings.read_timeout)
            .max_buf_size(MAX_HEAD_BYTES)
            // A client may close its side after its request.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await
            && error.is_parse()
        {
            (self.observe)(ServerEvent::NotHttp(error.to_string()));
        }
    }

    /// Handles one request. An error closes the connection.
    async fn exchange(&self, request: Request<Incoming>) -> Result<Response<ResponseBody>, Broken> {
        let at = SystemTime::now();
        let (head, body) = request.into_parts();
        let call = Call::of(head.uri.path()).map(|(call, _)| call);
        let limit = call.map_or(super::MAX_BODY_BYTES, Call::max_body_bytes);
        let body = receive(body, limit, self.handler.settings.read_timeout).await;
        let form = match call {
            Some(Call::Upload(_)) if body.end == End::Complete => {
                Some(read_form(&head.headers, body.bytes.clone()).await)
            }
            _ => None,
        };
        let (exchange, decision) = self.handler.handle(Arrived { at, head, body, form });
        (self.observe)(ServerEvent::Exchange(Box::new(exchange)));
        if let Some(delay) = decision.delay {
            sleep(delay).await;
        }
        match decision.ending {
            Ending::Answered(_) => Ok(decision.response.to_http(Completeness::Complete)),
            Ending::Cut => Ok(decision.response.to_http(Completeness::Cut)),
            Ending::Dropped | Ending::Incomplete => Err(Broken),
        }
    }
}
