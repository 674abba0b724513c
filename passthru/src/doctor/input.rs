//! What is wrong with the input itself.

use super::rule::{Context, Rule, Said};
use crate::finding::Verdict;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "paste-damaged",
    meaning: "The pasted text lost its line breaks, or parts of it. What can be read from it \
              with certainty was read; what belongs to which device is told apart by the \
              addresses in it.",
    source: "the text itself",
    causes: &[],
    check: damaged,
}];

fn damaged(context: &Context<'_>) -> Vec<Said> {
    context
        .host
        .damage
        .iter()
        .map(|damage| {
            Said::new(Verdict::Harmless, damage.value.clone()).shown_by([damage.evidence.clone()])
        })
        .collect()
}
