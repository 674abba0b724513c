//! Vendor specific structures: those of virtio and, since 3.14, of Intel.

use core::fmt::{self, Write};

use super::intel_capabilities;
use crate::config::conventional::{VirtioStructure, VirtioType};
use crate::config::{ConfigSpace, ConventionalStructure};
use crate::lspci::structures::Registers;
use crate::lspci::version::Version;
use crate::lspci::write::function::Function;
use crate::lspci::write::options::Verbosity;
use crate::lspci::write::page::Page;
use crate::{PciId, VendorId};

/// The vendor of virtio devices, and which of its devices are some (Virtual I/O
/// Device Specification 1.2, section 4.1.2).
const VIRTIO: (VendorId, core::ops::RangeInclusive<u16>) = (VendorId(0x1af4), 0x1000..=0x107f);

/// Writes the rest of the title, and the lines below it.
pub(super) fn write(
    function: &Function<'_>,
    at: u16,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = function.registers();
    let PciId { vendor, device } = function.id();
    out.write_str("Vendor Specific Information: ")?;
    if vendor == VIRTIO.0 && VIRTIO.1.contains(&device.0) {
        if let Some(structure) = virtio_structure(function.config, at) {
            return virtio(&structure, page, out);
        }
    }
    if vendor == VendorId::INTEL && page.version().decodes_intel_structures() {
        return intel(registers, at, out);
    }
    writeln!(out, "Len={:02x} <?>", registers.byte(at + 2))
}

fn virtio_structure(config: ConfigSpace<'_>, at: u16) -> Option<VirtioStructure> {
    let structure = VirtioStructure::read(config, at)?;
    let length = structure.length.into();
    (length >= 16 && Registers::new(config).has(at, length)).then_some(structure)
}

fn virtio(structure: &VirtioStructure, page: &Page<'_>, out: &mut dyn Write) -> fmt::Result {
    let knows_shared = page.version() >= Version::V3_15;
    let name = match structure.kind {
        VirtioType::COMMON_CFG => "CommonCfg",
        VirtioType::NOTIFY_CFG => "Notify",
        VirtioType::ISR_CFG => "ISR",
        VirtioType::DEVICE_CFG => "DeviceCfg",
        VirtioType::SHARED_MEMORY_CFG if knows_shared => "SharedMemory",
        _ => "<unknown>",
    };
    writeln!(out, "VirtIO: {name}")?;
    if page.verbosity() < Verbosity::VeryVerbose {
        return Ok(());
    }
    let (bar, offset, size) = (structure.bar, structure.offset, structure.size);
    if structure.kind == VirtioType::SHARED_MEMORY_CFG && knows_shared {
        let id = structure.id;
        return writeln!(
            out,
            "\t\tBAR={bar} offset={offset:016x} size={size:016x} id={id}"
        );
    }
    let (offset, size) = (offset & 0xffff_ffff, size & 0xffff_ffff);
    write!(out, "\t\tBAR={bar} offset={offset:08x} size={size:08x}")?;
    if let Some(multiplier) = structure.notify_off_multiplier {
        write!(out, " multiplier={multiplier:08x}")?;
    }
    out.write_char('\n')
}

/// Writes what one of Intel's structures is: bits 15:12 of its flags; version in bits
/// 11:8.
fn intel(registers: Registers<'_>, at: u16, out: &mut dyn Write) -> fmt::Result {
    let flags = registers.word(at + 2);
    match (flags >> 12, flags >> 8 & 0xf) {
        (0x0, version) => {
            writeln!(out, "Intel Capabilities v{version}")?;
            if version == 1 {
                intel_capabilities::write(registers, at, out)?;
            }
            Ok(())
        }
        (0x1, _) => out.write_str("Intel Feature Detection\n"),
        _ => out.write_str("Intel <unknown>\n"),
    }
}
