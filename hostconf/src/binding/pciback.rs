//! Xen's pciback, which reserves functions from dom0's drivers.
//!
//! It is configured by `xen-pciback.hide=` on dom0's command line if it is built in, and by
//! `options xen-pciback hide=` in modprobe.d if it is a module
//! (`drivers/xen/xen-pciback/pci_stub.c` of Linux, `pcistub_init`). The value is a
//! [`HideList`](pci_core::notation::HideList); the driver stops at the first error, so that one
//! mistake leaves all functions of the host unchanged.
//!
//! ```
//! use hostconf::binding::{pciback::MODULE, pciback::PARAMETER};
//! use pci_core::notation::HideList;
//! let mut hide: HideList = "(01:00.0)".parse()?;
//! hide.add("01:00.1".parse()?);
//! assert_eq!(
//!     format!("{MODULE}.{PARAMETER}={hide}"),
//!     "xen-pciback.hide=(0000:01:00.0)(0000:01:00.1)"
//! );
//! # Ok::<(), pci_core::Error>(())
//! ```

/// The module.
pub const MODULE: &str = "xen-pciback";

/// Its parameter that lists the functions.
pub const PARAMETER: &str = "hide";
