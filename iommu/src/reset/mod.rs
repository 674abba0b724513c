//! How a function can be reset, and what a reset takes along.
//!
//! A guest's device is reset when the guest starts and stops. Where the function
//! has no reset of its own, VFIO resets the bus that it is on, and only where
//! everything below that bridge belongs to the same guest.

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
