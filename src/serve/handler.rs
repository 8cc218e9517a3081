//! Decides how to respond to a request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use fastrand::Rng;
use hyper::StatusCode;
use hyper::http::request::Parts;

use crate::message::{Icons, MessageKind};
use crate::send::{Api, Rate, RecipientKind};

use super::body::{End, Received};
use super::call::Call;
use super::checked_body::CheckedBody;
use super::exchange::{Content, Ending, Exchange};
use super::faults::{Fault, FaultDraw, Faults};
use super::head::{RequestHead, admit, check_media_type, upload_token};
use super::limit::Limit;
use super::response::{ApiResponse, fault_message};
use super::secrets::Secrets;
use super::uploads::{UploadTokens, UploadedFile};

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
    uploads: UploadTokens,
}

/// A request as it arrived.
pub(super) struct Arrived {
    /// When its headers had arrived.
    pub(super) at: SystemTime,
    pub(super) head: Parts,
    pub(super) body: Received,
    /// The file in the body of an upload, or why there is none; `None` for other calls.
    pub(super) form: Option<Result<UploadedFile, ApiResponse>>,
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
        let (limit, rng) = (settings.limit.map(Limit::new), Rng::with_seed(settings.seed));
        let state = HandlerState { count: 0, limit, rng, uploads: UploadTokens::new() };
        Self { settings, state: Mutex::new(state) }
    }

    /// Decides how to respond to a request, and records the exchange.
    pub(super) fn handle(&self, arrived: Arrived) -> (Exchange, Decision) {
        let Arrived { at, head, body: received, form } = arrived;
        let secrets = Secrets::of(&head.headers);
        let form = form.map(|form| form.map(|file| file.shown(&secrets)));
        let mut state = self.state();
        state.count += 1;
        let shown = RequestHead::of(&head, &secrets);
        let mut body = self.body(state.count, &shown, &received, form.as_ref(), &secrets);
        let admitted = self.admit(&mut state, &head, received.end).and_then(|call| {
            check_content(call, &body, form)?;
            Ok(call)
        });
        let mut decision = match admitted {
            Err(refusal) => {
                body.forget_findings();
                refusal
            }
            Ok(_) if body.error_count > 0 => ApiResponse::invalid(body.errors(), body.error_count).into(),
            Ok(call) => {
                let fault = self.settings.faults.draw(&mut state.rng);
                let success = success(call, &shown, &mut state.uploads);
                self.respond(success, fault)
            }
        };
        decision.response.warnings = body.warnings();
        let exchange = Exchange {
            number: state.count,
            at,
            head: shown,
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

    /// Takes the body of a request, and checks it if it is a message.
    fn body(
        &self,
        number: u64,
        head: &RequestHead,
        received: &Received,
        form: Option<&Result<UploadedFile, ApiResponse>>,
        secrets: &Secrets,
    ) -> CheckedBody {
        let kind = match head.call {
            Some(Call::Upload(_)) => return CheckedBody::of_upload(form.and_then(|form| form.as_ref().ok())),
            Some(Call::UploadToken) => return CheckedBody::of_upload_token(received, secrets),
            call => call.and_then(Call::message_kind).unwrap_or(MessageKind::Chat),
        };
        CheckedBody::of_message(&format!("request {number}"), received, kind, &self.settings.icons, secrets)
    }

    /// Checks everything that the API checks before the content of the body, and returns the call.
    fn admit(&self, state: &mut HandlerState, head: &Parts, end: End) -> Result<Call, Decision> {
        match end {
            End::Incomplete => {
                let decision = Decision::from(ApiResponse::new(StatusCode::BAD_REQUEST, "the body is incomplete"));
                return Err(Decision { ending: Ending::Incomplete, ..decision });
            }
            End::TooSlow => Err(ApiResponse::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time"))?,
            End::Complete | End::TooLong => {}
        }
        let call = admit(head, self.settings.api)?;
        if matches!(call, Call::Upload(_)) && !state.uploads.is_issued(upload_token(&head.headers)?) {
            let message = "unknown upload token: expected one that this server has issued";
            Err(ApiResponse::new(StatusCode::UNAUTHORIZED, message))?;
        }
        if let Some(limit) = &mut state.limit {
            limit.take(Instant::now()).map_err(|wait| {
                let message = format!("the limit of {} requests is reached", limit.rate());
                ApiResponse::new(StatusCode::TOO_MANY_REQUESTS, message).after(wait)
            })?;
        }
        if end == End::TooLong {
            let message = match call {
                Call::Upload(kind) => format!("the file is larger than {kind} allows"),
                Call::Message(_) | Call::UploadToken => "the body is longer than 1 MiB".to_owned(),
            };
            Err(ApiResponse::new(StatusCode::PAYLOAD_TOO_LARGE, message))?;
        }
        if !matches!(call, Call::Upload(_)) {
            check_media_type(&head.headers)?;
        }
        Ok(call)
    }

    /// Decides how to respond to a valid request: with a success, unless a fault is drawn.
    fn respond(&self, success: ApiResponse, FaultDraw { fault, delay, is_delivered_anyway }: FaultDraw) -> Decision {
        let sent = Decision { delay, ..success.into() };
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

/// Checks the body of an upload, or of a request for an upload token. Messages have been checked.
fn check_content(
    call: Call,
    body: &CheckedBody,
    form: Option<Result<UploadedFile, ApiResponse>>,
) -> Result<(), ApiResponse> {
    match (call, form, &body.content) {
        (Call::Upload(kind), Some(form), _) => form?.check(kind),
        (Call::UploadToken, _, Content::Json(serde_json::Value::Object(_))) | (Call::Message(_), ..) => Ok(()),
        (Call::UploadToken | Call::Upload(_), ..) => {
            Err(ApiResponse::new(StatusCode::BAD_REQUEST, "the body is not a JSON object: send `{}`"))
        }
    }
}

/// Returns the response to a request that succeeds.
fn success(call: Call, head: &RequestHead, uploads: &mut UploadTokens) -> ApiResponse {
    let id = head.id.as_deref().unwrap_or_default();
    match call {
        Call::Message(RecipientKind::Conversation) => ApiResponse::sent(),
        Call::Message(RecipientKind::BotConversation) => ApiResponse::sent_by_bot(id),
        Call::Message(RecipientKind::BotUser) => ApiResponse::sent_by_bot(&format!("conversation-of-{id}")),
        Call::UploadToken => ApiResponse::upload_token(&uploads.issue()),
        Call::Upload(_) => ApiResponse::uploaded(&uploads.random()),
    }
}
