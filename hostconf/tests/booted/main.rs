//! Kernels that are booted with what this crate writes, in images that
//! initramfs-tools and dracut make, and in roots of systemd, on a machine that QEMU emulates: who has each
//! function then is what [`hostconf::binding::judge::judge`] says.
//!
//! `LAB_KERNEL` names an unpacked kernel package (`scripts/lab fetch`); without one
//! the tests are skipped. QEMU emulates the processor, so that no KVM is needed.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used
)]

mod dracut;
mod image;
mod initramfs_tools;
mod machine;
mod mkinitcpio;
mod systemd;
mod xen;

use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::judge::{Circumstances, DriverIn, Outcome, Twin, Usr, judge};
use hostconf::binding::kernel_facts::Presence;
use hostconf::binding::method::Method;

/// What is said of a method on the machines here: all drivers are modules, and the
/// image holds them.
fn said(method: Method, initramfs: Initramfs, twin: Twin) -> Outcome {
    judge(method, &circumstances(initramfs, twin)).0
}

fn circumstances(initramfs: Initramfs, twin: Twin) -> Circumstances {
    Circumstances {
        vfio_pci: Presence::Module,
        driver: Presence::Module,
        driver_in_initramfs: DriverIn::Initramfs,
        initramfs: Some(initramfs),
        twin,
        usr: Usr::Host,
    }
}
