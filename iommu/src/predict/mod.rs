//! Prediction of the IOMMU groups that Linux will form, before boot.
//!
//! [`predict`] computes the groups from the configuration space of all functions, with the reason
//! for each member. It follows the kernel's rules (`pci_device_group`, drivers/iommu/iommu.c;
//! `pci_acs_enabled`, drivers/pci/pci.c): a function shares the group of
//!
//! - the upstream bridge to conventional PCI;
//! - the upstream bridge, if a port on the path to the root complex does not block peer-to-peer
//!   requests (ACS);
//! - a function of the same bus whose requester ID its requests carry;
//! - the other functions of its device, if they are not isolated from each other.
//!
//! [`Rules`] has another set, which some vendors' kernels follow.
//!
//! [`Conditions`] are the other inputs: kernel options, firmware tables, and whether the kernel
//! enables ACS first. [`Machine`] simulates other hardware: a card added or moved, or another port
//! ([`HardwareChange`]).

mod acs2025;
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
mod join_reason;
mod machine;
mod options;
mod prediction;
mod read;
mod reasons;
mod renumber;
mod shown;
mod topology;
mod vmd;

#[cfg(test)]
mod hostile_tests;

pub use by_id::AcsById;
pub use change::{IsolationChange, IsolationOption, NoOverride, changes, not_overridden, others};
pub use compare::{Agreement, Cause, compare};
pub use conditions::{Conditions, Controls, FirmwareTables, Origin, PchWorkaround, Rules};
pub use coverage::NotCovered;
pub use function::{Acs, AcsRegisters, BusRange, Function, FunctionId};
pub use hardware::{HardwareChange, NewCard};
pub use join_reason::{Join, JoinReason};
pub use machine::Machine;
pub use options::{AcsChange, AcsOptionRules, AcsOptions, AcsOverride, DeviceSpec};
pub use prediction::{Assumption, Numbers, PredictedGroup, Prediction, PredictionOutcome, predict};
pub use reasons::reasons;
pub use shown::Shown;

pub use crate::predict::isolated::{Deciding, Isolated, Isolation, NotIsolated};
