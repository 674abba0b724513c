//! Sources with different facts about one function.

use std::collections::BTreeSet;

use list_order::Inserts as _;

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Driver;
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "driver-changed",
        meaning: "One text has several listings, which show different drivers of the function: \
                  from before and after a change, or of two ways that a guide describes. The last \
                  one is used. Give only the current output where that is not the state of the \
                  host.",
        source: "the input itself",
        causes: &[],
        check: driver_changed,
    },
    Rule {
        code: "sources-disagree",
        meaning: "Two lines differ in a value that does not change on its own: the class, the \
              revision or the subsystem ID of a function, or the device at an address in a log \
              and in a listing. One of the lines is from another time, another machine or a \
              guest. The value of the more direct source is used; among equal sources, that of \
              the first.",
        source: "PCI Local Bus Specification 3.0, section 6.2.1: these registers are read-only",
        causes: &[],
        check: disagree,
    },
];

fn driver_changed(context: &Context<'_>) -> Vec<Diagnostic> {
    let changed: Vec<_> = context
        .functions()
        .filter_map(|device| match (&device.earlier_driver, &device.driver) {
            (Some(earlier), Driver::Bound(now)) => Some((device.address, earlier, now)),
            _ => None,
        })
        .collect();
    let Some((_, earlier, now)) = changed.first() else {
        return Vec::new();
    };
    let list = changed.iter().map(|(address, ..)| *address);
    let title = text!(
        "listings of one text differ in the driver of {list}: {earlier}, then {now}; the last one \
         is used",
        list = addresses(list.clone()),
        earlier = earlier.value,
        now = now.value
    );
    let lines = changed.iter();
    let lines =
        lines.flat_map(|(_, earlier, now)| [earlier.evidence.clone(), now.evidence.clone()]);
    vec![
        Diagnostic::new(Verdict::Harmless, title)
            .of(list)
            .evidence(lines),
    ]
}

fn disagree(context: &Context<'_>) -> Vec<Diagnostic> {
    let contradictions = &context.host.contradictions;
    if contradictions.is_empty() {
        return Vec::new();
    }
    let addresses: BTreeSet<_> = contradictions.iter().map(|one| one.address).into_set();
    let title = match contradictions.as_slice() {
        [one] => text!(
            "lines differ in the {field} of {address}: {counts} is used, and another line has \
             {other}",
            field = one.field,
            address = one.address,
            counts = one.counts.0,
            other = one.other.0
        ),
        all => {
            let fields: BTreeSet<&str> = all.iter().map(|one| one.field).into_set();
            let fields: Vec<&str> = fields.into_iter().collect();
            text!(
                "lines differ in values that do not change on their own ({fields}): the value of \
                 the more direct source is used",
                fields
            )
        }
    };
    let lines = contradictions.iter();
    let lines = lines.flat_map(|one| [one.counts.1.clone(), one.other.1.clone()]);
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .of(addresses)
            .evidence(lines)
            .remedy(Remedy::Manual {
                step: "part-sources",
                text: text!(
                    "remove from the input the output from before a change of the hardware or the \
                     firmware settings, and the output of guests"
                ),
            }),
    ]
}
