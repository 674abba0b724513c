//! Finding the loader that started the host.

use host_tree::{Evidence, HostTree, Lookup};

use super::by_files::by_files;
use super::by_program::by_program;
use super::kind::{Loader, LoaderKind, PROXMOX_BOOT_UUIDS};
use super::shown::first_line;
use super::whole_system::whole_system;
use crate::boot::booted::Program;
use crate::boot::command_line::CommandLine;
use crate::boot::{booted, efi_variables, running};

/// Finds the loader of the host that `tree` shows.
///
/// ```
/// use hostconf::boot::{loader::Loader, loader::LoaderKind, loader::find};
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// assert!(matches!(find(&tree), Loader::Unknown { .. }));
/// tree.insert_file("/etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
/// tree.insert_file("/proc/cmdline", "BOOT_IMAGE=/vmlinuz-6.1.0 root=/dev/sda1 quiet\n");
/// let kind = LoaderKind::Grub;
/// assert!(matches!(find(&tree), Loader::Known { kind: found, .. } if found == kind));
/// ```
#[must_use]
pub fn find(tree: &dyn HostTree) -> Loader {
    let mut evidence = Vec::new();
    let known = |kind, evidence| Loader::Known { kind, evidence };
    match whole_system(tree, &mut evidence) {
        Some(Some(kind)) => return known(kind, evidence),
        Some(None) => return unknown(evidence),
        None => {}
    }
    let booted = booted::find(tree, &mut evidence);
    let proxmox = tree.read_text(PROXMOX_BOOT_UUIDS);
    if let Lookup::Found(text) = &proxmox {
        evidence.push(first_line(PROXMOX_BOOT_UUIDS, text));
        let kind = match status(tree, &mut evidence) {
            Some(kind) => kind,
            None => match booted.by {
                Some(Program::Grub) => LoaderKind::ProxmoxGrub,
                Some(Program::SystemdBoot) => LoaderKind::ProxmoxSystemdBoot,
                _ if from_proxmox(tree, &mut evidence) => LoaderKind::ProxmoxSystemdBoot,
                _ => by_firmware(tree, &mut evidence),
            },
        };
        return known(kind, evidence);
    }
    // The program reads that file: what it says of partitions shows that it is used.
    if let (false, Some(kind)) = (proxmox.is_absent(), status(tree, &mut evidence)) {
        return known(kind, evidence);
    }
    if from_proxmox(tree, &mut evidence) {
        return known(LoaderKind::ProxmoxSystemdBoot, evidence);
    }
    if let Some(kind) = by_program(tree, &booted, &mut evidence) {
        return known(kind, evidence);
    }
    // Only where it is certain that `proxmox-boot-tool` is not used.
    let by_files = match (booted.by, proxmox.is_absent()) {
        (None, true) => by_files(tree, &mut evidence),
        _ => None,
    };
    match by_files {
        Some(kind) => known(kind, evidence),
        None => unknown(evidence),
    }
}

/// What shows that changes of `/etc` do not outlive a reboot or a rebuild: NixOS
/// makes it from the configuration, Talos Linux and Unraid from an image.
#[must_use]
pub fn etc_not_kept(tree: &dyn HostTree, loader: &Loader) -> Option<Evidence> {
    let Loader::Known { kind, evidence } = loader else {
        return None;
    };
    match kind {
        LoaderKind::NixOs | LoaderKind::Talos => evidence.first().cloned(),
        LoaderKind::Syslinux => {
            let (text, proof) = running::options(tree)?;
            let line = CommandLine::parse(&text);
            let initrd = line.get("initrd")?.value.as_deref()?;
            initrd.starts_with("/bzroot").then_some(proof)
        }
        _ => None,
    }
}

fn unknown(evidence: Vec<Evidence>) -> Loader {
    Loader::Unknown {
        evidence,
        would_tell: vec![
            "cat /proc/cmdline",
            "proxmox-boot-tool status",
            "bootctl status",
        ],
    }
}

/// Whether this is the id of a FAT file system, as `6D2A-1C3F`.
fn is_fat_id(text: &str) -> bool {
    let hex = |half: &str| half.len() == 4 && half.bytes().all(|b| b.is_ascii_hexdigit());
    text.split_once('-')
        .is_some_and(|(one, other)| hex(one) && hex(other))
}

/// What `proxmox-boot-tool status` printed: `XXXX-XXXX is configured with: uefi
/// (versions: ...)`, where `uefi` stands for systemd-boot. Partitions may be
/// configured in different ways, and one in both.
fn status(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<LoaderKind> {
    let (mut grub, mut systemd) = (false, false);
    for output in tree.texts() {
        for (number, line) in host_tree::numbered_lines(&output.text) {
            let Some((partition, with)) = line.split_once(" is configured with:") else {
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
    match (systemd, grub) {
        (true, true) => Some(LoaderKind::ProxmoxEither),
        (true, false) => Some(LoaderKind::ProxmoxSystemdBoot),
        (false, true) => Some(LoaderKind::ProxmoxGrub),
        (false, false) => None,
    }
}

/// The loader that `proxmox-boot-tool` installs: systemd-boot with EFI and
/// without Secure Boot, GRUB else (Proxmox VE Administration Guide, "Host
/// Bootloader", "Secure Boot").
fn by_firmware(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> LoaderKind {
    let efi = "/sys/firmware/efi";
    let absent = tree.list(efi).absence(efi);
    if let (Some(absent), Lookup::Found(_)) = (absent, tree.list("/sys/firmware")) {
        evidence.push(absent.saying("absent: booted by BIOS"));
        return LoaderKind::ProxmoxGrub;
    }
    if let Some(on) = efi_variables::secure_boot(tree) {
        evidence.push(on);
        return LoaderKind::ProxmoxGrub;
    }
    LoaderKind::ProxmoxEither
}

/// Whether the kernel's own options name `proxmox-boot-tool`'s directory.
fn from_proxmox(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> bool {
    let Some((text, proof)) = running::options(tree) else {
        return false;
    };
    let line = CommandLine::parse(&text);
    let proxmox = line.all("initrd").any(|option| {
        let value = option.value.as_deref().unwrap_or_default();
        value.to_ascii_lowercase().starts_with("\\efi\\proxmox\\")
    });
    if proxmox && !evidence.contains(&proof) {
        evidence.push(proof);
    }
    proxmox
}
