//! The lines that `-v` adds for the header: PCI Local Bus Specification 3.0, section
//! 6.1, and for bridges PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2.

mod bridge;
mod cardbus;
mod common;
mod ranges;
mod regions;
mod rom;

pub(super) use bridge::{windows, write as bridge};
pub(super) use cardbus::{CARDBUS_HEADER, write as cardbus};
pub(super) use common::{flags, self_test, without_registers};
pub(super) use regions::write as regions;
pub(super) use rom::write as rom;
