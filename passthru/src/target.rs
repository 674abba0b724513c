//! The hypervisors that a plan can be made for.

use std::fmt;
use std::str::FromStr;

use hvconf::convert::Format;
use serde::{Deserialize, Serialize};

use crate::failure::{Cause, ErrorKind, Place, into_error};
use crate::text::{Argument, IntoArgument};
use crate::text::{Text, text};
use crate::typos::{did_you_mean, similar};

/// The system of a hypervisor's host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HostSystem {
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

/// A part of a host that the doctor judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostPart {
    /// A boot loader, whose files hold kernel options.
    BootLoader,
    /// The state of the IOMMU, in the texts that are read.
    IommuState,
    /// IOMMU groups, drivers of Linux and vfio-pci.
    Groups,
    /// A console on a display.
    DisplayConsole,
}

/// The declaration of a hypervisor.
struct Declaration {
    /// The word on the command line and in JSON.
    word: &'static str,
    /// The name in sentences.
    name: &'static str,
    /// The system of its host.
    system: HostSystem,
    /// Paths of a host whose presence shows the hypervisor.
    shown_by: &'static [&'static str],
    /// Directories of a host with configurations of its guests.
    guests: &'static [&'static str],
    /// The command that prints a guest's configuration, with a placeholder for the guest.
    prints_guest: Option<&'static str>,
    /// Parts that the doctor judges of other hosts and its host does not have.
    lacks: &'static [HostPart],
    /// Whether it is an operating system of its own: it runs on no host that shows another hypervisor.
    is_own_system: bool,
}

impl Declaration {
    /// A hypervisor whose guests have a format of their own.
    const fn of(format: Format, system: HostSystem) -> Self {
        Self::named(format.word(), format.name(), system)
    }

    /// One that has none: a manager of others' guests, or one that assigns nothing.
    const fn named(word: &'static str, name: &'static str, system: HostSystem) -> Self {
        Self {
            word,
            name,
            system,
            shown_by: &[],
            guests: &[],
            prints_guest: None,
            lacks: &[],
            is_own_system: !matches!(system, HostSystem::Linux | HostSystem::Xen),
        }
    }

    /// One with a command that prints a guest's configuration.
    const fn printing(self, command: &'static str) -> Self {
        Self {
            prints_guest: Some(command),
            ..self
        }
    }

    /// One that is an operating system of its own.
    const fn own_system(self) -> Self {
        Self {
            is_own_system: true,
            ..self
        }
    }
}

/// Declares the hypervisors: the variant, and its declaration.
macro_rules! hypervisors {
    ($($(#[$doc:meta])* $variant:ident = $declaration:expr;)*) => {
        /// A hypervisor that findings and plans are made for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(into = "&'static str", try_from = "String")]
        #[non_exhaustive]
        pub enum Target {
            $($(#[$doc])* $variant,)*
        }

        impl Target {
            /// All targets, in the order of the documentation.
            pub const ALL: [Self; [$(Self::$variant),*].len()] = [$(Self::$variant),*];

            const fn declaration(self) -> &'static Declaration {
                match self {
                    $(Self::$variant => {
                        const DECLARATION: Declaration = $declaration;
                        &DECLARATION
                    })*
                }
            }
        }
    };
}

hypervisors! {
    /// Proxmox VE.
    Proxmox = Declaration {
        shown_by: &["/etc/pve"],
        guests: &["/etc/pve"],
        ..Declaration::of(Format::Proxmox, HostSystem::Linux).own_system().printing("qm config VMID")
    };
    /// libvirt with QEMU.
    Libvirt = Declaration {
        shown_by: &["/etc/libvirt/qemu"],
        guests: &["/etc/libvirt"],
        ..Declaration::of(Format::Libvirt, HostSystem::Linux).printing("virsh dumpxml NAME")
    };
    /// QEMU without a manager: a launch script.
    Qemu = Declaration::of(Format::Qemu, HostSystem::Linux);
    /// VMware ESXi, whose console is on the network and whose VMkernel shows no groups.
    Esxi = Declaration {
        shown_by: &[
            "/etc/vmware/esx.conf",
            "/etc/vmware/passthru.map",
            "/vmfs/volumes",
            "/bootbank/boot.cfg",
        ],
        guests: &["/etc/vmware", "/vmfs"],
        lacks: &[
            HostPart::BootLoader,
            HostPart::IommuState,
            HostPart::Groups,
            HostPart::DisplayConsole,
        ],
        ..Declaration::of(Format::Esxi, HostSystem::Esxi)
    };
    /// Xen with `xl`.
    Xen = Declaration { guests: &["/etc/xen"], ..Declaration::of(Format::Xen, HostSystem::Xen) };
    /// XCP-ng and XenServer.
    XcpNg = Declaration {
        guests: &["/etc/xen"],
        ..Declaration::named("xcp-ng", "XCP-ng", HostSystem::Xen)
            .own_system()
            .printing("xe vm-param-list uuid=UUID")
    };
    /// Hyper-V: Discrete Device Assignment.
    HyperV = Declaration::of(Format::HyperV, HostSystem::Windows);
    /// bhyve on FreeBSD.
    Bhyve = Declaration::of(Format::Bhyve, HostSystem::FreeBsd);
    /// Cloud Hypervisor.
    CloudHypervisor = Declaration::of(Format::CloudHypervisor, HostSystem::Linux);
    /// crosvm.
    Crosvm = Declaration::of(Format::Crosvm, HostSystem::Linux);
    /// Incus.
    Incus = Declaration::of(Format::Incus, HostSystem::Linux)
        .printing("incus config show --expanded NAME");
    /// LXD.
    Lxd = Declaration::named("lxd", "LXD", HostSystem::Linux)
        .printing("lxc config show --expanded NAME");
    /// KubeVirt.
    KubeVirt = Declaration::of(Format::KubeVirt, HostSystem::Linux)
        .printing("kubectl get vm NAME -o yaml");
    /// Harvester.
    Harvester = Declaration::of(Format::Harvester, HostSystem::Linux)
        .own_system()
        .printing("kubectl get vm NAME -o yaml");
    /// OpenStack Nova.
    Nova = Declaration::of(Format::Nova, HostSystem::Linux);
    /// NVIDIA's GPU operator for Kubernetes.
    GpuOperator = Declaration::named("gpu-operator", "NVIDIA GPU operator", HostSystem::Linux);
    /// Unraid.
    Unraid = Declaration {
        guests: &["/etc/libvirt"],
        ..Declaration::of(Format::Unraid, HostSystem::Linux).own_system().printing("virsh dumpxml NAME")
    };
    /// TrueNAS.
    TrueNas = Declaration {
        shown_by: &["/data/freenas-v1.db"],
        ..Declaration::named("truenas", "TrueNAS", HostSystem::Linux).own_system()
    };
    /// NixOS.
    NixOs = Declaration::of(Format::NixOs, HostSystem::Linux).printing("virsh dumpxml NAME");
    /// Talos Linux.
    Talos = Declaration::of(Format::Talos, HostSystem::Linux).own_system();
    /// Firecracker, which cannot.
    Firecracker = Declaration::named("firecracker", "Firecracker", HostSystem::Linux);
    /// VirtualBox, which cannot.
    VirtualBox = Declaration::named("virtualbox", "VirtualBox", HostSystem::Linux);
}

impl Target {
    /// The word for it on the command line and in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.declaration().word
    }

    /// Its name in sentences.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.declaration().name
    }

    /// The system of its host.
    #[must_use]
    pub const fn system(self) -> HostSystem {
        self.declaration().system
    }

    /// Paths of a host whose presence shows the hypervisor.
    pub(crate) const fn shown_by(self) -> &'static [&'static str] {
        self.declaration().shown_by
    }

    /// Directories of a host with configurations of its guests.
    pub(crate) const fn guests(self) -> &'static [&'static str] {
        self.declaration().guests
    }

    /// The command that prints a guest's configuration.
    pub(crate) const fn prints_guest(self) -> Option<&'static str> {
        self.declaration().prints_guest
    }

    /// Whether it is an operating system of its own.
    pub(crate) const fn is_own_system(self) -> bool {
        self.declaration().is_own_system
    }

    /// Whether its host has `part`.
    pub(crate) fn has(self, part: HostPart) -> bool {
        !self.declaration().lacks.contains(&part)
    }
}

impl From<Target> for &'static str {
    fn from(target: Target) -> Self {
        target.word()
    }
}

impl TryFrom<String> for Target {
    type Error = crate::Error;

    fn try_from(word: String) -> crate::Result<Self> {
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

/// A word that is not a target.
#[derive(Debug)]
struct TargetCause(String);

into_error!(TargetCause);

impl Cause for TargetCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::UnknownTarget
    }

    fn text(&self) -> Text {
        let near = similar(&self.0, Target::ALL.map(Target::word));
        text!(
            "unknown target \"{word}\"{suggestion}: expected one of {list}",
            word = self.0,
            suggestion = did_you_mean(&near),
            list = words()
        )
    }

    fn place(&self) -> Place {
        Place::bytes(0..self.0.len()).with_help(words())
    }
}

fn words() -> String {
    Target::ALL.map(Target::word).join(", ")
}

impl FromStr for Target {
    type Err = crate::Error;

    fn from_str(word: &str) -> crate::Result<Self> {
        Self::ALL
            .into_iter()
            .find(|target| target.word() == word)
            .ok_or_else(|| TargetCause(word.to_owned()).into())
    }
}
