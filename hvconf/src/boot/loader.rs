//! Which boot loader a Debian, Ubuntu or Proxmox host boots by, and so which
//! file holds its kernel options.
//!
//! Nothing is concluded from what a tree does not show.

use pci_core::Evidence;
use pci_core::tree::{HostTree, Lookup};

use super::command_line::CommandLine;
use super::{grub_files, kernel_cmdline, running};

/// The file that marks a host whose boot partitions `proxmox-boot-tool` fills
/// (Proxmox VE Administration Guide, "Host Bootloader").
pub const PROXMOX_BOOT_UUIDS: &str = "/etc/kernel/proxmox-boot-uuids";

/// What `passthru verify` compares after the reboot.
pub const RUNNING_OPTIONS: &str = running::PATH;

/// The variable in which systemd-boot and GRUB 2.12 name themselves (Boot
/// Loader Interface, `LoaderInfo`).
const LOADER_INFO: &str =
    "/sys/firmware/efi/efivars/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

/// The variable that says whether Secure Boot is on (UEFI Specification 2.10,
/// section 3.3); its last byte is 1 then.
const SECURE_BOOT: &str =
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

/// Where entries of systemd-boot are (Boot Loader Specification, type 1).
const ENTRIES: [&str; 3] = [
    "/boot/loader/entries",
    "/boot/efi/loader/entries",
    "/efi/loader/entries",
];

/// A boot loader, and how its kernel options are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum LoaderKind {
    /// GRUB by Debian's `update-grub`.
    Grub,
    /// GRUB on partitions that `proxmox-boot-tool` fills.
    ProxmoxGrub,
    /// systemd-boot on partitions that `proxmox-boot-tool` fills.
    ProxmoxSystemdBoot,
    /// `proxmox-boot-tool`, with one loader or the other.
    ProxmoxEither,
    /// systemd-boot by `kernel-install`.
    SystemdBoot,
}

impl LoaderKind {
    /// The files that hold the kernel options. Where it is not known which of
    /// two counts, both, and both have to be changed.
    #[must_use]
    pub const fn files(self) -> &'static [&'static str] {
        match self {
            Self::Grub | Self::ProxmoxGrub => &[grub_files::MAIN],
            Self::ProxmoxSystemdBoot | Self::SystemdBoot => &[kernel_cmdline::PATH],
            Self::ProxmoxEither => &[kernel_cmdline::PATH, grub_files::MAIN],
        }
    }

    /// The command that brings a change into effect at the next boot.
    ///
    /// For plain systemd-boot the entry of each kernel is written anew
    /// (kernel-install(8), "add").
    #[must_use]
    pub const fn refresh(self) -> &'static [&'static str] {
        match self {
            Self::Grub => &["update-grub"],
            Self::ProxmoxGrub | Self::ProxmoxSystemdBoot | Self::ProxmoxEither => {
                &["proxmox-boot-tool", "refresh"]
            }
            Self::SystemdBoot => &[
                "sh",
                "-c",
                "for k in /lib/modules/*/; do v=$(basename \"$k\"); \
                 [ ! -e \"/boot/vmlinuz-$v\" ] || \
                 kernel-install add \"$v\" \"/boot/vmlinuz-$v\" || exit; done",
            ],
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
    let booted = booted_by(tree, &mut evidence);
    let known = |kind, evidence| Loader::Known { kind, evidence };
    match tree.read_text(PROXMOX_BOOT_UUIDS) {
        Lookup::Found(text) => {
            evidence.push(first_line(PROXMOX_BOOT_UUIDS, &text));
            let kind = match status(tree, &mut evidence).or(booted) {
                Some(Booted::Grub) => LoaderKind::ProxmoxGrub,
                Some(Booted::SystemdBoot) => LoaderKind::ProxmoxSystemdBoot,
                None => by_firmware(tree, &mut evidence),
            };
            known(kind, evidence)
        }
        Lookup::Absent => match booted.or_else(|| by_files(tree, &mut evidence)) {
            Some(Booted::Grub) => known(LoaderKind::Grub, evidence),
            Some(Booted::SystemdBoot) => known(LoaderKind::SystemdBoot, evidence),
            None => unknown(evidence),
        },
        Lookup::NotShown | Lookup::Unreadable(_) => match booted {
            // Debian's update-grub is right on either kind of host: with
            // proxmox-boot-tool it hands over to its refresh.
            Some(Booted::Grub) => known(LoaderKind::Grub, evidence),
            Some(Booted::SystemdBoot) if from_proxmox(tree, &mut evidence) => {
                known(LoaderKind::ProxmoxSystemdBoot, evidence)
            }
            Some(Booted::SystemdBoot) if is_ubuntu(tree, &mut evidence) => {
                known(LoaderKind::SystemdBoot, evidence)
            }
            _ => unknown(evidence),
        },
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Booted {
    Grub,
    SystemdBoot,
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

/// By what the running kernel was started: GRUB's `linux` command puts
/// `BOOT_IMAGE=` before the options (GRUB 2.06, grub-core/loader/i386/linux.c),
/// systemd-boot an `initrd=` with backslashes (boot.c, for entries of type 1).
fn booted_by(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<Booted> {
    if let Lookup::Found(bytes) = tree.read(LOADER_INFO) {
        // UTF-16 after four bytes of attributes (efivarfs); the names are ASCII.
        let low = bytes
            .iter()
            .skip(4)
            .step_by(2)
            .filter(|byte| byte.is_ascii_graphic());
        let name: String = low.map(|byte| char::from(*byte)).collect();
        let booted = if name.starts_with("systemd-boot") {
            Some(Booted::SystemdBoot)
        } else if name.starts_with("GRUB") {
            Some(Booted::Grub)
        } else {
            None
        };
        if booted.is_some() {
            evidence.push(Evidence::new(LOADER_INFO, None, name));
            return booted;
        }
    }
    let (text, proof) = running::options(tree)?;
    let line = CommandLine::parse(&text);
    let initrd = |value: Option<&str>| value.is_some_and(|value| value.starts_with('\\'));
    let booted = if line.get("BOOT_IMAGE").is_some() {
        Booted::Grub
    } else if line
        .all("initrd")
        .any(|option| initrd(option.value.as_deref()))
    {
        Booted::SystemdBoot
    } else {
        return None;
    };
    evidence.push(proof);
    Some(booted)
}

/// What `proxmox-boot-tool status` printed: `XXXX-XXXX is configured with: uefi
/// (versions: ...)`, where `uefi` stands for systemd-boot.
fn status(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<Booted> {
    for output in tree.texts() {
        if !output.command.contains("proxmox-boot-tool status") {
            continue;
        }
        for (number, line) in pci_core::numbered_lines(&output.text) {
            let Some((_, with)) = line.split_once("is configured with:") else {
                continue;
            };
            let booted = match with.split_whitespace().next() {
                Some("uefi") => Booted::SystemdBoot,
                Some("grub") => Booted::Grub,
                _ => continue,
            };
            evidence.push(Evidence::new(&*output.command, Some(number), line));
            return Some(booted);
        }
    }
    None
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
    match tree
        .read(SECURE_BOOT)
        .found()
        .and_then(|bytes| bytes.last().copied())
    {
        Some(1) => {
            evidence.push(Evidence::new(SECURE_BOOT, None, "Secure Boot is on"));
            LoaderKind::ProxmoxGrub
        }
        _ => LoaderKind::ProxmoxEither,
    }
}

/// By the files that are there, on a host that is certain not to use
/// `proxmox-boot-tool`; only when the other loader's are certain not to be.
fn by_files(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<Booted> {
    let grub = tree.read_text(grub_files::MAIN);
    let entries = ENTRIES.map(|place| (place, tree.list(place)));
    let entry = entries.iter().find_map(|(place, listing)| {
        let names = listing.clone().found()?.names;
        let name = names.into_iter().find(|name| name.ends_with(".conf"))?;
        Some(Evidence::new(*place, None, name))
    });
    let no_entry = entries.iter().all(|(_, listing)| match listing {
        Lookup::Found(listing) => listing.whole && listing.names.is_empty(),
        other => other.is_absent(),
    });
    match (grub, entry) {
        (Lookup::Found(text), None) if no_entry => {
            evidence.push(first_line(grub_files::MAIN, &text));
            Some(Booted::Grub)
        }
        (Lookup::Absent, Some(entry)) => {
            evidence.push(entry);
            Some(Booted::SystemdBoot)
        }
        (grub, entry) => {
            evidence.extend(grub.found().map(|text| first_line(grub_files::MAIN, &text)));
            evidence.extend(entry);
            None
        }
    }
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
        shown.insert_file("/boot/efi/loader/entries/a.conf", "title Debian\n");
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
        secure.insert_file(SECURE_BOOT, [6, 0, 0, 0, 1]);
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
        named.insert_file(LOADER_INFO, bytes);
        assert_eq!(kind(&named), Some(LoaderKind::SystemdBoot));
    }

    #[test]
    fn each_loader_has_a_file_and_a_command() {
        assert_eq!(LoaderKind::Grub.refresh(), ["update-grub"]);
        assert_eq!(LoaderKind::ProxmoxEither.files().len(), 2);
        assert_eq!(
            LoaderKind::ProxmoxSystemdBoot.files(),
            ["/etc/kernel/cmdline"]
        );
    }
}
