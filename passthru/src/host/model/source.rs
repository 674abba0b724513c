//! Kinds of sources of observations.

/// A program or a kind of file that shows functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Source {
    /// The files of sysfs.
    Sysfs,
    /// Output of `lspci`.
    Lspci,
    /// The driver's line of `lspci` alone, for the function that the command names.
    FilteredLspci,
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
    /// FreeBSD's boot loader and bhyve, which reserve and assign functions.
    Bhyve,
    /// The configuration of a guest.
    Guest,
    /// A sentence.
    Prose,
}

/// Directness of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Standing {
    /// The running kernel itself.
    Kernel,
    /// A program that lists the kernel's devices.
    Listing,
    /// A program that lists one driver's devices.
    OneDriver,
    /// Registers, which the kernel may read otherwise (`drivers/pci/quirks.c`).
    Registers,
    /// The kernel log: of the boot, and of drivers since.
    Log,
    /// A text that only names a function.
    Naming,
}

impl Source {
    /// Directness of the source.
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
            Self::NvidiaSmi | Self::FilteredLspci => Standing::OneDriver,
            Self::Registers => Standing::Registers,
            Self::KernelLog => Standing::Log,
            Self::Message | Self::Command | Self::Bhyve | Self::Guest | Self::Prose => {
                Standing::Naming
            }
        }
    }
}

impl Standing {
    /// Whether the source lists functions: listed functions exist.
    pub(in crate::host) const fn lists(self) -> bool {
        !matches!(self, Self::Log | Self::Naming)
    }
}

/// The machine whose lines are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Side {
    /// The host; the lines of its guests are apart.
    Host,
    /// A guest, of which all lines are.
    Guest,
}
