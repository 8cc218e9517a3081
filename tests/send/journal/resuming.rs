//! Which messages a continued run sends again.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

const POLICIES: [Policy; 4] = [
    NEVER_AGAIN,
    Policy { retry_refused: true, resend_unknown: false },
    Policy { retry_refused: false, resend_unknown: true },
    EVERYTHING_AGAIN,
];

/// What an earlier run left, and whether a message is sent again under each of the [`POLICIES`].
const SENT_AGAIN: [(&str, Option<Settled>, [bool; 4]); 5] = [
    ("delivered", Some(DELIVERED), [false, false, false, false]),
    ("refused", Some(REFUSED), [false, true, false, true]),
    ("unknown", Some(UNKNOWN), [false, false, true, true]),
    ("in flight", None, [false, false, true, true]),
    ("not accepted", Some(Settled::NotAccepted), [true, true, true, true]),
];

/// Returns a journal that an earlier run has left, with one message.
fn left_by_a_run(settled: Option<Settled>) -> Folder {
    let folder = Folder::empty();
    let run = Run::begin(&folder.path("journal"), NEVER_AGAIN);
    assert_eq!(run.intend(1), Claim::Granted);
    if let Some(settled) = settled {
        run.settle(1, settled);
    }
    run.close();
    folder
}

#[test]
fn the_policy_decides_which_messages_of_an_earlier_run_are_sent_again() {
    for (before, settled, expected) in SENT_AGAIN {
        for (policy, expected) in POLICIES.into_iter().zip(expected) {
            let folder = left_by_a_run(settled);
            let run = Run::begin(&folder.path("journal"), policy);
            let said = run.known(1).is_none_or(|known| known.may_be_sent);
            let granted = run.intend(1) == Claim::Granted;
            assert_eq!((said, granted), (expected, expected), "{before}, {policy:?}");
        }
    }
}

#[test]
fn a_message_is_sent_once_in_a_run_whatever_the_policy_says() {
    for (became, settled, _) in SENT_AGAIN {
        let folder = Folder::empty();
        let run = Run::begin(&folder.path("journal"), EVERYTHING_AGAIN);
        assert_eq!(run.intend(1), Claim::Granted);
        if let Some(settled) = settled {
            run.settle(1, settled);
        }
        let repeated = run.try_intend(Intent { row: row(7), ..intent(1) }).unwrap();
        match (settled, repeated) {
            (Some(Settled::NotAccepted), Claim::Granted) => {}
            (_, Claim::Known(known)) => {
                assert!(known.is_of_this_run && !known.may_be_sent, "{became}: {known:?}");
                assert_eq!(known.row, row(1), "{became}");
            }
            (_, Claim::Granted) => panic!("{became}: sent twice"),
        }
    }
}

#[test]
fn a_message_that_is_sent_again_is_sent_again_once() {
    let folder = left_by_a_run(Some(UNKNOWN));
    let run = Run::begin(&folder.path("journal"), EVERYTHING_AGAIN);
    run.send(1, UNKNOWN);
    assert!(matches!(run.intend(1), Claim::Known(Known { is_of_this_run: true, .. })));
    run.close();
    let [record] = records(&folder.path("journal")).try_into().unwrap();
    assert_eq!(record.attempts, 2);
}

#[test]
fn a_withdrawn_intent_restores_the_record() {
    for (before, settled, _) in SENT_AGAIN {
        let folder = left_by_a_run(settled);
        let path = folder.path("journal");
        let records_before = records(&path);
        let run = Run::begin(&path, EVERYTHING_AGAIN);
        for _ in 0..3 {
            if before != "delivered" {
                let moved = Intent { row: row(7), ..intent(1) };
                assert_eq!(run.try_intend(moved).unwrap(), Claim::Granted, "{before}");
                run.settle(1, Settled::NotAccepted);
            }
        }
        run.close();
        assert_eq!(records(&path), records_before, "{before}");
    }
}

#[test]
fn a_record_has_the_outcome_and_the_row() {
    let folder = Folder::empty();
    let path = folder.path("journal");
    let run = Run::begin(&path, NEVER_AGAIN);
    let settled = [
        (1, DELIVERED, State::Delivered, Some(200), None),
        (2, REFUSED, State::Refused, Some(412), Some(Cause::Restricted)),
        (3, UNKNOWN, State::Unknown, None, Some(Cause::TimedOut)),
    ];
    for (number, settled, ..) in settled {
        run.send(number, settled);
    }
    for (number, _, state, status, cause) in settled {
        let known = run.known(number).unwrap();
        let expected = Known { state, status, cause, row: row(number), is_of_this_run: true, may_be_sent: false };
        assert_eq!(known, expected);
    }
    assert_eq!(run.intend(4), Claim::Granted);
    assert_eq!(run.state(4), Some(State::Sending));
    assert_eq!(run.known(5), None);

    run.close();
    let counts = Reader::open(&path).unwrap().counts().unwrap();
    assert_eq!([State::Delivered, State::Refused, State::Unknown].map(|state| counts.of(state)), [1, 1, 2]);
    let causes: Vec<_> = counts.by_cause(State::Unknown).collect();
    assert_eq!(causes, [(Cause::TimedOut, 1), (Cause::Interrupted, 1)]);
    let shown: Vec<_> =
        records(&path).into_iter().map(|record| (record.row.line, record.state, record.cause)).collect();
    let expected = [
        (4, State::Unknown, Some(Cause::Interrupted)),
        (3, State::Unknown, Some(Cause::TimedOut)),
        (2, State::Refused, Some(Cause::Restricted)),
        (1, State::Delivered, None),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn many_messages_are_looked_up_in_order() {
    let folder = Folder::empty();
    let run = Run::begin(&folder.path("journal"), NEVER_AGAIN);
    for number in (0..100).step_by(2) {
        run.send(number, DELIVERED);
    }
    let known = run.runtime.block_on(run.journal.known((0..100).rev().map(id).collect())).unwrap();
    let lines: Vec<_> = known.into_iter().map(|known| known.map(|known| known.row.line)).collect();
    let expected: Vec<_> = (0..100).rev().map(|number| (number % 2 == 0).then_some(number)).collect();
    assert_eq!(lines, expected);
}

/// So many that the places of most of them are in the table, and those of the last ones are not.
#[test]
fn messages_are_found_in_memory_and_in_the_index() {
    let many = 5_000;
    let folder = Folder::empty();
    let path = folder.path("journal");
    let run = Run::begin(&path, NEVER_AGAIN);
    assert_eq!(run.intend(0), Claim::Granted);
    for number in 1..many {
        run.send(number, if number % 10 == 0 { REFUSED } else { DELIVERED });
    }
    // It was not accepted after all, long after its place was put into the table.
    run.settle(0, Settled::NotAccepted);
    assert_eq!(run.known(0), None);
    drop(run);

    let policy = Policy { retry_refused: true, resend_unknown: false };
    let run = (0..100).find_map(|_| Run::try_begin(&path, policy).ok()).unwrap();
    assert_eq!(run.intend(0), Claim::Granted);
    for number in 1..many {
        let claim = run.intend(number);
        assert_eq!(claim == Claim::Granted, number % 10 == 0, "{number}: {claim:?}");
    }
    drop(run);
    let mut lines: Vec<_> = records(&path).into_iter().map(|record| record.row.line).collect();
    lines.sort_unstable();
    assert_eq!(lines, (0..many).collect::<Vec<_>>());
}

#[test]
fn dropped_intent_is_withdrawn() {
    let folder = Folder::empty();
    let path = folder.path("journal");
    let run = Run::begin(&path, NEVER_AGAIN);
    run.runtime.block_on(async {
        let mut abandoned = std::pin::pin!(run.journal.intend(intent(1)));
        // Asked for, and dropped before the answer.
        std::future::poll_fn(|context| std::task::Poll::Ready(abandoned.as_mut().poll(context).is_pending())).await
    });
    run.wait();
    run.close();
    let state = records(&path).first().map(|record| (record.state, record.cause));
    // The answer may have been there in the moment of dropping: then nobody knows.
    assert!(matches!(state, None | Some((State::Unknown, Some(Cause::Interrupted)))), "{state:?}");
}

#[test]
fn journal_that_is_not_closed_keeps_awaited_records() {
    let folder = Folder::empty();
    let path = folder.path("journal");
    let run = Run::begin(&path, NEVER_AGAIN);
    run.send(1, DELIVERED);
    run.wait();
    assert_eq!(run.intend(2), Claim::Granted);
    drop(run);
    let run = Run::begin(&path, NEVER_AGAIN);
    assert_eq!((run.state(1), run.state(2)), (Some(State::Delivered), Some(State::Unknown)));
}

#[test]
fn a_closed_journal_is_one_file_that_only_its_owner_can_read() {
    let folder = Folder::empty();
    let path = folder.path("journal");
    for number in 1..=3 {
        let run = Run::begin(&path, NEVER_AGAIN);
        run.send(number, DELIVERED);
        run.wait();
        for name in names(&folder) {
            let mode = std::fs::metadata(folder.path(&name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        run.close();
        assert_eq!(names(&folder), ["journal"]);
    }
}

#[test]
fn the_id_of_a_message_depends_on_the_kind_of_its_recipient() {
    let id = |kind| MessageId::of(&Recipient::new(kind, "018f").unwrap(), "{}");
    let ids = RecipientKind::ALL.map(id);
    assert!(ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2], "{ids:?}");
    // Nor does an id that contains the name of a kind make another message.
    let named = MessageId::of(&Recipient::new(RecipientKind::Conversation, "user").unwrap(), "{}");
    assert!(!ids.contains(&named));
}

#[test]
fn one_id_of_several_kinds_of_recipients_is_sent_to_each() {
    let folder = Folder::empty();
    let path = folder.path("journal");
    for policy in [NEVER_AGAIN, EVERYTHING_AGAIN] {
        let run = Run::begin(&path, policy);
        for (line, kind) in (1..).zip(RecipientKind::ALL) {
            let recipient = Recipient::new(kind, "018f").unwrap();
            let id = MessageId::of(&recipient, "{}");
            let claim = run.try_intend(Intent { id, recipient, row: row(line) }).unwrap();
            assert_eq!(claim == Claim::Granted, policy == NEVER_AGAIN, "{kind}");
            run.journal.settle(id, DELIVERED);
        }
        run.close();
    }
    let recorded = records(&path).into_iter().map(|record| (record.recipient, record.recipient_id));
    let expected = RecipientKind::ALL.map(|kind| (kind, "018f".to_owned()));
    assert_eq!(recorded.collect::<Vec<_>>(), expected);
}

#[test]
fn the_id_of_a_message_depends_on_the_border_between_conversation_and_body() {
    let id = |conversation: &str, body| {
        MessageId::of(&Recipient::new(RecipientKind::Conversation, conversation).unwrap(), body)
    };
    let ids = [id("ab", "c"), id("a", "bc"), id("abc", ""), id("ab", "C"), id("c", "ab")];
    for (index, one) in ids.iter().enumerate() {
        assert!(!ids[..index].contains(one), "{one}");
    }
    // Journals outlive versions: the same message must have the same id for ever.
    let expected = "56d26393dfbab6d58ecb3488fd95c909ae5cecf0ae7d9782f2b6c87585ee9079";
    assert_eq!(id("conversation-1", "سلام").to_string(), expected);
}

#[test]
fn names_of_files_and_conversations_are_preserved() {
    let folder = Folder::empty();
    let path = folder.path("journal");
    let run = Run::begin(&path, NEVER_AGAIN);
    let recipient = Recipient::new(RecipientKind::Conversation, "گفت‌وگو-۷'\";--").unwrap();
    let place = RowLocation { file: "پوشه/ردیف‌ها '\0\n.csv".into(), line: u64::MAX >> 1 };
    let id = MessageId::of(&recipient, "");
    let claim = run.try_intend(Intent { id, recipient: recipient.clone(), row: place.clone() }).unwrap();
    assert_eq!(claim, Claim::Granted);
    run.close();
    let [record] = records(&path).try_into().unwrap();
    assert_eq!((record.recipient_id.as_str(), record.row), (recipient.id.as_str(), place));
}
