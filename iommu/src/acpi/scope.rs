//! Device scopes of DMAR.

use pci_core::Address;

use super::table::Block;
use crate::error::Result;

/// A device scope entry (VT-d specification 4.1, section 8.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceScope {
    /// Type of the device.
    pub kind: ScopeKind,
    /// Flags, used only in [`DmarBlock::SocProperties`](super::DmarBlock).
    pub flags: u8,
    /// Enumeration ID: ID of an I/O APIC, number of an HPET block, or number of an ACPI device
    /// ([`AcpiDevice::number`](super::AcpiDevice)).
    pub enumeration_id: u8,
    /// Start bus number.
    pub start_bus: u8,
    /// Path from the start bus: the last hop is the device, those before it are bridges.
    pub path: Vec<PathHop>,
}

/// A hop of a path: device and function number on the bus of the previous hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathHop {
    /// Device number, 0 to 31 in a valid table.
    pub device: u8,
    /// Function number, 0 to 7 in a valid table.
    pub function: u8,
}

/// Device type of a device scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeKind(
    /// The type field.
    pub u8,
);

impl ScopeKind {
    /// PCI endpoint device.
    pub const ENDPOINT: Self = Self(1);
    /// PCI sub-hierarchy: a bridge and everything below it.
    pub const SUB_HIERARCHY: Self = Self(2);
    /// I/O APIC.
    pub const IO_APIC: Self = Self(3);
    /// MSI-capable HPET timer block.
    pub const HPET: Self = Self(4);
    /// ACPI namespace device.
    pub const ACPI_DEVICE: Self = Self(5);
}

impl DeviceScope {
    /// The function at the end of the path, in `segment`. `secondary` returns the secondary bus of
    /// a bridge. `None` if a bus is unknown, or a number on the path is out of range.
    #[must_use]
    pub fn function(
        &self,
        segment: u16,
        secondary: impl Fn(Address) -> Option<u8>,
    ) -> Option<Address> {
        let mut bus = self.start_bus;
        let (last, bridges) = self.path.split_last()?;
        let at =
            |bus, hop: &PathHop| Address::new(u32::from(segment), bus, hop.device, hop.function);
        for hop in bridges {
            bus = secondary(at(bus, hop)?)?;
        }
        at(bus, last)
    }
}

/// Parses device scopes to the end of `block`.
pub(super) fn scopes(mut block: Block<'_>) -> Result<Vec<DeviceScope>> {
    const WHAT: &str = "a device scope";
    let mut found = Vec::new();
    while !block.bytes.is_empty() {
        let (scope, rest) = block
            .at_least(6, WHAT)?
            .split(usize::from(block.u8(1)), 6, WHAT)?;
        let path = scope.from(6).bytes.chunks_exact(2);
        found.push(DeviceScope {
            kind: ScopeKind(scope.u8(0)),
            flags: scope.u8(2),
            enumeration_id: scope.u8(4),
            start_bus: scope.u8(5),
            path: path
                .filter_map(|hop| match hop {
                    [device, function] => Some(PathHop {
                        device: *device,
                        function: *function,
                    }),
                    _ => None,
                })
                .collect(),
        });
        block = rest;
    }
    Ok(found)
}
