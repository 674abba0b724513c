//! Options of Linux, and variables of libvirt's hooks.

use host_tree::Evidence;

use super::{LINES, each, one, rule};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Host, SettingLine, Symptom};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

/// The option of a patch that some distributions carry.
const ACS: &str = "pcie_acs_override";

pub(super) const RULES: &[Rule] = &[
    rule(
        "acs-override-written",
        "pcie_acs_override makes the kernel split IOMMU groups without any isolation in the hardware: functions of different guests can reach each other's memory. Only kernels with a patch know the option, such as those of Unraid and Proxmox VE.",
        "the patch \"pci: Enable overrides for missing ACS capabilities\", linux-pci, 2013",
        acs,
    ),
    rule(
        "option-with-dash",
        "The kernel treats - and _ in option names as equal: intel-iommu=on and intel_iommu=on are the same.",
        "Linux kernel/params.c, dash2underscore",
        |c| {
            one(
                c,
                &SettingLine::DashedOption,
                Verdict::Harmless,
                text!("intel-iommu=on is the same option as intel_iommu=on"),
                None,
            )
        },
    ),
    rule(
        "hook-variable-host-bridge",
        "pci_0000_00_00_N names the slot of the host bridge. The hooks in guides detach the functions of a card; write the card's address there.",
        "libvirt, virsh(1), nodedev-detach; PCI Local Bus Specification 3.0, host bridge at 00:00.0",
        |c| {
            each(
                c,
                |s| *s == SettingLine::HookHostBridge,
                Verdict::Fix,
                text!("the variable names the slot of the host bridge, not a card"),
                Some((
                    "write-card-address",
                    text!(
                        "write the address of the card's function, as lspci prints it: 01:00.0 \
                         is pci_0000_01_00_0"
                    ),
                )),
            )
        },
    ),
];

/// Whether the text says that a group which a guest has, or is to have, holds the host's disk.
fn holds_host_disk(host: &Host) -> bool {
    let lost = [Symptom::HostDiskLost, Symptom::SystemControllerGiven];
    let mut symptoms = host.words.symptoms.iter();
    symptoms.any(|found| lost.contains(&found.value))
}

fn acs(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    // The option of a file or of the running kernel has its own rules.
    if host.settings.kernel_option(ACS).next().is_some() {
        return Vec::new();
    }
    let of_lines = host.lines.setting_lines().iter();
    let of_lines = of_lines.filter(|fact| fact.value == SettingLine::AcsOverride);
    let named = host.words.quoted_options.iter();
    let named =
        named.filter(|fact| fact.value.name == ACS && !fact.value.is_denied(&fact.evidence.text));
    let of_lines = of_lines.map(|fact| &fact.evidence);
    let mut shown: Vec<Evidence> = Vec::new();
    for line in of_lines.chain(named.map(|fact| &fact.evidence)) {
        if shown.len() < LINES && !shown.contains(line) {
            shown.push(line.clone());
        }
    }
    if shown.is_empty() {
        return Vec::new();
    }
    let title =
        text!("pcie_acs_override splits IOMMU groups in software only: the isolation is not real");
    vec![
        Diagnostic::new(Verdict::Security, title)
            .evidence(shown)
            .remedy(Remedy::Manual {
                step: "remove-acs-override",
                text: if holds_host_disk(host) {
                    text!(
                        "move the card or the disk to a slot with a group of its own, and remove the option then: its \
                         group has a device of the host"
                    )
                } else {
                    text!(
                        "remove the option if the groups are usable without it, otherwise assign all \
                         functions of a real group to one guest, unless the host needs one of them"
                    )
                },
            }),
    ]
}
