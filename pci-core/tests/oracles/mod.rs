//! This crate against the real programs. A program that is not installed is
//! skipped, or, with `PASSTHRU_ORACLES=required`, missed.

mod any_functions;
mod builds;
mod calls;
mod chains;
mod listings;
mod lspci;
mod lspci_forms;
mod lspci_options;
mod lspci_registers;
mod made_up;
mod modules;
mod names;
mod notation;
mod odd_trees;
mod parity;
mod releases;
mod samples;
mod score;
mod sysfs_fields;
mod wordings;
