//! The commands on option ROMs.

mod args;
mod carve;
mod diff;
#[cfg(target_os = "linux")]
mod dump;
mod edit;
mod edit_args;
mod edited;
mod extract;
mod form;
mod info;
mod output;
mod run;
mod ssdt;
mod target;
mod trim;
mod verify;
mod vfct;

pub(super) use args::Rom;
pub(super) use run::run;
