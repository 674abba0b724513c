//! What a text is, found from what it says.

use hvconf::boot::running;
use pci_core::listing::{
    dpdk_devbind, driverctl, esxi, hwinfo, iommu_groups, lshw, nodedev, pciconf, sysfs_links,
    windows, xl,
};

use super::answers;
use super::config_file::{config_file, lines};
use super::text_kind::TextKind;
use crate::messages::{self, Speaker};

/// What the bytes are, when they are no text.
pub(super) fn binary(bytes: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 8] = [
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"\x89PNG", "a PNG image"),
        (b"GIF8", "a GIF image"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1f\x8b", "a gzip file"),
        (b"\x28\xb5\x2f\xfd", "a zstd file"),
        (b"\x55\xaa", "an option ROM (see passthru rom info)"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(what);
    }
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    head.contains(&0).then_some("a binary file")
}

/// Whether the bytes mean to be a snapshot, whole or not.
pub(super) fn is_snapshot(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(256)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    head.trim_start().starts_with('{') && head.contains("\"passthru-snapshot/")
}

/// The kinds of text that `text` holds, none when it is not recognised.
///
/// The text of a configuration file is of just that kind; what commands printed
/// may be mixed, as when somebody pastes a whole terminal.
#[must_use]
pub fn kinds(text: &str) -> Vec<TextKind> {
    if let Some(kind) = config_file(text) {
        return vec![kind];
    }
    let mut kinds = Vec::new();
    kinds.extend(listings(text));
    // ESXi's lspci is another program than that of pciutils.
    let is_esxi = kinds.contains(&TextKind::EsxiLspci);
    if !is_esxi && !pci_core::lspci::parse(text).records.is_empty() {
        kinds.push(TextKind::Lspci);
    }
    if !iommu::KernelLog::parse("", text).lines.is_empty()
        || lines(text).any(|line| running::logged(line).is_some())
    {
        kinds.push(TextKind::KernelLog);
    }
    if text.contains("iommugroup") && text.contains("0x") {
        kinds.push(TextKind::Pvesh);
    }
    if text.contains("NVIDIA-SMI") {
        kinds.push(TextKind::NvidiaSmi);
    }
    if crate::host::is_image_list(text) {
        kinds.push(TextKind::InitramfsList);
    }
    if lines(text).any(is_lsmod_row) {
        kinds.push(TextKind::Lsmod);
    }
    if text.contains("pve-manager/") || text.contains("pve-manager: ") {
        kinds.push(TextKind::PveVersion);
    }
    if text.contains("VMware ESXi ") {
        kinds.push(TextKind::EsxiVersion);
    }
    if lines(text).any(|line| line.starts_with("Linux ") && line.contains(" SMP "))
        || crate::host::printed_release(text).is_some()
    {
        kinds.push(TextKind::KernelVersion);
    }
    if !answers::directories(text).is_empty() {
        kinds.push(TextKind::DirectoryList);
    }
    if lines(text).any(is_boot_status) {
        kinds.push(TextKind::BootStatus);
    }
    if lines(text).any(|line| line.starts_with("pool: ")) && lines(text).any(|l| l == "config:") {
        kinds.push(TextKind::ZpoolStatus);
    }
    if !iommu::listed_members("", text).is_empty() || !iommu_groups::parse(text).is_empty() {
        kinds.push(TextKind::IommuGroups);
    }
    let message = |line: &str| messages::find(line, &[Speaker::Program]).is_some();
    if lines(text).any(message) {
        kinds.push(TextKind::Message);
    }
    kinds
}

/// The kinds of listings of functions, but for those of lspci, Proxmox and NVIDIA.
fn listings(text: &str) -> Vec<TextKind> {
    let windows = || !windows::parse(text).is_empty();
    let nodedev = || !(nodedev::names(text).is_empty() && nodedev::parse(text).is_empty());
    let tests: [(TextKind, &dyn Fn() -> bool); 13] = [
        (TextKind::Nodedev, &nodedev),
        (TextKind::EsxcliPciList, &|| {
            !esxi::pci_list(text).is_empty()
        }),
        (TextKind::EsxcliPcipassthruList, &|| {
            !esxi::pcipassthru_list(text).is_empty()
        }),
        (TextKind::EsxiLspci, &|| !esxi::lspci(text).is_empty()),
        (TextKind::WindowsDevices, &windows),
        (TextKind::DdaSurvey, &|| !windows::survey(text).is_empty()),
        (TextKind::Pciconf, &|| !pciconf::parse(text).is_empty()),
        (TextKind::Lshw, &|| !lshw::parse(text).is_empty()),
        (TextKind::Hwinfo, &|| !hwinfo::parse(text).is_empty()),
        (TextKind::Driverctl, &|| !driverctl::parse(text).is_empty()),
        (TextKind::DpdkDevbind, &|| {
            !dpdk_devbind::parse(text).is_empty()
        }),
        // Links in the folders of groups are those of another kind.
        (TextKind::SysfsLinks, &|| {
            !sysfs_links::parse(text).is_empty() && iommu::listed_members("", text).is_empty()
        }),
        (TextKind::XlPciList, &|| !xl::parse(text).is_empty()),
    ];
    let found = tests.iter().filter(|(_, test)| test());
    found.map(|(kind, _)| *kind).collect()
}

/// `6D2A-1C3F is configured with: uefi (versions: ...)` of proxmox-boot-tool, or
/// `Product: systemd-boot 252` of bootctl.
fn is_boot_status(line: &str) -> bool {
    let configured = |line: &str| {
        let (partition, _) = line.split_once(" is configured with: ")?;
        let is_id = |b: u8| b.is_ascii_hexdigit() || b == b'-';
        Some(partition.len() == 9 && partition.bytes().all(is_id))
    };
    configured(line) == Some(true)
        || ["systemd-boot", "GRUB", "systemd-stub"].iter().any(|name| {
            let product = line.strip_prefix("Product: ");
            product.is_some_and(|product| product.starts_with(name))
        })
}

/// `vfio_pci 16384 0`: a module, its size, its users.
fn is_lsmod_row(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    match words.as_slice() {
        ["Module", "Size", "Used", "by"] => true,
        [name, size, users, ..] => {
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                && name.bytes().any(|b| b.is_ascii_lowercase())
                && size.len() >= 4
                && size.bytes().all(|b| b.is_ascii_digit())
                && users.len() <= 4
                && users.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_found_from_what_it_says() {
        let one = |text: &str, kind: TextKind| assert_eq!(kinds(text), [kind], "{text}");
        one(
            "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n",
            TextKind::Grub,
        );
        one(
            "BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 quiet\n",
            TextKind::CommandLine,
        );
        one(
            "# ids\noptions vfio-pci ids=10de:2d04\nsoftdep nouveau pre: vfio-pci\n",
            TextKind::Modprobe,
        );
        one("vfio\nvfio_pci\n", TextKind::ModuleList);
        one(
            "Linux version 5.4.0-90-generic (buildd@host) #101 SMP\n",
            TextKind::KernelVersion,
        );
        one("NAME=\"Debian\"\nID=debian\n", TextKind::OsRelease);
        one("10de 2803 bridge false\n", TextKind::PassthruMap);
        for text in [
            "apiVersion: v1\nkind: List\nitems:\n- kind: KubeVirt\n  metadata: {}\n",
            "# mine\n---\nkind: VirtualMachine\n",
            "{\n  \"items\": [\n    {\n      \"kind\": \"VirtualMachine\",\n",
        ] {
            one(text, TextKind::KubeVirtObjects);
        }
        one(
            "hostpci0: 0000:02:00,pcie=1\nmachine: q35\n",
            TextKind::ProxmoxVm,
        );
        one(
            "<domain type='kvm'>\n<name>w</name></domain>",
            TextKind::Domain,
        );
        one(
            "kvm_intel             170086  0\nkvm  566340  1 kvm_intel\n",
            TextKind::Lsmod,
        );
        one(
            "[    0.394008] AMD-Vi: Interrupt remapping enabled\n",
            TextKind::KernelLog,
        );
        for stamp in ["", "[    0.000000] "] {
            let line = format!("{stamp}Command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1\n");
            one(&line, TextKind::KernelLog);
        }
        one("6.8.12-9-pve\n", TextKind::KernelVersion);
        one("dmar0  dmar1\n", TextKind::DirectoryList);
        one(
            "  pool: rpool\n state: ONLINE\nconfig:\n",
            TextKind::ZpoolStatus,
        );
        one(
            "6D2A-1C3F is configured with: uefi (versions: 6.8.12-9-pve)\n",
            TextKind::BootStatus,
        );
        one(
            "      Product: systemd-boot 252.39-1\n",
            TextKind::BootStatus,
        );
        one(
            "pve-manager/8.4.0/abc (running kernel: 6.8.12-9-pve)\n",
            TextKind::PveVersion,
        );
    }

    #[test]
    fn listings_are_found_from_what_they_say() {
        macro_rules! listing {
            ($name:literal) => {
                include_str!(concat!("../../../pci-core/tests/listings/", $name))
            };
        }
        for (text, kind) in [
            (listing!("nodedev.xml"), TextKind::Nodedev),
            (listing!("nodedev-list.txt"), TextKind::Nodedev),
            (listing!("esxcli-pci-list.txt"), TextKind::EsxcliPciList),
            (
                listing!("esxcli-pcipassthru.txt"),
                TextKind::EsxcliPcipassthruList,
            ),
            (listing!("esxi-lspci-v.txt"), TextKind::EsxiLspci),
            (listing!("esxi-lspci-n.txt"), TextKind::EsxiLspci),
            (listing!("esxi-lspci-p.txt"), TextKind::EsxiLspci),
            (listing!("get-pnpdevice.txt"), TextKind::WindowsDevices),
            (listing!("get-pnpdevice.json"), TextKind::WindowsDevices),
            (listing!("pnputil.txt"), TextKind::WindowsDevices),
            (listing!("devcon.txt"), TextKind::WindowsDevices),
            (listing!("survey-dda.txt"), TextKind::DdaSurvey),
            (listing!("pciconf.txt"), TextKind::Pciconf),
            (listing!("pciconf-old.txt"), TextKind::Pciconf),
            (listing!("lshw.txt"), TextKind::Lshw),
            (listing!("lshw.json"), TextKind::Lshw),
            (listing!("lshw-businfo.txt"), TextKind::Lshw),
            (listing!("hwinfo.txt"), TextKind::Hwinfo),
            (listing!("driverctl.txt"), TextKind::Driverctl),
            (listing!("sysfs-links.txt"), TextKind::SysfsLinks),
            (listing!("dpdk-devbind.txt"), TextKind::DpdkDevbind),
            (listing!("xl.txt"), TextKind::XlPciList),
            (listing!("iommu-groups-script.txt"), TextKind::IommuGroups),
        ] {
            assert_eq!(kinds(text), [kind], "{text}");
        }
        let both = concat!(listing!("pciconf.txt"), "```\n", listing!("lshw.txt"));
        assert_eq!(kinds(both), [TextKind::Pciconf, TextKind::Lshw]);
        let declared = format!("<?xml version='1.0'?>\n{}", listing!("nodedev.xml"));
        assert_eq!(kinds(&declared), [TextKind::Nodedev]);
    }

    #[test]
    fn prose_and_nothing_are_not_recognised() {
        for text in [
            "hello",
            "My card does not work: please help!",
            "x",
            "1\n2\n3\n",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }
}
