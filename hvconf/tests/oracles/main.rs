//! What this crate writes, read by the programs that read it for real; and what
//! it reads, read by others too.
//!
//! A test whose program is missing says so and passes, unless the environment
//! variable `PASSTHRU_ORACLES` is `required`.

// clippy.toml lets `#[test]` functions assert so; here all code is for tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod clouds;
mod convert;
mod descriptions;
mod devices;
mod domains;
mod kept_by_libvirt;
mod kept_domains;
mod kept_machines;
mod kubevirt;
mod libvirt_domain;
mod libvirt_emit;
mod objects;
mod proxmox;
mod proxmox_edits;
mod proxmox_own;
mod python;
mod qemu;
mod registry;
mod rust_sources;
mod sources;
mod virt_xml;
mod vm_programs;
mod vmx;
mod xl;
mod xml;
