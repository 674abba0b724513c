//! GRUB with a menu made from `/etc/default/grub`.

use crate::boot::loader::declaration::{
    BootLoader, ByHand, Change, Given, Page, Program, Refresh, Rule, Trace,
};
use crate::boot::place::Place;
use crate::boot::{grub_files, grub_steps, kernel_cmdline};

/// GRUB leaves the name of the kernel, and its initrd is not an option (GRUB 2.06,
/// `grub-core/loader/i386/linux.c`).
pub(in crate::boot) const PROGRAM: Program = Program {
    calls_itself: Some("GRUB"),
    efi_names: &["grub"],
    trace: Some(Trace::BootImage),
    files: &[Place::File(grub_files::MAIN)],
    is_common: true,
    ..Program::NEW
};

/// Debian's update-grub is right on a Proxmox host, too: with `proxmox-boot-tool` it starts
/// that program's refresh.
pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::Started(&PROGRAM),
        rank: 9,
        signs: &[],
    }],
    refresh: Refresh::Found("`update-grub`; `grub2-mkconfig -o` menu; `grub-mkconfig -o` menu"),
    unread: &[kernel_cmdline::PATH],
    by_hand: ByHand {
        place: "GRUB_CMDLINE_LINUX_DEFAULT",
        refresh: "run update-grub (grub-mkconfig -o /boot/grub/grub.cfg where that is not \
                  installed)",
    },
    ..BootLoader::new(
        "GRUB",
        Change::Steps(grub_steps::grub),
        Page {
            found_by: "`BOOT_IMAGE=`, `LoaderInfo`, its file only",
            changes: "`/etc/default/grub`: the variable that the host uses; dom0 of Xen: the \
                      variables that stand for it",
            checked_by: "dash, grub-script-check, grub-mkconfig",
        },
    )
};
