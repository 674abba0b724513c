//! Plans for hypervisors whose guests are told otherwise than by libvirt or Proxmox
//! VE: what their emitters write, as a part of a plan.

mod host_side;
mod pass;
mod told;

pub(super) use host_side::{HostSide, able, knows, of_platform, reboot};
pub(super) use pass::{bind_on_unraid, pass};
