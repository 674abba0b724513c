//! What holds of any input, a module for what reads alike: each has a `check` that panics
//! where it does not hold. The fuzz targets of `fuzz/` call these, and the tests replay
//! `corpus/` through them: inputs that were made by hand, and those that once broke one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a check panics: that is its answer"
)]

pub mod acpi_tables;
pub mod acs_options;
pub mod binding;
pub mod boot;
pub mod boot_entries;
pub mod boot_written;
pub mod config;
pub mod convert;
pub mod edit;
pub mod efi;
pub mod group_listings;
pub mod guests;
pub mod host_files;
pub mod hypervisors;
pub mod ids;
pub mod kernel_log;
pub mod listings;
pub mod lspci;
pub mod lspci_write;
pub mod names;
pub mod pasted;
pub mod plan;
pub mod predict;
pub mod predict_listing;
pub mod rom;
pub mod settings;
mod shape;
pub mod snapshot;
pub mod spelling;
pub mod sysfs;
pub mod words;

/// What is called with any bytes.
pub type Check = fn(&[u8]);

/// Each check by the name of its fuzz target, which is its folder of the corpus, too.
pub const ALL: &[(&str, Check)] = &[
    ("acpi_tables", acpi_tables::check),
    ("acs_options", acs_options::check),
    ("binding", binding::check),
    ("boot", boot::check),
    ("boot_entries", boot_entries::check),
    ("boot_written", boot_written::check),
    ("config", config::check),
    ("convert", convert::check),
    ("edit", edit::check),
    ("efi", efi::check),
    ("group_listings", group_listings::check),
    ("guests", guests::check),
    ("host_files", host_files::check),
    ("hypervisors", hypervisors::check),
    ("ids", ids::check),
    ("kernel_log", kernel_log::check),
    ("listings", listings::check),
    ("lspci", lspci::check),
    ("lspci_write", lspci_write::check),
    ("names", names::check),
    ("pasted", pasted::check),
    ("plan", plan::check),
    ("predict", predict::check),
    ("predict_listing", predict_listing::check),
    ("rom", rom::check),
    ("settings", settings::check),
    ("snapshot", snapshot::check),
    ("spelling", spelling::check),
    ("sysfs", sysfs::check),
    ("words", words::check),
];
