//! QEMU without a manager: a launch script.

use hvconf::description::Firmware;
use hvconf::emitted::Emitted;
use hvconf::qemu::{self, QemuHost, QemuVersion};

use super::emitted;
use super::emitted::looking_glass;
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use super::steps::by_hand;
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::text;

pub(super) const QEMU: Hypervisor = Hypervisor {
    rom_directory: Some(hvconf::assigned::ROM_DIRECTORY),
    has_machine_types: true,
    page: Some(PAGE),
    ..Hypervisor::new(Target::Qemu, GuestName::MACHINE, Pass::By(pass))
};

const PAGE: Page = Page {
    reads: "command lines, launch scripts, `/proc/PID/cmdline`, libvirt's log",
    writes: "argv, launch script",
    edits: "",
    checked_by: "`qemu-system-x86_64` (every argument up to the missing device; all arguments \
                 with a substitute device), dash, shellcheck",
    versions: "JSON devices from 6.2, option strings before; memory backend from 5.0",
};

/// Debian 12's, as for `convert`; the plan has the first version of each argument.
const VERSION: QemuVersion = QemuVersion::new(7, 2);

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let Passing {
        request,
        vm,
        guest,
        drafts,
        ..
    } = passing;
    let vm = &vm;
    let failed = |error: hvconf::Error| PlanCause::edit(Target::Qemu.name(), error);
    let line = qemu::command_line(vm, &QemuHost::debian(VERSION)).map_err(failed)?;
    looking_glass(&request.vm_options, guest, drafts)?;
    let script = line.script(&format!("{}.sh", vm.name));
    let path = emitted::path(&script);
    let mut emitted = Emitted::default();
    emitted.files.push(script);
    emitted.not_converted = line.not_converted;
    emitted::add(emitted, guest, drafts)?;
    if let Firmware::Ovmf(_) = vm.firmware {
        guest.manual.push(by_hand(
            "firmware-variables",
            text!(
                "create separate UEFI variables for the guest: cp /usr/share/OVMF/OVMF_VARS_4M.fd \
                 /var/lib/passthru/{name}_VARS.fd (the files of Debian's package ovmf; for other \
                 distributions, edit the paths in the script)",
                name = vm.name
            ),
        ));
    }
    guest.manual.push(by_hand(
        "start-guest",
        text!(
            "once the functions are bound to vfio-pci, start the guest with its memory, \
               disks and network as further arguments: sh {path} -m 16G -drive \
               file=DISK,if=virtio",
            path
        ),
    ));
    Ok(())
}
