//! Sources that say different things of one function.

use std::collections::BTreeSet;

use crate::doctor::rule::{Context, Rule, Said};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
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
    if contradictions.is_empty() {
        return Vec::new();
    }
    let addresses: BTreeSet<_> = contradictions.iter().map(|one| one.address).collect();
    let title = match contradictions.as_slice() {
        [one] => text!(
            "lines differ in the {field} of {address}: {counts} counts, and another line \
             has {other}",
            field = one.field,
            address = one.address,
            counts = one.counts.0,
            other = one.other.0
        ),
        all => {
            let fields: BTreeSet<&str> = all.iter().map(|one| one.field).collect();
            let fields: Vec<&str> = fields.into_iter().collect();
            text!(
                "lines differ in what does not change by itself ({fields}): the more direct \
                 source counts",
                fields
            )
        }
    };
    let lines = contradictions.iter();
    let lines = lines.flat_map(|one| [one.counts.1.clone(), one.other.1.clone()]);
    vec![
        Said::new(Verdict::Unknown, title)
            .of(addresses)
            .shown_by(lines)
            .remedy(Remedy::Manual {
                step: "part-sources",
                text: text!(
                    "leave out of the input the output from before a change of the hardware or the \
                     firmware's settings, and the output of guests"
                ),
            }),
    ]
}
