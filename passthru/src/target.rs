//! The hypervisors that a plan can be made for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::near::{did_you_mean, near};
use crate::text::{Argument, IntoArgument};

/// The system of a hypervisor's host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum System {
    /// Linux with KVM.
    Linux,
    /// Xen with its dom0.
    Xen,
    /// ESXi.
    Esxi,
    /// Windows.
    Windows,
    /// FreeBSD.
    FreeBsd,
}

/// Declares the hypervisors: the variant, its word, its name, the system of its host, the paths
/// whose presence shows it, and the directories of its guests.
macro_rules! hypervisors {
    ($(
        $(#[$doc:meta])*
        $variant:ident: $word:literal, $name:literal, $system:ident,
        shown by [$($shown:literal),*], guests in [$($guests:literal),*];
    )*) => {
        /// A hypervisor that findings and plans are made for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(into = "&'static str", try_from = "String")]
        #[non_exhaustive]
        pub enum Target {
            $($(#[$doc])* $variant,)*
        }

        impl Target {
            /// All targets, in the order of the documentation.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// The word for it on the command line and in JSON.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Its name in sentences.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The system of its host.
            #[must_use]
            pub const fn system(self) -> System {
                match self { $(Self::$variant => System::$system,)* }
            }

            /// Paths of a host whose presence shows the hypervisor.
            pub(crate) const fn shown_by(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($shown),*],)* }
            }

            /// Directories of a host with configurations of its guests.
            pub(crate) const fn guests(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($guests),*],)* }
            }
        }
    };
}

hypervisors! {
    /// Proxmox VE.
    Proxmox: "proxmox", "Proxmox VE", Linux, shown by ["/etc/pve"], guests in ["/etc/pve"];
    /// libvirt with QEMU.
    Libvirt: "libvirt", "libvirt", Linux, shown by ["/etc/libvirt/qemu"], guests in ["/etc/libvirt"];
    /// QEMU without a manager: a launch script.
    Qemu: "qemu", "QEMU", Linux, shown by [], guests in [];
    /// VMware ESXi.
    Esxi: "esxi", "VMware ESXi", Esxi, shown by ["/etc/vmware/esx.conf", "/etc/vmware/passthru.map", "/vmfs/volumes"], guests in ["/etc/vmware", "/vmfs"];
    /// Xen with `xl`.
    Xen: "xen", "Xen", Xen, shown by [], guests in ["/etc/xen"];
    /// XCP-ng and XenServer.
    XcpNg: "xcp-ng", "XCP-ng", Xen, shown by [], guests in ["/etc/xen"];
    /// Hyper-V: Discrete Device Assignment.
    HyperV: "hyper-v", "Hyper-V", Windows, shown by [], guests in [];
    /// bhyve on FreeBSD.
    Bhyve: "bhyve", "bhyve", FreeBsd, shown by [], guests in [];
    /// Cloud Hypervisor.
    CloudHypervisor: "cloud-hypervisor", "Cloud Hypervisor", Linux, shown by [], guests in [];
    /// crosvm.
    Crosvm: "crosvm", "crosvm", Linux, shown by [], guests in [];
    /// Incus.
    Incus: "incus", "Incus", Linux, shown by [], guests in [];
    /// LXD.
    Lxd: "lxd", "LXD", Linux, shown by [], guests in [];
    /// KubeVirt.
    KubeVirt: "kubevirt", "KubeVirt", Linux, shown by [], guests in [];
    /// Harvester.
    Harvester: "harvester", "Harvester", Linux, shown by [], guests in [];
    /// OpenStack Nova.
    Nova: "nova", "OpenStack Nova", Linux, shown by [], guests in [];
    /// NVIDIA's GPU operator for Kubernetes.
    GpuOperator: "gpu-operator", "NVIDIA GPU operator", Linux, shown by [], guests in [];
    /// Unraid.
    Unraid: "unraid", "Unraid", Linux, shown by [], guests in ["/etc/libvirt"];
    /// TrueNAS.
    TrueNas: "truenas", "TrueNAS", Linux, shown by [], guests in [];
    /// NixOS.
    NixOs: "nixos", "NixOS", Linux, shown by [], guests in [];
    /// Talos Linux.
    Talos: "talos", "Talos", Linux, shown by [], guests in [];
    /// Firecracker, which cannot.
    Firecracker: "firecracker", "Firecracker", Linux, shown by [], guests in [];
    /// VirtualBox, which cannot.
    VirtualBox: "virtualbox", "VirtualBox", Linux, shown by [], guests in [];
}

impl From<Target> for &'static str {
    fn from(target: Target) -> Self {
        target.word()
    }
}

impl TryFrom<String> for Target {
    type Error = UnknownTarget;

    fn try_from(word: String) -> Result<Self, UnknownTarget> {
        word.parse()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl IntoArgument for Target {
    fn argument(&self) -> Argument {
        Argument::Characters(self.to_string())
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
