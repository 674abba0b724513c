//! Reset methods of a function, and the functions that a bus reset also resets.
//!
//! VFIO resets a guest's device when the guest starts and stops. If the function has no reset of
//! its own, VFIO resets its bus, but only if everything below that bridge is assigned to the same
//! guest.

mod bus_reset;
mod by_id;
mod dependency;
mod method;
mod report;

#[cfg(test)]
mod tests;

pub use bus_reset::{BusReset, bus_reset};
pub use by_id::{ResetById, ResetQuirkKind, rows_of};
pub use dependency::{
    AssignedTogether, EsxiDependency, TogetherReason, together_by_reset, together_on_esxi,
};
pub use method::{ResetMethod, methods_of_record};
pub use report::{ResetForGuest, ResetReport, reset_report};
