//! Configuration of a Linux host for PCI passthrough: kernel options, boot loaders, driver
//! binding.
//!
//! The crate reads the files that set kernel options and bind drivers, edits them without
//! touching other bytes, and returns each change as an [`Edit`](host_tree::Edit) or a command
//! with its undo. It writes nothing itself.
//!
//! # Set a kernel option
//!
//! The boot loader determines the file with the kernel options. [`boot::loader::find`] detects it,
//! and [`boot::steps::steps`] returns the edits and commands:
//!
//! ```
//! use host_tree::MemoryTree;
//! use hostconf::boot::change::OptionsChange;
//! use hostconf::boot::loader::LoaderKind;
//! use hostconf::boot::steps::steps;
//! // A captured host, here with a single file; `host_tree::DirTree` reads the running one.
//! let mut host = MemoryTree::partial();
//! host.insert_file("/etc/kernel/cmdline", "root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet\n");
//! let change = OptionsChange { put: vec!["iommu=pt".parse()?], ..OptionsChange::default() };
//! let steps = steps(&host, LoaderKind::ProxmoxSystemdBoot, &change)?;
//! assert_eq!(
//!     steps.edits[0].after,
//!     "root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet iommu=pt\n",
//! );
//! assert_eq!(steps.commands[0].argv, ["proxmox-boot-tool", "refresh"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to begin
//!
//! | Input | Call | Result |
//! | --- | --- | --- |
//! | a kernel command line | [`boot::CommandLine::parse`] | its options, to read, set and unset |
//! | `/etc/default/grub` | [`boot::grub::GrubDefaults::parse`] | its variables, to read and edit |
//! | a host | [`boot::loader::find`] | the boot loader, with evidence |
//! | a boot loader and options | [`boot::steps::steps`] | edits and commands that set them |
//! | the files of `modprobe.d` | [`binding::modprobe::Config`] | options, aliases and softdeps as kmod reads them |
//! | functions and facts of the host | [`binding::evaluate::evaluate`] | whether a [binding method](binding::method) works there, and why |
//!
//! - [`boot`]: kernel options, and the boot loaders' files that set them.
//! - [`binding`]: the driver of each function: `modprobe.d`, module lists, the initramfs.
//!
//! Parsers accept any text: `parse(text).to_string() == text`. Every failure is an [`Error`] with
//! a [kind](ErrorKind), the file and the line.

pub mod binding;
pub mod boot;
mod error;

pub use error::{Error, ErrorKind, Result};
