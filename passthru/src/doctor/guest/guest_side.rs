//! Devices as a guest shows them: an assigned device that the guest sees, and its driver there.

use std::collections::BTreeMap;

use host_tree::Evidence;
use pci_core::{Address, Slot, VendorId};

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, Driver};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "guest-sees-device",
        meaning: "A listing or a log of the guest has a function that no hypervisor emulates: the \
                  assignment reached the guest. The host's IOMMU, its group and vfio-pci work for \
                  this function.",
        source: "QEMU docs/specs/pci-ids.rst; pci.ids, functions of VMware, VirtualBox and Hyper-V",
        causes: &[],
        check: sees,
    },
    Rule {
        code: "guest-driver-missing",
        meaning: "The guest's listing shows the drivers of its functions, and none for the \
                  assigned device: the guest lacks the driver, the driver refused the device, or \
                  it is blocked by Secure Boot or a blacklist in the guest. The kernel log of the \
                  guest has the reason.",
        source: "lspci(8), -k; Linux drivers/base/dd.c, call_driver_probe",
        causes: &[],
        check: driver_missing,
    },
];

/// Vendors whose functions only hypervisors have (pci.ids): Red Hat's virtio and QEMU, Bochs,
/// VMware, VirtualBox, XenSource, Microsoft, Parallels, Cirrus Logic.
const VENDORS: [u16; 9] = [
    0x1af4, 0x1b36, 0x1234, 0x15ad, 0x80ee, 0x5853, 0x1414, 0x1ab8, 0x1013,
];

/// Hardware that hypervisors emulate (QEMU hw/i386, hw/net, hw/scsi, hw/audio, hw/usb; VMware's
/// and VirtualBox's documentation of virtual hardware): such a function may be assigned, or not.
const EMULATED: [(u16, u16); 42] = [
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
    (0x8086, 0x293a),
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

/// The assigned functions that guests show, by slot.
fn assigned<'a>(context: &'a Context<'_>) -> BTreeMap<Slot, Vec<&'a Device>> {
    let host = context.host;
    // A virtual machine with a virtual IOMMU may assign devices itself.
    let is_nested = host.iommu.status == ::iommu::IommuStatus::Enabled;
    let whole = host.guest.is_some() && !is_nested;
    let devices = if whole {
        &host.devices
    } else {
        &host.guest_devices
    };
    let mut cards: BTreeMap<Slot, Vec<&Device>> = BTreeMap::new();
    for device in devices.values().filter(|device| is_assigned(device)) {
        cards.entry(device.address.slot()).or_default().push(device);
    }
    cards
}

/// The function that a card is known by: a display, an accelerator, otherwise the first.
fn main_function<'a>(card: &[&'a Device]) -> Option<&'a Device> {
    let display = card.iter().find(|device| device.is_display());
    display.or(card.first()).copied()
}

/// Maximum number of cards that are named one by one.
const MOST: usize = 8;

/// Whether an assigned function is visible in a guest.
pub(in crate::doctor) fn is_seen(context: &Context<'_>) -> bool {
    !assigned(context).is_empty()
}

fn sees(context: &Context<'_>) -> Vec<Diagnostic> {
    let cards = assigned(context);
    let mains = cards.values().filter_map(|card| main_function(card));
    mains
        .take(MOST)
        .map(|device| {
            let name = device.id.is_some() || device.source_name.is_some();
            let name = name.then(|| context.host.name_of(device));
            let address = format!("{:#}", device.address);
            let driver = device.driver.name();
            let title = match (name, driver) {
                (Some(name), Some(driver)) => text!(
                    "the guest sees {address} ({name}), and its driver {driver} is bound to it: \
                     the device is assigned",
                    address,
                    name,
                    driver
                ),
                (Some(name), None) => text!(
                    "the guest sees {address} ({name}): the device is assigned",
                    address,
                    name
                ),
                (None, Some(driver)) => text!(
                    "the guest sees {address}, as lines of its driver {driver} show: the device is \
                     assigned",
                    address,
                    driver
                ),
                (None, None) => text!("the guest sees {address}: the device is assigned", address),
            };
            let bound = match &device.driver {
                Driver::Bound(driver) => Some(driver.evidence.clone()),
                Driver::Unbound(_) | Driver::NotShown => None,
            };
            Diagnostic::new(Verdict::Ok, title)
                .evidence([device.shown.clone()])
                .evidence(bound)
        })
        .collect()
}

/// Vendor of the Coral Edge TPU (pci.ids).
const GLOBAL_UNICHIP: VendorId = VendorId(0x1ac1);

/// Whether a line of a log names the function with its domain.
fn names(line: &str, address: Address) -> bool {
    [":", " failed"]
        .iter()
        .any(|end| line.contains(&format!("{address}{end}")))
}

fn driver_missing(context: &Context<'_>) -> Vec<Diagnostic> {
    let cards = assigned(context);
    // A driver that failed was there.
    let has_failed = |card: &[&Device]| {
        let mut logged = context.host.log_messages.iter();
        logged.any(|logged| {
            let is_of_card = card
                .iter()
                .any(|one| names(&logged.evidence.text, one.address));
            is_of_card && logged.message.verdict.is_problem()
        })
    };
    let unbound: Vec<(Address, &Device, &Evidence)> = cards
        .values()
        .filter(|card| !has_failed(card))
        .filter_map(|card| main_function(card))
        .filter_map(|device| match &device.driver {
            Driver::Unbound(line) => Some((device.address, device, line)),
            Driver::Bound(_) | Driver::NotShown => None,
        })
        .collect();
    unbound
        .into_iter()
        .take(MOST)
        .map(|(address, device, line)| {
            let address = format!("{address:#}");
            let modules = device.modules.join(", ");
            let title = if modules.is_empty() {
                text!("in the guest no driver is bound to {address}", address)
            } else {
                text!(
                    "in the guest no driver is bound to {address}; its kernel has {modules} for it",
                    address,
                    modules
                )
            };
            let vendor = device.id.as_ref().map(|id| id.value.vendor);
            let text = if vendor == Some(GLOBAL_UNICHIP) {
                text!("install gasket-dkms in the guest, and load its modules gasket and apex")
            } else if modules.is_empty() {
                text!("install the device's driver in the guest")
            } else {
                text!(
                    "load {modules} in the guest, and read the lines of its kernel log about the \
                     device",
                    modules
                )
            };
            Diagnostic::new(Verdict::Fix, title)
                .evidence([line.clone()])
                .remedy(Remedy::Manual {
                    step: "guest-driver",
                    text,
                })
        })
        .collect()
}
