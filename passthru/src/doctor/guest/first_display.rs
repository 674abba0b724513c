//! The guest's first display: an emulated one beside the assigned card, or legacy VGA beside the
//! host's Intel graphics. Both matter where the card shows nothing.

use host_tree::{Evidence, numbered_lines};
use pci_core::VendorId;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, GuestFailure, Host, SettingLine, Symptom};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "emulated-display-first",
        meaning: "The guest has an emulated display beside the assigned card, and its firmware \
                  and Windows show their picture there first. It is useful for the installation. \
                  Where the card stays dark or reports code 43, the test without it shows whether \
                  the card works as the only display.",
        source: "libvirt, Domain XML format, video devices; Proxmox VE, qm.conf(5), vga",
        causes: &[],
        check: emulated,
    },
    Rule {
        code: "legacy-vga-beside-intel",
        meaning: "With x-vga the guest uses the legacy VGA addresses, which SeaBIOS needs for its picture. Intel's graphics of the host decode the same addresses and do not \
                  release them, so that the guest's accesses go to the wrong card. A guest with \
                  OVMF uses no legacy VGA.",
        source: "vfio.blogspot.com, VGA arbitration and Intel graphics; Linux \
                 drivers/gpu/drm/i915/display/intel_vga.c; QEMU hw/vfio/pci-quirks.c",
        causes: &[],
        check: legacy,
    },
];

/// Whether the text reports a card that shows nothing in the guest.
fn is_dark(host: &Host) -> bool {
    let mut symptoms = host.words.symptoms.iter();
    let failure = host
        .words
        .guest_failure
        .as_ref()
        .map(|failure| failure.value);
    let mut logged = host.log_messages.iter();
    host.words.code_43_statement.is_some()
        || symptoms.any(|symptom| symptom.value == Symptom::NoPicture)
        || failure == Some(GuestFailure::DriverFails)
        || logged.any(|one| one.message.code == "guest-code-43")
}

/// Models of displays that libvirt emulates, as its XML has them.
const MODELS: [&str; 6] = ["qxl", "vga", "virtio", "bochs", "cirrus", "vmvga"];

/// The line with the emulated display of a domain that has a PCI device.
fn of_domain(text: &str, path: &str) -> Option<Evidence> {
    let has_device = text.contains("<hostdev") && text.contains("type='pci'")
        || text.contains("<hostdev") && text.contains("type=\"pci\"");
    let is_video = |line: &str| {
        let line = line.trim_start();
        line.starts_with("<model type=")
            && line.contains("primary=")
            && MODELS
                .iter()
                .any(|model| line.get(13..).is_some_and(|rest| rest.starts_with(model)))
    };
    let mut lines = numbered_lines(text);
    let (number, line) = lines.find(|(_, line)| is_video(line))?;
    has_device.then(|| Evidence::new(path, number, line.trim()))
}

fn emulated(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    if !is_dark(host) || !context.functions().any(Device::is_display) {
        return Vec::new();
    }
    let domains = host.guests.domains.iter();
    let Some(line) = domains
        .filter_map(|domain| of_domain(&domain.text, &domain.path))
        .next()
    else {
        return Vec::new();
    };
    vec![
        Diagnostic::new(
            Verdict::Fix,
            text!("the guest's first display is an emulated one, not the assigned card"),
        )
        .evidence([line])
        .remedy(Remedy::Manual {
            step: "remove-emulated-display",
            text: text!(
                "test with the card as the only display: <model type='none'/> in <video>, without \
                 <graphics>; keep a way into the guest (RDP, SSH)"
            ),
        }),
    ]
}

/// Whether the function is at the place of Intel's graphics, 00:02: the text may lack its class.
fn is_place_of_intel(device: &Device) -> bool {
    device.address.bus() == 0 && device.address.device() == 2
}

fn legacy(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut lines = host.lines.setting_lines().iter();
    if lines.any(|fact| fact.value == SettingLine::Ovmf) || host.has_worked() {
        return Vec::new();
    }
    let mut lines = host.lines.setting_lines().iter();
    let Some(line) = lines.find(|fact| fact.value == SettingLine::LegacyVga) else {
        return Vec::new();
    };
    // The graphics themselves, or a part of them, are assigned.
    if context
        .functions()
        .any(|device| device.is_display() && device.address.bus() == 0 || is_place_of_intel(device))
    {
        return Vec::new();
    }
    let is_intel = |device: &&Device| {
        let vendor = device.id.as_ref().map(|id| id.value.vendor);
        device.is_display() && vendor == Some(VendorId::INTEL) && device.address.bus() == 0
    };
    let listed = host.devices.values().find(is_intel);
    let mut options = host.settings.kernel_options.iter();
    let option = options.find(|option| option.name.starts_with("i915."));
    let shown = listed
        .map(|device| device.shown.clone())
        .or_else(|| host.words.statements.intel_graphics.clone())
        .or_else(|| option.map(|option| option.evidence.clone()));
    let Some(shown) = shown else {
        return Vec::new();
    };
    vec![
        Diagnostic::new(
            Verdict::Fix,
            text!(
                "with x-vga a guest without UEFI uses legacy VGA, which the host's Intel graphics claim as well: the card often stays dark"
            ),
        )
        .evidence([line.evidence.clone(), shown])
        .remedy(Remedy::Manual {
            step: "use-ovmf",
            text: text!(
                "use OVMF as the guest's firmware, without x-vga, if the card's ROM has an EFI \
                 image (passthru rom verify shows it)"
            ),
        }),
    ]
}
