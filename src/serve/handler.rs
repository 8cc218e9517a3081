//! Decides how to respond to a request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use fastrand::Rng;
use hyper::StatusCode;
use hyper::http::request::Parts;

use crate::message::Icons;
use crate::send::{Api, Rate};

use super::body::{End, Received};
use super::checked_body::CheckedBody;
use super::exchange::{Ending, Exchange};
use super::faults::{Fault, FaultDraw, Faults};
use super::head::{RequestHead, admit, check_media_type};
use super::limit::Limit;
use super::response::{ApiResponse, fault_message};
use super::secrets::Secrets;

/// How the server behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which of the two APIs is served. `None` accepts the tokens of both.
    pub api: Option<Api>,
    /// The valid icon names.
    pub icons: Arc<Icons>,
    /// Faults to inject. They affect only valid requests.
    pub faults: Faults,
    /// The seed for drawing the faults. The same seed gives the same sequence.
    pub seed: u64,
    /// The maximum rate of requests.
    pub limit: Option<Rate>,
    /// The `Retry-After` of injected 429 and 503 responses.
    pub retry_after: Duration,
    /// How long the headers of a request may take to arrive, and how long its body.
    pub read_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            api: None,
            icons: Arc::default(),
            faults: Faults::default(),
            seed: 0,
            limit: None,
            retry_after: Duration::from_secs(3),
            read_timeout: Duration::from_secs(30),
        }
    }
}

/// Handles requests, one at a time.
pub(super) struct Handler {
    pub(super) settings: Settings,
    state: Mutex<HandlerState>,
}

struct HandlerState {
    count: u64,
    limit: Option<Limit>,
    rng: Rng,
}

/// How to respond to a request.
pub(super) struct Decision {
    pub(super) response: ApiResponse,
    pub(super) ending: Ending,
    pub(super) delay: Option<Duration>,
    is_injected: bool,
    is_delivered: bool,
}

impl From<ApiResponse> for Decision {
    /// Returns a response without an injected fault.
    fn from(response: ApiResponse) -> Self {
        let (ending, is_delivered) = (Ending::Answered(response.status.as_u16()), response.status.is_success());
        Self { response, ending, delay: None, is_injected: false, is_delivered }
    }
}

impl Handler {
    pub(super) fn new(settings: Settings) -> Self {
        let state =
            HandlerState { count: 0, limit: settings.limit.map(Limit::new), rng: Rng::with_seed(settings.seed) };
        Self { settings, state: Mutex::new(state) }
    }

    /// Decides how to respond to a request, and records the exchange.
    pub(super) fn handle(&self, at: SystemTime, head: &Parts, received: &Received) -> (Exchange, Decision) {
        let secrets = Secrets::of(&head.headers);
        let mut state = self.state();
        state.count += 1;
        let mut body = CheckedBody::of(&format!("request {}", state.count), received, &self.settings.icons, &secrets);
        let mut decision = match self.admit(&mut state, head, received.end) {
            Err(refusal) => {
                body.forget_findings();
                refusal
            }
            Ok(()) if body.error_count > 0 => ApiResponse::invalid(body.errors(), body.error_count).into(),
            Ok(()) => {
                let fault = self.settings.faults.draw(&mut state.rng);
                self.respond(fault)
            }
        };
        decision.response.warnings = body.warnings();
        let exchange = Exchange {
            number: state.count,
            at,
            head: RequestHead::of(head, &secrets),
            content: body.content,
            findings: body.findings,
            diagnostics: body.diagnostics,
            ending: decision.ending,
            reason: decision.response.message.clone(),
            is_injected: decision.is_injected,
            is_delivered: decision.is_delivered,
            delay: decision.delay,
        };
        (exchange, decision)
    }

    /// Checks everything that the API checks before the content of the body.
    fn admit(&self, state: &mut HandlerState, head: &Parts, end: End) -> Result<(), Decision> {
        match end {
            End::Incomplete => {
                let decision = Decision::from(ApiResponse::new(StatusCode::BAD_REQUEST, "the body is incomplete"));
                return Err(Decision { ending: Ending::Incomplete, ..decision });
            }
            End::TooSlow => Err(ApiResponse::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time"))?,
            End::Complete | End::TooLong => {}
        }
        admit(head, self.settings.api)?;
        if let Some(limit) = &mut state.limit {
            limit.take(Instant::now()).map_err(|wait| {
                let message = format!("the limit of {} requests is reached", limit.rate());
                ApiResponse::new(StatusCode::TOO_MANY_REQUESTS, message).after(wait)
            })?;
        }
        if end == End::TooLong {
            Err(ApiResponse::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is longer than 1 MiB"))?;
        }
        Ok(check_media_type(&head.headers)?)
    }

    /// Decides how to respond to a valid request.
    fn respond(&self, FaultDraw { fault, delay, is_delivered_anyway }: FaultDraw) -> Decision {
        let sent = Decision { delay, ..ApiResponse::sent().into() };
        let Some(fault) = fault else { return sent };
        let failed = Decision { is_injected: true, is_delivered: is_delivered_anyway, ..sent };
        match fault {
            Fault::Drop => Decision { ending: Ending::Dropped, ..failed },
            Fault::Cut => Decision { ending: Ending::Cut, ..failed },
            Fault::Status(status) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let is_delivered = status.is_server_error() && is_delivered_anyway;
                let ending = Ending::Answered(status.as_u16());
                Decision { response: self.fault(status), ending, is_delivered, ..failed }
            }
        }
    }

    fn fault(&self, status: StatusCode) -> ApiResponse {
        let response = ApiResponse::new(status, fault_message(status));
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                response.after(self.settings.retry_after)
            }
            _ => response,
        }
    }

    fn state(&self) -> MutexGuard<'_, HandlerState> {
        // A panic cannot leave the state inconsistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
