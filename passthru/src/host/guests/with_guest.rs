//! The devices that guests have: hardware in their listings, functions that a hypervisor opened,
//! sentences.

use std::collections::BTreeMap;

use host_tree::Evidence;
use iommu::IommuStatus;
use pci_core::{Address, Slot};

use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::hardware::device::Device;
use crate::host::state::Host;
use crate::host::words::good_news::GoodNews;
use crate::host::words::guest_failure::GuestFailure;
use crate::host::words::messages::LogMessage;
use crate::host::words::situation::{self, Situation};
use crate::host::words::symptoms::Symptom;
use crate::target::Target;

/// Messages about a device that QEMU has opened.
const OF_OPENED: [&str; 8] = [
    "bar-access-busy",
    "bar-access-failed",
    "capability-hidden",
    "dma-map-bad-address",
    "dma-map-bar-out-of-range",
    "no-reset-for-function",
    "reset-needs-other-group",
    "vfio-reset-announced",
];

/// Messages that QEMU prints after the kernel has called the function's group viable: no member of
/// the group has a host driver (QEMU hw/vfio/container.c, vfio_group_get, vfio_connect_container).
const AFTER_VIABLE: [&str; 2] = ["vfio-container-group-refused", "memory-listener-failed"];

/// The messages that QEMU may not open the group's file, which exists only while a VFIO driver has
/// a member.
const OF_FILE: [&str; 2] = ["vfio-group-not-permitted", "vfio-group-not-in-cgroup"];

/// Vendors whose functions only hypervisors have (pci.ids): Red Hat's virtio and QEMU, Bochs,
/// VMware, VirtualBox, XenSource, Microsoft, Parallels, Cirrus Logic.
const VENDORS: [u16; 9] = [
    0x1af4, 0x1b36, 0x1234, 0x15ad, 0x80ee, 0x5853, 0x1414, 0x1ab8, 0x1013,
];

/// Hardware that hypervisors emulate (QEMU hw/i386, hw/net, hw/scsi, hw/audio, hw/usb; VMware's
/// and VirtualBox's documentation of virtual hardware): such a function may be assigned, or not.
const EMULATED: [(u16, u16); 46] = [
    (0x8086, 0x100e),
    (0x8086, 0x100f),
    (0x8086, 0x1004),
    (0x8086, 0x10c9),
    (0x8086, 0x10ca),
    (0x8086, 0x10d3),
    (0x8086, 0x10ed),
    (0x8086, 0x1209),
    (0x8086, 0x1229),
    (0x8086, 0x1237),
    (0x8086, 0x2415),
    (0x8086, 0x2448),
    (0x8086, 0x244e),
    (0x8086, 0x24cd),
    (0x8086, 0x265c),
    (0x8086, 0x2668),
    (0x8086, 0x2821),
    (0x8086, 0x2829),
    (0x8086, 0x2918),
    (0x8086, 0x2922),
    (0x8086, 0x2930),
    (0x8086, 0x2934),
    (0x8086, 0x2935),
    (0x8086, 0x2936),
    (0x8086, 0x2937),
    (0x8086, 0x2938),
    (0x8086, 0x2939),
    (0x8086, 0x293a),
    (0x8086, 0x293c),
    (0x8086, 0x293e),
    (0x8086, 0x29c0),
    (0x8086, 0x5845),
    (0x8086, 0x7000),
    (0x8086, 0x7010),
    (0x8086, 0x7020),
    (0x8086, 0x7110),
    (0x8086, 0x7113),
    (0x8086, 0x7190),
    (0x1000, 0x0012),
    (0x1000, 0x0030),
    (0x1000, 0x0054),
    (0x1000, 0x0060),
    (0x1022, 0x2000),
    (0x1022, 0x2020),
    (0x1033, 0x0194),
    (0x10ec, 0x8139),
];

/// Drivers of hardware that no hypervisor emulates.
const DRIVERS: [&str; 32] = [
    "nvidia",
    "nouveau",
    "amdgpu",
    "radeon",
    "xe",
    "apex",
    "hailo",
    "habanalabs",
    "mpt2sas",
    "mpt3sas",
    "hpsa",
    "aacraid",
    "lpfc",
    "qla2xxx",
    "ixgbe",
    "ixgbevf",
    "i40e",
    "iavf",
    "ice",
    "r8169",
    "r8125",
    "mlx4_core",
    "mlx5_core",
    "bnx2x",
    "bnxt_en",
    "tg3",
    "atlantic",
    "iwlwifi",
    "ath10k_pci",
    "ath11k_pci",
    "cxgb4",
    "sfc",
];

/// Whether the function is assigned: hardware that no hypervisor emulates.
fn is_assigned(device: &Device) -> bool {
    let is_kind = device.class.as_ref().is_none_or(|class| {
        // Not bridges, memory and functions of a chipset (PCI Code and ID Assignment
        // Specification 1.11).
        !matches!(
            (class.value.base, class.value.sub),
            (0x05 | 0x06, _) | (0x08, 0x00..=0x7f) | (0x0c, 0x05)
        )
    });
    let is_qemu = device
        .subsystem
        .as_ref()
        .is_some_and(|subsystem| matches!(subsystem.value.vendor.0, 0x1af4 | 0x15ad));
    if !is_kind || is_qemu {
        return false;
    }
    match &device.id {
        Some(id) => {
            let (vendor, function) = (id.value.vendor.0, id.value.device.0);
            !VENDORS.contains(&vendor) && !EMULATED.contains(&(vendor, function))
        }
        None => {
            device.driver.name().is_some_and(is_real_driver)
                || is_named_card(device)
                || is_of_real_vendor(device)
        }
    }
}

fn is_real_driver(driver: &str) -> bool {
    DRIVERS.contains(&driver)
}

/// Whether a listing without ids names a vendor of graphics whose cards no hypervisor emulates.
fn is_named_card(device: &Device) -> bool {
    let name = device.source_name.as_deref().unwrap_or_default();
    device.is_display()
        && ["NVIDIA Corporation ", "Advanced Micro Devices, Inc. [AMD"]
            .iter()
            .any(|vendor| name.starts_with(vendor))
}

/// Beginnings of names, without ids, of functions that hypervisors emulate (pci.ids; vendors of
/// [`VENDORS`] and [`EMULATED`]).
const EMULATED_NAMES: [&str; 22] = [
    "Intel Corporation",
    "Red Hat",
    "Virtio",
    "QEMU",
    "Bochs",
    "Cirrus Logic",
    "VMware",
    "InnoTek",
    "Oracle",
    "XenSource",
    "Microsoft",
    "Parallels",
    "Realtek",
    "LSI",
    "Broadcom",
    "Advanced Micro Devices",
    "NEC Corporation",
    "Ensoniq",
    "Amazon",
    "Google",
    "Device ",
    "Apple",
];

/// Whether a listing without ids names a vendor of whom no hypervisor emulates a function.
fn is_of_real_vendor(device: &Device) -> bool {
    let name = device.source_name.as_deref().unwrap_or_default();
    device.class.is_some()
        && name.contains(' ')
        && !EMULATED_NAMES.iter().any(|vendor| name.starts_with(vendor))
}

/// The assigned functions among those of a guest, by slot.
pub(in crate::host) fn assigned(
    devices: &BTreeMap<Address, Device>,
) -> BTreeMap<Slot, Vec<&Device>> {
    let mut cards: BTreeMap<Slot, Vec<&Device>> = BTreeMap::new();
    for device in devices.values().filter(|device| is_assigned(device)) {
        cards.entry(device.address.slot()).or_default().push(device);
    }
    cards
}

impl Host {
    /// The assigned functions that guests show, by slot.
    pub(crate) fn seen_by_guests(&self) -> BTreeMap<Slot, Vec<&Device>> {
        // A virtual machine with a virtual IOMMU may assign devices itself.
        let is_nested = self.iommu.status == IommuStatus::Enabled;
        let is_guest = self.of_guest.is_some() && !is_nested;
        assigned(if is_guest {
            &self.devices
        } else {
            &self.guests.devices
        })
    }

    /// The line that shows, or the sentence that says, that a guest has a device now.
    pub(crate) fn assigned_shown(&self) -> Option<&Evidence> {
        if self.iommu_is_off() {
            return None;
        }
        let opened = self.opened().next().map(|logged| &logged.evidence);
        let opened = opened.or_else(|| Some(&self.guests.running.first()?.evidence));
        let mut seen = self.seen_by_guests().into_values().flatten();
        let mut news = self.words.good_news.iter().filter(|news| news.is_current());
        opened
            .or_else(|| seen.next().map(|device| &device.shown))
            .or_else(|| news.next().map(GoodNews::shown))
    }

    /// Whether a guest has the functions of the slot: a hypervisor opened them, or they are the
    /// only card in question (`is_only`), and a guest has its device.
    pub(crate) fn is_with_guest(&self, slot: Slot, is_only: bool) -> bool {
        self.is_opened(slot) || is_only && self.assigned_shown().is_some()
    }

    /// Whether a guest had its device at another time, another guest has it, or the text reports
    /// each failure as solved.
    pub(crate) fn has_worked(&self) -> bool {
        let mut news = self.words.good_news.iter();
        let mut symptoms = self.words.symptoms.iter();
        let is_of_device = |news: &GoodNews| {
            matches!(
                news,
                GoodNews::Ran(_) | GoodNews::OtherGuest(_) | GoodNews::OtherTool(_)
            )
        };
        let has_been = news.any(is_of_device)
            || symptoms
                .any(|found| matches!(found.value, Symptom::Regression | Symptom::HostFailsAtStop))
            || self.is_solved();
        has_been && !self.iommu_is_off()
    }

    /// Whether the text reports a failure as solved, and no other one.
    pub(crate) fn is_solved(&self) -> bool {
        !self.words.solved.is_empty()
            && self.words.complaint.is_none()
            && self.words.guest_failure.is_none()
            && self.words.symptoms.is_empty()
    }

    /// Whether the host itself fails, and no guest has a device yet: nothing of an assignment matters.
    pub(crate) fn fails_before_assignment(&self) -> bool {
        let mut symptoms = self.words.symptoms.iter();
        self.words.statements.not_yet.is_some()
            && symptoms.any(|one| matches!(one.value, Symptom::HostFreezes | Symptom::HostReboots))
    }

    /// Whether sentences state a failure.
    pub(crate) fn states_failure(&self) -> bool {
        self.words.guest_failure.is_some()
            || self.words.complaint.is_some()
            || self.words.code_43_statement.is_some()
            || !self.words.symptoms.is_empty()
    }

    /// Whether the text asks about a program that makes guests, and states no failure.
    pub(crate) fn asks_about_tool(&self) -> bool {
        self.words.statements.asks_about_tool.is_some() && !self.states_failure()
    }

    /// Whether the guest does not start: QEMU ends at a message about an argument, a program or the
    /// text says it.
    pub(crate) fn fails_to_start(&self) -> bool {
        const STARTS: [&str; 2] = ["proxmox-start-failed", "virsh-start-failed"];
        let failure = self
            .words
            .guest_failure
            .as_ref()
            .map(|failure| failure.value);
        let mut logged = self.log_messages.iter();
        matches!(
            failure,
            Some(GuestFailure::NotStarted | GuestFailure::AssignmentFails)
        ) || logged.any(|logged| {
            let is_of_argument = || logged.evidence.text.contains("-device ");
            STARTS.contains(&logged.message.code)
                || logged.message.verdict.is_problem() && is_of_argument()
        })
    }

    /// Whether the text says that the guest's driver has the device, which fails or is slow.
    pub(crate) fn reaches_guest(&self) -> bool {
        let failure = self
            .words
            .guest_failure
            .as_ref()
            .map(|failure| failure.value);
        self.words.code_43_statement.is_some()
            || matches!(
                failure,
                Some(GuestFailure::Slow | GuestFailure::DriverFails | GuestFailure::DeviceFails)
            )
    }

    /// The sentence that tells a state.
    pub(crate) fn situation(&self, state: Situation) -> Option<&Evidence> {
        situation::shown(&self.words.situation, state)
    }

    /// Whether a guest has or had the functions of the slot, as far as the input says: with an
    /// enabled IOMMU, a viable group and a driver for guests.
    pub(crate) fn has_been_with_guest(&self, slot: Slot, is_only: bool) -> bool {
        self.is_with_guest(slot, is_only) || is_only && self.has_worked()
    }

    /// The messages about devices that a hypervisor has opened, which VFIO allows only for a group
    /// without host drivers.
    pub(crate) fn opened(&self) -> impl Iterator<Item = &LogMessage> {
        let logged = self.log_messages.iter();
        // vfio-pci enables a function when a program opens it (Linux
        // drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_enable).
        logged.filter(|logged| {
            let text = logged.evidence.text.as_str();
            OF_OPENED.contains(&logged.message.code)
                || logged.message.code == "device-enabled" && text.contains("vfio-pci ")
        })
    }

    /// Whether a message of a hypervisor proves that no member of the function's group has a host
    /// driver.
    pub(crate) fn is_logged_viable(&self, slot: Slot) -> bool {
        self.is_logged(slot, |code| AFTER_VIABLE.contains(&code))
    }

    /// Whether a message of a hypervisor proves that a VFIO driver has a member of the function's
    /// group.
    pub(crate) fn is_logged_with_vfio(&self, slot: Slot) -> bool {
        self.is_logged_viable(slot) || self.is_logged(slot, |code| OF_FILE.contains(&code))
    }

    fn is_logged(&self, slot: Slot, is: impl Fn(&str) -> bool) -> bool {
        let mut logged = self.log_messages.iter();
        logged.any(|logged| {
            let of_slot = logged.device.is_some_and(|device| device.slot() == slot);
            of_slot && is(logged.message.code)
        })
    }

    /// Whether a running guest has the function, as the lists of guests show.
    pub(crate) fn is_in_running(&self, address: Address) -> bool {
        let found = self
            .guests
            .running
            .binary_search_by_key(&address, |one| one.value);
        found.is_ok()
    }

    /// Whether a hypervisor has opened a function of the slot.
    fn is_opened(&self, slot: Slot) -> bool {
        let opened = self.opened().filter_map(|logged| logged.device);
        let mut functions = opened.chain(self.guests.running.iter().map(|fact| fact.value));
        functions.any(|device| device.slot() == slot)
    }

    /// Whether the text is about a partition of the host's GPU.
    pub(crate) fn is_for_partition(&self) -> bool {
        let mut kinds = self.named.assignments().iter();
        kinds.any(|kind| matches!(kind.as_str(), "GPU-PV" | "GPU-P"))
    }

    /// Whether the text is about a container, which shares the device with the host's driver, and about
    /// no guest: neither a group nor another driver is needed.
    pub(crate) fn is_for_container(&self) -> bool {
        let target = self.system.hypervisor.as_ref().map(|found| found.value);
        let is_of_pods = matches!(target, Some(Target::KubeVirt | Target::Harvester))
            || self.system.manager == Some("Kata Containers");
        let container = self.words.statements.in_container.as_ref();
        (container.is_some_and(|line| !names_pod(&line.text)) || self.starts_container_with_card())
            && !is_of_pods
            && self.words.statements.guest.is_none()
            && self.guests.proxmox_vms.is_empty()
            && self.guests.domains.is_empty()
    }

    /// Whether a line is of an LXC container.
    pub(crate) fn names_lxc(&self) -> bool {
        let line = self.words.statements.in_container.as_ref();
        self.lines.refused_node().is_some()
            || line.is_some_and(|line| {
                let line = line.text.to_ascii_lowercase();
                line.contains("lxc") || line.contains("pct")
            })
    }

    /// The line that proves that control groups have version 2 alone, unless an option brings version
    /// 1 back.
    pub(crate) fn has_cgroup_2_alone(&self) -> Option<&Evidence> {
        let mut options = self
            .settings
            .kernel_option("systemd.unified_cgroup_hierarchy");
        let version = self.system.proxmox_with_cgroup_2()?;
        options.next().is_none().then_some(version)
    }

    /// Whether the text starts a container with the host driver's cards, and nothing is of VFIO.
    fn starts_container_with_card(&self) -> bool {
        let command = self.words.statements.docker.as_ref();
        let names_cards = command.is_some_and(|line| {
            ["--gpus", "--runtime=nvidia", "--device nvidia.com/gpu"]
                .iter()
                .any(|option| line.text.contains(option))
        });
        let mut logged = self.log_messages.iter();
        let refuses_cards = logged.any(|one| one.message.code == "docker-no-gpu-driver");
        (names_cards || refuses_cards) && !self.names_vfio()
    }

    /// Whether a driver, a setting or a message is of VFIO.
    pub(crate) fn names_vfio(&self) -> bool {
        let mut devices = self.devices.values();
        let mut logged = self.log_messages.iter();
        devices.any(|device| device.driver.name().is_some_and(is_vfio_driver))
            || self
                .settings
                .module_option("vfio-pci", "ids")
                .next()
                .is_some()
            || logged.any(|one| one.message.code.starts_with("vfio"))
            || self
                .lines
                .loaded_modules()
                .iter()
                .any(|one| one.value.starts_with("vfio"))
    }
}

/// Whether the line names a pod, which may have a function of its own.
pub(crate) fn names_pod(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word.starts_with("pod") && word != "podman")
}
