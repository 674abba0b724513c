//! Devices as a guest shows them: an assigned device that the guest sees, and its driver there.

use host_tree::Evidence;
use pci_core::{Address, VendorId};

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

/// The function that a card is known by: a display, an accelerator, otherwise the first.
fn main_function<'a>(card: &[&'a Device]) -> Option<&'a Device> {
    let display = card.iter().find(|device| device.is_display());
    display.or(card.first()).copied()
}

/// Maximum number of cards that are named one by one.
const MOST: usize = 8;

fn sees(context: &Context<'_>) -> Vec<Diagnostic> {
    let cards = context.host.seen_by_guests();
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
    let cards = context.host.seen_by_guests();
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
