//! Any bytes are a plan and a journal, or an error.

use std::fs;

use passthru::apply::{Journal, Store, TransactionState};
use passthru::plan::Plan;

use crate::apply::place::{self, Place, on, out};

/// A plan, and the journal of its transaction.
fn texts(place: &Place) -> (Vec<u8>, Vec<u8>) {
    let root = place.join("root");
    place::host(&root);
    let mut plan = place::plan(&root);
    plan.commands = place::changes();
    let path = place.join("plan.json");
    place::save(&plan, &path);
    let applied = on(&root, &["apply", path.to_str().unwrap(), "--yes"]);
    assert!(applied.status.success());
    let journal = root.join("var/lib/passthru/transactions/0001.journal");
    (fs::read(path).unwrap(), fs::read(journal).unwrap())
}

#[test]
fn a_plan_is_read_as_it_was_written() {
    let place = Place::new();
    let root = place.join("root");
    place::host(&root);
    let mut plan = place::plan(&root);
    plan.commands = place::changes();
    plan.commands.push(place::refresh());
    let text = passthru::document::to_json(&plan).unwrap();
    assert_eq!(Plan::from_json(text.as_bytes()).unwrap(), plan);
}

#[test]
fn bytes_are_a_plan_or_an_error() {
    let place = Place::new();
    let (plan, journal) = texts(&place);
    let mut mangled = 0;
    for text in [&plan, &journal] {
        for at in (0..text.len()).step_by(7) {
            let cut = &text[..at];
            let mut flipped = text.clone();
            flipped[at] ^= 0x11;
            for bytes in [cut, &flipped] {
                mangled += usize::from(Plan::from_json(bytes).is_err());
                mangled += usize::from(Journal::parse(1, bytes).is_err());
            }
        }
    }
    assert!(mangled > 500, "{mangled}");
    let deep = "[".repeat(100_000);
    assert!(Plan::from_json(deep.as_bytes()).is_err());
    assert!(Journal::parse(1, format!("{deep}\n").as_bytes()).is_err());
}

#[test]
fn a_line_that_was_cut_off_counts_as_not_written() {
    let place = Place::new();
    let (_, journal) = texts(&place);
    let whole = Journal::parse(1, &journal).unwrap();
    assert_eq!(whole.state(), TransactionState::Applied);
    let cut = Journal::parse(1, &journal[..journal.len() - 1]).unwrap();
    assert_eq!(cut.state(), TransactionState::Applying);
    // And the next record goes on from the last whole line.
    let root = place.join("root");
    let path = root.join("var/lib/passthru/transactions/0001.journal");
    fs::write(&path, &journal[..journal.len() - 5]).unwrap();
    let status = out(&on(&root, &[]));
    let words: Vec<&str> = status.split_whitespace().collect();
    assert!(words.join(" ").contains("not completely applied"));
    let mut store = Store::lock(&root).unwrap();
    assert_eq!(
        store.resume(&mut |_| {}).unwrap().state(),
        TransactionState::Applied
    );
    let again = Journal::parse(1, &fs::read(&path).unwrap()).unwrap();
    assert_eq!(again.state(), TransactionState::Applied);
}

#[test]
fn a_journal_that_is_damaged_is_named_with_its_line() {
    let place = Place::new();
    let (_, journal) = texts(&place);
    let root = place.join("root");
    let path = root.join("var/lib/passthru/transactions/0001.journal");
    let mut damaged = journal;
    let at = damaged.iter().position(|byte| *byte == b'\n').unwrap();
    damaged[at + 2] = 0;
    fs::write(&path, &damaged).unwrap();
    let undone = on(&root, &["undo", "--yes"]);
    assert_eq!(undone.status.code(), Some(2));
    let output = place::err(&undone);
    assert!(output.contains("0001.journal: line 2:"), "{output}");
    assert!(out(&on(&root, &[])).contains("0001.journal: line 2"));
}
