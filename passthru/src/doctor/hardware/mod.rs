//! Cards: displays, memory, resets, and use by the host.

pub(super) mod addresses;
pub(super) mod assigned_ports;
pub(super) mod card_kind;
pub(super) mod display;
pub(super) mod gvt_g;
pub(super) mod host_use;
pub(super) mod in_use;
pub(super) mod integrated_outputs;
pub(super) mod known_facts;
pub(super) mod mmio;
pub(super) mod named_reset;
mod proven_facts;
pub(super) mod reset;
mod steps_of_host;
pub(super) mod system_disk;
pub(super) mod virtual_functions;
pub(super) mod virtualization;
