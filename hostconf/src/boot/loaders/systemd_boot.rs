//! systemd-boot, and unified kernel images, by `kernel-install`.

use host_tree::{Evidence, HostTree, numbered_lines};

use crate::boot::loader::declaration::{
    BootLoader, Change, Given, Page, Program, Refresh, Rule, Sign, Trace,
};
use crate::boot::place::Place;
use crate::boot::{bls, grub_files, kernel_cmdline, kernel_install, refind};

/// Its entries (Boot Loader Specification, type 1).
pub(in crate::boot) const ENTRIES: [Place; 3] = [
    Place::Directory("/boot/loader/entries", ".conf"),
    Place::Directory("/boot/efi/loader/entries", ".conf"),
    Place::Directory("/efi/loader/entries", ".conf"),
];

/// systemd-boot.
pub(in crate::boot) const PROGRAM: Program = Program {
    calls_itself: Some("systemd-boot"),
    efi_names: &["systemd-boot"],
    trace: Some(Trace::EfiInitrd {
        unless: refind::LINUX_CONF,
    }),
    files: &ENTRIES,
    is_common: true,
    ..Program::NEW
};

const REFRESH: Refresh = Refresh::Found("`kernel-install add` for each kernel");

/// The rule of `rank` that the writer of systemd-boot's entries is shown by `signs`.
pub(super) const fn written_by(rank: u8, signs: &'static [Sign]) -> Rule {
    Rule {
        given: Given::Started(&PROGRAM),
        rank,
        signs,
    }
}

pub(super) const BY_KERNEL_INSTALL: BootLoader = BootLoader {
    rules: &[
        written_by(
            3,
            &[Sign::Found(|tree| {
                by_writer(tree, bls::is_by_kernel_install)
            })],
        ),
        // Ubuntu has no proxmox-boot-tool, and its systemd-boot is kernel-install's.
        written_by(5, &[Sign::Found(is_ubuntu)]),
        // The file is kernel-install's, or proxmox-boot-tool's, which is absent.
        written_by(
            6,
            &[
                Sign::NoPath(kernel_cmdline::PROXMOX_BOOT_UUIDS),
                Sign::File(kernel_cmdline::PATH),
            ],
        ),
    ],
    refresh: REFRESH,
    unread: &[grub_files::MAIN],
    ..BootLoader::new(
        "systemd-boot (kernel-install)",
        Change::Steps(kernel_install::steps),
        Page {
            found_by: "entries at `/TOKEN/VERSION/linux`, Ubuntu, `/etc/kernel/cmdline` without \
                       proxmox-boot-tool",
            changes: "`/etc/kernel/cmdline`",
            checked_by: "kernel-install's loader entry plugin",
        },
    )
};

pub(super) const UNIFIED_IMAGES: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::UnifiedImage,
        rank: 1,
        signs: &[Sign::Line(
            &[
                Place::File("/etc/kernel/install.conf"),
                Place::File("/usr/lib/kernel/install.conf"),
            ],
            |line| line == "layout=uki",
        )],
    }],
    refresh: REFRESH,
    unread: &[grub_files::MAIN],
    ..BootLoader::new(
        "unified kernel image (kernel-install)",
        Change::Steps(kernel_install::steps),
        Page {
            found_by: "the same, with `layout=uki` of `install.conf`",
            changes: "`/etc/kernel/cmdline`",
            checked_by: "ukify by kernel-install's plugin: its images have our options",
        },
    )
};

/// The line that shows Ubuntu.
fn is_ubuntu(tree: &dyn HostTree) -> Vec<Evidence> {
    for path in ["/etc/os-release", "/usr/lib/os-release"] {
        let Some(text) = tree.read_text(path).found() else {
            continue;
        };
        let found =
            numbered_lines(&text).find(|(_, line)| matches!(*line, "ID=ubuntu" | "ID=\"ubuntu\""));
        let found = found.map(|(number, line)| Evidence::new(path, number, line));
        return found.into_iter().collect();
    }
    Vec::new()
}

/// The first line of the first entry that boots Linux and `is_written` so.
pub(super) fn by_writer(tree: &dyn HostTree, is_written: impl Fn(&str) -> bool) -> Vec<Evidence> {
    let entries = ENTRIES.iter().flat_map(|place| place.found(tree));
    let mut linux = entries.filter(|(_, text)| bls::field(text, "linux").is_some());
    let found = linux.find(|(_, text)| is_written(text));
    let found =
        found.map(|(path, text)| Evidence::new(path, 1, text.lines().next().unwrap_or_default()));
    found.into_iter().collect()
}
