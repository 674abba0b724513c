//! Diagnosis and plans for PCI passthrough: the problems of a host, the lines that prove them, and
//! the exact edits.
//!
//! ```
//! use passthru::doctor::{self, Question};
//! use passthru::input::Input;
//! use passthru::{Host, Verdict};
//!
//! // Texts of a forum post.
//! let mut input = Input::new();
//! input.add("lspci.txt", b"01:00.0 VGA compatible controller [0300]: NVIDIA Corporation \
//!     Device [10de:2d04] (rev a1)\n01:00.1 Audio device [0403]: NVIDIA Corporation Device \
//!     [10de:22eb] (rev a1)\n")?;
//! input.add("vfio.conf", b"options vfio-pci ids=10de:2d04\n")?;
//! let host = Host::read(&input.finish()?);
//!
//! let report = doctor::examine(&host, &Question::default());
//! let finding = report.findings.iter().find(|f| f.code == "vfio-ids-missing-function").unwrap();
//! assert_eq!(finding.verdict, Verdict::Fix);
//! assert_eq!(finding.evidence[0].place(), "/etc/modprobe.d/vfio.conf:1");
//! # Ok::<(), passthru::Error>(())
//! ```
//!
//! | task | function | result |
//! | --- | --- | --- |
//! | read the running host, a directory, a snapshot | [`DirTree`](host_tree::DirTree), then [`Host::read`] | a [`Host`]: functions, groups, drivers, settings, each with its line |
//! | read pasted texts | [`input::Input`], then [`Host::read`] | the same |
//! | find problems of a host | [`doctor::examine`] | [`Finding`]s |
//! | collect missing facts | [`ask::Ask`] | one shell line that prints them |
//! | explain an error text | [`messages`], [`doctor::explain`] | its meaning |
//! | choose devices by address, ID or name | [`select`] | functions |
//! | plan passthrough for a hypervisor | [`plan::make`] | a [`Plan`](plan::Plan): edits, commands, checks |
//! | apply or undo a plan | [`apply::Store`] | changed or restored files |
//! | verify a plan after the reboot | [`verify::verify`] | checks that passed and failed, with causes |
//! | predict IOMMU groups after a change | [`predicted`] | groups |
//! | compare two snapshots of a host | [`diff::between`] | relevant changes |
//! | publish a snapshot | [`capture::shareable`] | a snapshot without serial numbers |
//! | convert a virtual machine's configuration | [`conversion`] | the configuration for another hypervisor |
//! | write JSON | [`document`] | documents with schemas |
//! | write text for people | [`render`] | text |
//!
//! Each finding has one of nine [`Verdict`]s. The first pages of [`pci_core`] and [`iommu`]
//! explain the terms of PCI, [`vbios`] those of ROMs, [`hostconf`] the files that bind drivers and
//! set kernel options, [`hvconf`] the configurations of virtual machines.
//!
//! Data flows one way: [`input`] or a [`host_tree`] → [`Host`] → [`doctor`]
//! → [`plan`] → [`apply`] → [`verify`]. A plan is a value; [`apply`] alone writes.

// `apply`, `undo`, `keep` and `rom dump` need Linux, and the command the feature `cli`: what only they use
// is dead code elsewhere.
#![cfg_attr(
    not(all(target_os = "linux", feature = "cli")),
    allow(dead_code, unused_imports)
)]

/// The examples of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

mod alike;
pub mod answer;
pub mod apply;
pub mod ask;
pub mod capture;
#[cfg(feature = "cli")]
pub mod cli;
pub mod conversion;
pub mod diff;
pub mod doctor;
pub mod document;
mod failure;
pub mod file_settings;
mod finding;
pub mod guest_setup;
pub mod host;
pub mod input;
mod invocation;
mod known_facts;
pub mod lspci;
pub mod messages;
pub mod names;
mod packed;
pub mod page;
pub mod plan;
pub mod predicted;
mod prompt;
pub mod redact;
mod remedy;
pub mod render;
pub mod requirement;
pub mod rom_document;
#[cfg(target_os = "linux")]
pub mod rom_dump;
pub mod select;
pub mod settings;
mod size;
mod split;
mod stanzas;
mod target;
pub mod text;
mod typos;
mod verdict;
pub mod verify;

pub use failure::{Error, ErrorKind, Failure, Result};
pub use finding::Finding;
pub use host::Host;
pub use invocation::Invocation;
pub use remedy::{Remedy, shown};
pub use requirement::{Change, GuestOption, WholeLine};
pub use target::{HostSystem, Target};
pub use verdict::Verdict;
