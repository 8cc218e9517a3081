//! In any order of intents, outcomes, crashes and new runs, a delivered message is never sent again, and a message with
//! an intent and no outcome is unknown.

use std::collections::BTreeMap;
use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const CASES: u32 = 32;
const MESSAGES: u64 = 4;

#[derive(Clone, Debug)]
enum Step {
    Intend(u64),
    Settle(u64, Settled),
    /// The run is killed, with its last settlements on disk or perhaps not, and another goes on with this policy.
    Crash {
        is_all_on_disk: bool,
        policy: Policy,
    },
    /// The run ends, and another goes on with this policy.
    End(Policy),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let message = || 1..=MESSAGES;
    let settled =
        prop_oneof![4 => Just(DELIVERED), 1 => Just(REFUSED), 1 => Just(UNKNOWN), 1 => Just(Settled::NotAccepted)];
    let policy =
        || any::<(bool, bool)>().prop_map(|(retry_refused, resend_unknown)| Policy { retry_refused, resend_unknown });
    let step = prop_oneof![
        4 => message().prop_map(Step::Intend),
        4 => (message(), settled).prop_map(|(message, settled)| Step::Settle(message, settled)),
        1 => (any::<bool>(), policy()).prop_map(|(is_all_on_disk, policy)| Step::Crash { is_all_on_disk, policy }),
        1 => policy().prop_map(Step::End),
    ];
    vec(step, 1..40)
}

/// What should be recorded of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Expected {
    state: State,
    is_of_this_run: bool,
}

/// What a journal should hold, kept as plainly as can be.
#[derive(Default)]
struct Model {
    records: BTreeMap<u64, Expected>,
    /// What was recorded before of what is in flight.
    before: BTreeMap<u64, Option<Expected>>,
    policy: Policy,
    /// What the last settlements were before, as long as they may not be on disk.
    unsure: BTreeMap<u64, Expected>,
}

impl Model {
    fn permits(&self, message: u64) -> bool {
        self.records.get(&message).is_none_or(|record| {
            !record.is_of_this_run
                && match record.state {
                    State::Delivered | State::Sending => false,
                    State::Refused => self.policy.retry_refused,
                    State::Unknown => self.policy.resend_unknown,
                }
        })
    }

    fn intend(&mut self, message: u64) {
        self.before.insert(message, self.records.get(&message).copied());
        self.records.insert(message, Expected { state: State::Sending, is_of_this_run: true });
    }

    fn settle(&mut self, message: u64, settled: Settled) {
        let Some(before) = self.before.remove(&message) else { return };
        self.unsure.insert(message, self.records[&message]);
        let record = |state| Some(Expected { state, is_of_this_run: true });
        let record = match settled {
            Settled::Delivered { .. } => record(State::Delivered),
            Settled::Refused { .. } => record(State::Refused),
            Settled::Unknown { .. } => record(State::Unknown),
            Settled::NotAccepted => before,
        };
        match record {
            Some(record) => drop(self.records.insert(message, record)),
            None => drop(self.records.remove(&message)),
        }
    }

    /// What a new run finds.
    fn begin(&mut self, policy: Policy) {
        self.policy = policy;
        (self.before, self.unsure) = Default::default();
        for record in self.records.values_mut() {
            record.is_of_this_run = false;
            if record.state == State::Sending {
                record.state = State::Unknown;
            }
        }
    }
}

/// Leaves what a killed run would leave: the files as they are at this moment. (Whatever a process has written, the
/// operating system keeps when it kills the process.)
fn crash(run: Run, folder: &Folder, crashes: usize) -> Folder {
    let left = Folder::empty();
    for name in ["journal", "journal-wal"] {
        fs::copy(folder.path(name), left.path(name)).unwrap_or_else(|error| panic!("crash {crashes}: {name}: {error}"));
    }
    drop(run);
    left
}

fn holds(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut folder = Folder::empty();
    let mut model = Model::default();
    let mut run = Run::begin(&folder.path("journal"), model.policy);
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Intend(message) => {
                let is_permitted = model.permits(message);
                let claim = run.intend(message);
                prop_assert_eq!(claim == Claim::Granted, is_permitted, "step {}: {:?}", number, claim);
                if is_permitted {
                    model.intend(message);
                }
                // The answer came after everything before it was on disk.
                model.unsure.clear();
            }
            Step::Settle(message, settled) => {
                run.settle(message, settled);
                model.settle(message, settled);
            }
            Step::Crash { is_all_on_disk, policy } => {
                if is_all_on_disk {
                    run.wait();
                    model.unsure.clear();
                }
                folder = crash(run, &folder, number);
                run = Run::begin(&folder.path("journal"), policy);
                let unsure = std::mem::take(&mut model.unsure);
                for (message, before) in unsure {
                    // It is one or the other; both are recorded of a message that left.
                    if run.state(message) == Some(State::Unknown) {
                        model.records.insert(message, before);
                    }
                }
                model.begin(policy);
            }
            Step::End(policy) => {
                run.close();
                run = Run::begin(&folder.path("journal"), policy);
                model.begin(policy);
            }
        }
    }
    for message in 1..=MESSAGES {
        let known = run.known(message);
        let found = known.map(|Known { state, is_of_this_run, .. }| Expected { state, is_of_this_run });
        prop_assert_eq!(found, model.records.get(&message).copied(), "message {}", message);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_journal_agrees_with_the_model_in_any_order_of_events(steps in steps()) {
        holds(steps)?;
    }
}
