//! Consumers of a ROM.

use core::fmt;

/// A program that reads a ROM, with its own rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Consumer {
    /// Linux, when it returns a device's ROM in the sysfs file `rom` (`drivers/pci/rom.c`).
    LinuxSysfs,
    /// QEMU, when it loads a file into a device's ROM BAR (`hw/pci/pci.c`, `pci_add_option_rom`).
    Qemu,
    #[cfg_attr(feature = "serde", serde(rename = "seabios"))]
    /// SeaBIOS, the firmware of BIOS guests (`src/optionroms.c`).
    SeaBios,
    /// OVMF, the firmware of UEFI guests, with edk2's PCI bus driver
    /// (`MdeModulePkg/Bus/Pci/PciBusDxe/PciOptionRomSupport.c`).
    Ovmf,
    /// NVIDIA's driver, when it reads the ROM of its card (`drivers/gpu/nova-core/vbios.rs` of
    /// Linux and open-gpu-kernel-modules).
    NvidiaDriver,
    /// AMD's driver, when it reads the video BIOS from the ROM BAR
    /// (`drivers/gpu/drm/amd/amdgpu/amdgpu_bios.c` of Linux).
    AmdDriver,
    /// UEFI Secure Boot, if enabled in the guest (UEFI Specification 2.10, section 32.4).
    SecureBoot,
}

impl Consumer {
    /// All consumers, in the order in which they read a ROM.
    pub const ALL: [Self; 7] = [
        Self::LinuxSysfs,
        Self::Qemu,
        Self::SeaBios,
        Self::Ovmf,
        Self::SecureBoot,
        Self::NvidiaDriver,
        Self::AmdDriver,
    ];

    /// The word in documents: `linux-sysfs`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LinuxSysfs => "linux-sysfs",
            Self::Qemu => "qemu",
            Self::SeaBios => "seabios",
            Self::Ovmf => "ovmf",
            Self::NvidiaDriver => "nvidia-driver",
            Self::AmdDriver => "amd-driver",
            Self::SecureBoot => "secure-boot",
        }
    }
}

impl fmt::Display for Consumer {
    /// The name: `SeaBIOS`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::LinuxSysfs => "Linux sysfs",
            Self::Qemu => "QEMU",
            Self::SeaBios => "SeaBIOS",
            Self::Ovmf => "OVMF",
            Self::NvidiaDriver => "NVIDIA driver",
            Self::AmdDriver => "AMD driver",
            Self::SecureBoot => "Secure Boot",
        })
    }
}
