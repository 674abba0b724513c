//! The outputs of integrated graphics that a guest has.

use host_tree::Evidence;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, named_by_guests};
use crate::target::HostPart;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "integrated-outputs-lost",
    meaning: "The function is the integrated graphics of an Intel processor. While a guest uses \
              them, the outputs of the board show no console of the host. A login by network, a \
              serial console or another card remains.",
    source: "Linux Documentation/driver-api/vfio.rst; Intel's place of the graphics, 00:02.0",
    causes: &[],
    check,
}];

/// Intel (pci.ids).
const INTEL: u16 = 0x8086;

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    if !context.host_has(HostPart::DisplayConsole) || host.of_guest.is_some() {
        return Vec::new();
    }
    let mut devices = host.devices.values();
    let Some((device, shown)) = devices.find_map(|device| {
        let address = device.address;
        let is_place =
            address.bus() == 0 && address.slot().device() == 2 && address.function() == 0;
        let lost = is_place.then(|| assigned(context, device)).flatten()?;
        is_intel_graphics(context, device).then_some((device, lost))
    }) else {
        return Vec::new();
    };
    let title = text!(
        "while a guest has {address}, the board's outputs show no console of the host",
        address = device.address
    );
    vec![
        Diagnostic::new(Verdict::Harmless, title)
            .of([device.address])
            .evidence([shown]),
    ]
}

/// The line that assigns the function to a guest.
fn assigned(context: &Context<'_>, device: &Device) -> Option<Evidence> {
    let host = context.host;
    let named = named_by_guests(&host.guests.proxmox_vms, &host.guests.domains);
    let named = named.into_iter().find(|one| one.address == device.address);
    named.map(|one| one.evidence)
}

/// Whether a listing or a sentence says that the function is Intel's graphics.
fn is_intel_graphics(context: &Context<'_>, device: &Device) -> bool {
    let vendor = device.id.as_ref().map(|id| id.value.vendor.0);
    let is_named = || context.host.words.statements.intel_graphics.is_some();
    device.is_display() && vendor == Some(INTEL) || vendor.is_none() && is_named()
}
