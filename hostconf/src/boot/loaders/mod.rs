//! The list of the boot loaders.
//!
//! To add one: a new file next to this list, and a line in it.

mod bootc;
mod dracut;
mod efi_stub;
mod grub;
mod grub_bls;
mod kernelstub;
mod limine;
mod limine_entry_tool;
mod mkinitcpio;
mod nixos;
mod ostree;
mod proxmox;
mod refind;
mod rpm_ostree;
mod sdboot_manage;
mod sdbootutil;
mod syslinux;
mod systemd_boot;
mod systemd_boot_entries;
mod talos;
mod truenas;
mod update_extlinux;
mod xen_cmdline;

pub use bootc::kargs_toml;
pub use sdboot_manage::SDBOOT_MANAGE;
pub use update_extlinux::UPDATE_EXTLINUX;
pub use xen_cmdline::XEN_CMDLINE;

use super::loader::declaration::{BootLoader, ByHand, Refresh};

/// Declares the boot loaders: for each the variant, and the declaration in its file.
macro_rules! boot_loaders {
    ($($(#[$doc:meta])* $variant:ident = $declaration:path;)*) => {
        /// A boot loader, and how its kernel options are changed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
        #[non_exhaustive]
        pub enum LoaderKind {
            $($(#[$doc])* $variant,)*
        }

        impl LoaderKind {
            /// All boot loaders, in the order of the documentation.
            pub const ALL: [Self; [$(Self::$variant),*].len()] = [$(Self::$variant),*];

            pub(super) const fn declaration(self) -> &'static BootLoader {
                match self { $(Self::$variant => &$declaration,)* }
            }
        }
    };
}

boot_loaders! {
    /// GRUB with a menu made from `/etc/default/grub`.
    Grub = grub::LOADER;
    /// GRUB on partitions that `proxmox-boot-tool` fills.
    ProxmoxGrub = proxmox::GRUB;
    /// systemd-boot on partitions that `proxmox-boot-tool` fills.
    ProxmoxSystemdBoot = proxmox::SYSTEMD_BOOT;
    /// `proxmox-boot-tool`, with one loader or the other.
    ProxmoxEither = proxmox::EITHER;
    /// GRUB with entries of the Boot Loader Specification, changed by grubby.
    GrubBls = grub_bls::LOADER;
    /// systemd-boot by `kernel-install`.
    SystemdBoot = systemd_boot::BY_KERNEL_INSTALL;
    /// systemd-boot with manually edited entries.
    SystemdBootEntries = systemd_boot_entries::LOADER;
    /// systemd-boot by sdboot-manage.
    SdbootManage = sdboot_manage::LOADER;
    /// systemd-boot by kernelstub.
    Kernelstub = kernelstub::LOADER;
    /// systemd-boot or GRUB with such entries by SUSE's `sdbootutil`.
    Sdbootutil = sdbootutil::LOADER;
    /// rEFInd.
    Refind = refind::LOADER;
    /// Limine with a manually edited file.
    Limine = limine::LOADER;
    /// Limine by limine-entry-tool.
    LimineEntryTool = limine_entry_tool::LOADER;
    /// SYSLINUX or EXTLINUX.
    Syslinux = syslinux::LOADER;
    /// EXTLINUX by Alpine's `update-extlinux`.
    UpdateExtlinux = update_extlinux::LOADER;
    /// Unified kernel images by mkinitcpio.
    MkinitcpioUki = mkinitcpio::LOADER;
    /// Unified kernel images by dracut.
    DracutUki = dracut::LOADER;
    /// Unified kernel images by `kernel-install` and ukify.
    KernelInstallUki = systemd_boot::UNIFIED_IMAGES;
    /// The kernel itself as an entry of the firmware's menu.
    EfiStub = efi_stub::LOADER;
    /// ostree by rpm-ostree.
    RpmOstree = rpm_ostree::LOADER;
    /// ostree by its program.
    Ostree = ostree::LOADER;
    /// ostree by bootc, without rpm-ostree.
    Bootc = bootc::LOADER;
    /// NixOS, with any loader.
    NixOs = nixos::LOADER;
    /// Talos Linux, with any loader.
    Talos = talos::LOADER;
    /// GRUB of TrueNAS.
    TrueNas = truenas::LOADER;
    /// GRUB of XCP-ng and XenServer.
    XenCmdline = xen_cmdline::LOADER;
}

impl LoaderKind {
    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.declaration().name
    }

    /// The files among `/etc/default/grub` and `/etc/kernel/cmdline`, which exist independently of
    /// the boot loader, that it does not read; empty if unknown.
    #[must_use]
    pub const fn unread(self) -> &'static [&'static str] {
        self.declaration().unread
    }

    /// The files among those that the boot loader does not read, but whose options tools copy into
    /// its own at an installation: an option may be in both.
    #[must_use]
    pub const fn copied(self) -> &'static [&'static str] {
        self.declaration().copied
    }

    /// Whether its files exist on no other host, so that they are read for any detected loader.
    #[must_use]
    pub const fn is_only_system(self) -> bool {
        self.declaration().is_only_system
    }

    /// The command that brings changed files into effect, if it is the same on each host.
    #[must_use]
    pub const fn refresh(self) -> Option<&'static [&'static str]> {
        match self.declaration().refresh {
            Refresh::Run(argv) => Some(argv),
            Refresh::Not | Refresh::Found(_) => None,
        }
    }

    /// The file of its kernel options, if it is one and the same on each host.
    #[must_use]
    pub fn file(self) -> Option<&'static str> {
        let changes = self.declaration().page.changes;
        let file = changes.strip_prefix('`')?.strip_suffix('`')?;
        (file.starts_with('/') && !file.contains('`')).then_some(file)
    }

    /// The manual change of the kernel options.
    #[must_use]
    pub const fn by_hand(self) -> ByHand {
        self.declaration().by_hand
    }
}
