//! Parsed ROMs as documents: `prefix`, `images`, `tail`, `findings`.

use alloc::string::ToString;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::efi::EfiHeader;
use crate::image::Image;
use crate::problem::Finding;
use crate::rom::{Prefix, Rom};

#[derive(serde::Serialize)]
struct Tail {
    length: usize,
}

impl Serialize for Rom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rom = serializer.serialize_struct("Rom", 4)?;
        rom.serialize_field("prefix", &self.prefix)?;
        rom.serialize_field("images", &self.images)?;
        let length = self.tail_length;
        rom.serialize_field("tail", &Tail { length })?;
        rom.serialize_field("findings", &self.findings)?;
        rom.end()
    }
}

impl Serialize for Prefix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut prefix = serializer.serialize_struct("Prefix", 2)?;
        prefix.serialize_field("length", &self.length)?;
        prefix.serialize_field("kind", &self.kind)?;
        prefix.end()
    }
}

impl Serialize for Image {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut image = serializer.serialize_struct("Image", 13)?;
        image.serialize_field("offset", &self.offset)?;
        image.serialize_field("length", &self.length)?;
        image.serialize_field("code_type", &self.code_type.0)?;
        image.serialize_field("code_type_name", &self.code_type.name())?;
        image.serialize_field("vendor", &self.id.vendor)?;
        image.serialize_field("device", &self.id.device)?;
        image.serialize_field("device_list", &self.device_list)?;
        image.serialize_field("class", &self.class)?;
        image.serialize_field("revision", &self.vendor_revision)?;
        image.serialize_field("structure_revision", &self.structure_revision)?;
        image.serialize_field("last", &self.last)?;
        image.serialize_field("checksum_ok", &self.checksum_ok)?;
        image.serialize_field("efi", &self.efi)?;
        image.end()
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

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut finding = serializer.serialize_struct("Finding", 3)?;
        finding.serialize_field("code", self.problem.code())?;
        finding.serialize_field("offset", &self.offset)?;
        finding.serialize_field("text", &self.problem.to_string())?;
        finding.end()
    }
}
