//! The JSON forms of option ROMs. Fields may be added, never renamed.

use pci_core::{PciId, SubsystemId};
use serde::Serialize;
use vbios::edit::{Edited, ImagePart};
use vbios::efi::{Authenticode, Executable, driver_name};
use vbios::{Carved, Rom, RomDifference, Vfct, verify};

/// `passthru rom info --json`.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct RomDocument<'a> {
    /// The version of this form.
    pub schema: &'static str,
    /// The images of the ROM.
    #[serde(flatten)]
    pub rom: &'a Rom,
}

/// The form of a parsed ROM.
#[must_use]
pub const fn info(rom: &Rom) -> RomDocument<'_> {
    RomDocument {
        schema: "passthru-rom/1",
        rom,
    }
}

/// `passthru rom verify --json`.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Verification<'a> {
    /// The version of this form.
    pub schema: &'static str,
    /// Acceptance of the ROM by each consumer, and the findings.
    #[serde(flatten)]
    pub report: &'a verify::RomReport,
}

/// The form of a report on a ROM.
#[must_use]
pub const fn verification(report: &verify::RomReport) -> Verification<'_> {
    Verification {
        schema: "passthru-rom-verify/1",
        report,
    }
}

/// `passthru rom diff --json`.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Differences<'a> {
    /// The version of this form.
    pub schema: &'static str,
    /// In which fields the ROMs differ.
    pub differences: &'a [RomDifference],
}

/// The form of the differences between two ROMs.
#[must_use]
pub const fn differences(differences: &[RomDifference]) -> Differences<'_> {
    Differences {
        schema: "passthru-rom-diff/1",
        differences,
    }
}

/// `passthru rom carve --json`.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct CarvedRoms<'a> {
    /// The version of this form.
    pub schema: &'static str,
    /// The ROMs in the order of the file.
    pub roms: Vec<CarvedRom<'a>>,
}

/// One ROM that was found in a file.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct CarvedRom<'a> {
    /// Where it starts in the file, in bytes.
    pub offset: usize,
    /// Length in bytes.
    pub length: usize,
    /// The ROM; its offsets are relative to its start.
    pub rom: &'a Rom,
}

/// The form of the ROMs that were found in a file.
#[must_use]
pub fn carved(carved: &[Carved]) -> CarvedRoms<'_> {
    let roms = carved.iter().map(|found| CarvedRom {
        offset: found.offset,
        length: found.length,
        rom: &found.rom,
    });
    CarvedRoms {
        schema: "passthru-rom-carve/1",
        roms: roms.collect(),
    }
}

/// `passthru rom vfct --json`.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct VfctDocument {
    /// The version of this form.
    pub schema: &'static str,
    /// Whether the table's bytes add up to 0.
    pub checksum_ok: bool,
    /// The video BIOSes in it.
    pub images: Vec<VfctRom>,
}

/// One video BIOS of a VFCT table.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct VfctRom {
    /// The function that it is for: bus, device and function as numbers.
    pub function: [u32; 3],
    /// The ids of the function.
    pub id: PciId,
    /// The ids of the board.
    pub subsystem: SubsystemId,
    /// Where the ROM starts in the table, in bytes.
    pub offset: usize,
    /// Length in bytes.
    pub length: usize,
}

/// The form of a VFCT table.
#[must_use]
pub fn vfct(table: &Vfct) -> VfctDocument {
    let images = table.images.iter().map(|image| VfctRom {
        function: [image.bus, image.device, image.function],
        id: image.id,
        subsystem: image.subsystem,
        offset: image.offset,
        length: image.length,
    });
    VfctDocument {
        schema: "passthru-rom-vfct/1",
        checksum_ok: table.checksum_ok,
        images: images.collect(),
    }
}

/// Changes of an edit of a ROM, with `--json`.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct EditedRom {
    /// The version of this form.
    pub schema: &'static str,
    /// Length of the file after the edit, in bytes.
    pub length: usize,
    /// Differences from the source, in the order of offsets.
    pub changes: Vec<RomChange>,
}

/// One run of bytes that an edit changed.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct RomChange {
    /// Where it is, in bytes from the start of the source.
    pub offset: usize,
    /// Number of bytes of the source there.
    pub removed: usize,
    /// Number of bytes there now.
    pub inserted: usize,
    /// The bytes of the source in hex, where they are few; else `null`.
    pub before: Option<String>,
    /// The bytes there now in hex, if they are few; otherwise `null`.
    pub after: Option<String>,
    /// Why.
    pub reason: String,
}

/// Runs up to this many bytes are shown byte by byte.
const SHOWN: usize = 64;

/// The form of an edit.
#[must_use]
pub fn edited(edited: &Edited) -> EditedRom {
    let hex = |bytes: &[u8]| -> Option<String> {
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        (bytes.len() <= SHOWN).then(|| digits.collect())
    };
    let changes = edited.changes.iter().map(|change| RomChange {
        offset: change.offset,
        removed: change.before.len(),
        inserted: change.after.len(),
        before: hex(&change.before),
        after: hex(&change.after),
        reason: change.reason.clone(),
    });
    EditedRom {
        schema: "passthru-rom-edit/1",
        length: edited.bytes.len(),
        changes: changes.collect(),
    }
}

/// `passthru rom extract --json`.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Extracted {
    /// The version of this form.
    pub schema: &'static str,
    /// The extracted images and drivers, in the order of the ROM.
    pub parts: Vec<ExtractedPart>,
}

/// An image or driver extracted from a ROM.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct ExtractedPart {
    /// The image's place in the ROM, from 0.
    pub number: usize,
    /// Which kind of machine it is for.
    pub code_type: u8,
    /// Length in bytes.
    pub length: usize,
    /// Facts of the driver, if it is one.
    pub driver: Option<ExtractedDriver>,
}

/// An EFI driver.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct ExtractedDriver {
    /// `PE32`, `PE32+` or `TE`.
    pub format: String,
    /// The processor that it is for.
    pub machine: String,
    /// Name of the driver in its data.
    pub name: Option<String>,
    /// Its signatures; `null` where they cannot be read.
    pub signatures: Option<Vec<DriverSignature>>,
}

/// A signature of an EFI driver.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct DriverSignature {
    /// Which digest was signed.
    pub algorithm: String,
    /// Whether the digest matches: `false` if the driver was changed after it was signed; `null` if
    /// unknown.
    pub digest_matches: Option<bool>,
    /// Whether the signature was made with the keys of its certificates; `null` if unknown.
    pub valid: Option<bool>,
    /// The signers by their certificates' common names.
    pub signers: Vec<DriverSigner>,
}

/// Who signed a driver.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct DriverSigner {
    /// The signer.
    pub subject: Option<String>,
    /// Who issued the signer's certificate.
    pub issuer: Option<String>,
}

/// Returns the JSON form of extracted images and drivers.
#[must_use]
pub fn extracted(parts: &[ImagePart]) -> Extracted {
    let part = |part: &ImagePart| ExtractedPart {
        number: part.number,
        code_type: part.code_type.0,
        length: part.bytes.len(),
        driver: driver(&part.bytes),
    };
    Extracted {
        schema: "passthru-rom-extract/1",
        parts: parts.iter().map(part).collect(),
    }
}

/// Facts of the EFI driver `bytes`; `None` if they are not an executable.
#[must_use]
pub fn driver(bytes: &[u8]) -> Option<ExtractedDriver> {
    let executable = Executable::read(bytes).ok()?;
    let signature = |signature: Authenticode| DriverSignature {
        algorithm: signature.algorithm.to_string(),
        digest_matches: signature.digest_matches(),
        valid: signature.is_valid(),
        signers: signature
            .signers
            .into_iter()
            .map(|signer| DriverSigner {
                subject: signer.subject,
                issuer: signer.issuer,
            })
            .collect(),
    };
    let signatures = Authenticode::read(bytes, &executable).ok();
    Some(ExtractedDriver {
        format: executable.form.to_string(),
        machine: executable.machine.to_string(),
        name: driver_name(bytes),
        signatures: signatures.map(|all| all.into_iter().map(signature).collect()),
    })
}
