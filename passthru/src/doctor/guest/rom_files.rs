//! The ROM files of guests.

use std::collections::BTreeMap;

use host_tree::{Evidence, Lookup};
use list_order::Inserts as _;
use vbios::Rom;
use vbios::verify::{Guest, RomVerdict, Target};

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{GoodNews, NamedRom, RomSetting, Symptom};
use crate::remedy::{Remedy, shell_word};
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "rom-file-missing",
        meaning: "A guest's configuration names a ROM file that the host does not have: the guest \
                  does not start. Proxmox VE expects the file in /usr/share/kvm.",
        source: "Proxmox VE, qm.conf(5), hostpci; QEMU hw/pci/pci.c, pci_add_option_rom",
        causes: &[],
        check: missing,
    },
    Rule {
        code: "rom-file-faulty",
        meaning: "The ROM file in a guest's configuration does not fit its card or its firmware. \
                  passthru rom verify lists all its problems.",
        source: "vbios/data/findings.tsv, with a source for each fault",
        causes: &[],
        check: faulty,
    },
    Rule {
        code: "rom-file-not-shown",
        meaning: "A guest's configuration names a ROM file that is not in the input. If the file \
                  is missing, the guest does not start; a ROM of another card, or a dump with a \
                  vendor's header, causes a dark screen or code 43.",
        source: "Proxmox VE, qm.conf(5), hostpci; libvirt, Domain XML format, hostdev rom",
        causes: &[],
        check: not_shown,
    },
    Rule {
        code: "rom-file-of-other-function",
        meaning: "One ROM file is set for several functions of a card. The ROM belongs to the \
                  graphics function; audio, USB and UCSI functions have none, and QEMU adds the \
                  file to each of them.",
        source: "PCI Local Bus Specification 3.0, section 6.3; QEMU hw/vfio/pci.c, romfile",
        causes: &[],
        check: of_other_function,
    },
    Rule {
        code: "rom-needs-uefi",
        meaning: "The ROM file is a UEFI driver by its name (GOP, the graphics protocol of UEFI), \
                  and the guest starts with SeaBIOS, which runs only images for PC BIOS: the file \
                  has no effect. Proxmox VE uses SeaBIOS where the configuration has no bios \
                  line.",
        source: "PCI Local Bus Specification 3.0, section 6.3.1.1, Code Type; SeaBIOS \
                 src/optionroms.c, is_valid_rom; Proxmox VE, qm.conf(5), bios",
        causes: &[],
        check: needs_uefi,
    },
    Rule {
        code: "rom-file-without-bar",
        meaning: "The function has a ROM file and no ROM BAR (rombar=0). QEMU offers such a file \
                  to the firmware by fw_cfg, from which SeaBIOS takes ROMs and OVMF does not: the \
                  guest has no ROM.",
        source: "QEMU hw/pci/pci.c, pci_add_option_rom; OVMF README",
        causes: &[],
        check: without_bar,
    },
];

fn without_bar(context: &Context<'_>) -> Vec<Diagnostic> {
    let vms = context.host.guests.proxmox_vms.iter();
    let args: BTreeMap<&str, (String, Evidence)> = vms
        .filter_map(|vm| {
            let args = vm.config.get("args")?;
            let shown = Evidence::at(&*vm.path, &vm.config.to_string(), args.line);
            Some((vm.path.as_str(), (args.value.to_ascii_lowercase(), shown)))
        })
        .into_map();
    let roms = context.host.guests.named_roms.iter();
    roms.filter(|rom| rom.guest == Some(Guest::Ovmf))
        .filter_map(|rom| Some((rom, bar_off(&args, rom)?)))
        .map(|(rom, off)| {
            let title = text!(
                "the ROM file {path} has no effect: the function has no ROM BAR (rombar=0), and \
                 OVMF finds a ROM there alone",
                path = rom.path
            );
            // The driver in the ROM initializes the card's outputs.
            let verdict = if is_dark(context) {
                Verdict::Fix
            } else {
                Verdict::NoEffect
            };
            Diagnostic::new(verdict, title)
                .of([rom.address])
                .evidence([rom.evidence.clone()])
                .evidence(Some(off).filter(|line| *line != rom.evidence))
                .remedy(Remedy::Manual {
                    step: "remove-rombar",
                    text: text!("remove rombar=0, or the ROM file if the guest needs none"),
                })
        })
        .collect()
}

/// Whether the text complains of a missing picture, or of code 43.
fn is_dark(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut symptoms = host.words.symptoms.iter();
    symptoms.any(|found| found.value == Symptom::NoPicture)
        || host.words.code_43_statement.is_some()
}

/// The line that disables the ROM BAR of the function: that of the ROM file, or in Proxmox VE `args`
/// with `-set device.hostpci0.rombar=0`, of the first of several functions `device.hostpci0.0`.
fn bar_off(args: &BTreeMap<&str, (String, Evidence)>, rom: &NamedRom) -> Option<Evidence> {
    const OFF: [&str; 4] = ["rombar=0", "rombar=off", "bar='off'", "bar=\"off\""];
    let line = rom.evidence.text.to_ascii_lowercase();
    if OFF.iter().any(|setting| line.contains(setting)) {
        return Some(rom.evidence.clone());
    }
    let (args, shown) = args.get(&*rom.evidence.source)?;
    let (key, _) = line.trim().split_once(':')?;
    let is_off = ["", ".0"].iter().any(|function| {
        let setting = format!("device.{key}{function}.rombar=");
        let is = |value: &str| args.contains(&format!("{setting}{value}"));
        is("0") || is("off")
    });
    is_off.then(|| shown.clone())
}

/// Whether the name of a ROM file says that it is a driver of UEFI alone.
fn is_gop_by_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.to_ascii_lowercase().contains("gop")
}

fn needs_uefi(context: &Context<'_>) -> Vec<Diagnostic> {
    let roms = context.host.guests.named_roms.iter();
    roms.filter(|rom| {
        let is_seabios = rom.guest == Some(Guest::SeaBios);
        // A file in the input is verified.
        is_seabios && matches!(rom.bytes, Lookup::NotShown) && is_gop_by_name(&rom.path)
    })
    .map(|rom| {
        let title = text!(
            "the ROM file {path} is a UEFI driver by its name, and the guest starts with SeaBIOS, \
             which does not run it",
            path = rom.path
        );
        Diagnostic::new(Verdict::Fix, title)
            .of([rom.address])
            .evidence([rom.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "guest-uefi",
                text: if rom.setting == RomSetting::Proxmox {
                    text!(
                        "set bios: ovmf for the guest and add an EFI disk; a system that was \
                         installed with SeaBIOS needs a conversion (Windows: mbr2gpt), or a new \
                         installation"
                    )
                } else {
                    text!(
                        "start the guest with OVMF; a system that was installed with SeaBIOS needs \
                         a conversion (Windows: mbr2gpt), or a new installation"
                    )
                },
            })
    })
    .collect()
}

fn not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    // The guest that runs was started with the file.
    let mut news = context.host.words.good_news.iter();
    if news.any(|one| matches!(one, GoodNews::Runs(_))) {
        return Vec::new();
    }
    let roms = context.host.guests.named_roms.iter();
    roms.filter(|rom| matches!(rom.bytes, Lookup::NotShown))
        .map(|rom| {
            let title = text!(
                "not in the input: whether the ROM file {path} exists and fits {address}",
                path = rom.path,
                address = rom.address
            );
            Diagnostic::new(Verdict::Unknown, title)
                .of([rom.address])
                .evidence([rom.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "check-rom-file",
                    text: text!(
                        "check that {path} exists on the host, and is the ROM of this card",
                        path = shell_word(&rom.path)
                    ),
                })
        })
        .collect()
}

fn of_other_function(context: &Context<'_>) -> Vec<Diagnostic> {
    let roms = &context.host.guests.named_roms;
    roms.iter()
        .filter(|rom| {
            let is_of_graphics = |other: &NamedRom| {
                let is_first = other.address.function() == 0;
                // The alternatives of a resource mapping have one line.
                is_first
                    && other.address.slot() == rom.address.slot()
                    && other.path == rom.path
                    && other.evidence != rom.evidence
            };
            rom.address.function() != 0 && roms.iter().any(is_of_graphics)
        })
        .map(|rom| {
            let title = text!(
                "{address} has the ROM file of the graphics function, {path}",
                address = rom.address,
                path = rom.path
            );
            Diagnostic::new(Verdict::Fix, title)
                .of([rom.address])
                .evidence([rom.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "remove-rom-file",
                    text: text!(
                        "remove the ROM file from {address}: only function 0 needs it",
                        address = rom.address
                    ),
                })
        })
        .collect()
}

fn missing(context: &Context<'_>) -> Vec<Diagnostic> {
    let roms = context.host.guests.named_roms.iter();
    roms.filter(|rom| matches!(rom.bytes, Lookup::Absent))
        .map(|rom| {
            let title = text!("the guest's ROM file {path} is missing", path = rom.path);
            Diagnostic::new(Verdict::Blocker, title)
                .of([rom.address])
                .evidence([rom.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "put-rom-file",
                    text: text!(
                        "copy the ROM file to that path, or remove it from the guest's \
                         configuration; `passthru rom dump {address} -o card.rom` reads the \
                         card's ROM",
                        address = rom.address
                    ),
                })
        })
        .collect()
}

fn faulty(context: &Context<'_>) -> Vec<Diagnostic> {
    let roms = context.host.guests.named_roms.iter();
    roms.filter_map(|rom| one(context, rom)).collect()
}

fn one(context: &Context<'_>, rom: &NamedRom) -> Option<Diagnostic> {
    let shown = rom
        .bytes
        .clone()
        .shown(&rom.path, |bytes| format!("{} bytes", bytes.len()));
    let (bytes, place) = shown.found()?;
    let device = context.host.devices.get(&rom.address);
    let target = Target {
        id: device.and_then(|device| device.id.as_ref().map(|id| id.value)),
        subsystem: device.and_then(|device| device.subsystem.as_ref().map(|one| one.value)),
        class: device.and_then(|device| device.class.as_ref().map(|class| class.value)),
        guest: rom.guest,
        ..Target::default()
    };
    let report = vbios::verify(&Rom::parse(&bytes), &bytes, &target);
    let worst = report
        .findings
        .iter()
        .filter(|finding| finding.verdict.is_problem())
        .min_by_key(|finding| finding.verdict)?;
    let verdict = match worst.verdict {
        RomVerdict::Blocker => Verdict::Blocker,
        _ => Verdict::Fix,
    };
    let title = text!(
        "the ROM file {path}: {worst}",
        path = rom.path,
        worst = worst.title
    );
    Some(
        Diagnostic::new(verdict, title)
            .of([rom.address])
            .evidence([rom.evidence.clone(), place])
            .remedy(Remedy::Manual {
                step: "verify-rom-file",
                text: text!(
                    "run `passthru rom verify {path} --for {address}` for all problems and \
                     remedies [{code}]",
                    path = shell_word(&rom.path),
                    address = rom.address,
                    code = worst.code
                ),
            }),
    )
}
