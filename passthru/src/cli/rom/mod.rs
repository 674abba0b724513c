//! The commands on option ROMs.

mod args;
#[cfg(not(target_family = "wasm"))]
mod carve;
#[cfg(not(target_family = "wasm"))]
mod diff;
#[cfg(target_os = "linux")]
mod dump;
#[cfg(not(target_family = "wasm"))]
mod edit;
#[cfg(not(target_family = "wasm"))]
mod edit_args;
mod edited;
#[cfg(not(target_family = "wasm"))]
mod extract;
mod form;
mod info;
mod output;
mod run;
#[cfg(not(target_family = "wasm"))]
mod ssdt;
mod target;
mod trim;
mod verify;
#[cfg(not(target_family = "wasm"))]
mod vfct;

pub(super) use args::Rom;
pub(super) use run::run;
