//! Which boot loader a host boots by, and so which file holds its kernel options.
//!
//! Nothing is concluded from what a tree does not show, and nothing from the
//! distribution's name alone: what started the running kernel, and the files of
//! boot loaders and of the programs that write them, decide.

use pci_core::Evidence;
use pci_core::tree::{HostTree, Lookup};

use super::booted::{self, Booted, Program};
use super::command_line::CommandLine;
use super::grub::{GrubDefaults, Value};
use super::{
    bls, efi_variables, grub_files, kernel_cmdline, kernelstub, limine, limine_entry_tool, refind,
    running,
};

/// The file that marks a host whose boot partitions `proxmox-boot-tool` fills
/// (Proxmox VE Administration Guide, "Host Bootloader").
pub const PROXMOX_BOOT_UUIDS: &str = "/etc/kernel/proxmox-boot-uuids";

/// What is compared after the reboot.
pub const RUNNING_OPTIONS: &str = running::PATH;

/// Where the EFI system partition or the boot partition is mounted (systemd's
/// `bootctl(1)`, "--esp-path").
pub const PARTITIONS: [&str; 3] = ["/boot", "/boot/efi", "/efi"];

/// Where entries of systemd-boot are (Boot Loader Specification, type 1).
const ENTRIES: [&str; 3] = [
    "/boot/loader/entries",
    "/boot/efi/loader/entries",
    "/efi/loader/entries",
];

/// sdboot-manage's settings, of CachyOS, EndeavourOS and Manjaro.
pub const SDBOOT_MANAGE: &str = "/etc/sdboot-manage.conf";

/// SUSE's settings of its boot loader tools (`update-bootloader(8)`).
pub const SUSE_BOOTLOADER: &str = "/etc/sysconfig/bootloader";

/// Alpine's settings of EXTLINUX (`update-extlinux(8)`).
pub const UPDATE_EXTLINUX: &str = "/etc/update-extlinux.conf";

/// XCP-ng's and XenServer's program for Xen's and dom0's options.
pub const XEN_CMDLINE: &str = "/opt/xensource/libexec/xen-cmdline";

/// Where SYSLINUX and EXTLINUX look for their file, as mounted (SYSLINUX wiki,
/// "Config"; Unraid has the flash drive at `/boot`).
pub const SYSLINUX_FILES: [&str; 5] = [
    "/boot/syslinux/syslinux.cfg",
    "/boot/syslinux.cfg",
    "/boot/extlinux/extlinux.conf",
    "/boot/extlinux.conf",
    "/boot/syslinux/extlinux.conf",
];

/// A boot loader, and how its kernel options are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum LoaderKind {
    /// GRUB with a menu made from `/etc/default/grub`.
    Grub,
    /// GRUB on partitions that `proxmox-boot-tool` fills.
    ProxmoxGrub,
    /// systemd-boot on partitions that `proxmox-boot-tool` fills.
    ProxmoxSystemdBoot,
    /// `proxmox-boot-tool`, with one loader or the other.
    ProxmoxEither,
    /// GRUB with entries of the Boot Loader Specification, changed by grubby.
    GrubBls,
    /// systemd-boot by `kernel-install`.
    SystemdBoot,
    /// systemd-boot with entries that are kept by hand.
    SystemdBootEntries,
    /// systemd-boot by sdboot-manage.
    SdbootManage,
    /// systemd-boot by kernelstub.
    Kernelstub,
    /// systemd-boot or GRUB with such entries by SUSE's `sdbootutil`.
    Sdbootutil,
    /// rEFInd.
    Refind,
    /// Limine with a file that is kept by hand.
    Limine,
    /// Limine by limine-entry-tool.
    LimineEntryTool,
    /// SYSLINUX or EXTLINUX.
    Syslinux,
    /// EXTLINUX by Alpine's `update-extlinux`.
    UpdateExtlinux,
    /// Unified kernel images by mkinitcpio.
    MkinitcpioUki,
    /// Unified kernel images by dracut.
    DracutUki,
    /// Unified kernel images by `kernel-install` and ukify.
    KernelInstallUki,
    /// The kernel itself as an entry of the firmware's menu.
    EfiStub,
    /// ostree by rpm-ostree.
    RpmOstree,
    /// ostree by its own program.
    Ostree,
    /// ostree by bootc, without rpm-ostree.
    Bootc,
    /// NixOS, whatever its loader.
    NixOs,
    /// Talos Linux, whatever its loader.
    Talos,
    /// GRUB of XCP-ng and XenServer.
    XenCmdline,
}

impl LoaderKind {
    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grub => "GRUB",
            Self::ProxmoxGrub => "GRUB (proxmox-boot-tool)",
            Self::ProxmoxSystemdBoot => "systemd-boot (proxmox-boot-tool)",
            Self::ProxmoxEither => "proxmox-boot-tool",
            Self::GrubBls => "GRUB with boot loader entries (grubby)",
            Self::SystemdBoot => "systemd-boot (kernel-install)",
            Self::SystemdBootEntries => "systemd-boot",
            Self::SdbootManage => "systemd-boot (sdboot-manage)",
            Self::Kernelstub => "systemd-boot (kernelstub)",
            Self::Sdbootutil => "boot loader entries (sdbootutil)",
            Self::Refind => "rEFInd",
            Self::Limine => "Limine",
            Self::LimineEntryTool => "Limine (limine-entry-tool)",
            Self::Syslinux => "SYSLINUX",
            Self::UpdateExtlinux => "EXTLINUX (update-extlinux)",
            Self::MkinitcpioUki => "unified kernel image (mkinitcpio)",
            Self::DracutUki => "unified kernel image (dracut)",
            Self::KernelInstallUki => "unified kernel image (kernel-install)",
            Self::EfiStub => "EFI stub",
            Self::RpmOstree => "rpm-ostree",
            Self::Ostree => "ostree",
            Self::Bootc => "bootc",
            Self::NixOs => "NixOS",
            Self::Talos => "Talos Linux",
            Self::XenCmdline => "GRUB (xen-cmdline)",
        }
    }
}

/// What is known of a host's boot loader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loader {
    /// It is this one.
    Known {
        /// Which.
        kind: LoaderKind,
        /// What shows it.
        evidence: Vec<Evidence>,
    },
    /// The tree does not say.
    Unknown {
        /// What there is.
        evidence: Vec<Evidence>,
        /// Commands whose output would tell.
        would_tell: Vec<&'static str>,
    },
}

/// Finds the loader of the host that `tree` shows.
///
/// ```
/// use hvconf::boot::loader::{Loader, LoaderKind, find};
/// use pci_core::tree::MemoryTree;
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

fn first_line(source: &str, text: &str) -> Evidence {
    Evidence::new(source, Some(1), text.lines().next().unwrap_or_default())
}

fn found(tree: &dyn HostTree, path: &str, evidence: &mut Vec<Evidence>) -> Option<String> {
    let text = tree.read_text(path).found()?;
    evidence.push(first_line(path, &text));
    Some(text)
}

/// Systems that are built or deployed as a whole, and have their own way to kernel
/// options; `Some(None)` where it is such a system and its program is not shown.
fn whole_system(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<Option<LoaderKind>> {
    let options = running::options(tree);
    let mut by_option = |wanted: &dyn Fn(&CommandLine) -> bool| {
        let (text, proof) = options.as_ref()?;
        wanted(&CommandLine::parse(text)).then(|| evidence.push(proof.clone()))
    };
    let begins = |line: &CommandLine, name: &str, prefix: &str| {
        let value = line.get(name).and_then(|option| option.value.as_deref());
        value.is_some_and(|value| value.starts_with(prefix))
    };
    if by_option(&|line| line.get("talos.platform").is_some()).is_some() {
        return Some(Some(LoaderKind::Talos));
    }
    if by_option(&|line| begins(line, "init", "/nix/store/")).is_some() {
        return Some(Some(LoaderKind::NixOs));
    }
    let deployed = by_option(&|line| begins(line, "ostree", "/ostree/")).is_some();
    if tree.read("/etc/NIXOS").found().is_some() {
        evidence.push(Evidence::new("/etc/NIXOS", None, "present"));
        return Some(Some(LoaderKind::NixOs));
    }
    if tree.read_start(XEN_CMDLINE, 1).found().is_some() {
        evidence.push(Evidence::new(XEN_CMDLINE, None, "present"));
        return Some(Some(LoaderKind::XenCmdline));
    }
    let mark = "/run/ostree-booted";
    if !deployed {
        tree.read(mark).found()?;
        evidence.push(Evidence::new(mark, None, "present"));
    }
    let program = |path: &str| match tree.read_start(path, 1) {
        Lookup::Found(_) | Lookup::Unreadable(_) => Some(true),
        Lookup::Absent => Some(false),
        Lookup::NotShown => None,
    };
    let shown = |path: &str| Evidence::new(path, None, "present");
    Some(
        match (program("/usr/bin/rpm-ostree"), program("/usr/bin/bootc")) {
            (Some(true), _) => {
                evidence.push(shown("/usr/bin/rpm-ostree"));
                Some(LoaderKind::RpmOstree)
            }
            (Some(false), Some(true)) => {
                evidence.push(shown("/usr/bin/bootc"));
                Some(LoaderKind::Bootc)
            }
            (Some(false), Some(false)) => Some(LoaderKind::Ostree),
            _ => None,
        },
    )
}

/// What `proxmox-boot-tool status` printed: `XXXX-XXXX is configured with: uefi
/// (versions: ...)`, where `uefi` stands for systemd-boot. Partitions may be
/// configured in different ways, and one in both.
fn status(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<LoaderKind> {
    let (mut grub, mut systemd) = (false, false);
    for output in tree.texts() {
        if !output.command.contains("proxmox-boot-tool status") {
            continue;
        }
        for (number, line) in pci_core::numbered_lines(&output.text) {
            let Some((_, with)) = line.split_once("is configured with:") else {
                continue;
            };
            let mut words = with.split([' ', ',']);
            let has_systemd = words.clone().any(|word| word == "uefi");
            let has_grub = words.any(|word| word == "grub");
            if has_systemd || has_grub {
                evidence.push(Evidence::new(&*output.command, Some(number), line));
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
    if tree.list("/sys/firmware/efi").is_absent() && tree.list("/sys/firmware").found().is_some() {
        let text = "absent: booted by BIOS";
        evidence.push(Evidence::new("/sys/firmware/efi", None, text));
        return LoaderKind::ProxmoxGrub;
    }
    if efi_variables::secure_boot(tree) == Some(true) {
        let path = efi_variables::global("SecureBoot");
        evidence.push(Evidence::new(path, None, "Secure Boot is on"));
        return LoaderKind::ProxmoxGrub;
    }
    LoaderKind::ProxmoxEither
}

/// By what started the running kernel, and which program writes that loader's
/// entries.
fn by_program(
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
fn grub(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> LoaderKind {
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
fn systemd_boot(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<LoaderKind> {
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
pub(super) fn entries(tree: &dyn HostTree) -> Vec<(String, String)> {
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
        let (number, _) = pci_core::numbered_lines(&text).find(|(_, line)| wanted(line.trim()))?;
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

fn limine(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> LoaderKind {
    if found(tree, limine_entry_tool::PATH, evidence).is_some() {
        return LoaderKind::LimineEntryTool;
    }
    LoaderKind::Limine
}

fn extlinux(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> LoaderKind {
    if found(tree, UPDATE_EXTLINUX, evidence).is_some() {
        return LoaderKind::UpdateExtlinux;
    }
    LoaderKind::Syslinux
}

/// By the files that are there, on a host that is certain not to use
/// `proxmox-boot-tool`; only when other loaders' are certain not to be.
fn by_files(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<LoaderKind> {
    let mut others = vec![(refind::LINUX_CONF.to_owned(), LoaderKind::Refind)];
    others.extend(limine_files().map(|path| (path, LoaderKind::Limine)));
    others.extend(SYSLINUX_FILES.map(|path| (path.to_owned(), LoaderKind::Syslinux)));
    let other = others.iter().find_map(|(path, kind)| {
        let text = tree.read_text(path).found()?;
        Some((*kind, first_line(path, &text)))
    });
    let grub_text = tree.read_text(grub_files::MAIN);
    let listings = ENTRIES.map(|place| (place, tree.list(place)));
    let entry = listings.iter().find_map(|(place, listing)| {
        let names = listing.clone().found()?.names;
        let name = names.into_iter().find(|name| name.ends_with(".conf"))?;
        Some(Evidence::new(*place, None, name))
    });
    let no_entry = listings.iter().all(|(_, listing)| match listing {
        Lookup::Found(listing) => listing.whole && listing.names.is_empty(),
        other => other.is_absent(),
    });
    match (grub_text, entry, other) {
        (Lookup::Found(text), None, None) if no_entry => {
            evidence.push(first_line(grub_files::MAIN, &text));
            Some(grub(tree, evidence))
        }
        (Lookup::Absent, Some(entry), None) => {
            let kind = systemd_boot(tree, evidence);
            evidence.push(entry);
            kind
        }
        (Lookup::Absent, None, Some((kind, proof))) if no_entry => {
            evidence.push(proof);
            Some(match kind {
                LoaderKind::Limine => limine(tree, evidence),
                LoaderKind::Syslinux => extlinux(tree, evidence),
                kind => kind,
            })
        }
        (grub, entry, other) => {
            evidence.extend(grub.found().map(|text| first_line(grub_files::MAIN, &text)));
            evidence.extend(entry);
            evidence.extend(other.map(|(_, proof)| proof));
            None
        }
    }
}

/// Where Limine's file may be, as mounted.
pub(super) fn limine_files() -> impl Iterator<Item = String> {
    let names = limine::NAMES.into_iter().chain(limine::NAMES_BEFORE_8);
    let below = |place: &str| {
        let place = place.to_owned();
        move |name: &str| format!("{place}{name}")
    };
    let names: Vec<&str> = names.collect();
    PARTITIONS.iter().flat_map(move |place| {
        names
            .clone()
            .into_iter()
            .map(below(place))
            .collect::<Vec<_>>()
    })
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

/// Whether it is Ubuntu, which has no `proxmox-boot-tool`.
fn is_ubuntu(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> bool {
    for path in ["/etc/os-release", "/usr/lib/os-release"] {
        let Lookup::Found(text) = tree.read_text(path) else {
            continue;
        };
        let found = pci_core::numbered_lines(&text)
            .find(|(_, line)| matches!(*line, "ID=ubuntu" | "ID=\"ubuntu\""));
        evidence.extend(found.map(|(number, line)| Evidence::new(path, Some(number), line)));
        return found.is_some();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use pci_core::tree::MemoryTree;

    const BY_GRUB: &str =
        "BOOT_IMAGE=/boot/vmlinuz-6.8.12-1-pve root=/dev/mapper/pve-root ro quiet\n";
    const BY_SYSTEMD: &str =
        "initrd=\\EFI\\proxmox\\6.8.12-1-pve\\initrd.img-6.8.12-1-pve root=ZFS=rpool/ROOT/pve-1\n";

    fn tree(files: &[(&str, &str)]) -> MemoryTree {
        let mut tree = MemoryTree::partial();
        for (path, text) in files {
            tree.insert_file(path, *text);
        }
        tree
    }

    fn kind(tree: &MemoryTree) -> Option<LoaderKind> {
        match find(tree) {
            Loader::Known { kind, evidence } => {
                assert!(!evidence.is_empty());
                Some(kind)
            }
            Loader::Unknown { would_tell, .. } => {
                assert!(!would_tell.is_empty());
                None
            }
        }
    }

    #[test]
    fn nothing_is_concluded_from_what_is_not_shown() {
        let grub = (grub_files::MAIN, "GRUB_TIMEOUT=5\n");
        assert_eq!(kind(&tree(&[grub])), None);
        let mut shown = tree(&[grub]);
        shown.insert_absent(PROXMOX_BOOT_UUIDS);
        assert_eq!(kind(&shown), None, "entries of systemd-boot are not shown");
        for place in ENTRIES {
            shown.insert_absent(place);
        }
        assert_eq!(kind(&shown), Some(LoaderKind::Grub));
        shown.insert_directory("/boot/efi/loader/entries", true);
        assert_eq!(kind(&shown), Some(LoaderKind::Grub));
        let entry = "title Debian\nversion 6.1.0\nlinux /abc/6.1.0/linux\noptions quiet\n";
        shown.insert_file("/boot/efi/loader/entries/a.conf", entry);
        assert_eq!(kind(&shown), None, "both are there");
        shown.insert_absent(grub_files::MAIN);
        assert_eq!(kind(&shown), Some(LoaderKind::SystemdBoot));
    }

    #[test]
    fn the_running_kernels_options_show_the_loader() {
        assert_eq!(
            kind(&tree(&[(RUNNING_OPTIONS, BY_GRUB)])),
            Some(LoaderKind::Grub)
        );
        let proxmox = Some(LoaderKind::ProxmoxSystemdBoot);
        assert_eq!(kind(&tree(&[(RUNNING_OPTIONS, BY_SYSTEMD)])), proxmox);
        let other = "initrd=\\abc\\6.1.0\\initrd root=/dev/sda2\n";
        assert_eq!(kind(&tree(&[(RUNNING_OPTIONS, other)])), None);
        let ubuntu = ("/etc/os-release", "NAME=\"Ubuntu\"\nID=ubuntu\n");
        let shown = tree(&[(RUNNING_OPTIONS, other), ubuntu]);
        assert_eq!(kind(&shown), Some(LoaderKind::SystemdBoot));
        assert_eq!(kind(&tree(&[(RUNNING_OPTIONS, "quiet\n")])), None);
    }

    #[test]
    fn proxmox_boot_tool_installs_either() {
        let uuids = (PROXMOX_BOOT_UUIDS, "8357-FBD5\n");
        assert_eq!(kind(&tree(&[uuids])), Some(LoaderKind::ProxmoxEither));
        let by_grub = tree(&[uuids, (RUNNING_OPTIONS, BY_GRUB)]);
        assert_eq!(kind(&by_grub), Some(LoaderKind::ProxmoxGrub));
        let mut secure = tree(&[uuids]);
        secure.insert_file(&efi_variables::global("SecureBoot"), [6, 0, 0, 0, 1]);
        assert_eq!(kind(&secure), Some(LoaderKind::ProxmoxGrub));
        let mut bios = tree(&[uuids]);
        bios.insert_listing("/sys/firmware", &pci_core::tree::Listing::default());
        bios.insert_absent("/sys/firmware/efi");
        assert_eq!(kind(&bios), Some(LoaderKind::ProxmoxGrub));
        let mut told = tree(&[uuids]);
        let status = "System currently booted with uefi\n8357-FBD5 is configured with: uefi (versions: 6.8.12-1-pve)\n";
        told.insert_text("proxmox-boot-tool status", status);
        assert_eq!(kind(&told), Some(LoaderKind::ProxmoxSystemdBoot));
        let Loader::Known { evidence, .. } = find(&told) else {
            panic!("known")
        };
        assert_eq!(evidence[1].line, Some(2));
    }

    #[test]
    fn the_loaders_own_name_wins() {
        let mut named = tree(&[(RUNNING_OPTIONS, BY_GRUB)]);
        named.insert_absent(PROXMOX_BOOT_UUIDS);
        let text = "systemd-boot 252.39-1\0"
            .encode_utf16()
            .flat_map(u16::to_le_bytes);
        let bytes: Vec<u8> = [6, 0, 0, 0].into_iter().chain(text).collect();
        named.insert_file(&efi_variables::loader("LoaderInfo"), bytes);
        assert_eq!(kind(&named), None, "who writes its entries is not shown");
        named.insert_file(kernel_cmdline::PATH, "root=/dev/sda2\n");
        assert_eq!(kind(&named), Some(LoaderKind::SystemdBoot));
    }
}
