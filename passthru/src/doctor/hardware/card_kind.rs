//! Cards and chipsets of which more is known than their identity: graphics of processors and
//! laptops, large BARs, chipsets with broken interrupt remapping.

use host_tree::Evidence;
use pci_core::ClassCode;

use super::display::laptop_rom;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, Fact, Host, Symptom, named_by_guests};
use crate::remedy::Remedy;
use crate::size::bytes;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "apu-graphics",
        meaning: "The graphics of an AMD processor have no ROM chip: the firmware has the image \
                  (ACPI table VFCT), and a guest needs a copy as its ROM file. Many of them are \
                  not reset between two starts of a guest.",
        source: "Linux drivers/gpu/drm/amd/amdgpu/amdgpu_bios.c, amdgpu_acpi_vfct_bios; pci.ids",
        causes: &[],
        check: apu,
    },
    Rule {
        code: "apu-rom-missing",
        meaning: "The graphics of an AMD processor have no ROM chip, and the guest that has them has \
                  no ROM file for them: its driver finds no video BIOS, and stops the device with \
                  code 43, or the screen stays dark.",
        source: "Linux drivers/gpu/drm/amd/amdgpu/amdgpu_bios.c, amdgpu_acpi_vfct_bios; QEMU \
                 hw/vfio/pci.c, romfile",
        causes: &[
            "code-43-reported",
            "guest-code-43",
            "no-picture-reported",
            "apu-needs-rom",
        ],
        check: apu_without_rom,
    },
    Rule {
        code: "mobile-graphics",
        meaning: "A mobile GPU often has no connector of its own, since the integrated graphics \
                  drive the screen, and its ROM is in the firmware (ACPI method _ROM). A guest \
                  then needs a copy of the ROM, and a screen by network or Looking Glass.",
        source: "Linux drivers/gpu/drm/nouveau/nvkm/subdev/bios/shadowacpi.c; pci.ids",
        causes: &[],
        check: mobile,
    },
    Rule {
        code: "large-bar",
        meaning: "A memory BAR of 4 GiB or more is above 4 GiB, so the host has Above 4G Decoding \
                  enabled. The guest's firmware reserves a 64-bit MMIO window of at least that \
                  size.",
        source: "PCI Local Bus Specification 3.0, section 6.2.5.1; edk2 OvmfPkg",
        causes: &[],
        check: large_bar,
    },
    Rule {
        code: "chipset-remapping-broken",
        meaning: "Interrupt remapping of the Intel chipsets 5500, 5520 and X58 is broken up to \
                  revision 13h (and in 22h of one of them). The kernel disables it, and VFIO then \
                  assigns functions only with allow_unsafe_interrupts=1, which lets a guest forge \
                  interrupts of the host.",
        source: "Linux arch/x86/kernel/early-quirks.c, intel_remapping_check",
        causes: &["vfio-container-refused", "vfio-container-group-refused"],
        check: chipset,
    },
];

/// Whether every model with this name is a mobile GPU: `GA106M [GeForce RTX 3060 Mobile / Max-Q]`,
/// not `TU106 [GeForce RTX 2060 / RTX 2060 Mobile]`.
fn is_mobile(name: &str) -> bool {
    let models = name.rsplit_once('[').map_or(name, |(_, models)| models);
    models
        .split('/')
        .all(|model| model.contains("Mobile") || model.contains("Max-Q"))
}

fn apu(context: &Context<'_>) -> Vec<Diagnostic> {
    let displays = context.functions().filter(|device| device.is_display());
    displays
        .filter(|device| context.host.is_apu(device))
        .map(|device| {
            let mut roms = context.host.guests.named_roms.iter();
            let rom = roms.find(|rom| rom.address == device.address);
            let known = rom.map(|rom| &rom.evidence);
            let missing = rom_missing(context, device).map(|(line, _)| line);
            if let Some(line) = known.cloned().or(missing) {
                let title = text!(
                    "not in the input: whether {address}, the graphics of an AMD processor, has a \
                     reset",
                    address = device.address
                );
                return Diagnostic::new(Verdict::Unknown, title)
                    .of([device.address])
                    .evidence([device.shown.clone(), line])
                    .remedy(Remedy::Manual {
                        step: "apu-reset",
                        text: text!("start the guest twice to test the reset"),
                    });
            }
            let title = text!(
                "not in the input: whether {address}, the graphics of an AMD processor, has a ROM \
                 file for the guest and a reset",
                address = device.address
            );
            Diagnostic::new(Verdict::Unknown, title)
                .of([device.address])
                .evidence([device.shown.clone()])
                .remedy(Remedy::Manual {
                    step: "apu-rom",
                    text: text!(
                        "extract the ROM from the ACPI table VFCT (passthru rom vfct) and set it as \
                         the guest's ROM file; then start the guest twice to test the reset"
                    ),
                })
        })
        .collect()
}

/// The line of the only configuration that assigns the graphics, without a ROM file, and the line
/// that reports a failure of a missing ROM.
fn rom_missing(context: &Context<'_>, device: &Device) -> Option<(Evidence, Evidence)> {
    let host = context.host;
    let mut logged = host.log_messages.iter();
    let code_43 = logged.find(|one| one.message.code == "guest-code-43" && !one.is_over);
    let mut symptoms = host.words.symptoms.iter();
    let dark = symptoms.find(|found| found.value == Symptom::NoPicture);
    let failure = host.words.code_43_statement.as_ref();
    let failure = failure
        .or(code_43.map(|one| &one.evidence))
        .or(dark.map(|found| &found.evidence))?;
    let named = named_by_guests(&host.guests.proxmox_vms, &host.guests.domains);
    let mut named = named.into_iter();
    let own = named.find(|named| named.address == device.address)?;
    let mut roms = host.guests.named_roms.iter();
    let has_rom = roms.any(|rom| rom.address == device.address);
    (!has_rom && !own.evidence.text.contains("romfile")).then(|| (own.evidence, failure.clone()))
}

fn apu_without_rom(context: &Context<'_>) -> Vec<Diagnostic> {
    let displays = context.functions().filter(|device| device.is_display());
    displays
        .filter(|device| context.host.is_apu(device))
        .filter_map(|device| Some((device, rom_missing(context, device)?)))
        .map(|(device, (line, failure))| {
            let title = text!(
                "{address}, the graphics of an AMD processor, has no ROM file in the guest's \
                 configuration, and its driver in the guest needs one",
                address = device.address
            );
            Diagnostic::new(Verdict::Fix, title)
                .of([device.address])
                .evidence([line, failure])
                .remedy(Remedy::Manual {
                    step: "apu-rom",
                    text: text!(
                        "extract the ROM from the ACPI table VFCT (passthru rom vfct) and set it as \
                         the guest's ROM file; then start the guest twice to test the reset"
                    ),
                })
        })
        .collect()
}

/// Whether a card in question is a notebook's 3D controller: such a card has no connector, and its ROM
/// is in the notebook's firmware.
pub(in crate::doctor) fn has_notebook_controller(context: &Context<'_>) -> bool {
    context.functions().any(|device| {
        is_3d(device)
            && context
                .host
                .known_name(device)
                .is_some_and(|name| is_mobile(&name))
    })
}

/// Whether the function is a display without a VGA connector.
fn is_3d(device: &Device) -> bool {
    let is_3d = |class: &Fact<ClassCode>| class.value.base == 0x03 && class.value.sub == 0x02;
    device.class.as_ref().is_some_and(is_3d)
}

/// Whether cards for a slot have the chip too: NVIDIA names some of its workstation cards by their
/// mobile chips, `TU117GLM [Quadro T400 Mobile]`.
fn is_of_workstation(name: &str) -> bool {
    let chip = name.split_once('[').map_or(name, |(chip, _)| chip);
    chip.trim_end().ends_with("GLM")
}

fn mobile(context: &Context<'_>) -> Vec<Diagnostic> {
    let displays = context.functions().filter(|device| device.is_display());
    displays
        .filter(|device| device.address.bus() != 0 && !context.host.is_apu(device))
        .filter(|device| {
            context.host.known_name(device).is_some_and(|name| {
                is_mobile(&name) && (is_3d(device) || !is_of_workstation(&name))
            })
        })
        .filter(|device| !is_without_failure(context, device))
        .map(|device| {
            let title = text!(
                "not in the input: whether {address}, a mobile GPU, has a connector and a ROM of \
                 its own",
                address = device.address
            );
            Diagnostic::new(Verdict::Unknown, title)
                .of([device.address])
                .evidence([device.shown.clone()])
                .remedy(laptop_rom())
        })
        .collect()
}

/// Whether a guest has the device, and the sentences beside report no failure.
fn is_without_failure(context: &Context<'_>, device: &Device) -> bool {
    let host = context.host;
    let mut logged = host.log_messages.iter();
    context.has_been_with_guest(device)
        && host.words.statements.is_post
        && !host.states_failure()
        && !logged.any(|one| one.message.verdict.is_problem())
}

/// The first address that needs 64 bits, and the smallest BAR that is reported.
const FOUR_GIB: u64 = 4 << 30;

fn large_bar(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .functions()
        .filter_map(|device| {
            let regions = device.memory.as_ref()?.iter();
            let regions = regions.filter(|region| region.value.is_assigned);
            let largest = regions.max_by_key(|region| region.value.memory.size)?;
            (largest.value.memory.size >= FOUR_GIB).then_some((device, largest))
        })
        .map(|(device, region)| {
            let title = text!(
                "{address} has a BAR of {size} above 4 GiB: the guest's 64-bit MMIO window must \
                 be at least as large",
                address = device.address,
                size = bytes(region.value.memory.size)
            );
            Diagnostic::new(Verdict::Ok, title)
                .of([device.address])
                .evidence([region.evidence.clone()])
        })
        .collect()
}

fn chipset(context: &Context<'_>) -> Vec<Diagnostic> {
    let broken = context.host.broken_remapping();
    broken
        .into_iter()
        .map(|device| {
            let title =
                text!("interrupt remapping of this chipset is broken, and the kernel disables it");
            Diagnostic::new(Verdict::Fix, title)
                .evidence([device.shown.clone()])
                .remedy(Remedy::Manual {
                    step: "interrupt-remapping",
                    text: text!(
                        "use a board with a later revision of the chipset, or another chipset: new \
                         firmware does not repair this one; allow_unsafe_interrupts=1 is the last \
                         resort and lets guests forge interrupts"
                    ),
                })
        })
        .collect()
}

/// Whether the text names a device of another kind, and no graphics.
pub(in crate::doctor) fn is_of_other_kind(host: &Host) -> bool {
    let mut devices = host.devices.values();
    host.words.device_kind.is_some()
        && host.words.statements.names_graphics.is_none()
        && host.words.named_card.is_none()
        && !devices.any(Device::is_display)
}

#[cfg(test)]
mod tests;
