//! Plans for hypervisors whose guests are told otherwise than by libvirt or Proxmox
//! VE: what their emitters write, as a part of a plan.

mod bhyve;
mod esxi;
mod host_side;
mod intents;
mod kubevirt;
mod libvirt;
mod lists;
mod pass;
mod proxmox;
mod qemu;
mod steps;
mod told;
mod xen;

pub(crate) use host_side::has_own_driver;
pub(super) use host_side::{HostSide, able, knows, of_platform, reboot};
pub(super) use libvirt::on_libvirt;
pub(super) use lists::bind_on_unraid;
pub(super) use pass::pass;
pub(super) use proxmox::on_proxmox;
pub(super) use told::add;
