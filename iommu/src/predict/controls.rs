//! The ACS control registers when groups are formed.

use pci_core::PciId;

use super::conditions::{Conditions, Controls};
use super::function::{COMPLETION_REDIRECT, EGRESS_CONTROL, REQUEST_REDIRECT, REQUIRED};
use super::isolated::{Deciding, Isolated, Isolation, NotIsolated};
use super::options::{AcsChange, AcsOptionRules, AcsOptions};
use super::topology::Topology;

/// A function's ACS registers, in the layout of its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Registers {
    pub(super) capability: u16,
    /// As in the input.
    pub(super) control: u16,
    pub(super) options: AppliedOptions,
}

/// The `pci=` options that affect a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AppliedOptions {
    /// All options.
    All,
    /// Only that its redirects are disabled, if an option names it: the registers are dwords, set
    /// by separate kernel code (`pci_quirk_disable_intel_spt_pch_acs_redir`, drivers/pci/quirks.c).
    Redirects,
}

const REDIRECTS: u16 = REQUEST_REDIRECT | COMPLETION_REDIRECT | EGRESS_CONTROL;

/// Whether the controls of a function, with the ID that it has, isolate it from its neighbors.
pub(super) fn controls(
    topology: &Topology<'_>,
    of: (usize, PciId),
    registers: Registers,
    conditions: &Conditions,
) -> Isolation {
    let Registers {
        capability,
        control,
        ..
    } = registers;
    let captured = Left {
        by_firmware: control,
        by_kernel: match conditions.controls {
            Controls::EnabledByKernel => control | capability & REQUIRED,
            Controls::AsCaptured => control,
            // The options are applied when ACS is enabled: also too late.
            Controls::Off => return answer(capability, 0),
        },
    };
    let named = Named::of(topology, of, &conditions.acs_options);
    if named.in_none() {
        return answer(capability, captured.by_kernel);
    }
    let mut left = vec![captured];
    if conditions.controls == Controls::EnabledByKernel {
        // Enabled controls may be due to the kernel that ran when the input was captured.
        left.push(Left {
            by_firmware: control & !(capability & REQUIRED),
            ..captured
        });
    }
    let rules: &[Rules] = match conditions.acs_options.kernel {
        AcsOptionRules::UpTo6_10 => &[Rules::UpTo6_10],
        AcsOptionRules::From6_15 => &[Rules::From6_15],
        AcsOptionRules::NotShown => &[Rules::From6_15, Rules::UpTo6_10, Rules::From6_11],
    };
    let under = |rules: Rules, left: &Left| {
        let control = match registers.options {
            AppliedOptions::All => rules.control(&named, *left),
            AppliedOptions::Redirects if rules == Rules::UpTo6_10 && !named.redirect => {
                left.by_kernel
            }
            AppliedOptions::Redirects => left.by_kernel & !REDIRECTS,
        };
        answer(capability, control)
    };
    let answers: Vec<Vec<Isolation>> = rules
        .iter()
        .map(|rules| left.iter().map(|left| under(*rules, left)).collect())
        .collect();
    let is_isolated = |one: &Isolation| matches!(one, Isolation::Isolated(_));
    let alike = |all: &[Isolation]| {
        let isolated = all.iter().filter(|one| is_isolated(one)).count();
        isolated == 0 || isolated == all.len()
    };
    if !answers.iter().all(|of_one| alike(of_one)) {
        return Isolation::Undecided(Deciding::FirmwareControls);
    }
    let all: Vec<Isolation> = answers.into_iter().flatten().collect();
    match all.first() {
        Some(first) if alike(&all) => *first,
        _ => Isolation::Undecided(Deciding::OptionRules),
    }
}

/// The same for a capability whose registers are not in the input. The kernel enables all controls
/// that it has, so the registers matter only for options that change them.
pub(super) fn controls_not_shown(
    topology: &Topology<'_>,
    of: (usize, PciId),
    conditions: &Conditions,
) -> Isolation {
    match conditions.controls {
        Controls::EnabledByKernel if Named::of(topology, of, &conditions.acs_options).in_none() => {
            Isolation::Isolated(Isolated::Acs)
        }
        Controls::Off => answer(REQUIRED, 0),
        Controls::EnabledByKernel | Controls::AsCaptured => {
            Isolation::Undecided(Deciding::FirmwareControls)
        }
    }
}

/// The control register before the options.
#[derive(Clone, Copy, Debug)]
struct Left {
    by_firmware: u16,
    by_kernel: u16,
}

/// The effect of the options on one function.
struct Named<'a> {
    redirect: bool,
    change: Option<&'a AcsChange>,
    /// Whether the change is the first of all.
    change_is_first: bool,
}

impl<'a> Named<'a> {
    fn of(topology: &Topology<'_>, of: (usize, PciId), options: &'a AcsOptions) -> Self {
        let mut redirects = options.disable_redirect.iter();
        let mut changes = options.configure.iter().enumerate();
        let change = changes.find(|(_, change)| change.of.names(topology, of));
        Self {
            redirect: redirects.any(|spec| spec.names(topology, of)),
            change: change.map(|(_, change)| change),
            change_is_first: change.is_some_and(|(number, _)| number == 0),
        }
    }

    const fn in_none(&self) -> bool {
        !self.redirect && self.change.is_none()
    }
}

/// The rules of [`AcsOptionRules`], and those of the versions between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rules {
    UpTo6_10,
    /// `config_acs=` applied to the first device only; bits that an option does not name kept the
    /// kernel's settings, named ones the firmware's except for set bits (described in the change
    /// «Fix 'pci=config_acs=' parameter» of 6.15; not measured).
    From6_11,
    From6_15,
}

impl Rules {
    fn control(self, named: &Named<'_>, left: Left) -> u16 {
        let change = match self {
            Self::UpTo6_10 => None,
            Self::From6_11 => named.change.filter(|_| named.change_is_first),
            Self::From6_15 => named.change,
        };
        let mut control = left.by_kernel;
        if named.redirect {
            control = match self {
                Self::UpTo6_10 => control & !REDIRECTS,
                Self::From6_11 => left.by_firmware & REDIRECTS | !REDIRECTS,
                Self::From6_15 => left.by_firmware & !REDIRECTS,
            };
        }
        if let Some(AcsChange { mask, bits, .. }) = change {
            control = match self {
                Self::From6_11 => control & !mask | left.by_firmware & mask | bits,
                Self::UpTo6_10 | Self::From6_15 => left.by_firmware & !mask | bits,
            };
        }
        control
    }
}

/// A bit that the capability lacks counts as hard-wired, except egress control
/// (`pci_acs_flags_enabled`, drivers/pci/pci.c).
const fn answer(capability: u16, control: u16) -> Isolation {
    let off = REQUIRED & (capability | EGRESS_CONTROL) & !control;
    if off == 0 {
        Isolation::Isolated(Isolated::Acs)
    } else {
        Isolation::NotIsolated(NotIsolated::ControlsOff(off))
    }
}
