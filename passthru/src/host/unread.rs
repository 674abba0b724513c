//! Files with kernel options that the host's boot loader does not read.

use hostconf::boot::loader::{Loader, LoaderKind};
use hostconf::boot::{grub_files, kernel_cmdline};

/// Whether the boot loader does not read the file at `path`.
pub(super) fn is_unread(loader: &Loader, path: &str) -> bool {
    let Loader::Known { kind, .. } = loader else {
        return false;
    };
    unread_files(*kind).iter().any(|file| {
        // GRUB's main file has a directory of drop-ins beside it.
        let rest = path.strip_prefix(file);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(".d/"))
    })
}

/// Which of the two files that hosts have, whatever their boot loader, this one does
/// not read; none where that is not known.
const fn unread_files(kind: LoaderKind) -> &'static [&'static str] {
    match kind {
        LoaderKind::Grub | LoaderKind::ProxmoxGrub => &[kernel_cmdline::PATH],
        LoaderKind::ProxmoxSystemdBoot
        | LoaderKind::SystemdBoot
        | LoaderKind::KernelInstallUki
        | LoaderKind::LimineEntryTool
        | LoaderKind::Refind => &[grub_files::MAIN],
        LoaderKind::SystemdBootEntries
        | LoaderKind::Kernelstub
        | LoaderKind::Limine
        | LoaderKind::Syslinux => &[grub_files::MAIN, kernel_cmdline::PATH],
        _ => &[],
    }
}
