//! Machine type, firmware, emulated display and guest system.

use core::fmt;

/// The chipset of the emulated machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chipset {
    /// Intel Q35 with PCI Express.
    Q35,
    /// Intel 440FX with conventional PCI: assigned functions show no PCI Express link.
    I440fx,
}

/// The version of a machine type: `8.1` in `pc-q35-8.1`. It keeps the guest's hardware unchanged
/// across updates of the hypervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MachineVersion {
    /// `8`.
    pub major: u16,
    /// `1`.
    pub minor: u16,
}

impl fmt::Display for MachineVersion {
    /// `8.1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The machine type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Machine {
    /// Its chipset.
    pub chipset: Chipset,
    /// Its version; `None` is the hypervisor's newest.
    pub version: Option<MachineVersion>,
}

impl Machine {
    /// The newest Q35.
    pub const Q35: Self = Self {
        chipset: Chipset::Q35,
        version: None,
    };
    /// The newest 440FX.
    pub const I440FX: Self = Self {
        chipset: Chipset::I440fx,
        version: None,
    };

    /// The machine that QEMU calls `name`: `q35`, `pc`, `pc-q35-8.1`,
    /// `pc-i440fx-7.2`, with or without a `+` and what follows it.
    #[must_use]
    pub(crate) fn from_qemu(name: &str) -> Option<Self> {
        let (chipset, rest) = match name {
            "q35" => return Some(Self::Q35),
            "pc" => return Some(Self::I440FX),
            _ => match (
                name.strip_prefix("pc-q35-"),
                name.strip_prefix("pc-i440fx-"),
            ) {
                (Some(rest), _) => (Chipset::Q35, rest),
                (None, Some(rest)) => (Chipset::I440fx, rest),
                (None, None) => return None,
            },
        };
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        let (major, minor) = rest.split('+').next()?.split_once('.')?;
        let version = MachineVersion {
            major: number(major)?,
            minor: number(minor)?,
        };
        Some(Self {
            chipset,
            version: Some(version),
        })
    }

    /// QEMU's name of it.
    #[must_use]
    pub fn qemu_name(self) -> String {
        match (self.chipset, self.version) {
            (Chipset::Q35, None) => "q35".to_owned(),
            (Chipset::I440fx, None) => "pc".to_owned(),
            (Chipset::Q35, Some(version)) => format!("pc-q35-{version}"),
            (Chipset::I440fx, Some(version)) => format!("pc-i440fx-{version}"),
        }
    }
}

/// Whether UEFI starts signed systems only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecureBoot {
    /// Only signed ones: a card's option ROM has to be signed too (UEFI
    /// Specification 2.10, section 32.5.3.3).
    On,
    /// Any.
    Off,
}

/// Firmware of the guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Firmware {
    /// SeaBIOS, or another BIOS: cards start through the x86 image of their ROM.
    SeaBios,
    /// UEFI by OVMF, or another UEFI: cards start through the EFI image of
    /// their ROM.
    Ovmf(SecureBoot),
}

/// Changes of an existing guest's hardware. By default none: its system was installed under its
/// firmware and machine type, and settings that the configuration does not name are the
/// hypervisor's defaults, not open choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HardwareChange {
    /// The new chipset; `None` keeps the present one.
    pub chipset: Option<Chipset>,
    /// The new firmware; `None` keeps the present one.
    pub firmware: Option<Firmware>,
}

/// The emulated graphics card in addition to the assigned ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EmulatedDisplay {
    /// None.
    None,
    /// A standard VGA card.
    Vga,
    /// virtio-gpu with VGA.
    Virtio,
    /// QXL, for SPICE.
    Qxl,
}

impl fmt::Display for EmulatedDisplay {
    /// `none`, `VGA`, `virtio-gpu`, `QXL`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Vga => "VGA",
            Self::Virtio => "virtio-gpu",
            Self::Qxl => "QXL",
        })
    }
}

/// The time of the guest's real-time clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Clock {
    /// UTC, as most systems expect.
    Utc,
    /// The local time, as Windows expects.
    LocalTime,
}

/// The guest's operating system, if it affects the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GuestSystem {
    /// Windows 10 or later.
    Windows,
    /// Linux.
    Linux,
    /// Another, or not known.
    #[default]
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_names_are_read_and_written() {
        for name in ["q35", "pc", "pc-q35-9.2", "pc-i440fx-7.0"] {
            assert_eq!(Machine::from_qemu(name).unwrap().qemu_name(), name);
        }
        let proxmox = Machine::from_qemu("pc-q35-9.2+pve1").unwrap();
        assert_eq!(proxmox.qemu_name(), "pc-q35-9.2");
        for name in [
            "",
            "virt",
            "pc-q35-",
            "pc-q35-x.1",
            "pc-q35-1",
            "pc-q35-+1.2",
            "isapc",
        ] {
            assert_eq!(Machine::from_qemu(name), None, "{name}");
        }
    }
}
