//! The system, the kernel and the processor of the host, and whether the input is of one host.

pub(super) mod boot_framebuffer;
pub(super) mod distribution;
mod fields;
mod host_line;
mod hybrid_cores;
pub(super) mod kernel;
pub(super) mod machines;
pub(super) mod platform;
pub(super) mod processor;
mod processor_model;
mod replaced_processor;
pub(super) mod stated_distribution;
mod stated_kernel;
pub(super) mod stated_processor;
pub(super) mod stated_release;
pub(super) mod system;
pub(super) mod system_markers;
mod virtual_hardware;
pub(super) mod virtualization;
pub(super) mod xl_info;
