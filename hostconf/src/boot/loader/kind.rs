//! The boot loaders, and the files that tell of them.

use host_tree::Evidence;

use crate::boot::running;

/// The file that marks a host whose boot partitions `proxmox-boot-tool` fills
/// (Proxmox VE Administration Guide, "Host Bootloader").
pub const PROXMOX_BOOT_UUIDS: &str = "/etc/kernel/proxmox-boot-uuids";

/// What is compared after the reboot.
pub const RUNNING_OPTIONS: &str = running::PATH;

/// Where the EFI system partition or the boot partition is mounted (systemd's
/// `bootctl(1)`, "--esp-path").
pub const PARTITIONS: [&str; 3] = ["/boot", "/boot/efi", "/efi"];

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
