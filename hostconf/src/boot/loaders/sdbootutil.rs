//! systemd-boot, or GRUB with entries, by SUSE's `sdbootutil`.

use super::grub;
use super::systemd_boot::written_by;
use crate::boot::grub_files;
use crate::boot::kernel_install;
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Refresh, Rule, Sign};

/// SUSE's settings of its boot loader tools (`update-bootloader(8)`).
pub(crate) const SUSE_BOOTLOADER: &str = "/etc/sysconfig/bootloader";

/// Its settings name entries that it writes.
const SIGNS: &[Sign] = &[Sign::Variable(
    SUSE_BOOTLOADER,
    "LOADER_TYPE",
    &["systemd-boot", "grub2-bls"],
)];

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[
        written_by(2, SIGNS),
        Rule {
            given: Given::Started(&grub::PROGRAM),
            rank: 0,
            signs: SIGNS,
        },
    ],
    unread: &[grub_files::MAIN],
    refresh: Refresh::Run(&["sdbootutil", "update-all-entries"]),
    ..BootLoader::new(
        "GRUB or systemd-boot (sdbootutil)",
        Change::Edits(|tree, change| {
            kernel_install::drop_ins(tree, change)?;
            Ok(vec![kernel_install::edit(tree, change)?])
        }),
        Page {
            found_by: "SUSE: `LOADER_TYPE` of `/etc/sysconfig/bootloader`",
            changes: "`/etc/kernel/cmdline`",
            checked_by: "golden texts; how it puts the options together was read in its script \
                         (commit 12630b2): files of `/etc/kernel/cmdline.d` come after, and one that \
                         has an option that is to change is named",
        },
    )
};
