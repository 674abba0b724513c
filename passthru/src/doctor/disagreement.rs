//! Sources that say different things of one function.

use std::collections::BTreeSet;

use super::rule::{Context, Rule, Said};
use crate::finding::Verdict;
use crate::remedy::Remedy;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "sources-disagree",
    meaning: "Two lines show different values of what does not change by itself: the class, the \
              revision or the subsystem id of a function, or another device in a log than in the \
              listing. One of them is of another time, another machine or a guest. The more \
              direct source counts; of equals the first.",
    source: "PCI Local Bus Specification 3.0, section 6.2.1: these registers are read-only",
    causes: &[],
    check: disagree,
}];

fn disagree(context: &Context<'_>) -> Vec<Said> {
    let contradictions = &context.host.contradictions;
    let Some(first) = contradictions.first() else {
        return Vec::new();
    };
    let addresses: BTreeSet<_> = contradictions.iter().map(|one| one.address).collect();
    let title = if contradictions.len() == 1 {
        format!(
            "which {} {:#} has: one line shows {}, which counts, another {}",
            first.field, first.address, first.counts.0, first.other.0
        )
    } else {
        let fields: BTreeSet<&str> = contradictions.iter().map(|one| one.field).collect();
        let fields: Vec<&str> = fields.into_iter().collect();
        format!(
            "which of the sources are of this machine as it is now: they differ in what does not \
             change ({}), and the more direct one counts",
            fields.join(", ")
        )
    };
    let lines = contradictions.iter();
    let lines = lines.flat_map(|one| [one.counts.1.clone(), one.other.1.clone()]);
    vec![
        Said::new(Verdict::Unknown, title)
            .of(addresses)
            .shown_by(lines)
            .mend(Remedy::Manual {
                step: "part-sources",
                text: "leave out what was printed before the hardware or the firmware's settings \
                       were changed, and what a guest printed, and judge the rest"
                    .to_owned(),
            }),
    ]
}
