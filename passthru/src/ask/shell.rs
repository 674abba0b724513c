//! The shell that a line is written for.

use serde::Serialize;

use crate::host::{Host, Platform};
use crate::target::{HostSystem, Target};

/// The shell that a line is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Shell {
    /// `sh` of POSIX, of Linux, of Xen's dom0 and of FreeBSD.
    Posix,
    /// `sh` of a computer with talosctl: Talos Linux has no shell.
    Talos,
    /// `sh` of ESXi, which is busybox.
    Esxi,
    /// PowerShell of Windows.
    Windows,
}

impl Shell {
    /// The shell of a hypervisor's host.
    #[must_use]
    pub const fn of_target(target: Target) -> Self {
        if matches!(target, Target::Talos) {
            return Self::Talos;
        }
        match target.system() {
            HostSystem::Esxi => Self::Esxi,
            HostSystem::Windows => Self::Windows,
            HostSystem::Linux | HostSystem::Xen | HostSystem::FreeBsd => Self::Posix,
        }
    }

    /// The shell of a host: by the requested target, otherwise by the host's system.
    #[must_use]
    pub fn of(host: &Host, target: Option<Target>) -> Self {
        let platform = host.system.platform.as_ref().map(|found| found.value);
        let shown = host.system.hypervisor.as_ref().map(|found| found.value);
        match (target, platform) {
            (Some(target), _) => Self::of_target(target),
            (None, Some(Platform::Windows)) => Self::Windows,
            (None, _) => shown.map_or(Self::Posix, Self::of_target),
        }
    }

    /// Parses the shell's word in `data/ask.tsv`.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        match word {
            "posix" => Some(Self::Posix),
            "talos" => Some(Self::Talos),
            "esxi" => Some(Self::Esxi),
            "windows" => Some(Self::Windows),
            _ => None,
        }
    }
}
