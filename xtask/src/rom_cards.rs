//! Verdicts of the ROMs of a directory, each for the card that it is from: IDs from its own PCI data
//! structure, the board's from its own tables. An alarm is a finding that must be fixed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use pci_core::{ClassCode, PciId, SubsystemId};
use vbios::verify::{Guest, RomReport, Target};
use vbios::{CodeType, Rom, verify};

/// Alarms of all files, by code.
#[derive(Default)]
pub(crate) struct OwnCards {
    judged: usize,
    alarmed: usize,
    /// Files with an alarm that is about the card, and not about the file: always false.
    false_alarms: usize,
    alarms: BTreeMap<&'static str, Vec<String>>,
}

/// Codes of findings that compare the ROM with its card or its guest. A ROM for its own card has
/// none, whatever else is wrong with the file.
const ABOUT_CARD: [&str; 8] = [
    "rom-decimal-id",
    "rom-no-efi",
    "rom-no-x86",
    "rom-other-board",
    "rom-other-device",
    "rom-other-function",
    "rom-other-vendor",
    "rom-seabios-id",
];

impl OwnCards {
    /// Verifies `file` for its own card, in each guest that has an image for it, and with OVMF.
    pub(crate) fn add(&mut self, path: &Path, rom: &Rom, file: &[u8]) {
        let Some(card) = card(path, rom) else {
            return;
        };
        self.judged += 1;
        let has_x86 = rom
            .images
            .iter()
            .any(|image| image.code_type == CodeType::X86);
        let mut guests = vec![None, Some(Guest::Ovmf)];
        guests.extend(has_x86.then_some(Some(Guest::SeaBios)));
        let mut codes: Vec<&str> = Vec::new();
        for guest in guests {
            let target = Target { guest, ..card };
            codes.extend(alarms(&verify(rom, file, &target)));
        }
        codes.sort_unstable();
        codes.dedup();
        self.alarmed += usize::from(!codes.is_empty());
        self.false_alarms += usize::from(codes.iter().any(|code| ABOUT_CARD.contains(code)));
        for code in codes {
            let name = path.display().to_string();
            self.alarms.entry(code).or_default().push(name);
        }
    }

    /// Whether more than 1 % of the files have an alarm about their own card.
    pub(crate) const fn too_many_false_alarms(&self) -> bool {
        self.false_alarms * 100 > self.judged
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "{} files for their own card: {} with an alarm, {} with an alarm about the card\n",
            self.judged, self.alarmed, self.false_alarms
        );
        for (code, files) in &self.alarms {
            let _ = writeln!(text, "{:6} {code}", files.len());
            for file in files {
                let _ = writeln!(text, "         {}", file.escape_debug());
            }
        }
        text
    }
}

fn alarms(report: &RomReport) -> impl Iterator<Item = &'static str> {
    let findings = report.findings.iter();
    findings
        .filter(|finding| finding.verdict.is_problem())
        .map(|finding| finding.code)
}

/// The card that the ROM is from; `None` without an image. A driver whose file is named for the GOP
/// is that of the audio function, as the guides for AMD's integrated GPUs attach it.
fn card(path: &Path, rom: &Rom) -> Option<Target> {
    let named = |image: &&vbios::Image| image.id != PciId::new(0, 0);
    let image = rom.images.iter().find(named).or(rom.images.first())?;
    let efi_alone = rom
        .images
        .iter()
        .all(|image| image.code_type == CodeType::EFI);
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let audio = efi_alone && name.contains("gop") && !name.contains("intel");
    let graphics = matches!(image.id.vendor.0, 0x1002 | 0x10de);
    let class = if audio {
        ClassCode::new(4, 3, Some(0))
    } else if graphics || image.class_code == ClassCode::new(0, 0, Some(0)) {
        ClassCode::new(3, 0, Some(0))
    } else {
        image.class_code
    };
    // AMD's integrated GPUs have the board's IDs in configuration space, and AMD's in the ROM.
    let subsystem = rom.board.as_ref().and_then(|board| board.subsystem);
    let of_chip = |id: &SubsystemId| *id == SubsystemId::new(0x1002, 0x1002);
    Some(Target {
        id: Some(decimal(image.id)),
        subsystem: match subsystem {
            Some(id) if of_chip(&id) => Some(SubsystemId::new(0x1043, 0x8877)),
            other => other,
        },
        class: Some(class),
        ..Target::default()
    })
}

/// The card's ID, of a ROM that was built with decimal numbers: 03ea is 1002.
fn decimal(id: PciId) -> PciId {
    let hex = |number: u16| u16::from_str_radix(&format!("{number:04}"), 16).unwrap_or(number);
    match id.vendor.0 {
        0x03ea => PciId::new(0x1002, hex(id.device.0)),
        _ => id,
    }
}
