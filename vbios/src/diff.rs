//! Differences between two ROMs.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use list_order::Order as _;

use crate::board::{Board, VendorTables};
use crate::image::Image;
use crate::rom::Rom;

/// A difference between two ROMs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RomDifference {
    /// Place: `prefix`, `EFI image 1`, `board`, `tail`.
    pub place: String,
    /// Field.
    pub field: &'static str,
    /// Value in the first ROM; `None` if absent.
    pub left: Option<String>,
    /// Value in the second ROM; `None` if absent.
    pub right: Option<String>,
}

/// The differences between two ROMs, field by field: `left` was parsed from `left_file`, `right`
/// from `right_file`.
///
/// Images are compared with those of the same kind: the first EFI image with the first EFI image.
/// Bytes of an image that are in no known field are counted.
///
/// ```
/// use vbios::{Rom, diff};
/// let file = b"no ROM";
/// assert!(diff(&Rom::parse(file), file, &Rom::parse(file), file).is_empty());
/// ```
#[must_use]
pub fn diff(left: &Rom, left_file: &[u8], right: &Rom, right_file: &[u8]) -> Vec<RomDifference> {
    let mut differences = Differences::default();
    differences.fields("prefix", &prefix_fields(left), &prefix_fields(right));
    images(&mut differences, (left, left_file), (right, right_file));
    let (l, r) = (left.board.as_ref(), right.board.as_ref());
    differences.fields(
        "board",
        &l.map(board_fields).unwrap_or_default(),
        &r.map(board_fields).unwrap_or_default(),
    );
    differences.fields("tail", &tail_fields(left), &tail_fields(right));
    let tail = |rom: &Rom, file: &[u8]| rom.end_pcir(file);
    let tails = (
        left_file.get(tail(left, left_file)..).unwrap_or_default(),
        right_file
            .get(tail(right, right_file)..)
            .unwrap_or_default(),
    );
    if left.tail_length == right.tail_length {
        differences.bytes("tail", tails.0, tails.1);
    }
    differences.0
}

type Fields = Vec<(&'static str, Option<String>)>;

#[derive(Default)]
struct Differences(Vec<RomDifference>);

impl Differences {
    /// Compares fields of the same name; each name occurs at most once.
    fn fields(&mut self, place: &str, left: &Fields, right: &Fields) {
        let find = |fields: &Fields, name| {
            let field = fields.iter().find(|(field, _)| *field == name);
            field.and_then(|(_, value)| value.clone())
        };
        let mut names: Vec<&'static str> = left.iter().map(|(name, _)| *name).collect();
        for (name, _) in right {
            if !names.contains(name) {
                names.push(name);
            }
        }
        for field in names {
            let (left, right) = (find(left, field), find(right, field));
            if left != right {
                self.0.push(RomDifference {
                    place: place.to_string(),
                    field,
                    left,
                    right,
                });
            }
        }
    }

    /// Compares bytes that are in no field.
    fn bytes(&mut self, place: &str, left: &[u8], right: &[u8]) {
        let differ = |(a, b): &(&u8, &u8)| a != b;
        let count = left.iter().zip(right).filter(differ).count();
        if count == 0 {
            return;
        }
        let first = left.iter().zip(right).position(|(a, b)| a != b);
        let differ = if count == 1 {
            "1 byte differs".to_string()
        } else {
            format!("{count} bytes differ")
        };
        let text = format!("{differ}, the first at {:#x}", first.unwrap_or(0));
        self.0.push(RomDifference {
            place: place.to_string(),
            field: "content",
            left: None,
            right: Some(text),
        });
    }
}

fn prefix_fields(rom: &Rom) -> Fields {
    let version = rom
        .prefix
        .flash_header
        .as_ref()
        .map(|header| header.version);
    [
        ("length", Some(rom.prefix.length.to_string())),
        (
            "flash header version",
            version.map(|version| version.to_string()),
        ),
    ]
    .into()
}

fn tail_fields(rom: &Rom) -> Fields {
    let backup = rom.backup.map(|backup| format!("{:#x}", backup.offset));
    [
        ("length", Some(rom.tail_length.to_string())),
        ("second copy", backup),
    ]
    .into()
}

/// All images: the PCI chain, then those only in NVIDIA's chain.
fn all_images(rom: &Rom) -> Vec<&Image> {
    let known = |offset| {
        rom.images
            .binary_search_by_key(&offset, |image| image.offset)
    };
    let mut further = rom.nvidia_images.iter().collect::<Vec<_>>();
    further.retain(|image| known(image.offset).is_err());
    rom.images.iter().chain(further).collect()
}

fn images(differences: &mut Differences, left: (&Rom, &[u8]), right: (&Rom, &[u8])) {
    // By kind, so that each image is visited once.
    let mut unmatched: BTreeMap<Kind, VecDeque<&Image>> = BTreeMap::new();
    for image in all_images(right.0) {
        unmatched.entry(kind(image)).or_default().push_back(image);
    }
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for image in all_images(left.0) {
        let place = number(&mut counted, image);
        let partner = unmatched
            .get_mut(&kind(image))
            .and_then(VecDeque::pop_front);
        compare(differences, &place, (image, left.1), (partner, right.1));
    }
    let mut rest: Vec<&Image> = unmatched.into_values().flatten().collect();
    rest.order_by_key(|image| image.offset);
    for image in rest {
        let place = number(&mut counted, image);
        let right = image_fields(image);
        differences.fields(&place, &Fields::new(), &right);
    }
}

/// Code type, machine of an EFI image, signature.
type Kind = (u8, Option<u16>, u16);

/// The kind of an image; only images of the same kind are compared.
fn kind(image: &Image) -> Kind {
    let machine = image.efi.map(|efi| efi.machine.0);
    (image.code_type.0, machine, image.signature.0)
}

/// `EFI image 2`: the kind, and the number within the kind.
fn number(counted: &mut BTreeMap<String, usize>, image: &Image) -> String {
    let kind = image.code_type.to_string();
    let number = counted.entry(kind.clone()).or_default();
    *number += 1;
    format!("{kind} image {number}")
}

fn compare(
    differences: &mut Differences,
    place: &str,
    (image, file): (&Image, &[u8]),
    (partner, other): (Option<&Image>, &[u8]),
) {
    let left = image_fields(image);
    let Some(partner) = partner else {
        return differences.fields(place, &left, &Fields::new());
    };
    let before = differences.0.len();
    differences.fields(place, &left, &image_fields(partner));
    let (a, b) = (image.bytes(file), partner.bytes(other));
    // A differing field is reported as such, not as bytes.
    if differences.0.len() == before || a.len() == b.len() {
        differences.bytes(place, a, b);
    }
}

fn image_fields(image: &Image) -> Fields {
    let hex = |value: usize| format!("{value:#x}");
    let list = image.device_list.iter().map(ToString::to_string);
    let list = list.collect::<Vec<_>>().join(" ");
    let efi = image.efi.as_ref();
    let extension = image.extension.as_ref();
    let subsystem = extension.and_then(|extension| extension.subsystem);
    let version = extension.and_then(|extension| extension.efi_version);
    let checksum = image
        .checksum_ok
        .map(|ok| if ok { "valid" } else { "invalid" });
    [
        ("offset", Some(hex(image.offset))),
        ("length", Some(hex(image.length_pcir))),
        ("NVIDIA length", image.length_npde.map(hex)),
        ("initialization size", image.length_header.map(hex)),
        ("id", Some(image.id.to_string())),
        ("device list", (!list.is_empty()).then_some(list)),
        ("class", Some(image.class_code.to_string())),
        (
            "vendor revision",
            Some(hex(usize::from(image.vendor_revision))),
        ),
        (
            "structure revision",
            Some(image.structure_revision.to_string()),
        ),
        ("last", Some(image.last.to_string())),
        ("checksum", checksum.map(ToString::to_string)),
        ("machine", efi.map(|efi| efi.machine.to_string())),
        (
            "subsystem",
            efi.map(|efi| hex(usize::from(efi.subsystem.0))),
        ),
        ("compression", efi.map(|efi| efi.compression.0.to_string())),
        ("board", subsystem.map(|id| id.to_string())),
        (
            "driver version",
            version.map(|version| format!("{version:#x}")),
        ),
    ]
    .into()
}

fn board_fields(board: &Board) -> Fields {
    let subsystem = board.subsystem.map(|id| id.to_string());
    let mut fields: Fields = match &board.tables {
        VendorTables::Nvidia(bit) => {
            let strings = bit.strings.clone();
            [
                (
                    "version",
                    bit.bios_version.map(|version| version.to_string()),
                ),
                (
                    "internal version",
                    bit.internal_version.map(|version| version.to_string()),
                ),
                ("sign-on", strings.sign_on),
                ("version text", strings.version),
                ("copyright", strings.copyright),
                ("OEM", strings.oem),
                ("vendor", strings.vendor),
                ("product", strings.product),
                ("product revision", strings.product_revision),
            ]
            .into()
        }
        VendorTables::Amd(atom) => {
            let revision = format!("{}.{}", atom.format_revision, atom.content_revision);
            [
                ("part number", atom.part_number.clone()),
                ("message", atom.message.clone()),
                ("configuration file", atom.configuration_file.clone()),
                ("table revision", Some(revision)),
                (
                    "command table",
                    Some(format!("{:#x}", atom.command_table_offset)),
                ),
                ("data table", Some(format!("{:#x}", atom.data_table_offset))),
            ]
            .into()
        }
        VendorTables::Intel(table) => [
            ("platform", table.platform.clone()),
            ("version", Some(format!("{:#x}", table.version))),
            (
                "blocks version",
                table.blocks_version.map(|version| version.to_string()),
            ),
        ]
        .into(),
    };
    fields.insert(0, ("subsystem", subsystem));
    fields.insert(1, ("date", board.date().map(ToString::to_string)));
    fields
}

impl core::fmt::Display for RomDifference {
    /// `EFI image 1: id: 10de:1c03 -> 10de:1c02`
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}: ", self.place, self.field)?;
        match (&self.left, &self.right) {
            (Some(left), Some(right)) => write!(f, "{left} -> {right}"),
            (None, Some(right)) if self.field == "content" => f.write_str(right),
            (None, Some(right)) => write!(f, "none -> {right}"),
            (Some(left), None) => write!(f, "{left} -> none"),
            (None, None) => Ok(()),
        }
    }
}
