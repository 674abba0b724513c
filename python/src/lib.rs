//! The extension module of the Python package `passthru`: it turns Python's words
//! and paths into the values of the crate `passthru`, and what that crate finds
//! into Python objects that cannot be changed. It judges nothing itself.
//!
//! The package in `python/passthru/` exports what is here; its types stand in
//! `_passthru.pyi`. Reading and judging a host is done with the interpreter
//! released, so other threads go on.

mod command;
mod document;
mod errors;
mod explanation;
mod finding;
mod host;
mod plan;
mod plan_step;
mod repr;
mod rom;
mod rom_diff;
mod rom_edit;
mod rom_parts;
mod rom_report;
mod source;
mod words;

#[pyo3::pymodule(gil_used = false, name = "_passthru")]
mod extension {
    #[pymodule_export]
    use crate::command::run_command;
    #[pymodule_export]
    use crate::explanation::{Explanation, explain};
    #[pymodule_export]
    use crate::finding::{Evidence, Finding, Report, verdicts};
    #[pymodule_export]
    use crate::host::Host;
    #[pymodule_export]
    use crate::plan::Plan;
    #[pymodule_export]
    use crate::plan_step::{Blocker, Check, Command, Edit, ManualStep, PlannedDevice};

    #[pymodule_export]
    use crate::rom::{Rom, RomImage};
    #[pymodule_export]
    use crate::rom_diff::{RomDiff, RomDifference};
    #[pymodule_export]
    use crate::rom_edit::{RomChange, RomEdit, build_rom};
    #[pymodule_export]
    use crate::rom_parts::{RomPart, RomParts, carve_roms, vfct_roms};
    #[pymodule_export]
    use crate::rom_report::{RomAnswer, RomFinding, RomReport};

    /// The version, as Cargo has it.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
