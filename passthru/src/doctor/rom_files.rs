//! The ROM files that guests are given.

use pci_core::tree::Lookup;
use vbios::Rom;
use vbios::verify::{Target, Verdict as RomVerdict};

use super::rule::{Context, Rule, Said};
use crate::finding::Verdict;
use crate::host::NamedRom;
use crate::remedy::{Remedy, shell_word};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "rom-file-missing",
        meaning: "A guest's configuration names a ROM file that the host does not have: the guest \
                  does not start. Proxmox VE looks in /usr/share/kvm.",
        source: "Proxmox VE, qm.conf(5), hostpci; QEMU hw/pci/pci.c, pci_add_option_rom",
        causes: &[],
        check: missing,
    },
    Rule {
        code: "rom-file-faulty",
        meaning: "The ROM file that a guest is given does not serve its card or its firmware. \
                  passthru rom verify tells all that is wrong with it.",
        source: "vbios/data/findings.tsv, with a source for each fault",
        causes: &[],
        check: faulty,
    },
];

fn missing(context: &Context<'_>) -> Vec<Said> {
    let roms = context.host.named_roms.iter();
    roms.filter(|rom| matches!(rom.bytes, Lookup::Absent))
        .map(|rom| {
            let title = format!("the guest's ROM file {} is not there", rom.path);
            Said::new(Verdict::Blocker, title)
                .of([rom.address])
                .shown_by([rom.evidence.clone()])
                .mend(Remedy::Manual {
                    step: "put-rom-file",
                    text: format!(
                        "put the ROM file there, or take it out of the guest's configuration; \
                         `passthru rom dump {:#} -o card.rom` reads the card's",
                        rom.address
                    ),
                })
        })
        .collect()
}

fn faulty(context: &Context<'_>) -> Vec<Said> {
    let roms = context.host.named_roms.iter();
    roms.filter_map(|rom| one(context, rom)).collect()
}

fn one(context: &Context<'_>, rom: &NamedRom) -> Option<Said> {
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
        .filter(|finding| finding.verdict.is_fault())
        .min_by_key(|finding| finding.verdict)?;
    let verdict = match worst.verdict {
        RomVerdict::Blocker => Verdict::Blocker,
        _ => Verdict::Fix,
    };
    let title = format!("the ROM file {}: {}", rom.path, worst.text);
    Some(
        Said::new(verdict, title)
            .of([rom.address])
            .shown_by([rom.evidence.clone(), place])
            .mend(Remedy::Manual {
                step: "verify-rom-file",
                text: format!(
                    "`passthru rom verify {} --for {:#}` names the edit that corrects it [{}]",
                    shell_word(&rom.path),
                    rom.address,
                    worst.code
                ),
            }),
    )
}
