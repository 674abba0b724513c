//! Configurations of virtual machines that functions are passed to: read, edited without
//! loss, written, and converted from one hypervisor to another. All is text in, text out.
//!
//! ```
//! use hvconf::proxmox::VmConfig;
//! // A guest's configuration: snapshots in it are left alone.
//! let mut guest = VmConfig::parse("cores: 4\n\n[before-update]\ncores: 2\n");
//! guest.set(&"balloon".parse()?, &"0".parse()?);
//! assert_eq!(guest.to_string(), "cores: 4\nballoon: 0\n\n[before-update]\ncores: 2\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | you have | you call | and get |
//! | --- | --- | --- |
//! | the functions, and a machine to have them | [`description::Description`], then `emit` of a hypervisor's module | its files and commands |
//! | a machine of one hypervisor | [`convert::convert`] | the same for another |
//! | a guest | [`guest`] | drivers, MSI and display inside it |
//!
//! - [`description`]: a virtual machine that functions are passed to, which every
//!   hypervisor's emitter accepts and reader returns; [`assigned`]: its devices;
//!   [`emitted`]: the output of an emitter.
//! - [`convert`]: from one hypervisor's configuration to another's.
//! - [`guest`]: what is done inside the guest.
//! - [`proxmox`], [`libvirt`], [`esxi`], [`xen`], [`qemu`], [`bhyve`], [`cloud_hypervisor`],
//!   [`crosvm`], [`hyper_v`], [`incus`], [`kubernetes`], [`nova`], [`unraid`], [`truenas`],
//!   [`nixos`]: configurations of hypervisors; [`unsupported`]: those that have none.
//! - [`yaml`]: YAML documents with the line of each node.

mod address_width;
pub mod assigned;
pub mod bhyve;
pub mod cloud_hypervisor;
pub mod convert;
pub mod crosvm;
pub mod description;
pub mod emitted;
mod error;
pub mod esxi;
pub mod guest;
pub mod hyper_v;
pub mod incus;
pub mod kubernetes;
pub mod libvirt;
pub mod nixos;
pub mod nova;
mod option_text;
pub mod proxmox;
pub mod qemu;
pub mod truenas;
pub mod unraid;
pub mod unsupported;
pub mod xen;
pub mod yaml;

pub use address_width::AddressWidth;
pub use error::{Error, ErrorKind, Result};
