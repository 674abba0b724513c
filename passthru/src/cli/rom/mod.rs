//! The commands on option ROMs.

mod args;
mod carve;
mod diff;
mod info;
mod output;
mod run;
mod target;
mod trim;
mod verify;
mod vfct;

pub(super) use args::Rom;
pub(super) use run::run;
