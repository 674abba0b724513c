//! The steps that assign functions to a guest.

use super::document::{Command, ManualStep, PlanCheck};

/// The steps that assign the functions to the guest.
#[derive(Debug, Default)]
pub(super) struct Guest {
    pub(super) commands: Vec<Command>,
    pub(super) manual: Vec<ManualStep>,
    pub(super) checks: Vec<PlanCheck>,
}
