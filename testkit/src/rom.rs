//! Builds ROM files.

/// A ROM image to build.
#[derive(Clone)]
pub struct ImageBuilder {
    /// The first two bytes: `55 aa`, or `VN` of NVIDIA's own.
    pub signature: [u8; 2],
    /// The signature of its structure: `PCIR`, or `NPDS`.
    pub structure: [u8; 4],
    /// The code type: 0 x86, 3 EFI.
    pub code_type: u8,
    /// The vendor's id.
    pub vendor: u16,
    /// The device's id.
    pub device: u16,
    /// Base class, sub-class, programming interface.
    pub class: [u8; 3],
    /// The image's length in blocks of 512 bytes, also in its data structure.
    pub blocks: u16,
    /// Blocks that the header says; of an EFI image the word.
    pub header_blocks: u16,
    /// Where its structure starts.
    pub structure_at: usize,
    /// The revision of its structure: 0, or 3 with a list of devices.
    pub revision: u8,
    /// The vendor's revision of the code.
    pub vendor_revision: u16,
    /// The last byte of its structure: bit 7 is the last-image indicator.
    pub indicator: u8,
    /// Devices beside `device`.
    pub list: Vec<u16>,
    /// NVIDIA's extension after the structure.
    pub extension: Option<ExtensionBuilder>,
    /// The machine in an EFI image's header.
    pub machine: u16,
    /// The subsystem in an EFI image's header.
    pub subsystem: u16,
    /// The compression in an EFI image's header.
    pub compression: u16,
    /// Driver of an EFI image.
    pub payload: Vec<u8>,
    /// Bytes that overwrite others, before the checksum is corrected.
    pub patches: Vec<(usize, Vec<u8>)>,
    /// Whether the checksum of an x86 image is corrected, in its last byte.
    pub balanced: bool,
}

/// NVIDIA's extension to build.
#[derive(Clone)]
pub struct ExtensionBuilder {
    /// Its length in bytes, as it says.
    pub length: u16,
    /// The blocks of 512 bytes that it says.
    pub blocks: u16,
    /// Last-image flag.
    pub last: bool,
    /// The version of the EFI driver.
    pub efi_version: u32,
    /// Subsystem IDs: vendor, device.
    pub subsystem: [u16; 2],
}

impl ExtensionBuilder {
    /// An extension of 12 bytes.
    pub fn new(blocks: u16, last: bool) -> Self {
        Self {
            length: 12,
            blocks,
            last,
            efi_version: 0,
            subsystem: [0; 2],
        }
    }

    /// Sets the subsystem IDs.
    pub fn subsystem(mut self, vendor: u16, device: u16) -> Self {
        self.length = 20;
        self.subsystem = [vendor, device];
        self
    }

    /// Sets the version of the EFI driver.
    pub fn efi_version(mut self, version: u32) -> Self {
        self.length = 16;
        self.efi_version = version;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"NPDE\x01\x01".to_vec();
        bytes.extend(self.length.to_le_bytes());
        bytes.extend(self.blocks.to_le_bytes());
        bytes.extend([u8::from(self.last) << 7, 0]);
        bytes.extend(self.efi_version.to_le_bytes());
        bytes.extend(self.subsystem.iter().flat_map(|id| id.to_le_bytes()));
        bytes.truncate(usize::from(self.length));
        bytes
    }
}

/// Where the tables of [`ImageBuilder::nvidia_tables`] and
/// [`ImageBuilder::amd_tables`] start in the image.
pub const TABLES: usize = 0x100;

/// Where the driver of an EFI image starts in the image.
pub const PAYLOAD: usize = 0xa0;

impl ImageBuilder {
    /// An x86 image of so many blocks for `10de:2d04`, the last of its chain.
    pub fn x86(blocks: u16) -> Self {
        Self {
            signature: [0x55, 0xaa],
            structure: *b"PCIR",
            code_type: 0,
            vendor: 0x10de,
            device: 0x2d04,
            class: [3, 0, 0],
            blocks,
            header_blocks: blocks,
            structure_at: 0x40,
            revision: 0,
            vendor_revision: 1,
            indicator: 0x80,
            list: Vec::new(),
            extension: None,
            machine: 0x8664,
            subsystem: 0x0b,
            compression: 0,
            payload: Vec::new(),
            patches: Vec::new(),
            balanced: true,
        }
    }

    /// An EFI image with an uncompressed x64 driver.
    pub fn efi(blocks: u16) -> Self {
        Self {
            code_type: 3,
            revision: 3,
            payload: driver(0x8664, &[0x31, 0xc0, 0xc3]),
            ..Self::x86(blocks)
        }
    }

    /// One of NVIDIA's own images.
    pub fn nvidia(blocks: u16, code_type: u8) -> Self {
        Self {
            signature: *b"VN",
            structure: *b"NPDS",
            code_type,
            balanced: false,
            ..Self::x86(blocks)
        }
    }

    /// Sets the ids.
    pub fn id(mut self, vendor: u16, device: u16) -> Self {
        (self.vendor, self.device) = (vendor, device);
        self
    }

    /// Clears the last-image indicator.
    pub fn more(mut self) -> Self {
        self.indicator &= 0x7f;
        self
    }

    /// Appends NVIDIA's extension to the structure.
    pub fn extension(mut self, extension: ExtensionBuilder) -> Self {
        self.extension = Some(extension);
        self
    }

    /// Overwrites bytes of the image.
    pub fn patch(mut self, at: usize, bytes: &[u8]) -> Self {
        self.patches.push((at, bytes.to_vec()));
        self
    }

    /// Leaves the checksum uncorrected.
    pub fn unbalanced(mut self) -> Self {
        self.balanced = false;
        self
    }

    /// Adds further devices to the image.
    pub fn list(mut self, devices: &[u16]) -> Self {
        (self.revision, self.list) = (3, devices.to_vec());
        self
    }

    /// NVIDIA's tables: `VIDEO`, the BIT with the version, its copy, a date and strings, the second
    /// of which is the version in words.
    pub fn nvidia_tables(self, version: [u8; 5], internal: [u8; 5], sign_on: &str) -> Self {
        // As in real ROMs, the structure follows the subsystem IDs.
        let image = Self {
            structure_at: 0x60,
            ..self
        };
        let [a, b, c, d, oem] = version;
        let texts = TABLES + 0x80;
        let strings = [
            sign_on,
            &format!("Version {d:02X}.{c:02X}.{b:02X}.{a:02X}.{oem:02X}"),
            "Copyright (C) 2016",
            "NVIDIA",
            "",
            "GP104 Board",
        ];
        let (header, mut tokens) = (bit_header(3), Vec::new());
        let data = TABLES + 0x30;
        let (mut records, mut pool) = (Vec::new(), Vec::new());
        for text in strings {
            let at = if text.is_empty() {
                0
            } else {
                texts + pool.len()
            };
            records.extend((at as u16).to_le_bytes());
            records.push(text.len() as u8 + 1);
            pool.extend(text.bytes());
            pool.push(0);
        }
        tokens.extend(token(b'B', 5, data));
        tokens.extend(token(b'i', 0x17, data + 5));
        tokens.extend(token(b'S', records.len(), data + 0x1c));
        let mut second = internal.to_vec();
        second.resize(0x0f, 0);
        second.extend(b"05/09/16");
        image
            .patch(0x0e, b"VIDEO")
            .patch(TABLES, &header)
            .patch(TABLES + 12, &tokens)
            .patch(data, &version)
            .patch(data + 5, &second)
            .patch(data + 0x1c, &records)
            .patch(texts, &pool)
    }

    /// AMD's tables: the magic text, a date, a ROM table and texts.
    pub fn amd_tables(self, subsystem: [u16; 2], part_number: &[u8]) -> Self {
        let mut table = vec![0; 0x24];
        table[..4].copy_from_slice(&[0x24, 0, 2, 3]);
        table[4..8].copy_from_slice(b"ATOM");
        table[0x10] = 0x80;
        table[0x11] = 1;
        table[0x18..0x1a].copy_from_slice(&subsystem[0].to_le_bytes());
        table[0x1a..0x1c].copy_from_slice(&subsystem[1].to_le_bytes());
        let mut part = part_number.to_vec();
        part.push(0);
        let mut image = Self {
            structure_at: 0x80,
            vendor: 0x1002,
            device: 0x67df,
            ..self
        };
        image = image.patch(0x30, b" 761295520");
        image
            .patch(0x48, &(TABLES as u16).to_le_bytes())
            .patch(0x50, b"11/15/17 01:27\0")
            .patch(0x6e, &[0x40, 1])
            .patch(TABLES, &table)
            .patch(0x140, &part)
            .patch(0x180, b"\r\nPolaris20 \x1b[2J8GB\r\n\0")
    }

    /// The bytes of the image.
    pub fn build(&self) -> Vec<u8> {
        let length = usize::from(self.blocks) * 512;
        let mut image = vec![0; length.max(0x200)];
        image[..2].copy_from_slice(&self.signature);
        image[2] = self.header_blocks as u8;
        if self.code_type == 3 {
            image[3] = (self.header_blocks >> 8) as u8;
            image[4..8].copy_from_slice(&0x0ef1u32.to_le_bytes());
            image[8..10].copy_from_slice(&self.subsystem.to_le_bytes());
            image[10..12].copy_from_slice(&self.machine.to_le_bytes());
            image[12..14].copy_from_slice(&self.compression.to_le_bytes());
            image[0x16..0x18].copy_from_slice(&(PAYLOAD as u16).to_le_bytes());
            image[PAYLOAD..PAYLOAD + self.payload.len()].copy_from_slice(&self.payload);
        }
        let at = self.structure_at;
        image[0x18..0x1a].copy_from_slice(&(at as u16).to_le_bytes());
        let structure_length: u16 = if self.revision == 3 { 0x1c } else { 0x18 };
        let mut structure = self.structure.to_vec();
        structure.extend(self.vendor.to_le_bytes());
        structure.extend(self.device.to_le_bytes());
        // The list follows the structure and the extension.
        let list: u16 = if self.list.is_empty() { 0 } else { 0x40 };
        structure.extend(list.to_le_bytes());
        structure.extend(structure_length.to_le_bytes());
        structure.push(self.revision);
        structure.extend([self.class[2], self.class[1], self.class[0]]);
        structure.extend(self.blocks.to_le_bytes());
        structure.extend(self.vendor_revision.to_le_bytes());
        structure.extend([self.code_type, self.indicator]);
        structure.resize(usize::from(structure_length), 0);
        image[at..at + structure.len()].copy_from_slice(&structure);
        if let Some(extension) = &self.extension {
            let at = (at + structure.len()).next_multiple_of(16);
            let bytes = extension.bytes();
            image[at..at + bytes.len()].copy_from_slice(&bytes);
        }
        for (index, device) in self.list.iter().enumerate() {
            let at = at + usize::from(list) + index * 2;
            image[at..at + 2].copy_from_slice(&device.to_le_bytes());
        }
        for (at, bytes) in &self.patches {
            image[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        let summed = usize::from(self.header_blocks) * 512;
        if self.balanced && self.code_type == 0 && (1..=image.len()).contains(&summed) {
            let sum = image[..summed]
                .iter()
                .fold(0u8, |sum, byte| sum.wrapping_add(*byte));
            image[summed - 1] = image[summed - 1].wrapping_sub(sum);
        }
        image
    }
}

/// An EFI driver: a PE32+ executable of one section with this code, unsigned. On
/// x86-64 `31 c0 c3` returns success. As long as the headers that edk2 reads at once.
pub fn driver(machine: u16, code: &[u8]) -> Vec<u8> {
    let mut file = vec![0u8; 0x148];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"MZ");
    put(0x3c, &[0x40]);
    put(0x40, b"PE\0\0");
    put(0x44, &machine.to_le_bytes());
    // One section; the optional header's size; executable, for large addresses.
    put(0x46, &[1]);
    put(0x54, &[0x70, 0, 0x22, 0]);
    // PE32+; the code's size, entry point and start.
    put(0x58, &[0x0b, 0x02]);
    put(0x5c, &[0x20]);
    put(0x68, &[0, 0x10]);
    put(0x6c, &[0, 0x10]);
    // Sections at multiples of 0x1000 in memory, of 0x20 in the file.
    put(0x78, &[0, 0x10, 0, 0, 0x20]);
    // Sizes of the image and of the headers; a boot-service driver; no directories.
    put(0x90, &[0, 0x20, 0, 0, 0, 1]);
    put(0x9c, &[0x0b]);
    put(0xc8, b".text\0\0\0\x20\0\0\0\0\x10\0\0\x20\0\0\0\0\x01");
    put(0xec, &[0x20, 0, 0, 0x60]);
    put(0x100, code);
    file
}

/// The header of a BIT with `count` tokens.
fn bit_header(count: u8) -> Vec<u8> {
    let mut header = b"\xff\xb8BIT\0\x00\x01\x0c\x06".to_vec();
    header.push(count);
    let sum = header.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    header.push(sum.wrapping_neg());
    header
}

fn token(id: u8, length: usize, at: usize) -> Vec<u8> {
    let mut token = vec![id, 2];
    token.extend((length as u16).to_le_bytes());
    token.extend((at as u16).to_le_bytes());
    token
}

/// The images one after the other.
pub fn rom(images: &[ImageBuilder]) -> Vec<u8> {
    images.iter().flat_map(ImageBuilder::build).collect()
}

/// A typical card: an x86 image and an EFI image for `10de:2d04`.
pub fn card() -> Vec<u8> {
    rom(&[ImageBuilder::x86(4).more(), ImageBuilder::efi(2)])
}

/// A ROM of a card since Turing, as in its flash chip: the PCI chain ends with the EFI image,
/// NVIDIA's chain has two more.
pub fn turing() -> Vec<u8> {
    rom(&[
        ImageBuilder::x86(4)
            .more()
            .extension(ExtensionBuilder::new(4, false).subsystem(0x1462, 0x3896))
            .nvidia_tables(
                [0x40, 0x26, 0x02, 0x94, 0x99],
                [0x40, 0x26, 0x02, 0x94, 0x99],
                "PG132 SKU 30 VGA BIOS",
            ),
        ImageBuilder::efi(2).extension(ExtensionBuilder::new(2, false).efi_version(0x60008)),
        ImageBuilder::nvidia(3, 0xe0).extension(ExtensionBuilder::new(3, false)),
        ImageBuilder::nvidia(1, 0x70),
    ])
}

/// NVIDIA's flash header of version 1 or 2 before `chain`.
pub fn flash_header(version: u8, chain: &[u8]) -> Vec<u8> {
    let mut file = vec![0; 0x600];
    file[..12].copy_from_slice(b"NVGI\x00\x00\x10\x00\x00\x00\x00\x00");
    file[5] = version;
    file[0x14..0x18].copy_from_slice(&0x600u32.to_le_bytes());
    file.extend(chain);
    file
}

/// The same of version 3, with its directory.
pub fn flash_header_3(chain: &[u8]) -> Vec<u8> {
    let mut file = vec![0; 0x9400];
    file[..12].copy_from_slice(b"NVGI\x00\x03\x10\x00\x00\x02\x00\x00");
    file[0x200..0x204].copy_from_slice(&0x3000u32.to_le_bytes());
    file[0x4000..0x4004].copy_from_slice(b"RFRD");
    file[0x4008..0x400c].copy_from_slice(&0x9400u32.to_le_bytes());
    file.extend(chain);
    file
}
