//! The driver of the boot framebuffer, by the kernel's log or its release.

use hostconf::binding::kernel_facts::{BootFramebuffer, Release, boot_framebuffer_by_release};
use iommu::KernelLog;

use crate::host::fact::Fact;

/// The line that shows simpledrm on the boot framebuffer (Linux drivers/gpu/drm/drm_drv.c,
/// `drm_dev_register`).
pub(in crate::host) fn in_log(log: &KernelLog<'_>) -> Option<Fact<BootFramebuffer>> {
    let mut lines = log.lines.iter();
    let is_simple = |text: &str| {
        text.contains("Initialized simpledrm ") || text.contains("simpledrmdrmfb frame buffer")
    };
    let line = lines.find(|line| is_simple(line.message))?;
    Some(Fact::new(BootFramebuffer::Simple, log.evidence(line)))
}

/// The driver of the boot framebuffer by the release of a distribution's kernel.
pub(in crate::host) fn by_release(release: &Fact<Release>) -> Option<Fact<BootFramebuffer>> {
    let driver = boot_framebuffer_by_release(&release.value)?;
    Some(Fact::new(driver, release.evidence.clone()))
}
