//! VM configurations of hypervisors with assigned PCI devices: parsed, edited without loss,
//! written, and converted between hypervisors.
//!
//! Each hypervisor has a module. All are text in, text out: no file is read or written and no
//! program is run; commands are returned with their undo.
//!
//! # Assign a GPU to a VM of Proxmox VE
//!
//! ```
//! use hvconf::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};
//! use hvconf::proxmox::{HostContext, assign_in_config};
//! // /etc/pve/qemu-server/105.conf, and the functions of the card.
//! let config = "bios: ovmf\nmachine: q35\nmemory: 16384\n";
//! let gpu = ["01:00.0".parse()?, "01:00.1".parse()?].map(AssignedFunction::at).to_vec();
//! let devices = AssignedDevices::new(vec![AssignedSlot::new(gpu, Coverage::WholeSlot)?])?;
//! let plan = assign_in_config("105".parse()?, config, &devices, HostContext::default())?;
//! assert!(plan.text.unwrap().contains("hostpci0: 0000:01:00,pcie=1\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to begin
//!
//! | Input | Call | Result |
//! | --- | --- | --- |
//! | a description of a VM | [`description::Description`], then `emit` of a hypervisor's module | its files and commands |
//! | the configuration of a VM | `edit` or `assign` of its module | the edited text |
//! | the configuration of a VM, and another hypervisor | [`convert::convert`] | its configuration there, and what is not converted |
//! | a guest's operating system | [`guest::inside`] | drivers, MSI and display inside the guest |
//!
//! - [`description`]: a VM, as every emitter accepts and every reader returns it; [`assigned`]:
//!   its devices; [`emitted`]: the output of an emitter.
//! - [`convert`]: conversions between hypervisors.
//! - [`guest`]: the steps inside the guest.
//! - [`proxmox`], [`libvirt`], [`esxi`], [`xen`], [`qemu`], [`bhyve`], [`cloud_hypervisor`],
//!   [`crosvm`], [`hyper_v`], [`incus`], [`kubernetes`], [`nova`], [`unraid`], [`truenas`],
//!   [`nixos`]: the hypervisors and managers; [`unsupported`]: those without PCI passthrough.
//! - [`yaml`]: YAML documents with the line of each node.
//!
//! Each module of a hypervisor has a feature of its name; `convert`, on by default, includes all.
//!
//! Every failure is an [`Error`] with a [kind](ErrorKind), the key and the line.

// Parts that all formats share are whole in each build.
#![cfg_attr(not(feature = "convert"), allow(dead_code, unused_imports))]

mod address_width;
pub mod assigned;
#[cfg(feature = "bhyve")]
pub mod bhyve;
#[cfg(feature = "cloud-hypervisor")]
pub mod cloud_hypervisor;
#[cfg(feature = "convert")]
pub mod convert;
#[cfg(feature = "crosvm")]
pub mod crosvm;
pub mod description;
pub mod emitted;
mod error;
#[cfg(feature = "esxi")]
pub mod esxi;
pub mod guest;
#[cfg(feature = "hyper-v")]
pub mod hyper_v;
#[cfg(feature = "incus")]
pub mod incus;
mod integer;
#[cfg(feature = "kubernetes")]
pub mod kubernetes;
#[cfg(feature = "libvirt")]
pub mod libvirt;
#[cfg(feature = "nixos")]
pub mod nixos;
#[cfg(feature = "nova")]
pub mod nova;
#[cfg(feature = "cloud-hypervisor")]
mod option_text;
#[cfg(feature = "proxmox")]
pub mod proxmox;
#[cfg(feature = "qemu")]
pub mod qemu;
#[cfg(feature = "truenas")]
pub mod truenas;
#[cfg(feature = "unraid")]
pub mod unraid;
pub mod unsupported;
#[cfg(feature = "xen")]
pub mod xen;
#[cfg(feature = "yaml")]
pub mod yaml;

pub use address_width::AddressWidth;
pub use error::{Error, ErrorKind, Result};
