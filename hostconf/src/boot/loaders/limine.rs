//! Limine with a manually edited file.

use crate::boot::entries::Format;
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Program, Rule};
use crate::boot::menu::Menu;
use crate::boot::place::Place;
use crate::boot::{grub_files, kernel_cmdline, limine};

const FILES: Place = Place::OnPartitions(&limine::NAMES);
const FILES_BEFORE_8: Place = Place::OnPartitions(&limine::NAMES_BEFORE_8);

/// Limine.
pub(super) const PROGRAM: Program = Program {
    efi_path: Some("limine"),
    files: &[FILES, FILES_BEFORE_8],
    ..Program::NEW
};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::Started(&PROGRAM),
        rank: 9,
        signs: &[],
    }],
    unread: &[grub_files::MAIN, kernel_cmdline::PATH],
    ..BootLoader::new(
        "Limine",
        // Limine's drive decides which of several files it finds first: all are changed.
        Change::Menu(&Menu {
            files: &[(FILES, Format::Limine), (FILES_BEFORE_8, Format::LimineCfg)],
            usual: "/boot/limine.conf",
        }),
        Page {
            found_by: "the firmware's entry, its file",
            changes: "`cmdline:` of entries with `protocol: linux`",
            checked_by: "golden texts",
        },
    )
};
