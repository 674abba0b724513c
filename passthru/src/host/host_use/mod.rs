//! Use of functions by the host: file systems, networks, processes.

pub(super) mod function_names;
pub(super) mod in_use;
pub(super) mod ip_link;
pub(super) mod kernel_names;
pub(super) mod network_names;
pub(super) mod open_nodes;
mod pools;
pub(super) mod printed_mounts;
pub(super) mod process;
pub(super) mod unbind_while_running;
pub(super) mod viability;
