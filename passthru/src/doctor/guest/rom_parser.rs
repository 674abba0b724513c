//! ROMs that rom-parser read.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

const SOURCE: &str = "github.com/awilliam/rom-parser; PCI Firmware Specification 3.2, section 5.1, \
                      code types; UEFI 2.10, section 14.4";

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "rom-parser-efi",
        meaning: "rom-parser lists an EFI image (type 3): a guest with OVMF shows a picture \
                  before its driver loads. passthru rom verify also checks the checksums, the \
                  signatures and the card.",
        source: SOURCE,
        causes: &[],
        check: with_efi,
    },
    Rule {
        code: "rom-parser-no-efi",
        meaning: "rom-parser lists all images of the ROM, and none is an EFI image (type 3): a \
                  guest with OVMF shows no picture until its driver loads. The assignment works; \
                  a guest with SeaBIOS uses the x86 image (type 0).",
        source: SOURCE,
        causes: &[],
        check: without_efi,
    },
];

fn with_efi(context: &Context<'_>) -> Vec<Diagnostic> {
    let roms = context.host.lines.parsed_roms().iter();
    roms.filter(|rom| rom.value.has_efi)
        .map(|rom| {
            let title = match rom.value.id {
                Some(id) => text!("the ROM of {id} has an EFI image", id),
                None => text!("the ROM has an EFI image"),
            };
            Diagnostic::new(Verdict::Ok, title).evidence([rom.evidence.clone()])
        })
        .collect()
}

fn without_efi(context: &Context<'_>) -> Vec<Diagnostic> {
    let roms = context.host.lines.parsed_roms().iter();
    // Another image may follow in a cut text.
    roms.filter(|rom| rom.value.is_whole && !rom.value.has_efi)
        .map(|rom| {
            let title = text!(
                "the ROM has no EFI image: a guest with OVMF shows no picture until its driver \
                 loads"
            );
            Diagnostic::new(Verdict::Harmless, title)
                .evidence([rom.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "rom-with-efi",
                    text: text!(
                        "dump the ROM again (passthru rom dump), or add an EFI driver (passthru \
                         rom add); without a picture at boot nothing is needed"
                    ),
                })
        })
        .collect()
}
