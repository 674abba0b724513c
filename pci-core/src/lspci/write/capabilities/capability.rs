//! One capability: its title, and what is decoded below it.

use core::fmt::{self, Write};

use super::{
    advanced_features, agp, enhanced_allocation, express, hyper_transport, interrupts, pci_x,
    power_management, vendor_specific,
};
use crate::SubsystemId;
use crate::config::conventional::{
    AdvancedFeatures, Agp, AgpVersion, DebugPort, EnhancedAllocation, ExpansionSlot,
    ExpansionSlotFlags, HyperTransport, Msi, MsiControl, MsiX, MsiXControl, PciX, PowerManagement,
    PowerManagementCapabilities, SataLocation, SataRegisters, SataRevision,
};
use crate::config::{CapabilityId, ConfigSpace, ConventionalStructure};
use crate::lspci::structures::{Layout, Registers};
use crate::lspci::write::function::Function;
use crate::lspci::write::names::cut;
use crate::lspci::write::options::Verbosity;
use crate::lspci::write::page::Page;
use crate::lspci::write::sign::Sign;

/// A subsystem's name has at most so many bytes.
const LONGEST_SUBSYSTEM: usize = 255;

/// Writes the rest of the line that begins with `Capabilities: [40] `, and the lines
/// below it, of the capability `id` at `at`.
pub(super) fn write(
    function: &Function<'_>,
    id: CapabilityId,
    at: u16,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = function.registers();
    let flags = registers.word(at + 2);
    let details = page.verbosity() >= Verbosity::VeryVerbose;
    match id {
        CapabilityId::NULL => out.write_str("Null\n"),
        CapabilityId::POWER_MANAGEMENT => {
            let version = PowerManagementCapabilities::from_bits(flags).version;
            writeln!(out, "Power Management version {version}")?;
            let whole: [u8; 8] = registers.structure(at);
            match PowerManagement::read(ConfigSpace::new(&whole), 0).filter(|_| details) {
                Some(power) => power_management::write(&power, registers.has(at, 8), out),
                None => Ok(()),
            }
        }
        CapabilityId::MSI => {
            interrupts::msi_title(MsiControl::from_bits(flags), out)?;
            let whole: [u8; 0x18] = registers.structure(at);
            match Msi::read(ConfigSpace::new(&whole), 0).filter(|_| details) {
                Some(msi) => interrupts::msi(&msi, |count| registers.has(at, count), out),
                None => Ok(()),
            }
        }
        CapabilityId::MSI_X => {
            interrupts::msi_x_title(MsiXControl::from_bits(flags), out)?;
            match read::<MsiX>(function, at).filter(|_| details) {
                Some(msi_x) => interrupts::msi_x(&msi_x, out),
                None => Ok(()),
            }
        }
        CapabilityId::PCI_EXPRESS => express::write(function, at, page, out),
        CapabilityId::BRIDGE_SUBSYSTEM_ID => {
            // Then it has not even a line break.
            if !registers.has(at, 8) {
                return Ok(());
            }
            let pair = SubsystemId::new(registers.word(at + 4), registers.word(at + 6));
            let words = page.words.subsystem(function.id(), pair);
            writeln!(out, "Subsystem: {}", cut(words, LONGEST_SUBSYSTEM))
        }
        CapabilityId::ADVANCED_FEATURES => {
            out.write_str("PCI Advanced Features\n")?;
            match read::<AdvancedFeatures>(function, at).filter(|_| details) {
                Some(features) => advanced_features::write(&features, out),
                None => Ok(()),
            }
        }
        CapabilityId::AGP => {
            let version = AgpVersion::from_bits(flags);
            writeln!(out, "AGP version {:x}.{:x}", version.major, version.minor)?;
            match read::<Agp>(function, at).filter(|_| details) {
                Some(structure) => agp::write(&structure, out),
                None => Ok(()),
            }
        }
        CapabilityId::VITAL_PRODUCT_DATA => {
            out.write_str("Vital Product Data\n")?;
            // What is in it is not in configuration space.
            match details {
                true => out.write_str("\t\tNot readable\n"),
                false => Ok(()),
            }
        }
        CapabilityId::PCI_X => {
            out.write_str(match function.layout() {
                Some(Layout::Bridge) => "PCI-X bridge device\n",
                // Not even a line break.
                Some(Layout::CardBus) => return Ok(()),
                _ => "PCI-X non-bridge device\n",
            })?;
            match read::<PciX>(function, at).filter(|_| details) {
                Some(structure) => pci_x::write(&structure, out),
                None => Ok(()),
            }
        }
        CapabilityId::HYPER_TRANSPORT => {
            let whole: [u8; 0x20] = registers.structure(at);
            match HyperTransport::read(ConfigSpace::new(&whole), 0) {
                Some(structure) => {
                    let has = |count| details && registers.has(at, count);
                    hyper_transport::write(&structure, has, out)
                }
                None => out.write_str("HyperTransport: \n"),
            }
        }
        CapabilityId::VENDOR_SPECIFIC => vendor_specific::write(function, at, page, out),
        CapabilityId::ENHANCED_ALLOCATION => match read::<EnhancedAllocation>(function, at) {
            Some(structure) => enhanced_allocation::write(&structure, page.verbosity(), out),
            None => out.write_str("Enhanced Allocation (EA): \n"),
        },
        id => one_line(id, flags, registers, at, details, out),
    }
}

/// Writes a capability that is told in one line.
fn one_line(
    id: CapabilityId,
    flags: u16,
    registers: Registers<'_>,
    at: u16,
    details: bool,
    out: &mut dyn Write,
) -> fmt::Result {
    match id {
        CapabilityId::SLOT_IDENTIFICATION => {
            let [slot, chassis] = flags.to_le_bytes();
            let slot = ExpansionSlot::from_bits(slot);
            let first = Sign(slot.flags.contains(ExpansionSlotFlags::FIRST_IN_CHASSIS));
            let slots = slot.slots;
            writeln!(
                out,
                "Slot ID: {slots} slots, First{first}, chassis {chassis:02x}"
            )
        }
        CapabilityId::COMPACT_PCI_HOT_SWAP => out.write_str("CompactPCI hot-swap <?>\n"),
        CapabilityId::DEBUG_PORT => {
            let DebugPort { bar, offset, .. } = DebugPort::from_bits(flags);
            writeln!(out, "Debug port: BAR={bar} offset={offset:04x}")
        }
        CapabilityId::COMPACT_PCI_CENTRAL_RESOURCE_CONTROL => {
            out.write_str("CompactPCI central resource control <?>\n")
        }
        CapabilityId::PCI_HOT_PLUG => out.write_str("Hot-plug capable\n"),
        CapabilityId::AGP_8X => out.write_str("AGP3 <?>\n"),
        CapabilityId::SECURE_DEVICE => out.write_str("Secure device <?>\n"),
        CapabilityId::SATA => {
            let revision = SataRevision::from_bits(flags);
            let place = SataRegisters::from_bits(registers.dword(at + 4));
            write!(out, "SATA HBA v{}.{}", revision.major, revision.minor)?;
            if !details || !registers.has(at, 8) {
                return out.write_char('\n');
            }
            match place.location {
                SataLocation::CONFIGURATION_SPACE => out.write_str(" InCfgSpace\n"),
                SataLocation(code @ 4..=9) => {
                    writeln!(out, " BAR{} Offset={:08x}", code - 4, place.offset)
                }
                SataLocation(code) => writeln!(out, " BAR??{code}"),
            }
        }
        CapabilityId(id) => writeln!(out, "Capability ID {id:#04x} [{flags:04x}]"),
    }
}

/// The structure at `at`; `None` where not all of it was read.
fn read<T: ConventionalStructure>(function: &Function<'_>, at: u16) -> Option<T> {
    T::read(function.config, at)
}
