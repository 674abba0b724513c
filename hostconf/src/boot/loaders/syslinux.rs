//! SYSLINUX and EXTLINUX, of Unraid too.

use host_tree::{Evidence, HostTree};

use crate::boot::command_line::CommandLine;
use crate::boot::entries::Format;
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Program, Rule, Trace};
use crate::boot::menu::Menu;
use crate::boot::place::Place;
use crate::boot::{grub_files, kernel_cmdline, running};

/// Where it looks for its file, as mounted (SYSLINUX wiki, "Config"; Unraid has the flash drive
/// at `/boot`).
pub(crate) const SYSLINUX_FILES: [&str; 5] = [
    "/boot/syslinux/syslinux.cfg",
    "/boot/syslinux.cfg",
    "/boot/extlinux/extlinux.conf",
    "/boot/extlinux.conf",
    "/boot/syslinux/extlinux.conf",
];

const FILES: [Place; 5] = [
    Place::File(SYSLINUX_FILES[0]),
    Place::File(SYSLINUX_FILES[1]),
    Place::File(SYSLINUX_FILES[2]),
    Place::File(SYSLINUX_FILES[3]),
    Place::File(SYSLINUX_FILES[4]),
];

/// SYSLINUX leaves the name of the kernel and the initrd (its wiki, "Working Directory", and
/// core's pass of `initrd=`).
pub(super) const PROGRAM: Program = Program {
    trace: Some(Trace::BootImageAndInitrd),
    files: &FILES,
    ..Program::NEW
};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::Started(&PROGRAM),
        rank: 9,
        signs: &[],
    }],
    unread: &[grub_files::MAIN, kernel_cmdline::PATH],
    etc_not_kept: Some(unraid),
    ..BootLoader::new(
        "SYSLINUX",
        Change::Menu(&Menu {
            files: &[
                (FILES[0], Format::Syslinux),
                (FILES[1], Format::Syslinux),
                (FILES[2], Format::Syslinux),
                (FILES[3], Format::Syslinux),
                (FILES[4], Format::Syslinux),
            ],
            usual: SYSLINUX_FILES[0],
        }),
        Page {
            found_by: "`BOOT_IMAGE=` with `initrd=`",
            changes: "`APPEND` of each usual label (EXTLINUX and Unraid alike)",
            checked_by: "SYSLINUX itself boots a kernel in QEMU",
        },
    )
};

/// Unraid makes `/etc` from an image.
fn unraid(tree: &dyn HostTree, _: &[Evidence]) -> Option<Evidence> {
    let (text, proof) = running::options(tree)?;
    let line = CommandLine::parse(&text);
    let initrd = line.get("initrd")?.value.as_deref()?;
    initrd.starts_with("/bzroot").then_some(proof)
}
