//! Tests across the crates, each as a user would try it.

// clippy.toml lets `#[test]` functions assert so; here all code is for tests.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr
)]

/// A listing that was written for the tests.
macro_rules! listing {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../pci-core/tests/listings/",
            $name
        ))
    };
}

mod applied;
mod ask;
mod asked_binding;
mod assumed;
mod bad_input;
mod binding_hosts;
mod boot_loaders;
mod capture;
mod chain;
mod closed;
mod command;
mod converted;
mod damaged;
mod differences;
mod example_plans;
mod forms;
mod generated;
mod grouped;
mod guest_work;
mod guides;
mod harmless;
mod healthy;
mod hypervisors;
mod kept;
mod listed;
mod listings;
mod lspci_command;
mod lspci_forms;
mod mistakes;
mod monitoring;
mod one_list;
mod parity;
mod pasted;
mod posts;
mod predicted;
mod quoted;
mod readme;
mod released;
mod reported;
mod requirements;
mod rom;
#[path = "../../vbios/tests/reading/builder.rs"]
mod rom_builder;
mod rom_dump;
mod rom_edits;
mod rom_remedies;
mod rules;
mod scale;
mod schema;
mod scratch;
mod structure;
mod suggested;
#[path = "../../pci-core/tests/oracles/sysfs_tree.rs"]
mod sysfs_tree;
mod texts;
mod wished;
