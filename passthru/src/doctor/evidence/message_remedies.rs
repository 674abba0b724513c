//! The remedies of the messages in the catalog.

use host_tree::Evidence;
use pci_core::Address;

use super::circumstances;
use crate::doctor::boot::further_line::lacks_intel_iommu;
use crate::doctor::guest::address_space;
use crate::doctor::isolation::groups::is_smbus;
use crate::doctor::isolation::iommu::enable_in_firmware;
use crate::doctor::placeholders::{filled, filled_text};
use crate::doctor::rule::{Context, plan_remedy};
use crate::host::{Host, Processor};
use crate::messages::{Fix, Message};
use crate::remedy::Remedy;
use crate::target::{HostSystem, Target};
use crate::text::{Text, text};

pub(super) fn remedy(
    context: &Context<'_>,
    message: &Message,
    about: &[Address],
    evidence: &[Evidence],
) -> Option<Remedy> {
    if let Some(fix) = circumstances::fitting(context, message, evidence) {
        return of_circumstance(context, about, fix);
    }
    // The repair has its own finding, or is known without an effect.
    if circumstances::helped(context.host, message).is_some() {
        return None;
    }
    if circumstances::done(context.host, message).is_some() {
        return message.repair.map(is_done);
    }
    if message.code == "vfio-group-file-missing"
        && let Some(remedy) = bind_smbus_alone(context)
    {
        return Some(remedy);
    }
    if message.code == "vfio-group-busy"
        && let Some(remedy) = stop_others(context, about)
    {
        return Some(remedy);
    }
    match message.fix {
        Fix::None => None,
        Fix::Look(_) if message.usual.is_some() => message.usual.map(usual_repairs),
        Fix::Look(command) => {
            let command = filled(context, about, command);
            Some(Remedy::Inspect {
                argv: words(&command),
            })
        }
        Fix::Plan
            if message.code == "hypervisor-without-iommu"
                && context.cards.is_empty()
                && context.host_is_linux() =>
        {
            Some(without_iommu(context))
        }
        Fix::Plan => Some(plan_remedy(context)),
        Fix::Step { text, .. }
            if is_set_in_firmware(context.host)
                && enables_iommu(text)
                && (context.host_is_linux() || context.host_is_xen()) =>
        {
            Some(if message.code == "libvirt-backend-not-chosen" {
                groups_or_vfio(context)
            } else {
                firmware_is_set(context)
            })
        }
        // VT-d and AMD-Vi are of other processors; libvirt's message has a second cause.
        Fix::Step { text, .. }
            if context.host.words.statements.arm.is_some()
                && enables_iommu(text)
                && message.code != "libvirt-backend-not-chosen"
                && context.host_is_linux() =>
        {
            Some(enable_smmu())
        }
        // The lines are of a guest: its firmware has no such setting.
        Fix::Step {
            name: "firmware-above-4g",
            ..
        } if context.host.of_guest.is_some() => Some(window_in_guest(context, evidence)),
        Fix::Step { name, text } if widens_window(text) && !text.contains("on a host") => {
            Some(window_of(context, name, text))
        }
        Fix::Step { text, .. } if text.contains("pci=realloc") && reallocates(context) => {
            Some(wider_bridges())
        }
        Fix::Step { name, text } => Some(Remedy::Manual {
            step: name,
            text: filled_text(context, about, text),
        }),
    }
}

/// The remedy for the SMBus of a chipset: the plan for a card has all functions of the slot.
fn bind_smbus_alone(context: &Context<'_>) -> Option<Remedy> {
    let function = context.functions().find(|device| is_smbus(device))?;
    let address = function.address.to_string();
    Some(Remedy::Manual {
        step: "bind-smbus-alone",
        text: text!(
            "bind {address} alone to vfio-pci on the host (driverctl set-override {address} vfio-pci), and not \
             the other functions at the same place, such as the LPC bridge: the host needs them",
            address
        ),
    })
}

/// The remedy where the configuration of another guest has a function of the group.
fn stop_others(context: &Context<'_>, about: &[Address]) -> Option<Remedy> {
    let host = context.host;
    let [function] = about else {
        return None;
    };
    let group = host.group_of(*function)?;
    let vms = host.guests.proxmox_vms.iter();
    let others = vms.filter(|vm| !vm.passes(*function)).filter_map(|vm| {
        let mut of_group = host
            .devices
            .keys()
            .filter(|one| host.group_of(**one) == Some(group) && vm.passes(**one));
        let other = of_group.next()?;
        let guest = vm.id?;
        Some(format!("{guest} ({other})"))
    });
    let others: Vec<String> = others.take(MOST_GUESTS).collect();
    (!others.is_empty()).then(|| Remedy::Manual {
        step: "end-other-guest",
        text: text!(
            "stop each of these guests that runs, since they have functions of the same group: \
             {guests}; or assign all functions of the group to one guest",
            guests = others.join(", ")
        ),
    })
}

/// So many guests are named.
const MOST_GUESTS: usize = 4;

/// The remedy where the text names the repair as set, or tried.
fn is_done(setting: &'static str) -> Remedy {
    Remedy::Manual {
        step: SETTING_DONE,
        text: text!(
            "the text names {setting} already: look whether it is in effect for this device and \
             guest, and add the log since the start, which has another reason if it is",
            setting = Text::of_table(setting)
        ),
    }
}

/// The step of a remedy that the text names already.
pub(crate) const SETTING_DONE: &str = "setting-done";

/// The remedy of a circumstance.
pub(super) fn of_circumstance(
    context: &Context<'_>,
    about: &[Address],
    fix: Fix,
) -> Option<Remedy> {
    match fix {
        Fix::None => None,
        Fix::Plan => Some(plan_remedy(context)),
        Fix::Look(command) => Some(Remedy::Inspect {
            argv: words(&filled(context, about, command)),
        }),
        Fix::Step { name, text } => Some(Remedy::Manual {
            step: name,
            text: filled_text(context, about, text),
        }),
    }
}

/// Whether a step enables the IOMMU in the firmware setup.
fn enables_iommu(step: &str) -> bool {
    step.contains("enable") && step.contains("firmware") && step.contains("IOMMU")
}

/// Whether the firmware has the IOMMU enabled: the text says it, or the firmware describes one that
/// the kernel has no option to use.
fn is_set_in_firmware(host: &Host) -> bool {
    host.words.statements.firmware_enabled.is_some()
        || host.firmware_iommu().next().is_some() && lacks_intel_iommu(host)
}

/// The remedy where the firmware has the IOMMU enabled.
fn firmware_is_set(context: &Context<'_>) -> Remedy {
    if lacks_intel_iommu(context.host) && context.host_is_linux() {
        return Remedy::Manual {
            step: "enable-iommu",
            text: text!(
                "the running kernel has no intel_iommu=on, which many kernels need for VT-d: set \
                 it, refresh the boot loader, reboot, and look for it in /proc/cmdline"
            ),
        };
    }
    let processor = context.host.system.processor.as_ref();
    let is_amd = processor.map(|found| found.value) == Some(Processor::Amd);
    let is_option_shown = context.host.settings.kernel_option("intel_iommu").next();
    if context.target == Some(Target::Proxmox) && !is_amd && is_option_shown.is_none() {
        return Remedy::Manual {
            step: "enable-iommu",
            text: text!(
                "run cat /proc/cmdline and proxmox-boot-tool status, which shows the boot loader; without \
                 intel_iommu=on on an Intel host add it: with systemd-boot (UEFI, root on ZFS) to the line \
                 of /etc/kernel/cmdline, then proxmox-boot-tool refresh; with GRUB to \
                 GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub, then update-grub; reboot; with the \
                 option read the DMAR or AMD-Vi lines of dmesg for the kernel's reason"
            ),
        };
    }
    Remedy::Manual {
        step: "update-firmware",
        text: if context.host_is_xen() {
            text!(
                "the text says that the firmware has the IOMMU enabled: read xl dmesg for Xen's \
                 reason; remove iommu=off from Xen's options; update the firmware if its tables \
                 are at fault"
            )
        } else {
            text!(
                "the text says that the firmware has the IOMMU enabled: read the DMAR or AMD-Vi \
                 lines of dmesg for the kernel's reason; update the firmware if its tables are at \
                 fault"
            )
        },
    }
}

/// The remedy where the firmware has the IOMMU enabled, and the message has two causes: no groups, or
/// no VFIO.
fn groups_or_vfio(context: &Context<'_>) -> Remedy {
    if lacks_intel_iommu(context.host) || context.host_is_xen() {
        return firmware_is_set(context);
    }
    Remedy::Manual {
        step: "groups-or-vfio",
        text: text!(
            "run ls /sys/kernel/iommu_groups /dev/vfio: if there are groups, run modprobe vfio-pci, \
             and in a container add /dev/vfio; if there are none, read the DMAR or AMD-Vi lines of \
             dmesg for the kernel's reason"
        ),
    }
}

/// The remedy on a board without an IOMMU for PCIe.
pub(in crate::doctor) fn without_pci_iommu() -> Remedy {
    Remedy::Manual {
        step: "assign-disks",
        text: text!(
            "assign disks or USB devices to the guest instead of the PCI device; PCI devices need \
             a board with an IOMMU for PCIe"
        ),
    }
}

/// The remedy where no card is named.
pub(in crate::doctor) fn without_iommu(context: &Context<'_>) -> Remedy {
    let statements = &context.host.words.statements;
    if statements.raspberry_pi.is_some() {
        return without_pci_iommu();
    }
    if is_set_in_firmware(context.host) {
        return firmware_is_set(context);
    }
    let system = context.target.map(Target::system);
    if system.is_some_and(|system| system != HostSystem::Linux && system != HostSystem::Xen) {
        return enable_in_firmware();
    }
    if statements.arm.is_some() {
        return enable_smmu();
    }
    let processor = context.host.system.processor.as_ref();
    if processor.is_none() && names_option_of_arm(context.host) {
        return Remedy::Manual {
            step: "enable-iommu",
            text: text!(
                "enable the IOMMU in the firmware setup (Intel: VT-d; AMD: IOMMU; Arm: SMMU), set \
                 intel_iommu=on on an Intel host, reboot, and look for DMAR, AMD-Vi, SMMU or IORT in dmesg; \
                 on Arm the firmware or the device tree describes the SMMU (IORT, iommu-map), and \
                 iommu.passthrough= enables none"
            ),
        };
    }
    if processor.map(|found| found.value) == Some(Processor::Amd) {
        return Remedy::Manual {
            step: "enable-iommu",
            text: text!(
                "set IOMMU (AMD-Vi) to Enabled in the firmware setup, not to Auto, reboot, and look \
                 for AMD-Vi in dmesg; the kernel needs no option for it"
            ),
        };
    }
    if context.target == Some(Target::Proxmox) {
        return of_proxmox();
    }
    Remedy::Manual {
        step: "enable-iommu",
        text: text!(
            "enable the IOMMU in the firmware setup (Intel: VT-d; AMD: IOMMU), set intel_iommu=on \
             on an Intel host, reboot, and look for DMAR or AMD-Vi in dmesg"
        ),
    }
}

/// The remedy on Proxmox VE, whose hosts start by one of two boot loaders (Proxmox VE documentation, Host
/// Bootloader, Editing the Kernel Commandline).
fn of_proxmox() -> Remedy {
    Remedy::Manual {
        step: "enable-iommu",
        text: text!(
            "run cat /proc/cmdline and proxmox-boot-tool status, which shows the boot loader; without \
             intel_iommu=on on an Intel host add it: with systemd-boot (UEFI, root on ZFS) to the line of \
             /etc/kernel/cmdline, then proxmox-boot-tool refresh; with GRUB to \
             GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub, then update-grub; enable VT-d (AMD: IOMMU) \
             in the firmware setup, reboot, and look for DMAR or AMD-Vi in dmesg"
        ),
    }
}

/// The remedy on a host of Arm (Linux Documentation/arch/arm64/acpi_object_usage.rst, IORT;
/// Documentation/devicetree/bindings/pci/pci-iommu.txt).
fn enable_smmu() -> Remedy {
    Remedy::Manual {
        step: "enable-smmu",
        text: text!(
            "look for the SMMU with dmesg | grep -i -e smmu -e iort; enable it in the firmware setup, \
             or use a firmware or device tree that describes it (ACPI: IORT; device tree: iommu-map of \
             the PCIe controller), and a kernel with its driver; without an SMMU for PCIe no PCI \
             function can be assigned"
        ),
    }
}

/// Whether the input has iommu.passthrough=, which x86 has too, but mostly guides for Arm name (Linux
/// Documentation/admin-guide/kernel-parameters.txt).
fn names_option_of_arm(host: &Host) -> bool {
    const NAME: &str = "iommu.passthrough";
    let mut quoted = host.words.quoted_options.iter();
    host.settings.kernel_option(NAME).next().is_some() || quoted.any(|fact| fact.value.name == NAME)
}

/// Whether `pci=realloc` is set.
pub(in crate::doctor) fn reallocates(context: &Context<'_>) -> bool {
    let mut options = context.host.settings.kernel_option("pci");
    context.host.lines.realloc_statement().is_some()
        || options.any(|option| {
            let mut words = option.value.iter().flat_map(|value| value.split(','));
            words.any(|word| matches!(word, "realloc" | "realloc=on"))
        })
}

/// The remedy where the kernel reallocates already (Linux
/// Documentation/admin-guide/kernel-parameters.txt, pci=).
pub(in crate::doctor) fn wider_bridges() -> Remedy {
    Remedy::Manual {
        step: "wider-bridge-windows",
        text: text!(
            "pci=realloc is set already: enable Above 4G Decoding in the firmware setup, or \
             reserve more for hot-plug bridges with pci=hpmmioprefsize=SIZE"
        ),
    }
}

/// The repairs that help in most cases; the finding `cause-not-shown` has the command.
fn usual_repairs(usual: &'static str) -> Remedy {
    Remedy::Manual {
        step: "usual-repairs",
        text: text!("usual repairs: {usual}", usual = Text::of_table(usual)),
    }
}

/// The remedy of a message in a guest's part of the input: host settings do not apply to the guest,
/// and a plan is for the host.
pub(super) fn remedy_in_guest(
    context: &Context<'_>,
    message: &Message,
    evidence: &[Evidence],
) -> Option<Remedy> {
    match message.fix_in_guest.unwrap_or(message.fix) {
        Fix::Step {
            name: "firmware-above-4g" | "firmware-sriov",
            ..
        } => Some(window_in_guest(context, evidence)),
        Fix::Step { name, text } if widens_window(text) => Some(window_of(context, name, text)),
        Fix::None | Fix::Plan => None,
        Fix::Look(_) if message.usual.is_some() => message.usual.map(usual_repairs),
        Fix::Look(command) => Some(Remedy::Inspect {
            argv: words(command),
        }),
        Fix::Step { name, text } => Some(Remedy::Manual {
            step: name,
            text: Text::of_table(text),
        }),
    }
}

/// The remedy for a guest without address space for a BAR. A port without a window refuses even a
/// small one: the guest's firmware has set the windows before the device was hot-plugged.
fn window_in_guest(context: &Context<'_>, evidence: &[Evidence]) -> Remedy {
    if let Some(text) = address_space::of_hypervisor(context) {
        return Remedy::Manual {
            step: "guest-mmio-window",
            text,
        };
    }
    if !evidence.iter().any(|line| is_small_bar(&line.text)) {
        return wider_window();
    }
    Remedy::Manual {
        step: "wider-port-window",
        text: text!(
            "the port has no window even for a small BAR: assign the device before the guest's \
             start, or plug it into a root port that reserves address space (mem-reserve= and \
             pref64-reserve= of pcie-root-port)"
        ),
    }
}

/// Whether a step is about the window of OVMF in QEMU.
fn widens_window(step: &str) -> bool {
    step.contains("X-PciMmio64Mb")
}

/// That step, or the one of a hypervisor that has other settings for the window.
fn window_of(context: &Context<'_>, name: &'static str, step: &'static str) -> Remedy {
    let text = address_space::of_hypervisor(context);
    Remedy::Manual {
        step: name,
        text: text.unwrap_or_else(|| Text::of_table(step)),
    }
}

/// Whether the line has a 32-bit BAR of at most 32 MiB: `BAR 0: no space for [mem size 0x01000000]`.
fn is_small_bar(line: &str) -> bool {
    let size = line.split_once("[mem size 0x").and_then(|(_, rest)| {
        let (size, _) = rest.split_once(']')?;
        u64::from_str_radix(size, 16).ok()
    });
    size.is_some_and(|size| size <= 0x200_0000)
}

fn wider_window() -> Remedy {
    Remedy::Manual {
        step: "guest-mmio-window",
        text: text!(
            "use OVMF and the host's processor model for the guest, so that its firmware has \
             address space for large BARs; otherwise set opt/ovmf/X-PciMmio64Mb with -fw_cfg"
        ),
    }
}

/// The words of a command, in which double quotes join several.
fn words(command: &str) -> Vec<String> {
    let pieces = command.split('"').enumerate();
    pieces
        .flat_map(|(index, piece)| match index % 2 {
            1 => vec![piece.to_owned()],
            _ => piece.split_whitespace().map(str::to_owned).collect(),
        })
        .collect()
}
