//! libvirt: the domain's XML, or commands where it is not shown.

use std::collections::BTreeSet;

use hvconf::assigned::AssignedDevices;
use hvconf::description::{Description, Firmware, Machine, MemorySize, SecureBoot, VmName};
use hvconf::libvirt::{self, Domain, DomainIssue, DomainName};
use list_order::Inserts as _;

use super::super::document::{Command, ManualStep, Undo, When};
use super::super::read::PLACE;
use super::super::vm_options::VmOptions;
use super::emitted::{looking_glass, reason};
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use super::intents;
use super::steps::by_hand;
use crate::plan::error::PlanCause;
use crate::remedy::shown;
use crate::target::Target;
use crate::text::{Text, text};

pub(super) const LIBVIRT: Hypervisor = Hypervisor {
    rom_directory: Some(hvconf::assigned::ROM_DIRECTORY),
    has_machine_types: true,
    has_guest_hooks: true,
    page: Some(PAGE),
    ..Hypervisor::new(
        Target::Libvirt,
        GuestName::Required(|| text!("a domain name")),
        Pass::By(pass),
    )
};

const PAGE: Page = Page {
    reads: "domain XML",
    writes: "domain XML; `virt-xml` and `virt-install` commands; `virsh attach-device` \
        files",
    edits: "domain XML byte by byte: hostdevs, root ports, ROM files, CPU hiding, memory \
            backing, Looking Glass, `qemu:override`",
    checked_by: "`virt-xml-validate`, `virsh domxml-to-native` (its argv compared with our \
        QEMU's), `virsh attach-device`, `virt-xml`, `virt-install`; edits of generated \
        domains: the document, and QEMU's arguments, before and after",
    versions: "each line names its version: `qemu:override` from 8.2, `firmware` features \
        from 7.2, `maxphysaddr` from 8.7",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let Passing {
        host,
        request,
        vm,
        guest,
        drafts,
        ..
    } = passing;
    let passed = vm.assigned;
    let vm = request.vm.as_deref().unwrap_or_default();
    let vm_options = &request.vm_options;
    let name: DomainName = vm.parse().map_err(|_| LIBVIRT.bad_guest(request))?;
    let domain = host.guests.domains.iter().find(|domain| domain.name == vm);
    if let Some(domain) = domain {
        // libvirt owns its files: the new text is written to a separate file, which libvirt reads.
        let path = format!("{PLACE}/{name}.xml");
        let machine = machine(&domain.text, passed, vm_options)
            .map_err(|error| PlanCause::edit(&domain.path, error))?;
        let after = libvirt::edit(&domain.text, &machine)
            .map_err(|error| PlanCause::edit(&domain.path, error))?;
        looking_glass(vm_options, guest, drafts)?;
        guest
            .manual
            .extend(vm_options.keeps_firmware(firmware(&domain.text)));
        let read = Domain::parse(&domain.text).ok();
        let has = read.as_ref().and_then(Domain::machine);
        guest.manual.extend(vm_options.keeps_machine(has));
        guest.manual.extend(kept(&domain.text, &machine));
        if after == domain.text {
            return Ok(());
        }
        if let Some(reported) = refused(&after) {
            return Err(PlanCause::edit(&domain.path, reported));
        }
        let why = text!(
            "the domain with the functions; virsh define passes it to libvirt, \
                         whose files are not edited directly"
        );
        let reasons = reasons(&domain.text, &after, &machine);
        drafts.intend(&path, intents::of_libvirt(&machine));
        drafts.write_because(&path, after, &why, &reasons)?;
        drafts.copies(&path, &domain.text);
        let earlier = format!("{PLACE}/{name}.before.xml");
        let why = text!("the domain before the change, for undo");
        drafts.write(&earlier, domain.text.clone(), &why)?;
        let define =
            |path: &str| ["virsh", "define", "--file", path, "--validate"].map(str::to_owned);
        guest.commands.push(Command {
            argv: define(&path).to_vec(),
            purpose: text!("defines the changed domain; it takes effect at the guest's next start"),
            undo: Undo::Run {
                argv: define(&earlier).to_vec(),
            },
        });
        return Ok(());
    }
    drafts.has_guest("/etc/libvirt/qemu", ".xml", vm)?;
    if vm_options.has_machine() {
        guest.manual.push(by_hand(
            "domain",
            text!(
                "the domain is not in the input: add its XML (virsh dumpxml --inactive) to \
                   the input, to plan the VM options"
            ),
        ));
    }
    for file in libvirt::attach_commands(&name, &passed) {
        drafts.write(
            &file.path,
            file.text,
            &text!("one function, in libvirt's XML"),
        )?;
        guest.commands.push(Command {
            purpose: text!(
                "the guest has the function from its next start on; {detach} removes it",
                detach = shown(&file.detach)
            ),
            argv: file.attach,
            undo: Undo::Run { argv: file.detach },
        });
    }
    Ok(())
}

/// The error of `virsh define --validate` for the domain (measured with libvirt 9.0), if it is
/// caused by a manual edit.
fn refused(text: &str) -> Option<Text> {
    let domain = Domain::parse(text).ok()?;
    libvirt::lint(&domain).iter().find_map(|issue| match issue {
        DomainIssue::MisplacedFeature { name, .. } => Some(text!(
            "expected {name} in the features of domain; move it there with virsh edit first",
            name
        )),
        DomainIssue::MisplacedCommandline { .. } => Some(text!(
            "expected qemu:commandline as a child of domain; move it there with virsh \
                   edit first"
        )),
        DomainIssue::CommandlineWithoutNamespace { .. } => Some(text!(
            "expected xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' on \
                   domain, or no qemu:commandline; correct it with virsh edit first"
        )),
        DomainIssue::BadVendorId { value, .. } => Some(text!(
            "expected a vendor_id of at most 12 characters without a comma, found \
               \"{value}\"; correct it with virsh edit first",
            value
        )),
        _ => None,
    })
}

/// The domain's VM description, with the VM options.
fn machine(
    text: &str,
    passed: AssignedDevices,
    vm_options: &VmOptions,
) -> Result<Description, hvconf::Error> {
    let domain = Domain::parse(text)?;
    let mut machine = Description::new(VmName::unnamed(), passed);
    vm_options.of_machine(&mut machine);
    let has = domain.machine();
    machine.machine = match has {
        Some(name) if name.contains("q35") => Machine::Q35,
        _ => Machine::I440FX,
    };
    Ok(machine)
}

/// The settings of the domain that override VM options.
fn kept(text: &str, machine: &Description) -> Vec<ManualStep> {
    let Ok(domain) = Domain::parse(text) else {
        return Vec::new();
    };
    let kept = libvirt::kept(&domain, machine).into_iter();
    let step = |kept: libvirt::Kept| ManualStep {
        when: When::Before,
        step: "guest-keeps".into(),
        text: Text::of_english(kept.to_string()),
    };
    kept.map(step).collect()
}

/// Firmware of the domain.
fn firmware(text: &str) -> Firmware {
    if Domain::parse(text).is_ok_and(|domain| domain.is_uefi()) {
        Firmware::Ovmf(SecureBoot::Off)
    } else {
        Firmware::SeaBios
    }
}

/// The purposes of the lines of `after` that are not in `before`, if the emitter of complete
/// domains writes the same lines.
fn reasons(before: &str, after: &str, machine: &Description) -> Vec<Text> {
    let mut whole = machine.clone();
    // A complete domain has memory; that of this one is unchanged.
    whole.memory.size = MemorySize::from_mebibytes(1024);
    whole.firmware = firmware(before);
    let Ok(emitted) = libvirt::emit(&whole) else {
        return Vec::new();
    };
    let there: BTreeSet<&str> = before.lines().map(str::trim).into_set();
    let now: BTreeSet<&str> = after.lines().map(str::trim).into_set();
    let mut all = Vec::new();
    for line in emitted.files.iter().flat_map(|file| &file.lines) {
        let text = line.text.trim();
        let is_new = now.contains(text) && !there.contains(text);
        if is_new && !line.purpose.is_empty() && !all.contains(&reason(line)) {
            all.push(reason(line));
        }
    }
    all
}
