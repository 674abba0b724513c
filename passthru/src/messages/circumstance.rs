//! Circumstances under which a message has another remedy than elsewhere: `fix-if: CIRCUMSTANCE FIX`.

/// What the input shows of the host or of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Circumstance {
    /// The host is Qubes OS.
    Qubes,
    /// The host is Xen's, Qubes OS included.
    Xen,
    /// The host is one with a dom0 of its own, with the driver pciback in its kernel: XCP-ng, XenServer or Qubes
    /// OS.
    OwnDom0,
    /// The host's processor is one of Arm, which has an SMMU.
    Arm,
    /// The command before the message ran as root.
    Root,
    /// The module vendor-reset is in the kernel.
    VendorReset,
    /// The text says that a guest runs with its device.
    GuestRuns,
    /// The line is about a virtual function of Intel's graphics at its address on a host.
    HostVf,
    /// The line ends with the error of Windows "Access is denied".
    AccessDenied,
    /// The guest is one of VMware's.
    Vmware,
    /// The line ends with the error "Operation not permitted".
    NotPermitted,
    /// The guest is one of Kata Containers.
    Kata,
    /// The host is one of Hyper-V.
    HyperV,
    /// The line is of a container, which shares the host driver.
    Container,
    /// The kernel is older than the file reset_method (Linux 5.15).
    BeforeResetMethod,
    /// The line ends with the error "Bad address".
    BadAddress,
    /// The input has the number of virtual functions that the card supports.
    VfLimit,
    /// nvidia-smi shows the card.
    NvidiaSmi,
    /// The display manager is stopped.
    DisplayStopped,
    /// Only a power cycle helps.
    PowerCycled,
    /// The line is of a pod of Kubernetes.
    Pod,
    /// The line names the address of the graphics in Intel's processors.
    IntelGraphics,
    /// The text names a network card with Mellanox's firmware.
    Mellanox,
    /// The text names a device behind a Thunderbolt or USB4 port.
    Thunderbolt,
    /// The text says that the IOMMU is enabled in the firmware setup.
    FirmwareEnabled,
    /// A line above, of the same text, says that the function did not return from a reset.
    AfterReset,
    /// The input lists the resource of the line under `permittedHostDevices`.
    Permitted,
    /// The input lists other resources under `permittedHostDevices`.
    OthersPermitted,
    /// The scheduler says that it excludes nodes by the selector or the affinity of the guest.
    NodeExcluded,
    /// The guest's NVIDIA driver is of a release that accepts a virtual machine.
    CurrentNvidiaDriver,
    /// The card is a notebook's 3D controller, and the guest's driver accepts a virtual machine.
    Notebook,
    /// The text has the configuration of an LXC container.
    Lxc,
    /// Other lines prove that the IOMMU is enabled.
    IommuEnabled,
    /// The input has Xen's own options, and none disables the IOMMU.
    XenOptions,
    /// The line ends with the error "Permission denied".
    PermissionDenied,
    /// The pod is none of KubeVirt's.
    PlainPod,
    /// The input names KubeVirt's device plugin for NVIDIA's cards.
    KubevirtPlugin,
    /// The function of the line is bound to a driver of the kernel.
    KernelDriver,
    /// The line is of a graphics driver of the host, to which the device was bound.
    HostDriver,
    /// The text says that the assignment works, or worked, with another release or system.
    WorkedBefore,
    /// The function of the line is a virtio function, and nothing shows an IOMMU.
    Virtio,
    /// The function of the line is bound to a driver of the kernel, a network card that hypervisors emulate,
    /// and nothing shows an IOMMU.
    Emulated,
    /// The host runs libvirt.
    Libvirt,
    /// A line names an address of the guest that the IOMMU does not reach.
    AboveIommuWidth,
    /// The driver read a ROM that starts with other bytes than an option ROM, and not with zeros or ones alone.
    OtherRomHeader,
    /// The host runs KubeVirt.
    KubeVirt,
    /// The host runs Harvester.
    Harvester,
    /// The function that the line names is on the first bus of a host: a part of the chipset.
    Onboard,
    /// The input has the kernel option pcie_aspm=off, set or tried.
    AspmOff,
    /// Each line names a function on the root bus of a host, which has no bus reset.
    RootBus,
    /// The guest is one of Proxmox VE with an assigned function whose complete configuration has no bios.
    ProxmoxSeabios,
    /// The text is about a Coral on a PCIe card or an M.2 module, in a guest.
    PcieCoralOfGuest,
    /// The text is about a Coral on a PCIe card or an M.2 module.
    PcieCoral,
    /// The text is about a Coral at a USB port.
    UsbCoral,
    /// An NVIDIA card of the input supports virtual functions, and none exists.
    NoVirtualFunctions,
    /// The text says that the setting under `repair` helps.
    Helped,
    /// The text names the setting under `repair` as set.
    Done,
    /// The input shows virtual functions of the card that the line is about.
    VfsSeen,
    /// The text is about legacy mode for the graphics of Intel's processors.
    LegacyIgd,
    /// The line refuses the machine type q35.
    Q35Refused,
    /// The line ends with the error "Input/output error".
    InputOutputError,
    /// The line ends with the error "No space left on device".
    NoSpace,
    /// The text is about a paravirtual (PV) guest of Xen.
    PvGuest,
    /// A guest of Proxmox VE has memory in its hotplug setting.
    MemoryHotplug,
    /// The line is about a change from the state D0: the device was awake.
    FromAwake,
    /// The function of the line is on a bus that a hypervisor emulates.
    VirtualBus,
    /// The group of the function that the line names has a bridge to conventional PCI.
    PciBridge,
    /// The last value that a line before the error names is an address with its domain.
    CompleteAddress,
}

impl Circumstance {
    /// The circumstance with a word of the catalog.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "qubes" => Self::Qubes,
            "xen" => Self::Xen,
            "dom0-own" => Self::OwnDom0,
            "arm" => Self::Arm,
            "root" => Self::Root,
            "vendor-reset" => Self::VendorReset,
            "guest-runs" => Self::GuestRuns,
            "host-vf" => Self::HostVf,
            "access-denied" => Self::AccessDenied,
            "vmware" => Self::Vmware,
            "not-permitted" => Self::NotPermitted,
            "kata" => Self::Kata,
            "hyper-v" => Self::HyperV,
            "container" => Self::Container,
            "before-reset-method" => Self::BeforeResetMethod,
            "bad-address" => Self::BadAddress,
            "vf-limit" => Self::VfLimit,
            "nvidia-smi" => Self::NvidiaSmi,
            "display-stopped" => Self::DisplayStopped,
            "power-cycled" => Self::PowerCycled,
            "pod" => Self::Pod,
            "intel-graphics" => Self::IntelGraphics,
            "mellanox" => Self::Mellanox,
            "thunderbolt" => Self::Thunderbolt,
            "firmware-enabled" => Self::FirmwareEnabled,
            "after-reset" => Self::AfterReset,
            "permitted" => Self::Permitted,
            "others-permitted" => Self::OthersPermitted,
            "node-excluded" => Self::NodeExcluded,
            "current-nvidia-driver" => Self::CurrentNvidiaDriver,
            "notebook" => Self::Notebook,
            "lxc" => Self::Lxc,
            "iommu-enabled" => Self::IommuEnabled,
            "xen-options" => Self::XenOptions,
            "permission-denied" => Self::PermissionDenied,
            "plain-pod" => Self::PlainPod,
            "host-driver" => Self::HostDriver,
            "worked-before" => Self::WorkedBefore,
            "kubevirt-plugin" => Self::KubevirtPlugin,
            "kernel-driver" => Self::KernelDriver,
            "virtio" => Self::Virtio,
            "emulated" => Self::Emulated,
            "libvirt" => Self::Libvirt,
            "above-iommu-width" => Self::AboveIommuWidth,
            "other-rom-header" => Self::OtherRomHeader,
            "virtual-bus" => Self::VirtualBus,
            "pci-bridge" => Self::PciBridge,
            "pv-guest" => Self::PvGuest,
            "memory-hotplug" => Self::MemoryHotplug,
            "kubevirt" => Self::KubeVirt,
            "harvester" => Self::Harvester,
            "onboard" => Self::Onboard,
            "root-bus" => Self::RootBus,
            "aspm-off" => Self::AspmOff,
            "proxmox-seabios" => Self::ProxmoxSeabios,
            "pcie-coral-of-guest" => Self::PcieCoralOfGuest,
            "pcie-coral" => Self::PcieCoral,
            "usb-coral" => Self::UsbCoral,
            "no-vfs" => Self::NoVirtualFunctions,
            "helped" => Self::Helped,
            "done" => Self::Done,
            "vfs-seen" => Self::VfsSeen,
            "legacy-igd" => Self::LegacyIgd,
            "q35-refused" => Self::Q35Refused,
            "input-output-error" => Self::InputOutputError,
            "no-space" => Self::NoSpace,
            "from-awake" => Self::FromAwake,
            "complete-address" => Self::CompleteAddress,
            _ => return None,
        })
    }
}
