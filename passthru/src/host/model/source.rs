//! The sources of observations, by what they are.

/// A program or a kind of file that shows functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Source {
    /// The files of sysfs.
    Sysfs,
    /// What `lspci` prints.
    Lspci,
    /// The bytes of a configuration space, as `lspci -x` dumps them.
    Registers,
    /// `pvesh get /nodes/NODE/hardware/pci`.
    Pvesh,
    /// `nvidia-smi`.
    NvidiaSmi,
    /// Folders of `/sys/kernel/iommu_groups`, and the lists that scripts make of them.
    GroupFolders,
    /// lshw, hwinfo, LXD, driverctl, dpdk-devbind, scripts of groups, links of sysfs.
    LinuxListing,
    /// libvirt's `virsh nodedev-list` and `nodedev-dumpxml`.
    Nodedev,
    /// ESXi's esxcli and lspci.
    Esxi,
    /// Xen's `xl`.
    Xl,
    /// FreeBSD's pciconf and vm-bhyve's `vm passthru`.
    FreeBsd,
    /// Windows' lists of devices.
    Windows,
    /// The kernel's log.
    KernelLog,
    /// A message that names a function.
    Message,
    /// A command that binds or assigns a function.
    Command,
    /// FreeBSD's boot loader and bhyve, which reserve and give functions.
    Bhyve,
    /// The configuration of a guest.
    Guest,
}

/// How directly a source shows what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Standing {
    /// The running kernel itself.
    Kernel,
    /// A program that lists what the kernel has.
    Listing,
    /// A program that lists what one driver has.
    NodeUser,
    /// Registers, which the kernel may read otherwise (`drivers/pci/quirks.c`).
    Registers,
    /// The kernel's log: of its boot, and of what its drivers did since.
    Log,
    /// A text that names a function, and shows nothing of it.
    Naming,
}

impl Source {
    /// How directly it shows what it says.
    pub(in crate::host) const fn standing(self) -> Standing {
        match self {
            Self::Sysfs => Standing::Kernel,
            Self::Lspci
            | Self::Pvesh
            | Self::GroupFolders
            | Self::LinuxListing
            | Self::Nodedev
            | Self::Esxi
            | Self::Xl
            | Self::FreeBsd
            | Self::Windows => Standing::Listing,
            Self::NvidiaSmi => Standing::NodeUser,
            Self::Registers => Standing::Registers,
            Self::KernelLog => Standing::Log,
            Self::Message | Self::Command | Self::Bhyve | Self::Guest => Standing::Naming,
        }
    }
}

impl Standing {
    /// Whether it lists functions: what it shows is there.
    pub(in crate::host) const fn lists(self) -> bool {
        !matches!(self, Self::Log | Self::Naming)
    }
}
