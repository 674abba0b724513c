//! PCI devices listed by Proxmox VE: `pvesh get /nodes/NODE/hardware/pci`.
//!
//! [`parse`] reads the table with its box-drawing characters, as pasted: cut at the terminal's
//! width, or without its alignment; the table of `--noborder`; and (with the feature `std`) the
//! output of `--output-format json`. A value that may be cut is not shown rather than wrong.
//!
//! The columns are those of the API's schema (Proxmox VE API,
//! `/nodes/{node}/hardware/pci`): `class`, `device`, `id`, `iommugroup`, `vendor`
//! and, where known, the names and the subsystem.
//!
//! ```
//! use pci_core::listing::pvesh;
//! use host_tree::Lookup;
//! let rows = pvesh::parse(
//!     "│ class │ device │ id │ iommugroup │ vendor │ device_name\n\
//!      │ 0x030000 │ 0x0fc6 │ 0000:02:00.0 │ 29 │ 0x10de │ GK107 [GeForce GTX 6\n",
//! );
//! assert_eq!(rows[0].iommu_group, Lookup::Found(29));
//! assert_eq!(rows[0].id().unwrap().to_string(), "10de:0fc6");
//! ```

#[cfg(feature = "std")]
mod json;
mod row;
mod table;

#[cfg(test)]
mod tests;

use alloc::vec::Vec;

pub use row::PveshRow;

/// Parses the rows of a text; other text is skipped.
///
/// The time is linear in the length of the text.
#[must_use]
pub fn parse(text: &str) -> Vec<PveshRow> {
    #[cfg(feature = "std")]
    if let Some(rows) = json::parse(text) {
        return rows;
    }
    table::parse(text)
}
