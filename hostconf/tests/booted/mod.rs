//! Kernels that are booted with what this crate writes, in images that
//! initramfs-tools and dracut make, and in roots of systemd, on a machine that QEMU emulates: who has each
//! function then is what [`hostconf::binding::evaluate::evaluate`] says.
//!
//! `LAB_KERNEL` names an unpacked kernel package (`scripts/lab fetch`); without one
//! the tests are skipped. QEMU emulates the processor, so that no KVM is needed.

mod dracut;
mod image;
mod initramfs_tools;
mod machine;
mod mkinitcpio;
mod systemd;
mod xen;

use hostconf::binding::evaluate::{BindingContext, DriverIn, DuplicateId, Outcome, Usr, evaluate};
use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::kernel_facts::Presence;
use hostconf::binding::method::Method;

/// The predicted outcome of a method on the machines here: all drivers are modules, and the
/// image contains them.
fn predicted(method: Method, initramfs: Initramfs, duplicate_id: DuplicateId) -> Outcome {
    evaluate(method, &circumstances(initramfs, duplicate_id)).0
}

fn circumstances(initramfs: Initramfs, duplicate_id: DuplicateId) -> BindingContext {
    BindingContext {
        vfio_pci: Presence::Module,
        driver: Presence::Module,
        driver_in_initramfs: DriverIn::Initramfs,
        initramfs: Some(initramfs),
        duplicate_id,
        usr: Usr::Host,
    }
}
