//! Loaders on partitions that `proxmox-boot-tool` fills (Proxmox VE Administration Guide,
//! "Host Bootloader", "Secure Boot"): systemd-boot with EFI and without Secure Boot, GRUB else.

use host_tree::{Edit, Evidence, HostTree, Lookup, numbered_lines};

use super::{grub, systemd_boot};
use crate::boot::change::OptionsChange;
use crate::boot::loader::declaration::{
    BootLoader, ByHand, Change, Given, Page, Refresh, Rule, Sign,
};
use crate::boot::step::{read, shown};
use crate::boot::{efi_variables, grub_files, grub_steps, kernel_cmdline, kernel_install};
use crate::error::{Cause, Error};

/// The program reads that file: what it says of partitions shows that the file is used.
const PERHAPS: Sign = Sign::PerhapsFile(kernel_cmdline::PROXMOX_BOOT_UUIDS);

const REFRESH: Refresh = Refresh::Run(&["proxmox-boot-tool", "refresh"]);

const CHECKED: &str = "dash; else golden texts";

pub(super) const GRUB: BootLoader = BootLoader {
    rules: &[
        rule(
            0,
            &[PERHAPS, Sign::Found(|tree| status(tree, Partitions::Grub))],
        ),
        rule(1, &[MARKED, Sign::StartedBy(&grub::PROGRAM)]),
        rule(3, &[MARKED, Sign::Found(bios)]),
        rule(
            4,
            &[
                MARKED,
                Sign::Found(|tree| efi_variables::secure_boot(tree).into_iter().collect()),
            ],
        ),
    ],
    refresh: REFRESH,
    unread: &[kernel_cmdline::PATH],
    by_hand: ByHand {
        place: "GRUB_CMDLINE_LINUX_DEFAULT",
        ..BY_HAND
    },
    ..BootLoader::new(
        "GRUB (proxmox-boot-tool)",
        Change::Edits(|tree, change| Ok(vec![grub_steps::edit(tree, change)?])),
        Page {
            found_by: "`/etc/kernel/proxmox-boot-uuids` with what `proxmox-boot-tool status` says, \
                       `BOOT_IMAGE=`, a BIOS or Secure Boot",
            changes: "`/etc/default/grub`",
            checked_by: CHECKED,
        },
    )
};

pub(super) const SYSTEMD_BOOT: BootLoader = BootLoader {
    rules: &[
        rule(
            0,
            &[
                PERHAPS,
                Sign::Found(|tree| status(tree, Partitions::SystemdBoot)),
            ],
        ),
        rule(1, &[MARKED, Sign::StartedBy(&systemd_boot::PROGRAM)]),
        rule(2, &[Sign::Option("initrd", "\\efi\\proxmox\\")]),
    ],
    refresh: REFRESH,
    unread: &[grub_files::MAIN],
    by_hand: BY_HAND,
    ..BootLoader::new(
        "systemd-boot (proxmox-boot-tool)",
        Change::Edits(|tree, change| Ok(vec![kernel_install::edit(tree, change)?])),
        Page {
            found_by: "the same with systemd-boot, `\\EFI\\proxmox\\`",
            changes: "`/etc/kernel/cmdline`",
            checked_by: CHECKED,
        },
    )
};

pub(super) const EITHER: BootLoader = BootLoader {
    rules: &[
        rule(
            0,
            &[PERHAPS, Sign::Found(|tree| status(tree, Partitions::Both))],
        ),
        rule(9, &[MARKED]),
    ],
    refresh: REFRESH,
    by_hand: BY_HAND,
    ..BootLoader::new(
        "proxmox-boot-tool",
        Change::Edits(either),
        Page {
            found_by: "`/etc/kernel/proxmox-boot-uuids` alone",
            changes: "both files where it is not known which takes effect",
            checked_by: CHECKED,
        },
    )
};

const BY_HAND: ByHand = ByHand {
    place: "the line of options",
    refresh: "run proxmox-boot-tool refresh",
};

const MARKED: Sign = Sign::File(kernel_cmdline::PROXMOX_BOOT_UUIDS);

const fn rule(rank: u8, signs: &'static [Sign]) -> Rule {
    Rule {
        given: Given::Installer,
        rank,
        signs,
    }
}

/// The configuration of the partitions together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Partitions {
    Grub,
    SystemdBoot,
    Both,
}

/// The lines of `proxmox-boot-tool status` that show `wanted`: `XXXX-XXXX is configured with:
/// uefi (versions: ...)`, where `uefi` is systemd-boot. Partitions may be configured in different
/// ways, and one in both.
fn status(tree: &dyn HostTree, wanted: Partitions) -> Vec<Evidence> {
    let (mut grub, mut systemd, mut evidence) = (false, false, Vec::new());
    let says = " is configured with:";
    let texts = tree.texts();
    for output in texts.iter().filter(|text| text.text.contains(says)) {
        for (number, line) in numbered_lines(&output.text) {
            let Some((partition, with)) = line.split_once(says) else {
                continue;
            };
            if !is_fat_id(partition.trim()) {
                continue;
            }
            let mut words = with.split([' ', ',']);
            let has_systemd = words.clone().any(|word| word == "uefi");
            let has_grub = words.any(|word| word == "grub");
            if has_systemd || has_grub {
                evidence.push(Evidence::new(&*output.command, number, line));
            }
            systemd |= has_systemd;
            grub |= has_grub;
        }
    }
    let found = match (systemd, grub) {
        (true, true) => Some(Partitions::Both),
        (true, false) => Some(Partitions::SystemdBoot),
        (false, true) => Some(Partitions::Grub),
        (false, false) => None,
    };
    if found == Some(wanted) {
        evidence
    } else {
        Vec::new()
    }
}

/// Whether this is the id of a FAT file system, as `6D2A-1C3F`.
fn is_fat_id(text: &str) -> bool {
    let hex = |half: &str| half.len() == 4 && half.bytes().all(|b| b.is_ascii_hexdigit());
    text.split_once('-')
        .is_some_and(|(one, other)| hex(one) && hex(other))
}

/// Whether the host was booted by BIOS.
fn bios(tree: &dyn HostTree) -> Vec<Evidence> {
    let efi = "/sys/firmware/efi";
    let is_shown = matches!(tree.list("/sys/firmware"), Lookup::Found(_));
    let absent = tree.list(efi).absence(efi).filter(|_| is_shown);
    let absent = absent.map(|absent| absent.saying("absent: booted by BIOS"));
    absent.into_iter().collect()
}

/// Both files count until it is known which loader the firmware starts; of the
/// two, one is enough to be there.
fn either(tree: &dyn HostTree, change: &OptionsChange) -> Result<Vec<Edit>, Error> {
    let mut edits = Vec::new();
    let is_shown = |path| shown(path, read(tree, path)).map(|text| text.is_some());
    if is_shown(kernel_cmdline::PATH)? {
        edits.push(kernel_install::edit(tree, change)?);
    }
    if is_shown(grub_files::MAIN)? {
        edits.push(grub_steps::edit(tree, change)?);
    }
    if edits.is_empty() {
        return Err(Cause::NotShown.in_file(kernel_cmdline::PATH.to_owned()));
    }
    Ok(edits)
}
