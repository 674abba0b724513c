//! Any bytes are a plan and a journal, or errors; what is read says only what a plan
//! may say.

use passthru::apply::Journal;
use passthru::plan::Plan;

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    if let Ok(plan) = Plan::from_json(data) {
        for edit in &plan.edits {
            assert!(edit.path.starts_with('/') && !edit.path.contains("/../"));
        }
        let text = passthru::document::to_json(&plan).expect("a plan that was read is written");
        assert_eq!(
            Plan::from_json(text.as_bytes()).expect("and read again"),
            plan
        );
    }
    if let Ok(journal) = Journal::parse(1, data) {
        let _ = (journal.state(), journal.failed_command());
        for number in 0..journal.header.plan.commands.len() {
            let _ = (journal.is_done(number), journal.is_undone(number));
        }
    }
}
