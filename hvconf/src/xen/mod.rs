//! Xen: guests' `xl.cfg`, and the commands of `xl` and of XCP-ng.
//!
//! The functions that pciback hides from dom0 are spelled by
//! [`HideList`](pci_core::notation::HideList).

mod emit;
#[cfg(feature = "convert")]
mod format;
mod lexer;
mod pci_entry;
mod read;
pub mod xcp_ng;
mod xl_cfg;
mod xl_value;

pub use emit::{assign, assignable, emit, entries};
#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;
pub use lexer::XlIssue;
pub use pci_entry::{PciEntry, PciTarget, RdmPolicy};
pub use read::read;
pub use xl_cfg::{XlConfig, XlKey, XlText};
pub use xl_value::{XlItem, XlOperator, XlStatement, XlValue};
