//! The address space that the functions' memory needs on the host.

use crate::doctor::evidence::message_remedies::{reallocates, wider_bridges};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Fact, Region};
use crate::remedy::Remedy;
use crate::size::bytes;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "bar-not-assigned",
        meaning: "The host has no address space for a memory BAR of the function, so the kernel \
                  does not enable the function, for its own drivers or for vfio-pci. Usually the \
                  firmware places all BARs below 4 GiB. Enable Above 4G Decoding in the firmware \
                  setup, which requires the Compatibility Support Module (CSM) to be disabled.",
        source: "Linux drivers/pci/setup-res.c, pci_enable_resources; drivers/pci/setup-bus.c",
        causes: &["bar-no-space"],
        check: not_assigned,
    },
    Rule {
        code: "resizable-bar",
        meaning: "A memory BAR of the card can be enlarged (Resizable BAR). The card works \
                  without that; with it a driver reaches all of the card's memory at once, which \
                  is faster. A guest has the size that the host has set: in the firmware setup, \
                  or by writing the exponent of the size in MiB to resourceN_resize while no \
                  driver is bound. The guest's firmware needs a window of that size.",
        source: "PCI Express Base Specification 6.0, section 7.8.6; Linux \
                 Documentation/ABI/testing/sysfs-bus-pci, resourceN_resize",
        causes: &[],
        check: resizable,
    },
];

fn resizable(context: &Context<'_>) -> Vec<Diagnostic> {
    let displays = context.functions().filter(|device| device.is_display());
    let mut reported = Vec::new();
    for device in displays {
        for listed in device.listed_regions.iter().flatten() {
            let region = &listed.value.region;
            let largest = listed.value.resizable.iter().max().copied();
            let (Some(bar), Some(largest), Some(size)) = (region.index, largest, region.size)
            else {
                continue;
            };
            if largest <= size {
                continue;
            }
            let title = text!(
                "BAR {bar} of {address} has {size}, and can have {largest}: this affects only \
                 speed",
                bar,
                address = device.address,
                size = bytes(size),
                largest = bytes(largest)
            );
            reported.push(
                Diagnostic::new(Verdict::Harmless, title)
                    .of([device.address])
                    .evidence([listed.evidence.clone()]),
            );
        }
    }
    reported
}

fn not_assigned(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for device in context.functions() {
        let regions = device.memory.iter().flatten();
        let without: Vec<&Fact<Region>> =
            regions.filter(|region| !region.value.is_assigned).collect();
        if without.is_empty() {
            continue;
        }
        let sizes = without.iter().map(|region| {
            let size = bytes(region.value.memory.size);
            match region.value.bar {
                Some(bar) => format!("BAR {bar} ({size})"),
                None => format!("BAR ({size})"),
            }
        });
        let title = text!(
            "the host has no address space for {sizes} of {address}: the kernel does not enable \
             the function",
            sizes = sizes.collect::<Vec<_>>().join(", "),
            address = device.address
        );
        reported.push(
            Diagnostic::new(Verdict::Blocker, title)
                .of([device.address])
                .evidence(without.iter().map(|region| region.evidence.clone()))
                .remedy(if reallocates(context) {
                    wider_bridges()
                } else {
                    Remedy::Manual {
                        step: "firmware-above-4g",
                        text: text!(
                            "enable Above 4G Decoding and disable CSM in the firmware setup; as \
                             a trial, boot with pci=realloc"
                        ),
                    }
                }),
        );
    }
    reported
}
