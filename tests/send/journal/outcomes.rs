//! What each outcome means for the journal.

use std::time::Duration;

use kenarc::send::{ConnectError, ErrorBody, Outcome, Refusal, ResponseDefect, UnknownReason};

use super::*;

const SOON: Option<Duration> = Some(Duration::from_secs(1));

fn refused(status: u16, reason: Refusal) -> Outcome {
    Outcome::Refused { status, reason, body: ErrorBody::Empty }
}

fn failed(status: u16, retry_after: Option<Duration>) -> Outcome {
    Outcome::Unknown { reason: UnknownReason::ServerFailed { status, retry_after, body: ErrorBody::Empty } }
}

#[test]
fn every_outcome_is_recorded_as_what_is_certain_about_it() {
    let limit = Duration::from_secs(30);
    let unexpected =
        |status, defect| Outcome::Unknown { reason: UnknownReason::Unexpected { status, defect, excerpt: None } };
    let as_refused = |status, cause| Settled::Refused { status, cause };
    let as_unknown = |status, cause| Settled::Unknown { status, cause };
    let cases = [
        (Outcome::Delivered { status: Some(0), message: None, conversation: None }, Settled::Delivered { status: 200 }),
        (refused(412, Refusal::Restricted), as_refused(412, Cause::Restricted)),
        (refused(401, Refusal::Unauthenticated), as_refused(401, Cause::Unauthenticated)),
        (refused(403, Refusal::Forbidden), as_refused(403, Cause::Forbidden)),
        (refused(404, Refusal::NotFound), as_refused(404, Cause::NotFound)),
        (refused(302, Refusal::Redirected { host: None }), as_refused(302, Cause::Redirected)),
        (refused(400, Refusal::Other), as_refused(400, Cause::Refused)),
        (refused(429, Refusal::Limited { retry_after: SOON }), Settled::NotAccepted),
        (refused(429, Refusal::Limited { retry_after: None }), Settled::NotAccepted),
        (Outcome::NotSent { error: ConnectError::Lookup(None) }, Settled::NotAccepted),
        (Outcome::NotSent { error: ConnectError::TimedOut { limit } }, Settled::NotAccepted),
        (Outcome::Unknown { reason: UnknownReason::TimedOut { limit } }, as_unknown(None, Cause::TimedOut)),
        (Outcome::Unknown { reason: UnknownReason::Broken(None) }, as_unknown(None, Cause::Broken)),
        (failed(500, None), as_unknown(Some(500), Cause::ServerFailed)),
        (failed(500, SOON), as_unknown(Some(500), Cause::ServerFailed)),
        (failed(503, None), as_unknown(Some(503), Cause::ServerFailed)),
        (failed(503, SOON), Settled::NotAccepted),
        (unexpected(200, ResponseDefect::CutShort), as_unknown(Some(200), Cause::UnexpectedResponse)),
        (unexpected(204, ResponseDefect::NotAsDocumented), as_unknown(Some(204), Cause::UnexpectedResponse)),
    ];
    for (outcome, expected) in cases {
        assert_eq!(Settled::of(&outcome), expected, "{outcome:?}");
    }
}

#[test]
fn every_name_is_parsed() {
    for state in State::ALL {
        assert_eq!(state.name().parse(), Ok(state));
    }
    for cause in Cause::ALL {
        assert_eq!(cause.name().parse(), Ok(cause));
    }
    assert!("".parse::<State>().is_err() && "Refused".parse::<Cause>().is_err());
}
