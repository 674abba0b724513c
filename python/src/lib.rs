//! The extension module of the Python package `passthru`: it turns Python's words,
//! paths and bytes into the values of the crate `passthru`, and what that crate finds
//! into documents, whose values the package's classes hold. It judges nothing itself.
//!
//! The package in `python/passthru/` is what is public; the types of what is here stand
//! in `_passthru.pyi`. All work is done with the interpreter released, so other threads
//! go on.

mod apply;
mod command;
mod convert;
mod document;
mod errors;
mod explanation;
mod host;
mod listing;
mod look;
mod names;
mod plan;
mod rom;
mod rom_edit;
mod rom_parts;
mod source;
mod words;

#[pyo3::pymodule(gil_used = false, name = "_passthru")]
mod extension {
    #[pymodule_export]
    use crate::apply::{apply, check, current, keep, resume, undo};
    #[pymodule_export]
    use crate::command::{command_output, run_command};
    #[pymodule_export]
    use crate::convert::convert;
    #[pymodule_export]
    use crate::explanation::{codes, explain, verdicts};
    #[pymodule_export]
    use crate::host::Host;
    #[pymodule_export]
    use crate::listing::{Rows, lspci_dump, parse_lspci};
    #[pymodule_export]
    use crate::look::{group_hue, html_text, style_sheet};
    #[pymodule_export]
    use crate::names::NameDatabase;
    #[pymodule_export]
    use crate::plan::{checked_plan, edit_patch, plan_patch, plan_playbook, plan_script, shown};
    #[pymodule_export]
    use crate::rom::Rom;
    #[pymodule_export]
    use crate::rom_edit::build_rom;
    #[pymodule_export]
    use crate::rom_parts::{carve_roms, vfct_roms};

    /// The version, as Cargo has it.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
