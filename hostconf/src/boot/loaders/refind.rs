//! rEFInd.

use crate::boot::entries::Format;
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Program, Rule};
use crate::boot::menu::Menu;
use crate::boot::place::Place;
use crate::boot::{grub_files, refind};

/// rEFInd.
const PROGRAM: Program = Program {
    efi_path: Some("refind"),
    files: &[Place::File(refind::LINUX_CONF)],
    ..Program::NEW
};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::Started(&PROGRAM),
        rank: 9,
        signs: &[],
    }],
    unread: &[grub_files::MAIN],
    ..BootLoader::new(
        "rEFInd",
        Change::Menu(&Menu {
            files: &[
                (Place::File(refind::LINUX_CONF), Format::RefindLinux),
                (
                    Place::OnPartitions(&["/EFI/refind/refind.conf", "/EFI/BOOT/refind.conf"]),
                    Format::Refind,
                ),
            ],
            usual: refind::LINUX_CONF,
        }),
        Page {
            found_by: "the firmware's entry, `refind_linux.conf`",
            changes: "`/boot/refind_linux.conf`, entries in `refind.conf`",
            checked_by: "rEFInd itself boots a kernel in QEMU; `refind.conf`: golden texts",
        },
    )
};
