//! PCI functions listed by ESXi: `esxcli hardware pci list`, `esxcli hardware pci pcipassthru
//! list`, and ESXi's own `lspci`, which is not that of pciutils.
//!
//! Sources: the ESXCLI reference of vSphere 8, `esxcli hardware pci`; the help of ESXi's `lspci`
//! (`-p`, `-n`, `-v`); published outputs of ESXi 5.5 to 8.0. Not tested on an ESXi host.
//!
//! ```
//! use pci_core::listing::esxi;
//! let found = esxi::pci_list(
//!     "0000:04:00.0\n   Address: 0000:04:00.0\n   Segment: 0x0000\n   Bus: 0x04\n   \
//!      Slot: 0x00\n   Function: 0x0\n   VMkernel Name: vmhba2\n   Configured Owner: VM Passthru\n   \
//!      Current Owner: VMkernel\n   Vendor ID: 0x1000\n   Device ID: 0x0087\n   \
//!      Module Name: lsi_msgpt2\n   Passthru Capable: true\n",
//! );
//! let hba = &found[0];
//! assert_eq!(hba.function.id().unwrap().value.to_string(), "1000:0087");
//! assert_eq!(hba.configured_owner.as_ref().unwrap().value, "VM Passthru");
//! // Enabled for passthrough, but not yet active: a reboot is pending.
//! assert_eq!(hba.current_owner.as_ref().unwrap().value, "VMkernel");
//! ```

mod lspci;
mod passthru;
mod pci_list;

#[cfg(test)]
mod tests;

pub use lspci::{LspciFunction, lspci};
pub use passthru::{PassthruState, pcipassthru_list};
pub use pci_list::{EsxcliFunction, pci_list};
