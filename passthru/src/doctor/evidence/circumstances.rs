//! The remedy of a message that fits the host: what another remedy presupposes is not so, or is done.

use host_tree::{Evidence, Lookup};
use iommu::{IommuStatus, LogLineKind};
use pci_core::{Address, VendorId};

use crate::doctor::guest::guest_drivers::has_current_driver;
use crate::doctor::hardware::card_kind::has_notebook_controller;
use crate::doctor::rule::Context;
use crate::host::{
    ClusterLine, Device, GoodNews, Host, LogMessage, Platform, ProxmoxVm, SettingLine, Symptom,
    addresses_in, is_about, names_pod,
};
use crate::messages::{Circumstance, Fix, Message};
use crate::target::Target;

/// The remedy of the first circumstance that the input shows.
pub(super) fn fitting(context: &Context<'_>, message: &Message, lines: &[Evidence]) -> Option<Fix> {
    let mut fixes = message.fix_if.iter();
    let found = fixes.find(|(circumstance, _)| is_shown(context, message, *circumstance, lines));
    found.map(|(_, fix)| *fix)
}

/// The first release with the file reset_method (Linux Documentation/ABI/testing/sysfs-bus-pci).
const RESET_METHOD: (u32, u32) = (5, 15);

/// Whether the kernel is older than the file reset_method.
pub(in crate::doctor) fn lacks_reset_method(host: &Host) -> bool {
    let release = host.system.kernel.release.as_ref();
    release.map_or_else(
        || is_older_ubuntu(host, (20, 4)),
        |release| release.value.version < RESET_METHOD,
    )
}

/// Whether the host is one of Ubuntu, of a release before this one. Ubuntu 19.10 and before have Linux 5.4
/// at most, with its kernels for later hardware (Ubuntu wiki, Kernel/LTSEnablementStack).
fn is_older_ubuntu(host: &Host, release: (u32, u32)) -> bool {
    let stated = host.words.statements.ubuntu_host.as_ref();
    stated.is_some_and(|stated| stated.value < release)
}

/// The first release with vfio-pci (Linux drivers/vfio/pci/vfio_pci.c); QEMU has it since 1.3.
const VFIO_PCI: (u32, u32) = (3, 6);

/// Whether the host has no VFIO: by its kernel, or by a release of Ubuntu with QEMU 1.2 or before.
pub(in crate::doctor) fn lacks_vfio(host: &Host) -> bool {
    let release = host.system.kernel.release.as_ref();
    release.map_or_else(
        || is_older_ubuntu(host, (13, 4)),
        |release| release.value.version < VFIO_PCI,
    )
}

/// Whether all of the kernel's lines are of a graphics driver of the host, which they name before the
/// address.
pub(in crate::doctor) fn are_of_host_driver(lines: &[Evidence]) -> bool {
    const DRIVERS: [&str; 6] = [
        "nvidia 0000:",
        "nouveau 0000:",
        "amdgpu 0000:",
        "radeon 0000:",
        "i915 0000:",
        "xe 0000:",
    ];
    let is_of_one = |line: &Evidence| DRIVERS.iter().any(|name| line.text.contains(name));
    !lines.is_empty() && lines.iter().all(is_of_one)
}

/// Whether the input shows the circumstance.
fn is_shown(
    context: &Context<'_>,
    message: &Message,
    circumstance: Circumstance,
    lines: &[Evidence],
) -> bool {
    let host = context.host;
    let all_have = |text: &str| {
        let has = |line: &Evidence| line.text.to_ascii_lowercase().contains(text);
        !lines.is_empty() && lines.iter().all(has)
    };
    match circumstance {
        Circumstance::Xen => context.host_is_xen(),
        Circumstance::Qubes => {
            let name = host.system.name.as_deref();
            name.is_some_and(|name| name.starts_with("Qubes OS"))
        }
        Circumstance::OwnDom0 => {
            let names = ["XCP-ng", "XenServer", "Qubes OS"];
            let name = host.system.named().unwrap_or_default();
            context.target == Some(Target::XcpNg) || names.iter().any(|own| name.starts_with(own))
        }
        Circumstance::Arm => host.words.statements.arm.is_some(),
        Circumstance::Root => host.words.statements.as_root.is_some(),
        Circumstance::VendorReset => {
            let mut logged = host.log_messages.iter();
            logged.any(|logged| logged.message.code == "vendor-reset-hooked")
        }
        Circumstance::GuestRuns => {
            let mut news = host.words.good_news.iter();
            news.any(|one| matches!(one, GoodNews::Runs(_)))
        }
        Circumstance::HostVf => {
            // A guest has the function at another address, or alone as 00:02.0.
            let mut names = (1..=7).map(|function| format!("00:02.{function}"));
            names.any(|name| lines.iter().any(|line| line.text.contains(&name)))
        }
        Circumstance::AccessDenied => all_have("access is denied"),
        Circumstance::Vmware => {
            let target = host.system.hypervisor.as_ref().map(|found| found.value);
            let of_guest = host.hypervisor_of_guest();
            target == Some(Target::Esxi) || of_guest.is_some_and(|name| name.starts_with("VMware"))
        }
        Circumstance::Kata => host.system.manager == Some("Kata Containers"),
        Circumstance::HyperV => {
            let platform = host.system.platform.as_ref();
            platform.is_some_and(|found| found.value == Platform::Windows)
        }
        Circumstance::Container => host.words.statements.in_container.is_some(),
        Circumstance::NotPermitted => all_have("operation not permitted"),
        Circumstance::BadAddress => {
            let mut logged = host.log_messages.iter();
            all_have("bad address")
                || logged.any(|logged| logged.message.code == "dma-map-bad-address")
        }
        Circumstance::BeforeResetMethod => lacks_reset_method(host),
        Circumstance::VfLimit => host.words.statements.vf_limit.is_some(),
        Circumstance::NvidiaSmi => host.words.statements.nvidia_smi.is_some(),
        Circumstance::DisplayStopped => {
            let mut logged = host.log_messages.iter();
            let is_refused = logged.any(|one| one.message.code == "display-manager-unit-missing");
            host.words.statements.display_stopped.is_some() && !is_refused
        }
        Circumstance::PowerCycled => host.words.statements.power_cycled.is_some(),
        Circumstance::Pod => is_of_pod(host),
        // On AMD's hosts the address is of a bridge, which nobody assigns.
        Circumstance::IntelGraphics => all_have("00:02.0"),
        Circumstance::Mellanox => {
            let others = ["ixgbe ", "i40e ", "ice ", "igb ", "bnxt_en "];
            let is_other = |line: &Evidence| others.iter().any(|name| line.text.contains(name));
            host.words.statements.mellanox.is_some() && !lines.iter().any(is_other)
        }
        Circumstance::PcieCoralOfGuest => {
            let stated = &host.words.statements;
            stated.pcie_coral.is_some() && stated.guest.is_some() && !host.is_for_container()
        }
        Circumstance::PcieCoral => host.words.statements.pcie_coral.is_some(),
        Circumstance::UsbCoral => host.words.statements.usb_coral.is_some(),
        Circumstance::Thunderbolt => host.words.statements.thunderbolt.is_some(),
        Circumstance::FirmwareEnabled => host.words.statements.firmware_enabled.is_some(),
        Circumstance::AfterReset => {
            let is_of_sleep = |text: &str| text.contains("D3cold") || text.contains("after resume");
            let mut resets = host.log_lines(LogLineKind::ResetFailed);
            let first = lines.first();
            resets.any(|reset| {
                let shown = &reset.evidence;
                let is_above =
                    |line: &Evidence| shown.source == line.source && shown.line < line.line;
                !is_of_sleep(&shown.text) && first.is_some_and(is_above)
            })
        }
        Circumstance::Permitted => permitted(host).any(|resource| names(lines, resource)),
        Circumstance::OthersPermitted => {
            let mut listed = permitted(host).peekable();
            listed.peek().is_some()
                && lines
                    .iter()
                    .any(|line| resources(&line.text).next().is_some())
                && !listed.any(|resource| names(lines, resource))
        }
        Circumstance::NodeExcluded => all_have("node affinity/selector"),
        Circumstance::CurrentNvidiaDriver => has_current_driver(context),
        Circumstance::Notebook => has_current_driver(context) && has_notebook_controller(context),
        Circumstance::Lxc => host.is_for_container() && host.names_lxc(),
        Circumstance::XenOptions => host.words.statements.xen_without_iommu_off.is_some(),
        Circumstance::IommuEnabled => host.iommu.status == IommuStatus::Enabled,
        Circumstance::PermissionDenied => all_have("permission denied"),
        Circumstance::KernelDriver => has_kernel_driver(host, lines),
        Circumstance::Emulated => {
            has_kernel_driver(host, lines)
                && host.iommu.status != IommuStatus::Enabled
                && is_emulated(host, lines)
        }
        Circumstance::VirtualBus => host.of_guest.is_some() || is_emulated(host, lines),
        Circumstance::PciBridge => is_behind_pci_bridge(host, lines),
        Circumstance::KubeVirt => {
            let target = host.system.hypervisor.as_ref().map(|found| found.value);
            matches!(target, Some(Target::KubeVirt | Target::Harvester))
        }
        Circumstance::Harvester => {
            let target = host.system.hypervisor.as_ref().map(|found| found.value);
            target == Some(Target::Harvester)
        }
        Circumstance::Onboard => {
            // 00:01 is the port of a slot on Intel's hosts, and a virtual machine has its cards on bus 0.
            let is_onboard = |line: &Evidence| {
                let (_, rest) = line.text.split_once(" vfio 0000:00:")?;
                Some(!rest.starts_with("01."))
            };
            host.of_guest.is_none() && lines.iter().any(|line| is_onboard(line) == Some(true))
        }
        Circumstance::AspmOff => *host.lines.has_aspm_off(),
        // `device 0000:00:1f.6`, `pci_0000_00_1f_6`.
        Circumstance::RootBus => {
            host.of_guest.is_none() && (all_have(" 0000:00:") || all_have("pci_0000_00_"))
        }
        Circumstance::ProxmoxSeabios => {
            let mut logged = host.log_messages.iter();
            let is_of_guest =
                |known: &LogMessage| known.is_of_guest && lines.contains(&known.evidence);
            let mut vms = host.guests.proxmox_vms.iter();
            logged.any(is_of_guest)
                && vms.any(|vm| {
                    vm.is_complete() && vm.config.lacks("bios") && vm.hostpci().next().is_some()
                })
        }
        Circumstance::NoVirtualFunctions => {
            let has_none = |device: &Device| {
                let sriov = device.sysfs.as_ref().map(|shown| &shown.sriov);
                let of_maker =
                    device.id.as_ref().map(|id| id.value.vendor) == Some(VendorId::NVIDIA);
                of_maker
                    && sriov.is_some_and(|sriov| {
                        sriov.num_vfs == Lookup::Found(0)
                            && matches!(sriov.total_vfs, Lookup::Found(1..))
                    })
            };
            host.devices.values().any(has_none)
        }
        Circumstance::Helped => helped(host, message).is_some(),
        Circumstance::Done => done(host, message).is_some(),
        Circumstance::VfsSeen => shows_vfs(host, lines),
        Circumstance::LegacyIgd => is_of_legacy_mode(host),
        Circumstance::Q35Refused => all_have("not compatible with q35"),
        Circumstance::InputOutputError => all_have("input/output error"),
        Circumstance::FromAwake => all_have("from d0 to "),
        Circumstance::NoSpace => all_have("no space left on device"),
        Circumstance::CompleteAddress => {
            // So many lines are between the value and the error.
            const NEAR: u32 = 4;
            let above = |error: &Evidence| {
                let values = host.lines.written_values().iter();
                let mut near = values.filter(|value| {
                    let line = &value.evidence;
                    let distance = error.line.zip(line.line);
                    let distance = distance.and_then(|(error, line)| error.checked_sub(line));
                    line.source == error.source && distance.is_some_and(|lines| lines <= NEAR)
                });
                near.next_back().is_some_and(|value| value.value)
            };
            !lines.is_empty() && lines.iter().all(above)
        }
        Circumstance::PvGuest => host.words.statements.pv_guest.is_some(),
        Circumstance::MemoryHotplug => {
            let of_guest = |vm: &ProxmoxVm| {
                let set = vm.config.get("hotplug");
                set.map(|entry| entry.value.contains("memory"))
            };
            let mut vms = host.guests.proxmox_vms.iter();
            context.target == Some(Target::Proxmox)
                && vms
                    .find_map(of_guest)
                    .unwrap_or_else(|| host.words.statements.memory_hotplug.is_some())
        }
        Circumstance::Virtio => {
            is_named(host, lines, &["Virtio"])
                && host.iommu.status != IommuStatus::Enabled
                && lines.iter().any(|line| line.text.contains("Cannot bind"))
        }
        Circumstance::Libvirt => context.target == Some(Target::Libvirt),
        Circumstance::AboveIommuWidth => {
            const CODES: [&str; 2] = ["dma-map-bar-out-of-range", "dma-map-out-of-range"];
            let mut logged = host.log_messages.iter();
            logged.any(|one| {
                let address = mapped_address(&one.evidence.text);
                CODES.contains(&one.message.code) && address.is_some_and(|at| at >> NARROWEST > 0)
            })
        }
        Circumstance::OtherRomHeader => {
            let is_other = |one: &LogMessage| {
                let (_, read) = one.evidence.text.split_once("expecting 0xaa55, got 0x")?;
                Some(!["0000", "ffff"].contains(&read.get(..4)?))
            };
            host.log_messages
                .iter()
                .any(|one| is_other(one) == Some(true))
        }
        Circumstance::KubevirtPlugin => host.words.statements.kubevirt_plugin.is_some(),
        Circumstance::HostDriver => are_of_host_driver(lines),
        Circumstance::WorkedBefore => {
            let is_other =
                |news: &GoodNews| matches!(news, GoodNews::OtherSystem(_) | GoodNews::OtherTool(_));
            let mut symptoms = host.words.symptoms.iter();
            symptoms.any(|found| found.value == Symptom::Regression)
                || host.words.good_news.iter().any(is_other)
        }
        Circumstance::PlainPod => {
            let target = host.system.hypervisor.as_ref().map(|found| found.value);
            // The names of the device plugins of pods; those of assigned devices are chosen.
            const OF_PODS: [&str; 4] = [
                "nvidia.com/gpu",
                "nvidia.com/mig-",
                "amd.com/gpu",
                "gpu.intel.com/",
            ];
            !matches!(target, Some(Target::KubeVirt | Target::Harvester))
                && OF_PODS.iter().any(|name| all_have(name))
        }
    }
}

/// The address width of the narrowest IOMMUs, in bits (Intel VT-d specification, 10.4.2, MGAW of client processors).
const NARROWEST: u32 = 39;

/// The guest's address in `vfio_dma_map(CONTAINER, ADDRESS, SIZE, POINTER) = -22`; some releases leave the container
/// out (QEMU hw/vfio/listener.c, `vfio_listener_region_add`).
fn mapped_address(line: &str) -> Option<u64> {
    let (_, rest) = line.split_once("dma_map(")?;
    let (arguments, _) = rest.split_once(')')?;
    let arguments: Vec<&str> = arguments.split(',').map(str::trim).collect();
    let address = arguments.get(arguments.len().checked_sub(3)?)?;
    u64::from_str_radix(address.strip_prefix("0x")?, 16).ok()
}

/// Names of network cards that hypervisors emulate, and that hardly any machine of today has: VMware's E1000
/// and VMXNET3, QEMU's e1000, and virtio.
const EMULATED: [&str; 4] = ["82545EM", "82540EM", "VMXNET3", "Virtio"];

/// Whether a function that the lines name is bound to a driver of the kernel that is neither for user space nor
/// used beside DPDK.
fn has_kernel_driver(host: &Host, lines: &[Evidence]) -> bool {
    const OTHERS: [&str; 5] = [
        "vfio-pci",
        "uio_pci_generic",
        "igb_uio",
        "mlx4_core",
        "mlx5_core",
    ];
    let mut named = named_in(host, lines);
    named.any(|device| {
        let name = device.driver.name();
        name.is_some_and(|name| !OTHERS.contains(&name))
    })
}

/// Whether the listed name of a function that the lines name is one of those that hypervisors emulate.
fn is_emulated(host: &Host, lines: &[Evidence]) -> bool {
    is_named(host, lines, &EMULATED)
}

/// Whether the listed name of a function that the lines name has one of these words. Listings of lspci have
/// the maker's name before it.
fn is_named(host: &Host, lines: &[Evidence], words: &[&str]) -> bool {
    named_in(host, lines).any(|device| {
        let name = device.source_name.as_deref();
        name.is_some_and(|name| words.iter().any(|word| name.contains(word)))
    })
}

/// Whether a bridge to conventional PCI is in the group of a function that the lines name.
fn is_behind_pci_bridge(host: &Host, lines: &[Evidence]) -> bool {
    const NAMES: [&str; 5] = [
        "to pci bridge",
        "to-pci bridge",
        "to pci/pci-x",
        "to pci-x",
        "82801 pci bridge",
    ];
    let is_one = |address: Address| {
        let bridge = host.devices.get(&address);
        bridge.is_some_and(|bridge| {
            let name = host.name_of(bridge).to_lowercase();
            bridge.is_pci_bridge() && NAMES.iter().any(|own| name.contains(own))
        })
    };
    named_in(host, lines).any(|device| {
        let group = host.group_of(device.address);
        group.is_some_and(|group| host.members(group).any(|(address, _)| is_one(address)))
    })
}

/// The listed functions whose address is in one of the lines.
fn named_in<'a>(host: &'a Host, lines: &'a [Evidence]) -> impl Iterator<Item = &'a Device> {
    host.devices.values().filter(|device| {
        let address = format!("{:#}", device.address);
        lines.iter().any(|line| line.text.contains(&address))
    })
}

/// The sentence that says that the repair of a message helps.
pub(super) fn helped<'a>(host: &'a Host, message: &Message) -> Option<&'a Evidence> {
    let setting = message.repair?;
    let mut sentences = host.words.explanations.helped.iter();
    sentences.find(|line| is_about(setting, &line.text))
}

/// The sentence that names the repair of a message as set, or tried.
pub(super) fn done<'a>(host: &'a Host, message: &Message) -> Option<&'a Evidence> {
    let setting = message.repair?;
    let mut done = host.words.done.iter();
    let found = done.find(|fact| fact.value.name == setting);
    let listed = || {
        let mut lines = host.lines.setting_lines().iter();
        let is_set = |line: &Evidence| line.text.contains("no-strict-reset=True");
        lines.find(|fact| {
            matches!(fact.value, SettingLine::QubesAssigned(_)) && is_set(&fact.evidence)
        })
    };
    match found {
        Some(found) => Some(&found.evidence),
        None if setting == NO_STRICT_RESET => listed().map(|fact| &fact.evidence),
        None => None,
    }
}

/// The name of the option of Qubes OS among the settings that texts name.
const NO_STRICT_RESET: &str = "no-strict-reset";

/// Whether the text is about legacy mode for the graphics of Intel's processors.
fn is_of_legacy_mode(host: &Host) -> bool {
    let mut logged = host.log_messages.iter();
    let mut vms = host.guests.proxmox_vms.iter();
    logged.any(|one| one.message.code == "proxmox-legacy-igd-conflict")
        || vms.any(|vm| vm.config.to_string().contains("legacy-igd=1"))
        || host
            .words
            .done
            .iter()
            .any(|fact| fact.value.name == LEGACY_MODE)
}

/// The name of legacy mode among the settings that texts name.
const LEGACY_MODE: &str = "legacy mode of Intel graphics";

/// Whether the input shows virtual functions of the card that the lines are about: the host driver
/// enabled them, or they are listed.
fn shows_vfs(host: &Host, lines: &[Evidence]) -> bool {
    const ENABLED: [&str; 3] = [
        "intel-gpu-vfs-enabled",
        "intel-gpu-vfs-removed",
        "sriov-vfs-enabled",
    ];
    let logged = host.log_messages.iter();
    let of_drivers: Vec<Option<Address>> = logged
        .filter(|one| ENABLED.contains(&one.message.code))
        .map(|one| one.device)
        .collect();
    let is_enabled = |vf: Address| {
        let mut of_drivers = of_drivers.iter();
        of_drivers.any(|of| of.is_none_or(|of| of.bus() == vf.bus() && of != vf))
    };
    let is_listed = |vf: &Address| {
        let device = host.devices.get(vf);
        device.is_some_and(|device| host.is_virtual_function(device))
    };
    let mut named = lines.iter().flat_map(|line| addresses_in(&line.text));
    named.any(|vf| vf.function() != 0 && is_enabled(vf) || is_listed(&vf))
}

/// Whether the programs of the input run in a pod of Kubernetes.
pub(super) fn is_of_pod(host: &Host) -> bool {
    let target = host.system.hypervisor.as_ref().map(|found| found.value);
    let container = host.words.statements.in_container.as_ref();
    matches!(target, Some(Target::KubeVirt | Target::Harvester))
        || container.is_some_and(|line| names_pod(&line.text))
}
/// The resources under `permittedHostDevices`.
fn permitted(host: &Host) -> impl Iterator<Item = &str> {
    let listed = host.lines.cluster_lines().iter();
    listed.filter_map(|fact| match &fact.value {
        ClusterLine::Permitted { resource, .. } => Some(resource.as_str()),
        _ => None,
    })
}

/// Whether a line names the resource.
fn names(lines: &[Evidence], resource: &str) -> bool {
    let mut lines = lines.iter();
    lines.any(|line| resources(&line.text).any(|named| named == resource))
}

/// The words of the form of a resource: `nvidia.com/GA102GL_A10`.
fn resources(line: &str) -> impl Iterator<Item = &str> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "./_-".contains(c);
    let words = line.split(move |c| !is_of_name(c));
    let words = words.map(|word| word.trim_end_matches('.'));
    words.filter(|word| {
        let parts = word.split_once('/');
        parts.is_some_and(|(domain, name)| domain.contains('.') && !name.is_empty())
    })
}
