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

mod bash;
mod boot_entries;
mod boot_files;
mod booted_loaders;
mod dracut;
mod grub;
mod initramfs;
mod libvirt_daemon;
mod modprobe;
mod shell_scripts;
mod units;
