//! The loader by the program that started the kernel, and who writes its files.

use host_tree::{Evidence, HostTree, Lookup};

use super::kind::{
    LoaderKind, PROXMOX_BOOT_UUIDS, SDBOOT_MANAGE, SUSE_BOOTLOADER, UPDATE_EXTLINUX,
};
use super::shown::{first_line, found};
use crate::boot::booted::{Booted, Program};
use crate::boot::grub::{GrubDefaults, Value};
use crate::boot::{bls, grub_files, kernel_cmdline, kernelstub, limine_entry_tool, refind};

/// Where entries of systemd-boot are (Boot Loader Specification, type 1).
pub(in crate::boot) const ENTRIES: [&str; 3] = [
    "/boot/loader/entries",
    "/boot/efi/loader/entries",
    "/efi/loader/entries",
];

/// By what started the running kernel, and which program writes that loader's
/// entries.
pub(super) fn by_program(
    tree: &dyn HostTree,
    booted: &Booted,
    evidence: &mut Vec<Evidence>,
) -> Option<LoaderKind> {
    if booted.unified {
        return by_image_builder(tree, evidence);
    }
    match booted.by {
        // Debian's update-grub is right on a Proxmox host, too: with
        // proxmox-boot-tool it hands over to its refresh.
        Some(Program::Grub) => Some(grub(tree, evidence)),
        Some(Program::SystemdBoot) => systemd_boot(tree, evidence),
        Some(Program::Refind) => Some(LoaderKind::Refind),
        Some(Program::Limine) => Some(limine(tree, evidence)),
        Some(Program::Syslinux) => Some(extlinux(tree, evidence)),
        Some(Program::Firmware) => Some(LoaderKind::EfiStub),
        // systemd-boot, rEFInd or the firmware.
        None if booted.efi_initrd => {
            if tree.read(refind::LINUX_CONF).found().is_some() {
                return None;
            }
            systemd_boot(tree, evidence)
        }
        None => None,
    }
}

/// GRUB's menu: of `/etc/default/grub`, or of entries.
pub(super) fn grub(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> LoaderKind {
    if let Some(kind) = by_suse(tree, evidence) {
        return kind;
    }
    let Some(text) = tree.read_text(grub_files::MAIN).found() else {
        return LoaderKind::Grub;
    };
    // Debian's GRUB does not know the variable; it is in no file there.
    let file = GrubDefaults::parse(&text);
    let name = "GRUB_ENABLE_BLSCFG";
    match (file.value(name), file.assignments(name).last()) {
        (Value::Known(value), Some(last)) if value == "true" => {
            evidence.push(Evidence::at(grub_files::MAIN, &text, last.line));
            LoaderKind::GrubBls
        }
        _ => LoaderKind::Grub,
    }
}

/// `LOADER_TYPE` of SUSE's settings, where it names entries that `sdbootutil`
/// writes.
fn by_suse(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<LoaderKind> {
    let text = tree.read_text(SUSE_BOOTLOADER).found()?;
    let file = GrubDefaults::parse(&text);
    let last = file.assignments("LOADER_TYPE").last()?;
    match file.value("LOADER_TYPE") {
        Value::Known(kind) if kind == "systemd-boot" || kind == "grub2-bls" => {
            evidence.push(Evidence::at(SUSE_BOOTLOADER, &text, last.line));
            Some(LoaderKind::Sdbootutil)
        }
        _ => None,
    }
}

/// systemd-boot: the program that writes its entries has the last word.
pub(super) fn systemd_boot(
    tree: &dyn HostTree,
    evidence: &mut Vec<Evidence>,
) -> Option<LoaderKind> {
    if found(tree, kernelstub::PATH, evidence).is_some() {
        return Some(LoaderKind::Kernelstub);
    }
    if found(tree, SDBOOT_MANAGE, evidence).is_some() {
        return Some(LoaderKind::SdbootManage);
    }
    if let Some(kind) = by_suse(tree, evidence) {
        return Some(kind);
    }
    if let Some(kind) = by_entries(tree, evidence) {
        return Some(kind);
    }
    // Ubuntu has no proxmox-boot-tool, and its systemd-boot is kernel-install's.
    if is_ubuntu(tree, evidence) {
        return Some(LoaderKind::SystemdBoot);
    }
    // The file is kernel-install's, or proxmox-boot-tool's, which is absent.
    let own = tree.read(PROXMOX_BOOT_UUIDS).is_absent();
    (own && found(tree, kernel_cmdline::PATH, evidence).is_some())
        .then_some(LoaderKind::SystemdBoot)
}

/// By the entries that are there: `kernel-install`'s, or kept by hand.
fn by_entries(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<LoaderKind> {
    let mut by_hand = None;
    for (path, text) in entries(tree) {
        if bls::field(&text, "linux").is_none() {
            continue;
        }
        let proof = first_line(&path, &text);
        if bls::is_by_kernel_install(&text) {
            evidence.push(proof);
            return Some(LoaderKind::SystemdBoot);
        }
        by_hand = by_hand.or(Some(proof));
    }
    evidence.push(by_hand?);
    Some(LoaderKind::SystemdBootEntries)
}

/// The entries of the Boot Loader Specification, by path.
fn entries(tree: &dyn HostTree) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for place in ENTRIES {
        let listing = tree.list(place).found().unwrap_or_default();
        for name in listing.names.iter().filter(|name| name.ends_with(".conf")) {
            let path = format!("{place}/{name}");
            if let Lookup::Found(text) = tree.read_text(&path) {
                found.push((path, text));
            }
        }
    }
    found
}

/// Who builds the unified kernel images.
fn by_image_builder(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<LoaderKind> {
    let says = |path: &str, wanted: &dyn Fn(&str) -> bool| {
        let text = tree.read_text(path).found()?;
        let (number, _) = host_tree::numbered_lines(&text).find(|(_, line)| wanted(line.trim()))?;
        Some(Evidence::at(path, &text, number))
    };
    let below = |place: &str, end: &str, wanted: &dyn Fn(&str) -> bool| {
        let names = tree.list(place).found()?.names;
        let mut files = names.iter().filter(|name| name.ends_with(end));
        files.find_map(|name| says(&format!("{place}/{name}"), wanted))
    };
    let preset = |line: &str| {
        line.split_once('=')
            .is_some_and(|(name, _)| name.ends_with("_uki") && !name.starts_with('#'))
    };
    if let Some(proof) = below("/etc/mkinitcpio.d", ".preset", &preset) {
        evidence.push(proof);
        return Some(LoaderKind::MkinitcpioUki);
    }
    let layout = |line: &str| line == "layout=uki";
    for path in ["/etc/kernel/install.conf", "/usr/lib/kernel/install.conf"] {
        if let Some(proof) = says(path, &layout) {
            evidence.push(proof);
            return Some(LoaderKind::KernelInstallUki);
        }
    }
    let uefi = |line: &str| matches!(line, "uefi=yes" | "uefi=\"yes\"" | "uefi='yes'");
    let dracut = says("/etc/dracut.conf", &uefi);
    let proof = dracut.or_else(|| below("/etc/dracut.conf.d", ".conf", &uefi))?;
    evidence.push(proof);
    Some(LoaderKind::DracutUki)
}

pub(super) fn limine(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> LoaderKind {
    if found(tree, limine_entry_tool::PATH, evidence).is_some() {
        return LoaderKind::LimineEntryTool;
    }
    LoaderKind::Limine
}

pub(super) fn extlinux(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> LoaderKind {
    if found(tree, UPDATE_EXTLINUX, evidence).is_some() {
        return LoaderKind::UpdateExtlinux;
    }
    LoaderKind::Syslinux
}

/// Whether it is Ubuntu, which has no `proxmox-boot-tool`.
fn is_ubuntu(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> bool {
    for path in ["/etc/os-release", "/usr/lib/os-release"] {
        let Lookup::Found(text) = tree.read_text(path) else {
            continue;
        };
        let found = host_tree::numbered_lines(&text)
            .find(|(_, line)| matches!(*line, "ID=ubuntu" | "ID=\"ubuntu\""));
        evidence.extend(found.map(|(number, line)| Evidence::new(path, number, line)));
        return found.is_some();
    }
    false
}
