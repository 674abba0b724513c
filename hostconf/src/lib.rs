//! The host's side of PCI passthrough: kernel options, boot loaders, and driver binding.
//!
//! All is text in, text out; only [`boot::loader`], [`boot::grub_files`],
//! [`binding::kernel_facts`] and
//! [`Config::read`](binding::modprobe::Config::read) read a
//! [`HostTree`](host_tree::HostTree), and nothing writes. A change of a file is an
//! [`Edit`](host_tree::Edit).
//!
//! ```
//! use hostconf::boot::CommandLine;
//! // A kernel's options: what is there stays as it is.
//! let mut options = CommandLine::parse("quiet  splash amd_iommu=on");
//! options.set(&"iommu=pt".parse()?)?;
//! options.unset("amd_iommu");
//! assert_eq!(options.to_string(), "quiet  splash iommu=pt");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | you have | you call | and get |
//! | --- | --- | --- |
//! | a kernel's command line | [`boot::CommandLine::parse`] | its options, to read, set and unset |
//! | `/etc/default/grub` | [`boot::grub::GrubDefaults::parse`] | its variables, edited in place |
//! | a host's tree, and the question which program boots the host | [`boot::loader::find`] | the boot loader, and where its options are |
//! | the loader, and an option to set | [`boot::steps`] | edits of its files, or commands |
//! | files of `modprobe.d` | [`binding::modprobe::Config`] | options, aliases and softdeps as kmod sees them |
//! | cards for guests, and their host | [`binding::method`], [`binding::evaluate`] | the ways to bind vfio-pci, and which of them works there |
//!
//! - [`boot`]: kernel options, and the files that boot loaders read them from.
//! - [`binding`]: the driver that each function gets: `modprobe.d`, module lists, the
//!   initramfs.

pub mod binding;
pub mod boot;
mod error;

pub use error::{Error, ErrorKind, Result};
