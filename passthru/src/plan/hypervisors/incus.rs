//! Incus and LXD: commands that add devices to an instance.

use hvconf::description::{Firmware, SecureBoot};
use hvconf::incus::{self, Program};

use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing, failed};
use crate::plan::document::{ManualStep, When};
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::text;

pub(super) const INCUS: Hypervisor =
    Hypervisor::new(Target::Incus, GuestName::MACHINE, Pass::By(on_incus))
        .binds()
        .documented(PAGE);

pub(super) const LXD: Hypervisor =
    Hypervisor::new(Target::Lxd, GuestName::MACHINE, Pass::By(on_lxd))
        .binds()
        .documented(PAGE);

const PAGE: Page = Page {
    reads: "instances in YAML",
    writes: "commands, YAML",
    edits: "",
    checked_by: "a daemon of Incus 6.0.4 where `INCUS` names a command that talks to one; \
        PyYAML",
    versions: "",
};

fn on_incus(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    pass(passing, Target::Incus, Program::Incus)
}

fn on_lxd(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    pass(passing, Target::Lxd, Program::Lxd)
}

fn pass(mut passing: Passing<'_, '_>, target: Target, program: Program) -> Result<(), PlanCause> {
    let vm = &mut passing.vm;
    // The instance exists with its firmware. Secure Boot is the program's default, so that no
    // command sets it.
    if passing.request.vm_options.firmware.is_none() {
        vm.firmware = Firmware::Ovmf(SecureBoot::On);
        passing.guest.manual.push(ManualStep {
            when: When::Before,
            step: "guest-secure-boot".into(),
            text: text!(
                "the plan keeps the instance's Secure Boot, which is enabled by default: \
                   unsigned drivers do not load. For a guest with such a driver: {program} \
                   config set {guest} security.secureboot=false",
                program = program.command(),
                guest = vm.name
            ),
        });
    }
    let mut emitted = incus::emit(vm, program).map_err(failed(target))?;
    // The commands do the same as the document.
    emitted.files.clear();
    passing.add(emitted)
}
