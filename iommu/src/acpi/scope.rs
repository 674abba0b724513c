//! Which devices a block of DMAR is about.

use pci_core::Address;

use super::table::Block;
use crate::error::Result;

/// A device scope entry (VT-d specification 4.1, section 8.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceScope {
    /// What it names.
    pub kind: ScopeKind,
    /// Flags, which only blocks of [`DmarBlock::SocProperties`](super::DmarBlock)
    /// use.
    pub flags: u8,
    /// The id of an I/O APIC, the number of an HPET block, or the number of an
    /// ACPI device in an [`AcpiDevice`](super::AcpiDevice).
    pub enumeration_id: u8,
    /// The bus that the path starts from.
    pub start_bus: u8,
    /// The way from that bus: the last hop is the device, those before it are the
    /// bridges on the way.
    pub path: Vec<PathHop>,
}

/// One hop of a path: a device and function number on the bus that the hop before
/// leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathHop {
    /// The device number, 0 to 31 in a sound table.
    pub device: u8,
    /// The function number, 0 to 7 in a sound table.
    pub function: u8,
}

/// What a device scope names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeKind(
    /// The type field.
    pub u8,
);

impl ScopeKind {
    /// A PCI function.
    pub const ENDPOINT: Self = Self(1);
    /// A bridge, with all that is below it.
    pub const SUB_HIERARCHY: Self = Self(2);
    /// An I/O APIC.
    pub const IO_APIC: Self = Self(3);
    /// A timer block that sends messages.
    pub const HPET: Self = Self(4);
    /// A device of the ACPI namespace.
    pub const ACPI_DEVICE: Self = Self(5);
}

impl DeviceScope {
    /// The function that the path leads to, in `segment`. `secondary` gives the
    /// bus behind a bridge; `None` where that is not known, or where a number on
    /// the way is out of range.
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

/// Reads device scopes to the end of `block`.
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
