//! systemd-boot with manually edited entries.

use super::systemd_boot::{self, by_writer, written_by};
use crate::boot::entries::Format;
use crate::boot::loader::declaration::{BootLoader, Change, Page, Sign};
use crate::boot::menu::Menu;
use crate::boot::{grub_files, kernel_cmdline};

/// The entries of the Boot Loader Specification.
pub(super) const MENU: Menu = Menu {
    files: &[
        (systemd_boot::ENTRIES[0], Format::BootLoaderSpecification),
        (systemd_boot::ENTRIES[1], Format::BootLoaderSpecification),
        (systemd_boot::ENTRIES[2], Format::BootLoaderSpecification),
    ],
    usual: "/boot/loader/entries",
};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[written_by(
        4,
        &[Sign::Found(|tree| by_writer(tree, |_| true))],
    )],
    unread: &[grub_files::MAIN, kernel_cmdline::PATH],
    ..BootLoader::new(
        "systemd-boot",
        Change::Menu(&MENU),
        Page {
            found_by: "other entries",
            changes: "`options` of each usual entry",
            checked_by: "bootctl; systemd-boot itself boots a kernel in QEMU",
        },
    )
};
