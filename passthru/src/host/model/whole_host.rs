//! Facts of the host, with a table of precedence like that of functions.

use host_tree::Evidence;

use crate::host::fact::Fact;

/// A fact of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Field {
    /// The maker of the processor.
    Processor,
    /// The release of the kernel.
    Release,
    /// The model or the mainboard.
    Board,
    /// The hypervisor, or the system that manages guests.
    Hypervisor,
}

/// Directness of a source for a fact of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Standing {
    /// A file of the running kernel.
    Kernel,
    /// A program that prints the state of the running kernel.
    Program,
    /// The kernel's log.
    Log,
    /// A program that sums a host up for people.
    Summary,
    /// A conclusion from other facts: the chipset, modules of one vendor, the name of the boot
    /// image.
    Trace,
}

/// Precedence among lines of the same standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AmongEquals {
    /// The last.
    Last,
    /// None, where they differ: a guide shows lines of several hosts.
    Agreed,
}

/// Meaning of different values from two programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Difference {
    /// The value changes with each boot.
    Usual,
    /// The value is constant: the lines are of two machines.
    Machines,
}

struct Row {
    field: Field,
    order: &'static [&'static [Standing]],
    among_equals: AmongEquals,
    difference: Difference,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by people and by a test"))]
    reason: &'static str,
}

use Standing::{Kernel, Log, Program, Summary, Trace};

/// The table, in the order of [`Field`].
static TABLE: [Row; 4] = [
    Row {
        field: Field::Processor,
        order: &[&[Kernel], &[Program], &[Log, Summary], &[Trace]],
        among_equals: AmongEquals::Agreed,
        difference: Difference::Machines,
        reason: "A machine keeps the maker of its processor, and lines of drivers stand in guides.",
    },
    Row {
        field: Field::Release,
        order: &[&[Kernel], &[Program], &[Log], &[Summary], &[Trace]],
        among_equals: AmongEquals::Last,
        difference: Difference::Usual,
        reason: "A log may be of an older boot, and the last line is of the newest one. The name \
                 of the boot image is a convention.",
    },
    Row {
        field: Field::Board,
        order: &[&[Kernel], &[Program], &[Log]],
        among_equals: AmongEquals::Last,
        difference: Difference::Usual,
        reason: "Programs name the model, the log the model and the mainboard; two logs are \
                 compared by themselves.",
    },
    Row {
        field: Field::Hypervisor,
        order: &[&[Program], &[Kernel], &[Trace]],
        among_equals: AmongEquals::Last,
        difference: Difference::Usual,
        reason: "A program that prints its release is the hypervisor's own; files and single \
                 lines also stand on hosts that manage another one.",
    },
];

/// The result for one field.
#[derive(Debug)]
pub(in crate::host) struct Settled<T> {
    /// The value that takes precedence.
    pub(in crate::host) fact: Option<Fact<T>>,
    /// Two lines that no one machine prints.
    pub(in crate::host) contradiction: Option<[Evidence; 2]>,
}

/// Determines precedence among lines in the order of the input.
pub(in crate::host) fn settle<T: Clone + PartialEq>(
    field: Field,
    seen: &[(Standing, Fact<T>)],
) -> Settled<T> {
    let mut settled = Settled {
        fact: None,
        contradiction: None,
    };
    let Some(row) = TABLE.iter().find(|row| row.field == field) else {
        return settled;
    };
    for step in row.order {
        let there = || {
            let there = seen.iter().filter(|(standing, _)| step.contains(standing));
            there.map(|(_, fact)| fact)
        };
        let Some(first) = there().next() else {
            continue;
        };
        let other = there().find(|fact| fact.value != first.value);
        settled.fact = match (row.among_equals, other) {
            (AmongEquals::Agreed, Some(_)) => None,
            (AmongEquals::Agreed, None) => Some(first.clone()),
            (AmongEquals::Last, _) => there().last().cloned(),
        };
        break;
    }
    if row.difference == Difference::Machines {
        let direct = |standing: &Standing| matches!(standing, Kernel | Program);
        let mut direct = seen.iter().filter(|(standing, _)| direct(standing));
        if let Some((_, first)) = direct.next()
            && let Some((_, other)) = direct.find(|(_, fact)| fact.value != first.value)
        {
            settled.contradiction = Some([first.evidence.clone(), other.evidence.clone()]);
        }
    }
    settled
}

#[cfg(test)]
mod tests;
