//! Serialized form of parsed ROMs: `prefix`, `images`, `tail`, `findings`.

use alloc::string::ToString;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::board::Board;
use crate::efi::EfiHeader;
use crate::image::Image;
use crate::isa::IsaRom;
use crate::nvidia::{BiosVersion, Bit, BitToken, Extension, FlashHeader};
use crate::problem::ImageFinding;
use crate::rom::{Prefix, Rom};
use crate::verify;

#[derive(serde::Serialize)]
struct Tail {
    length: usize,
}

impl Serialize for Rom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rom = serializer.serialize_struct("Rom", 8)?;
        rom.serialize_field("prefix", &self.prefix)?;
        rom.serialize_field("images", &self.images)?;
        rom.serialize_field("nvidia_images", &self.nvidia_images)?;
        rom.serialize_field("isa", &self.isa)?;
        rom.serialize_field("board", &self.board)?;
        rom.serialize_field("backup", &self.backup)?;
        let length = self.tail_length;
        rom.serialize_field("tail", &Tail { length })?;
        rom.serialize_field("findings", &self.findings)?;
        rom.end()
    }
}

impl Serialize for Prefix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut prefix = serializer.serialize_struct("Prefix", 3)?;
        prefix.serialize_field("length", &self.length)?;
        prefix.serialize_field("kind", &self.kind)?;
        prefix.serialize_field("flash_header", &self.flash_header)?;
        prefix.end()
    }
}

impl Serialize for FlashHeader {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut header = serializer.serialize_struct("FlashHeader", 4)?;
        header.serialize_field("version", &self.version)?;
        header.serialize_field("fixed_size", &self.fixed_size)?;
        header.serialize_field("total_size", &self.total_size)?;
        header.serialize_field("first_image_offset", &self.first_image_offset.as_ref().ok())?;
        header.end()
    }
}

impl Serialize for IsaRom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rom = serializer.serialize_struct("IsaRom", 3)?;
        rom.serialize_field("length", &self.length)?;
        rom.serialize_field("checksum_ok", &self.checksum_ok)?;
        rom.serialize_field("pnp", &self.pnp)?;
        rom.end()
    }
}

impl Serialize for Image {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut image = serializer.serialize_struct("Image", 25)?;
        image.serialize_field("offset", &self.offset)?;
        image.serialize_field("signature", &self.signature.to_string())?;
        image.serialize_field("length", &self.length_pcir)?;
        image.serialize_field("length_npde", &self.length_npde)?;
        image.serialize_field("length_header", &self.length_header)?;
        image.serialize_field("structure_offset", &self.structure_offset)?;
        let signature = self.structure_signature.to_string();
        image.serialize_field("structure_signature", &signature)?;
        image.serialize_field("structure_revision", &self.structure_revision)?;
        image.serialize_field("structure_length", &self.structure_length)?;
        image.serialize_field("code_type", &self.code_type.0)?;
        image.serialize_field("code_type_name", &self.code_type.name())?;
        image.serialize_field("vendor", &self.id.vendor)?;
        image.serialize_field("device", &self.id.device)?;
        image.serialize_field("device_list", &self.device_list)?;
        image.serialize_field("class_code", &self.class_code)?;
        image.serialize_field("revision", &self.vendor_revision)?;
        image.serialize_field("last", &self.last)?;
        image.serialize_field("runtime_length", &self.runtime_length)?;
        image.serialize_field("configuration_utility", &self.configuration_utility)?;
        image.serialize_field("clp_entry", &self.clp_entry)?;
        image.serialize_field("checksum_ok", &self.checksum_ok)?;
        image.serialize_field("extension", &self.extension)?;
        image.serialize_field("pnp", &self.pnp)?;
        image.serialize_field("fcode_offset", &self.fcode_offset)?;
        image.serialize_field("efi", &self.efi)?;
        image.end()
    }
}

impl Serialize for Extension {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut extension = serializer.serialize_struct("Extension", 7)?;
        extension.serialize_field("offset", &self.offset)?;
        extension.serialize_field("revision", &self.revision)?;
        extension.serialize_field("structure_length", &self.structure_length)?;
        extension.serialize_field("length", &self.length)?;
        extension.serialize_field("last", &self.last)?;
        extension.serialize_field("efi_version", &self.efi_version)?;
        extension.serialize_field("subsystem", &self.subsystem)?;
        extension.end()
    }
}

impl Serialize for Board {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut board = serializer.serialize_struct("Board", 5)?;
        board.serialize_field("image_offset", &self.image_offset)?;
        board.serialize_field("date", &self.date())?;
        board.serialize_field("subsystem", &self.subsystem)?;
        board.serialize_field("memory", &self.memory)?;
        board.serialize_field("tables", &self.tables)?;
        board.end()
    }
}

impl Serialize for Bit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |version: &BiosVersion| version.to_string();
        let mut bit = serializer.serialize_struct("Bit", 8)?;
        bit.serialize_field("offset", &self.offset)?;
        bit.serialize_field("version", &self.version)?;
        bit.serialize_field("checksum_ok", &self.checksum_ok)?;
        bit.serialize_field("tokens", &self.tokens)?;
        bit.serialize_field("bios_version", &self.bios_version.as_ref().map(text))?;
        bit.serialize_field(
            "internal_version",
            &self.internal_version.as_ref().map(text),
        )?;
        bit.serialize_field("date", &self.date)?;
        bit.serialize_field("strings", &self.strings)?;
        bit.end()
    }
}

impl Serialize for BitToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut token = serializer.serialize_struct("BitToken", 4)?;
        let id = [self.id].escape_ascii().to_string();
        token.serialize_field("id", &id)?;
        token.serialize_field("version", &self.version)?;
        token.serialize_field("length", &self.length)?;
        token.serialize_field("offset", &self.offset)?;
        token.end()
    }
}

impl Serialize for verify::RomReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 2)?;
        report.serialize_field("answers", &self.answers)?;
        report.serialize_field("findings", &self.findings)?;
        report.end()
    }
}

impl Serialize for verify::RomFinding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut finding = serializer.serialize_struct("Finding", 7)?;
        finding.serialize_field("code", self.code)?;
        finding.serialize_field("verdict", &self.verdict)?;
        finding.serialize_field("consumer", &self.consumer)?;
        finding.serialize_field("offset", &self.offset)?;
        finding.serialize_field("title", &self.title)?;
        let remedy = self.remedy.map(|remedy| remedy.to_string());
        finding.serialize_field("remedy", &remedy)?;
        finding.serialize_field("command", &self.command)?;
        finding.end()
    }
}

impl Serialize for EfiHeader {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut efi = serializer.serialize_struct("EfiHeader", 5)?;
        efi.serialize_field("machine", &self.machine.to_string())?;
        efi.serialize_field("subsystem", &self.subsystem.0)?;
        efi.serialize_field("compressed", &(self.compression.0 != 0))?;
        efi.serialize_field("signature_ok", &self.signature_ok)?;
        efi.serialize_field("payload_offset", &self.payload_offset)?;
        efi.end()
    }
}

impl Serialize for ImageFinding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut finding = serializer.serialize_struct("Finding", 3)?;
        finding.serialize_field("code", self.problem.code())?;
        finding.serialize_field("offset", &self.offset)?;
        finding.serialize_field("title", &self.problem.to_string())?;
        finding.end()
    }
}
