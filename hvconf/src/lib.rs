//! Hypervisor, boot-chain and driver-binding configuration: lossless documents, edits and emitters.
//!
//! All is text in, text out; only [`boot::loader`], [`boot::grub_files`],
//! [`binding::kernel_facts`] and
//! [`Config::read`](binding::modprobe::Config::read) read a [`HostTree`](pci_core::tree::HostTree), and
//! nothing writes. What is to be written is an [`Edit`].
//!
//! ```
//! use hvconf::boot::CommandLine;
//! use hvconf::proxmox::VmConfig;
//! // A kernel's options: what is there stays as it is.
//! let mut options = CommandLine::parse("quiet  splash amd_iommu=on");
//! options.set(&"iommu=pt".parse()?)?;
//! options.unset("amd_iommu");
//! assert_eq!(options.to_string(), "quiet  splash iommu=pt");
//! // A guest's configuration: snapshots in it are left alone.
//! let mut guest = VmConfig::parse("cores: 4\n\n[before-update]\ncores: 2\n");
//! guest.set(&"balloon".parse()?, &"0".parse()?);
//! assert_eq!(guest.to_string(), "cores: 4\nballoon: 0\n\n[before-update]\ncores: 2\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | you have | you call | and get |
//! | --- | --- | --- |
//! | a kernel's command line | [`boot::CommandLine::parse`] | its options, to read, set and unset |
//! | `/etc/default/grub` | [`boot::grub::GrubDefaults::parse`] | its variables, edited in place |
//! | a host's tree, and the question what boots it | [`boot::loader::find`] | the boot loader, and where its options are |
//! | the loader, and an option to set | [`boot::steps`] | edits of its files, or commands |
//! | files of `modprobe.d` | [`binding::modprobe::Config`] | options, aliases and softdeps as kmod sees them |
//! | cards, and a host that is to give them away | [`binding::method`], [`binding::judge`] | the ways to bind vfio-pci, and which of them works there |
//! | the functions, and a machine to have them | [`description::Description`], then `emit` of a hypervisor's module | its files and commands |
//! | a machine of one hypervisor | [`convert::convert`] | the same for another |
//! | a guest | [`guest`] | drivers, MSI and display inside it |
//!
//! - [`boot`]: kernel options, and the files that boot loaders take them from.
//! - [`binding`]: which driver gets a function: `modprobe.d`, module lists, the
//!   initramfs.
//! - [`description`]: a virtual machine that functions are passed to, which every
//!   hypervisor's emitter takes and reader gives; [`passed`]: its devices;
//!   [`emitted`]: what an emitter gives.
//! - [`settings`]: what an edit takes away from a file, whatever its format.
//! - [`convert`]: from one hypervisor's configuration to another's.
//! - [`guest`]: what is done inside the guest.
//! - [`proxmox`], [`libvirt`], [`esxi`], [`xen`], [`qemu`], [`bhyve`], [`cloud_hypervisor`],
//!   [`crosvm`], [`hyper_v`], [`incus`], [`kubernetes`], [`nova`], [`unraid`], [`truenas`],
//!   [`nixos`]: configurations of hypervisors; [`unable`]: those that have none.

mod address_width;
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
pub mod settings;
pub mod truenas;
pub mod unable;
pub mod unraid;
pub mod xen;
mod yaml;

pub use address_width::AddressWidth;
pub use edit::Edit;
