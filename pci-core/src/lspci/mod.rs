//! Parsers and writers for `lspci` text.
//!
//! [`parse`], and [`parse_output`] for a known command, read every form of `lspci`, also mixed in
//! one text: human-readable lines with any of `-n`, `-nn`, `-k`, `-v` to `-vvv`, `-D`, `-P` and
//! `-PP`; machine-readable `-mm` and `-vmm` (and `-m`, `-vm`); the tree of `-t`; and the bytes of
//! `-x` to `-xxxx`. [`Record::form`] is the detected form.
//!
//! They never fail: they search for addresses that start a record and for labels of the lines
//! below, anywhere in the text, so that they also parse pastes without line breaks and indentation,
//! and pastes with prompts, echoed commands, `--` separators of `grep`, comments, or prose.
//! [`Listing::damage`] lists the damage; [`Record::fields`] says whether `grep` may have removed
//! lines.
//!
//! The layout of the text was found by running pciutils 3.1 to 3.14 and is
//! described in `lspci(8)`.
//!
//! ```
//! use pci_core::lspci::{self, Fields};
//! let listing = lspci::parse(
//!     "$ lspci -nnk -s 01:00.0\n\
//!      01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)\n\
//!      \tSubsystem: CardExpert Technology Device [10b0:205e]\n\
//!      \tKernel driver in use: vfio-pci\n\
//!      \tKernel modules: nvidiafb, nouveau\n",
//! );
//! let gpu = &listing.records[0];
//! assert_eq!(gpu.id.unwrap().to_string(), "10de:2d04");
//! assert_eq!(gpu.driver.as_ref().unwrap().value, "vfio-pci");
//! assert_eq!(gpu.fields, Fields::Whole);
//! ```

pub mod dump;
pub(crate) mod dump_fault;
mod read;
mod structures;
mod version;
pub mod write;

pub(crate) use read::class_named;
pub use read::{
    BridgeBuses, BridgeWindow, CapabilitiesEnd, Damage, DamageKind, Details, EchoedCommand, Fields,
    Form, Interrupt, Layout, LazyRecords, ListedCapability, Listing, Numbers, Partial, Record,
    Region, RegionAddress, RegionKind, Register, Registers, Release, Releases, Verbosity,
    WindowKind, parse, parse_output,
};
pub use structures::{CapabilityKind, DecodedField, DecodedStructure, decode};
