//! ESXi: the host releases the functions, and the VM's `.vmx` has them.

use hvconf::description::{Firmware, MemorySize, SecureBoot};
use hvconf::esxi;

use super::super::document::{ManualStep, When};
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use super::steps::by_hand;
use super::{emitted, intents};
use crate::host::VmxFile;
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::{Text, text};

pub(super) const ESXI: Hypervisor = Hypervisor::new(
    Target::Esxi,
    GuestName::Own(|| text!("the VM's displayName, or the name of its .vmx")),
    Pass::By(pass),
)
.documented(PAGE);

const PAGE: Page = Page {
    reads: "`.vmx`, `passthru.map`, `esx.conf`",
    writes: "`.vmx`; `esxcli`, kernel settings, `auto-backup.sh`",
    edits: "`.vmx` and `passthru.map`, byte by byte",
    checked_by: "libvirt's VMX reader (`virsh domxml-from-native`)",
    versions: "`esxcli … --apply-now` from 7.0; 64-bit MMIO from 6.5",
};

/// Releases the functions from the host, and adds them to the VM's `.vmx` if it is in the input.
fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let Passing {
        host,
        request,
        mut vm,
        guest,
        drafts,
        ..
    } = passing;
    let is_ours = |file: &&VmxFile| {
        let name = file
            .vmx
            .get("displayName")
            .map(|entry| entry.value.as_str());
        let stem = file.path.rsplit('/').next().unwrap_or_default();
        let stem = stem.strip_suffix(".vmx").unwrap_or(stem);
        let asked = request.vm.as_deref();
        asked.is_some() && (name == asked || Some(stem) == asked)
    };
    let Some(file) = host.vmx_files.iter().find(is_ours) else {
        guest.manual.push(by_hand(
            "vmx",
            text!(
                "add the VM's .vmx to the input, with its displayName as --vm, to plan its \
                   lines too; or add the functions in the host client once the host shows \
                   them as active"
            ),
        ));
        return emitted::add(esxi::host(&vm), guest, drafts);
    };
    // A line that VMware does not read may be about a key that the plan sets, too.
    if let Some(fault) = file.vmx.faults.first() {
        let reported = text!(
            "{fault}; write the line as key = \"value\" first",
            fault = Text::of_english(fault.to_string())
        );
        return Err(PlanCause::edit(&file.path, reported));
    }
    let value = |key: &str| file.vmx.get(key).map(|entry| entry.value.as_str());
    // The rest of the VM is unchanged.
    vm.memory.size = value("memSize")
        .and_then(|text| text.parse().ok())
        .and_then(MemorySize::from_mebibytes);
    vm.processors = None;
    vm.emulated_display = None;
    let is =
        |key: &str, wanted: &str| value(key).is_some_and(|text| text.eq_ignore_ascii_case(wanted));
    let has = match (is("firmware", "efi"), is("uefi.secureBoot.enabled", "TRUE")) {
        (true, true) => Firmware::Ovmf(SecureBoot::On),
        (true, false) => Firmware::Ovmf(SecureBoot::Off),
        (false, _) => Firmware::SeaBios,
    };
    // Secure Boot cannot be requested.
    let changes = request.vm_options.keeps_firmware(has).is_some();
    if !changes {
        vm.firmware = has;
    }
    if changes {
        guest.manual.push(ManualStep {
            when: When::Before,
            step: "guest-firmware".into(),
            text: text!(
                "an installed system does not start under another firmware: omit \
                         --firmware, unless the VM is for a new installation"
            ),
        });
    } else if has == Firmware::SeaBios {
        guest.manual.push(ManualStep {
            when: When::Before,
            step: "guest-firmware".into(),
            text: text!(
                "the VM keeps its BIOS, which has no room for large BARs: a system that \
                       was installed under a BIOS does not start under EFI"
            ),
        });
    }
    let before = drafts
        .text(&file.path)?
        .unwrap_or_else(|| file.text.clone());
    drafts.intend(&file.path, intents::of_vmx(&before, &vm));
    let (after, emitted) =
        esxi::edit(&before, &vm, None).map_err(|error| PlanCause::edit(&file.path, error))?;
    drafts.write(
        &file.path,
        after,
        &text!(
            "the functions, the reservation of all memory, and room for the BARs; other \
               lines are kept"
        ),
    )?;
    emitted::add(emitted, guest, drafts)
}
