//! Facts for a command line other than the guest's.

use core::fmt;

use crate::assigned::ROM_DIRECTORY;
use crate::description::{HostPath, SecureBoot};

/// A version of QEMU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QemuVersion {
    major: u16,
    minor: u16,
}

impl QemuVersion {
    /// `-device` accepts JSON from here on (QEMU's change log of 6.2).
    pub(crate) const JSON_DEVICES: Self = Self::new(6, 2);
    /// The machine accepts `memory-backend` from here on (change log of 5.0).
    pub(crate) const MEMORY_BACKEND: Self = Self::new(5, 0);
    /// `-overcommit` replaces `-realtime` from here on (change log of 3.0).
    pub(crate) const OVERCOMMIT: Self = Self::new(3, 0);

    /// Version `major`.`minor`.
    #[must_use]
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }
}

impl fmt::Display for QemuVersion {
    /// `7.2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The two files of UEFI firmware.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FirmwareFiles {
    /// The program, which all guests share and none may write.
    pub code: HostPath,
    /// The guest's UEFI variables: a copy of the template that is installed with the program.
    pub variables: HostPath,
}

/// The host that QEMU runs on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QemuHost {
    /// QEMU's version.
    pub version: QemuVersion,
    /// The firmware; `None` for the files of Debian's package `ovmf`, and variables in
    /// `/var/lib/passthru`.
    pub firmware: Option<FirmwareFiles>,
    /// Where ROM files lie; `None` is [`ROM_DIRECTORY`].
    pub rom_directory: Option<HostPath>,
}

/// Debian's template of UEFI variables (package `ovmf`).
pub(super) const fn template(secure: SecureBoot) -> &'static str {
    match secure {
        SecureBoot::On => "/usr/share/OVMF/OVMF_VARS_4M.ms.fd",
        SecureBoot::Off => "/usr/share/OVMF/OVMF_VARS_4M.fd",
    }
}

impl QemuHost {
    /// A Debian with QEMU's `version`.
    #[must_use]
    pub const fn debian(version: QemuVersion) -> Self {
        Self {
            version,
            firmware: None,
            rom_directory: None,
        }
    }

    /// The program and the variables of the guest `name`.
    pub(super) fn firmware_files(&self, name: &str, secure: SecureBoot) -> (String, String) {
        match &self.firmware {
            Some(files) => (files.code.to_string(), files.variables.to_string()),
            None => {
                let code = match secure {
                    SecureBoot::On => "OVMF_CODE_4M.ms.fd",
                    SecureBoot::Off => "OVMF_CODE_4M.fd",
                };
                let variables = format!("/var/lib/passthru/{name}_VARS.fd");
                (format!("/usr/share/OVMF/{code}"), variables)
            }
        }
    }

    pub(super) fn rom_directory(&self) -> &str {
        let chosen = self.rom_directory.as_ref();
        chosen.map_or(ROM_DIRECTORY, HostPath::as_str)
    }
}
