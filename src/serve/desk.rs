//! Where requests are judged.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use fastrand::Rng;
use hyper::StatusCode;
use hyper::http::request::Parts;

use crate::message::Icons;
use crate::send::{Api, Rate};

use super::answer::{Answer, fault_message};
use super::arrival::{Arrival, admit, check_media_type};
use super::body::{End, Received};
use super::exchange::{Ending, Exchange};
use super::faults::{Fate, Fault, Faults};
use super::limit::Limit;
use super::reading::Reading;
use super::secrets::Secrets;

/// How the server behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which of the API's two ways a token may come by; both where there is none.
    pub api: Option<Api>,
    /// The names that icons may have.
    pub icons: Arc<Icons>,
    /// What goes wrong on purpose. Only requests that are in order are affected.
    pub faults: Faults,
    /// What the faults are drawn with: the same seed gives the same sequence.
    pub seed: u64,
    /// How many requests are taken.
    pub limit: Option<Rate>,
    /// What a 429 or 503 on purpose asks clients to wait.
    pub retry_after: Duration,
    /// How long the head of a request may take to arrive, and how long its body.
    pub patience: Duration,
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
            patience: Duration::from_secs(30),
        }
    }
}

/// Judges requests one after the other.
pub(super) struct Desk {
    pub(super) settings: Settings,
    state: Mutex<State>,
}

struct State {
    count: u64,
    limit: Option<Limit>,
    rng: Rng,
}

/// What is to be done with a request.
pub(super) struct Verdict {
    pub(super) answer: Answer,
    pub(super) ending: Ending,
    pub(super) delay: Option<Duration>,
    is_on_purpose: bool,
    is_delivered: bool,
}

impl From<Answer> for Verdict {
    /// The server's own answer.
    fn from(answer: Answer) -> Self {
        let (ending, is_delivered) = (Ending::Answered(answer.status.as_u16()), answer.status.is_success());
        Self { answer, ending, delay: None, is_on_purpose: false, is_delivered }
    }
}

impl Desk {
    pub(super) fn new(settings: Settings) -> Self {
        let state = State { count: 0, limit: settings.limit.map(Limit::new), rng: Rng::with_seed(settings.seed) };
        Self { settings, state: Mutex::new(state) }
    }

    /// Judges a request.
    pub(super) fn judge(&self, at: SystemTime, head: &Parts, received: &Received) -> (Exchange, Verdict) {
        let secrets = Secrets::of(&head.headers);
        let mut state = self.state();
        state.count += 1;
        let mut reading = Reading::of(&format!("request {}", state.count), received, &self.settings.icons, &secrets);
        let verdict = match self.admit(&mut state, head, received.end) {
            Err(refusal) => {
                reading.forget_findings();
                refusal
            }
            Ok(()) if reading.error_count > 0 => Answer::invalid(reading.errors(), reading.error_count).into(),
            Ok(()) => {
                let fate = self.settings.faults.draw(&mut state.rng);
                self.meet(fate)
            }
        };
        let exchange = Exchange {
            number: state.count,
            at,
            arrival: Arrival::of(head, &secrets),
            content: reading.content,
            findings: reading.findings,
            diagnostics: reading.diagnostics,
            ending: verdict.ending,
            reason: verdict.answer.message.clone(),
            is_on_purpose: verdict.is_on_purpose,
            is_delivered: verdict.is_delivered,
            delay: verdict.delay,
        };
        (exchange, verdict)
    }

    /// Whether the API would look at what is in the body.
    fn admit(&self, state: &mut State, head: &Parts, end: End) -> Result<(), Verdict> {
        match end {
            End::BrokenOff => {
                let verdict = Verdict::from(Answer::new(StatusCode::BAD_REQUEST, "the body breaks off"));
                return Err(Verdict { ending: Ending::Incomplete, ..verdict });
            }
            End::TooSlow => Err(Answer::new(StatusCode::REQUEST_TIMEOUT, "the body was not here in time"))?,
            End::Whole | End::TooLong => {}
        }
        admit(head, self.settings.api)?;
        if let Some(limit) = &mut state.limit {
            limit.take(Instant::now()).map_err(|wait| {
                let message = format!("the limit of {} requests is reached", limit.rate());
                Answer::new(StatusCode::TOO_MANY_REQUESTS, message).after(wait)
            })?;
        }
        if end == End::TooLong {
            Err(Answer::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is longer than 1 MiB"))?;
        }
        Ok(check_media_type(&head.headers)?)
    }

    /// What becomes of a request that is in order.
    fn meet(&self, Fate { fault, delay, is_delivered_anyway }: Fate) -> Verdict {
        let sent = Verdict { delay, ..Answer::sent().into() };
        let Some(fault) = fault else { return sent };
        let failed = Verdict { is_on_purpose: true, is_delivered: is_delivered_anyway, ..sent };
        match fault {
            Fault::Drop => Verdict { ending: Ending::Dropped, ..failed },
            Fault::Cut => Verdict { ending: Ending::Cut, ..failed },
            Fault::Status(status) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let is_delivered = status.is_server_error() && is_delivered_anyway;
                let ending = Ending::Answered(status.as_u16());
                Verdict { answer: self.fault(status), ending, is_delivered, ..failed }
            }
        }
    }

    fn fault(&self, status: StatusCode) -> Answer {
        let answer = Answer::new(status, fault_message(status));
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => answer.after(self.settings.retry_after),
            _ => answer,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere would leave nothing here half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
