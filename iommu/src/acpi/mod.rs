//! ACPI tables of IOMMUs: whether the firmware offers one, the functions it covers, and reserved
//! memory.
//!
//! [`Dmar`] parses Intel's table and [`Ivrs`] AMD's, from `/sys/firmware/acpi/tables/DMAR` and
//! `IVRS`; [`dumped_tables`] finds both in text of `acpidump` and of hex dumps. Both tables are a header and a list of blocks with type and length; a
//! block of an unknown type is kept as bytes with its offset.

mod dmar;
mod dump;
mod eligibility;
pub(crate) mod firmware;
mod ivhd_entry;
mod ivrs;
mod scope;
mod table;

#[cfg(test)]
mod hostile_tests;

pub use dmar::{
    AcpiDevice, AtsRootPorts, Dmar, DmarBlock, DmarFlags, ProximityDomain, RemappingUnit,
    ReservedMemory, SocAtc,
};
pub use dump::{DumpedTable, SIGNATURES, dumped_tables};
pub use eligibility::Eligibility;
pub use ivhd_entry::{DeviceEntry, DeviceEntryKind, DeviceRange, DteSetting, SpecialDevice};
pub use ivrs::{Ivhd, IvhdFlags, Ivmd, IvmdDevices, IvmdFlags, Ivrs, IvrsBlock};
pub use scope::{DeviceScope, PathHop, ScopeKind};
pub use table::{OtherBlock, TableHeader};
