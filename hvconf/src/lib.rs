//! Hypervisor, boot-chain and driver-binding configuration: lossless documents, edits and emitters.
//!
//! All is text in, text out; only [`boot::loader`], [`boot::grub_files`],
//! [`binding::kernel_facts`] and
//! [`Config::read`](binding::modprobe::Config::read) read a [`HostTree`](pci_core::tree::HostTree), and
//! nothing writes. What is to be written is an [`Edit`].
//!
//! - [`boot`]: kernel options, and the files that boot loaders take them from.
//! - [`binding`]: which driver gets a function: `modprobe.d`, module lists, the
//!   initramfs.
//! - [`description`]: a virtual machine that functions are passed to, which every
//!   hypervisor's emitter takes and reader gives; [`passed`]: its devices;
//!   [`emitted`]: what an emitter gives.
//! - [`convert`]: from one hypervisor's configuration to another's.
//! - [`guest`]: what is done inside the guest.
//! - [`proxmox`], [`libvirt`], [`esxi`], [`xen`], [`qemu`], [`bhyve`], [`cloud_hypervisor`],
//!   [`crosvm`], [`hyper_v`], [`incus`], [`kubernetes`], [`nova`], [`unraid`], [`truenas`],
//!   [`nixos`]: configurations of hypervisors; [`unable`]: those that have none.

pub mod bhyve;
pub mod binding;
pub mod boot;
pub mod cloud_hypervisor;
pub mod convert;
pub mod crosvm;
pub mod description;
mod edit;
pub mod emitted;
pub mod esxi;
pub mod guest;
pub mod hyper_v;
pub mod incus;
pub mod kubernetes;
pub mod libvirt;
mod lines;
pub mod nixos;
pub mod nova;
mod option_text;
pub mod passed;
pub mod proxmox;
pub mod qemu;
pub mod truenas;
pub mod unable;
pub mod unraid;
pub mod xen;
mod yaml;

pub use edit::Edit;
