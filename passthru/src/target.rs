//! The hypervisors that a plan can be made for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::near::{did_you_mean, near};

/// A hypervisor that findings and plans are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Target {
    /// Proxmox VE.
    Proxmox,
    /// libvirt with QEMU.
    Libvirt,
    /// QEMU without a manager: a launch script.
    Qemu,
    /// VMware ESXi.
    Esxi,
    /// Xen with `xl`.
    Xen,
    /// XCP-ng and XenServer.
    XcpNg,
    /// Hyper-V: Discrete Device Assignment.
    HyperV,
    /// bhyve on FreeBSD.
    Bhyve,
    /// Cloud Hypervisor.
    CloudHypervisor,
    /// crosvm.
    Crosvm,
    /// Incus.
    Incus,
    /// LXD.
    Lxd,
    /// KubeVirt.
    #[serde(rename = "kubevirt")]
    KubeVirt,
    /// Harvester.
    Harvester,
    /// OpenStack Nova.
    Nova,
    /// NVIDIA's GPU operator for Kubernetes.
    GpuOperator,
    /// Unraid.
    Unraid,
    /// TrueNAS.
    #[serde(rename = "truenas")]
    TrueNas,
    /// NixOS.
    #[serde(rename = "nixos")]
    NixOs,
    /// Talos Linux.
    Talos,
    /// Firecracker, which cannot.
    Firecracker,
    /// VirtualBox, which cannot.
    #[serde(rename = "virtualbox")]
    VirtualBox,
}

impl Target {
    /// All targets, in the order of the documentation.
    pub const ALL: [Self; 22] = [
        Self::Proxmox,
        Self::Libvirt,
        Self::Qemu,
        Self::Esxi,
        Self::Xen,
        Self::XcpNg,
        Self::HyperV,
        Self::Bhyve,
        Self::CloudHypervisor,
        Self::Crosvm,
        Self::Incus,
        Self::Lxd,
        Self::KubeVirt,
        Self::Harvester,
        Self::Nova,
        Self::GpuOperator,
        Self::Unraid,
        Self::TrueNas,
        Self::NixOs,
        Self::Talos,
        Self::Firecracker,
        Self::VirtualBox,
    ];

    /// The word for it on the command line and in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proxmox => "proxmox",
            Self::Libvirt => "libvirt",
            Self::Qemu => "qemu",
            Self::Esxi => "esxi",
            Self::Xen => "xen",
            Self::XcpNg => "xcp-ng",
            Self::HyperV => "hyper-v",
            Self::Bhyve => "bhyve",
            Self::CloudHypervisor => "cloud-hypervisor",
            Self::Crosvm => "crosvm",
            Self::Incus => "incus",
            Self::Lxd => "lxd",
            Self::KubeVirt => "kubevirt",
            Self::Harvester => "harvester",
            Self::Nova => "nova",
            Self::GpuOperator => "gpu-operator",
            Self::Unraid => "unraid",
            Self::TrueNas => "truenas",
            Self::NixOs => "nixos",
            Self::Talos => "talos",
            Self::Firecracker => "firecracker",
            Self::VirtualBox => "virtualbox",
        }
    }

    /// Its name in sentences.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proxmox => "Proxmox VE",
            Self::Libvirt => "libvirt",
            Self::Qemu => "QEMU",
            Self::Esxi => "VMware ESXi",
            Self::Xen => "Xen",
            Self::XcpNg => "XCP-ng",
            Self::HyperV => "Hyper-V",
            Self::Bhyve => "bhyve",
            Self::CloudHypervisor => "Cloud Hypervisor",
            Self::Crosvm => "crosvm",
            Self::Incus => "Incus",
            Self::Lxd => "LXD",
            Self::KubeVirt => "KubeVirt",
            Self::Harvester => "Harvester",
            Self::Nova => "OpenStack Nova",
            Self::GpuOperator => "NVIDIA GPU operator",
            Self::Unraid => "Unraid",
            Self::TrueNas => "TrueNAS",
            Self::NixOs => "NixOS",
            Self::Talos => "Talos",
            Self::Firecracker => "Firecracker",
            Self::VirtualBox => "VirtualBox",
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
#[error(
    "unknown target \"{0}\"{near}: expected one of {list}",
    near = did_you_mean(&near(.0, Target::ALL.map(Target::word))),
    list = words()
)]
pub struct UnknownTarget(
    /// The word as given.
    pub String,
);

fn words() -> String {
    Target::ALL.map(Target::word).join(", ")
}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(word: &str) -> Result<Self, UnknownTarget> {
        Self::ALL
            .into_iter()
            .find(|target| target.word() == word)
            .ok_or_else(|| UnknownTarget(word.to_owned()))
    }
}
