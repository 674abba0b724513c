//! The groups that Linux will form, before it has booted.
//!
//! [`predict`] takes the functions of a host as their configuration space shows
//! them and gives the groups, with the reason why each member joined. It follows
//! the kernel's own rules (`pci_device_group`, drivers/iommu/iommu.c;
//! `pci_acs_enabled`, drivers/pci/pci.c): a function shares the group of
//!
//! - the bridge to conventional PCI that it is behind;
//! - the bridge above it, where a port on the way to the root complex does not keep
//!   requests from going to its neighbours (ACS);
//! - a function of the same bus whose requester ID its requests carry;
//! - the other functions of its device, where they are not kept apart.
//!
//! [`Rules`] has another set, which some vendors' kernels follow.
//!
//! [`Conditions`] are what else decides: kernel options, the firmware's tables, and
//! whether the kernel turns ACS on first. [`Machine`] asks what if the hardware were
//! another: a card more, one moved, another port ([`HardwareChange`]).

mod because;
mod by_id;
mod change;
mod compare;
mod conditions;
mod controls;
mod coverage;
mod devfns;
mod function;
mod grouping;
mod hardware;
mod isolated;
mod isolation;
mod listing;
mod machine;
mod options;
mod prediction;
mod read;
mod reasons;
mod renumber;
mod rework;
mod topology;
mod vmd;

#[cfg(test)]
mod hostile_tests;

pub use because::{Because, Join};
pub use by_id::AcsById;
pub use change::{IsolationChange, IsolationOption, NoOverride, changes, not_overridden, others};
pub use compare::{Agreement, Cause, compare};
pub use conditions::{Conditions, Controls, FirmwareTables, Origin, PchWorkaround, Rules};
pub use coverage::NotCovered;
pub use function::{AcsRegisters, BusRange, Function};
pub use hardware::{HardwareChange, NewCard};
pub use machine::Machine;
pub use options::{AcsChange, AcsOptionRules, AcsOptions, AcsOverride, DeviceSpec};
pub use prediction::{Numbers, PredictedGroup, Prediction, PredictionOutcome, predict};
pub use reasons::reasons;

pub use crate::predict::isolated::{Deciding, Isolated, Isolation, NotIsolated};
