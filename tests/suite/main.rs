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

mod across_blocks;
mod api;
mod ask_command;
mod assurance;
mod bad_input;
mod behind_passthrough;
mod binding_hosts;
mod boot_loaders;
mod capture_command;
mod causes_first;
mod command;
mod command_output;
mod completions_and_man_pages;
mod convert_command;
mod damaged_posts;
mod diff_command;
mod distribution_assumptions;
mod drawing_sizes;
mod drawings;
mod edited_guests;
mod empty_directories;
mod example_plans;
mod groups_command;
mod guest_machines;
mod guest_setup;
mod guide_clauses;
mod guide_quotations;
mod guide_walkthroughs;
mod guides;
mod harmless;
mod healthy_hosts;
mod hyper_v;
mod hypervisors;
mod injection;
mod lines_beside;
mod list_command;
mod listings;
mod lower_sentences;
mod lspci_command;
mod lspci_forms;
mod mistakes;
mod monitoring;
mod one_cause;
mod packaging;
mod parity;
mod pasted_guides;
mod patched_hosts;
mod picture;
mod plan_bind;
mod planned_guests;
mod planned_posts;
mod post_forms;
mod posts;
mod predicted_groups;
mod readme;
mod release_command;
mod report_page;
mod requirements;
mod rom;
mod rom_dump;
mod rom_edits;
mod rom_files;
mod rom_remedies;
mod rules;
mod scale;
mod schema;
mod scripts;
mod searched_logs;
mod site;
mod stated_circumstances;
mod stated_differences;
mod stated_posts;
mod stated_sources;
mod stated_states;
mod steps_of_hypervisors;
mod structure;
mod suggested_commands;
mod talos;
mod texts;
mod unreadable_files;
mod verdicts_of_cards;
mod vfio_id_lists;
mod virtual_machine;
mod words;
mod xen_hosts;
