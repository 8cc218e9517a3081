//! The bytes of a journal.

use std::fs;

use kenarc::send::journal::{Claim, Intent, Journal, JournalError, MessageId, Policy, Reader, RowLocation, State};
use kenarc::send::{Recipient, RecipientKind};
use tempfile::TempDir;
use tokio::runtime::Builder;

/// Reads a file as a journal, begins a run on it, and reads it again.
///
/// What cannot be opened stays as it is, byte by byte. What can be read can be continued, and keeps its records. A
/// journal may have a damaged record that is found only when it is read: then it can neither be listed nor continued
/// with that record, which is an error like any other.
pub fn run(bytes: &[u8]) {
    let folder = TempDir::new().expect("a folder can be made");
    let path = folder.path().join("orders.journal");
    fs::write(&path, bytes).expect("the file can be written");
    let before = Reader::open(&path).map(|reader| records(&reader));
    let opened = Journal::open(&path, Policy::default());
    let Ok(before) = before else {
        let after = fs::read(&path).expect("the file is there");
        assert!(opened.is_err() && after == bytes, "a file that is no journal was changed");
        return;
    };
    let claim = opened.and_then(add_record);
    if let (Ok(before), Ok(claim)) = (before, claim) {
        let reader = Reader::open(&path).expect("a journal that was closed can be opened");
        let after = records(&reader).expect("records that could be read can be read again");
        assert_eq!(after, before + usize::from(claim == Claim::Granted), "a record was lost");
    }
}

/// Returns the number of records.
fn records(reader: &Reader) -> Result<usize, JournalError> {
    reader.counts()?;
    reader.runs()?;
    let mut count = 0;
    reader.each(&State::ALL, |record| {
        count += 1;
        assert!(!format!("{record:?}").is_empty());
        Ok::<(), JournalError>(())
    })?;
    Ok(count)
}

/// Records the intent of one message, which stays in flight.
fn add_record(journal: Journal) -> Result<Claim, JournalError> {
    let recipient = Recipient::new(RecipientKind::Conversation, "fuzz-conversation").expect("a valid id");
    let id = MessageId::of(&recipient, "{}");
    let row = RowLocation { file: "rows.csv".into(), line: 2 };
    let runtime = Builder::new_current_thread().build().expect("a runtime can be made");
    runtime.block_on(async {
        let claim = journal.intend(Intent { id, recipient, row }).await?;
        journal.close().await?;
        Ok(claim)
    })
}
