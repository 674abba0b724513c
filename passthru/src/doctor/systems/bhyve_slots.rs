//! Assigned functions in guests of bhyve: their places, and the guest's drivers.

use host_tree::Evidence;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::BhyveSlot;
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "bhyve-guest-attached",
        meaning: "FreeBSD in the guest attached a driver to the place of the assigned function: \
                  the assignment reached the guest.",
        source: "FreeBSD bhyve(8), -s; sys/kern/subr_bus.c, device_print_child",
        causes: &[],
        check: attached,
    },
    Rule {
        code: "bhyve-guest-probed",
        meaning: "FreeBSD in the guest found the assigned function and a driver for it. The line is \
                  printed before the driver is attached: its attach can fail afterwards.",
        source: "FreeBSD bhyve(8), -s; sys/kern/subr_bus.c, device_attach",
        causes: &[],
        check: probed,
    },
    Rule {
        code: "bhyve-function-moved",
        meaning: "The function has another number in the guest than on the host. Most drivers do \
                  not use the number. bge selects the PHY of some chips by it, and its network \
                  stays silent.",
        source: "FreeBSD bhyve(8), -s; sys/dev/bge/if_bge.c, bge_attach",
        causes: &[],
        check: moved,
    },
];

/// A line of the guest about the function.
fn in_guest(slot: &BhyveSlot, shown: &Evidence, title: Text) -> Diagnostic {
    Diagnostic::new(Verdict::Ok, title)
        .of([slot.function])
        .evidence([shown.clone()])
}

fn attached(context: &Context<'_>) -> Vec<Diagnostic> {
    let slots = context.host.lines.bhyve_slots().iter();
    let attached = slots.filter_map(|slot| {
        let (driver, _) = slot.driver.as_ref()?;
        Some((slot, driver, slot.attached.as_ref()?))
    });
    attached
        .map(|(slot, driver, shown)| {
            let title = text!(
                "the guest's driver {driver} is attached to {function}: the device is assigned",
                driver,
                function = slot.function
            );
            in_guest(slot, shown, title)
        })
        .collect()
}

fn probed(context: &Context<'_>) -> Vec<Diagnostic> {
    let slots = context.host.lines.bhyve_slots().iter();
    let probed = slots.filter(|slot| slot.attached.is_none());
    probed
        .filter_map(|slot| Some((slot, slot.driver.as_ref()?)))
        .map(|(slot, (driver, shown))| {
            let title = text!(
                "the guest has found {function} for its driver {driver}: the device is assigned; no \
                 line shows that the driver is attached",
                driver,
                function = slot.function
            );
            in_guest(slot, shown, title)
        })
        .collect()
}

/// Drivers that use the number of the function (FreeBSD sys/dev/bge/if_bge.c).
const BY_NUMBER: [&str; 1] = ["bge"];

fn moved(context: &Context<'_>) -> Vec<Diagnostic> {
    let slots = context.host.lines.bhyve_slots().iter();
    let moved = slots.filter(|slot| slot.function.function() != slot.place.1);
    moved
        .filter_map(|slot| Some((slot, by_number(slot)?)))
        .map(|(slot, shown)| {
            let (device, _) = slot.place;
            let number = slot.function.function();
            let title = text!(
                "{function} is function {place} in the guest; its driver needs function {number}",
                function = slot.function,
                place = slot.place.1,
                number
            );
            Diagnostic::new(Verdict::Fix, title)
                .of([slot.function])
                .evidence([slot.shown.clone(), shown.clone()])
                .remedy(Remedy::Manual {
                    step: "bhyve-same-function",
                    text: text!(
                        "assign the function with the same number: {option}",
                        option = format!(
                            "-s {device}:{number},passthru,{}/{}/{number}",
                            slot.function.bus(),
                            slot.function.slot().device()
                        )
                    ),
                })
        })
        .collect()
}

/// The line with the driver that uses the number of its function.
fn by_number(slot: &BhyveSlot) -> Option<&Evidence> {
    let (driver, shown) = slot.driver.as_ref()?;
    let name = driver.trim_end_matches(|c: char| c.is_ascii_digit());
    BY_NUMBER.contains(&name).then_some(shown)
}
