//! One capability: its title, and what is decoded below it.

use core::fmt::{self, Write};

use super::{advanced_features, express, interrupts, power_management};
use crate::SubsystemId;
use crate::config::conventional::{
    AdvancedFeatures, Msi, MsiControl, MsiX, MsiXControl, PowerManagement,
    PowerManagementCapabilities,
};
use crate::config::{CapabilityId, ConventionalStructure};
use crate::lspci::write::function::Function;
use crate::lspci::write::names::cut;
use crate::lspci::write::options::Verbosity;
use crate::lspci::write::page::Page;

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
            match read::<PowerManagement>(function, at).filter(|_| details) {
                Some(power) => power_management::write(&power, out),
                None => Ok(()),
            }
        }
        CapabilityId::MSI => {
            interrupts::msi_title(MsiControl::from_bits(flags), out)?;
            match read::<Msi>(function, at).filter(|_| details) {
                Some(msi) => interrupts::msi(&msi, out),
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
        CapabilityId(0x06) => out.write_str("CompactPCI hot-swap <?>\n"),
        CapabilityId(0x0b) => out.write_str("CompactPCI central resource control <?>\n"),
        CapabilityId(0x0c) => out.write_str("Hot-plug capable\n"),
        CapabilityId(0x0e) => out.write_str("AGP3 <?>\n"),
        CapabilityId(0x0f) => out.write_str("Secure device <?>\n"),
        CapabilityId(id) => writeln!(out, "Capability ID {id:#04x} [{flags:04x}]"),
    }
}

/// The structure at `at`; `None` where not all of it was read.
fn read<T: ConventionalStructure>(function: &Function<'_>, at: u16) -> Option<T> {
    T::read(function.config, at)
}
