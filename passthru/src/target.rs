//! The hypervisors that a plan can be made for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A hypervisor that findings and plans are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Target {
    /// Proxmox VE.
    Proxmox,
    /// libvirt with QEMU.
    Libvirt,
    /// VMware ESXi.
    Esxi,
}

impl Target {
    /// All targets, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Proxmox, Self::Libvirt, Self::Esxi];

    /// The word for it on the command line and in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proxmox => "proxmox",
            Self::Libvirt => "libvirt",
            Self::Esxi => "esxi",
        }
    }

    /// Its name in sentences.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proxmox => "Proxmox VE",
            Self::Libvirt => "libvirt",
            Self::Esxi => "VMware ESXi",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that names no target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown target \"{0}\": expected one of proxmox, libvirt, esxi")]
pub struct UnknownTarget(
    /// The word as given.
    pub String,
);

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(word: &str) -> Result<Self, UnknownTarget> {
        Self::ALL
            .into_iter()
            .find(|target| target.word() == word)
            .ok_or_else(|| UnknownTarget(word.to_owned()))
    }
}
