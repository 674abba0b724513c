//! Problems reported for few machines, with unknown cause.

use crate::doctor::hardware::display::blackwell;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_pciback;
use crate::host::{Device, WithoutGroups};
use crate::remedy::Remedy;
use crate::target::HostSystem;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "host-reboot-reported",
        meaning: "According to one report, a ProLiant DL160 reboots when a guest with a Realtek \
                  NIC ends. The cause is unknown, and so is whether other machines of the model \
                  are affected.",
        source: "github.com/harvester/harvester/issues/5708",
        causes: &[],
        check: host_restart,
    },
    Rule {
        code: "xen-blackwell-reported",
        meaning: "With Xen, drivers in guests were reported not to find NVIDIA RTX 50 cards that \
                  they find with KVM on the same machine. The cause is unknown; resizable BARs \
                  are suspected.",
        source: "github.com/QubesOS/qubes-issues/issues/10036; \
                 github.com/NVIDIA/open-gpu-kernel-modules/issues/915",
        causes: &[],
        check: xen_blackwell,
    },
];

/// Realtek Semiconductor (pci.ids).
const REALTEK: u16 = 0x10ec;

fn host_restart(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(board) = &context.host.board else {
        return Vec::new();
    };
    if !board.value.contains("ProLiant DL160") {
        return Vec::new();
    }
    let is_network = |device: &Device| {
        // Network controllers (PCI Code and ID Assignment Specification, 1.3).
        device
            .class
            .as_ref()
            .is_some_and(|class| class.value.base == 0x02)
    };
    let cards = context.functions().filter(|device| is_network(device));
    let cards = cards.filter_map(|device| Some((device, device.id.as_ref()?)));
    cards
        .filter(|(_, id)| id.value.vendor.0 == REALTEK)
        .map(|(device, id)| {
            let title = text!(
                "a host of this model was reported to reboot when a guest with a Realtek NIC \
                 ended; not in the input: whether {address} causes that on this host",
                address = device.address
            );
            Diagnostic::new(Verdict::Unknown, title)
                .of([device.address])
                .evidence([board.evidence.clone(), id.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "try-guest-end",
                    text: text!(
                        "shut down the guest once while nothing else runs on the host, or assign \
                         another NIC"
                    ),
                })
        })
        .collect()
}

fn xen_blackwell(context: &Context<'_>) -> Vec<Diagnostic> {
    let is_target = context
        .target
        .is_some_and(|target| target.system() == HostSystem::Xen);
    if !is_target && context.host.without_groups() != Some(WithoutGroups::Xen) {
        return Vec::new();
    }
    let asked: Vec<&Device> = context.functions().collect();
    let hidden = |device: &&Device| device.driver.is_bound_to(is_pciback);
    let meant: Vec<&Device> = if asked.is_empty() {
        context.host.devices.values().filter(hidden).collect()
    } else {
        asked
    };
    let cards = meant.into_iter().filter(|device| device.is_display());
    let cards = cards.filter_map(|device| Some((device, blackwell(context.host, device)?)));
    cards
        .map(|(device, id)| {
            let title = text!(
                "drivers in guests of Xen were reported not to find cards of this generation; not \
                 in the input: whether they find {address}",
                address = device.address
            );
            Diagnostic::new(Verdict::Unknown, title)
                .of([device.address])
                .evidence([id.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "try-without-resizable-bar",
                    text: text!(
                        "if the driver finds no device, disable resizable BAR in the firmware \
                         setup"
                    ),
                })
        })
        .collect()
}
