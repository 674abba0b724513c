//! The kinds of text that are known, and where a host has each.

/// A kind of text that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextKind {
    /// A snapshot of `passthru capture`.
    Snapshot,
    /// `lspci` in any of its forms.
    Lspci,
    /// A short output for the doctor, such as `ip link`.
    Answer,
    /// The kernel's log: `dmesg`, `journalctl -k`.
    KernelLog,
    /// `pvesh get /nodes/NODE/hardware/pci`, table or JSON.
    Pvesh,
    /// `kubectl get pcidevices` of Harvester, also with `-o yaml`.
    HarvesterDevices,
    /// `talosctl get pcidevices`, also with `-o yaml`.
    TalosDevices,
    /// `nvidia-smi`.
    NvidiaSmi,
    /// `virsh nodedev-list` or `virsh nodedev-dumpxml`.
    Nodedev,
    /// `esxcli hardware pci list`.
    EsxcliPciList,
    /// `esxcli hardware pci pcipassthru list`.
    EsxcliPcipassthruList,
    /// ESXi's `lspci`, where it shows that it is ESXi's.
    EsxiLspci,
    /// `Get-PnpDevice`, `pnputil /enum-devices` or `devcon hwids` of Windows.
    WindowsDevices,
    /// Microsoft's `SurveyDDA.ps1`.
    DdaSurvey,
    /// FreeBSD's `pciconf -l`.
    Pciconf,
    /// `vm passthru`, and the settings of bhyve and its boot loader.
    Bhyve,
    /// `lshw`, `lshw -businfo` or `lshw -json`.
    Lshw,
    /// `hwinfo --pci`.
    Hwinfo,
    /// `inxi`.
    Inxi,
    /// `udevadm info`, or a file `uevent` of sysfs.
    Uevent,
    /// `lxc info --resources` or `incus info --resources`.
    LxdResources,
    /// `driverctl list-devices`.
    Driverctl,
    /// `dpdk-devbind.py --status`.
    DpdkDevbind,
    /// `ls -l` of `/sys/bus/pci/devices` or of a driver's directory.
    SysfsLinks,
    /// Xen's `xl pci-assignable-list` or `xl pci-list`.
    XlPciList,
    /// Content of an initramfs: `lsinitramfs`, `lsinitrd` or `lsinitcpio`.
    InitramfsList,
    /// ACPI tables of an IOMMU: `acpidump`, or a table as a file or a hex dump.
    AcpiTables,
    /// `lsmod` or `/proc/modules`.
    Lsmod,
    /// `pveversion`.
    PveVersion,
    /// Xen's `xl info`.
    XlInfo,
    /// `vmware -v` on ESXi.
    EsxiVersion,
    /// Output of rom-parser.
    RomParser,
    /// The output of `lsusb`.
    Lsusb,
    /// The flags of `/proc/cpuinfo`, or their count.
    CpuFlags,
    /// `find /sys/kernel/iommu_groups -type l`, `ls` of groups' folders, or the list of
    /// Unraid's page of system devices or of a script.
    IommuGroups,
    /// `/proc/version`, `uname -a` or `uname -r`.
    KernelVersion,
    /// `ls` of `/sys/class/iommu` or `/sys/firmware/acpi/tables`.
    DirectoryList,
    /// `zpool status`.
    ZpoolStatus,
    /// Disks and mounts: `lsblk`, `findmnt`, `mount`, `df`.
    Disks,
    /// The functions of disks and network interfaces: `ls -l /sys/class/net`, `ethtool -i`.
    KernelNames,
    /// Processes that have device files open: `fuser -v`, `lsof`.
    OpenFiles,
    /// `proxmox-boot-tool status` or `bootctl status`.
    BootStatus,
    /// `/proc/cmdline`.
    CommandLine,
    /// `/etc/os-release`.
    OsRelease,
    /// `/etc/default/grub`.
    Grub,
    /// A file of `/etc/modprobe.d`.
    Modprobe,
    /// `/etc/modules`.
    ModuleList,
    /// A virtual machine's configuration of Proxmox VE.
    ProxmoxVm,
    /// A libvirt domain.
    Domain,
    /// ESXi's `/etc/vmware/passthru.map`.
    PassthruMap,
    /// ESXi's `/etc/vmware/esx.conf`.
    EsxConf,
    /// ESXi's `/bootbank/boot.cfg`.
    EsxiBoot,
    /// A virtual machine's configuration of VMware.
    Vmx,
    /// `/etc/mkinitcpio.conf`.
    Mkinitcpio,
    /// A file of `/etc/dracut.conf.d`.
    Dracut,
    /// An entry of systemd-boot, by the Boot Loader Specification.
    LoaderEntry,
    /// Machines and settings of KubeVirt, as `kubectl get -o yaml` or `-o json` prints them.
    KubeVirtObjects,
    /// A message of a hypervisor, or of a program about passthrough.
    Message,
    /// A list of kernel options in a declarative configuration.
    KernelArguments,
    /// A command that binds or assigns a function.
    Command,
    /// A line that only names a function.
    Address,
    /// A file of another format, which a command printed or wrote.
    File,
}

/// The file in which a plan for KubeVirt finds the cluster's objects.
pub(crate) const KUBEVIRT_OBJECTS: &str = "/var/lib/passthru/kubevirt-objects.yaml";

impl TextKind {
    pub(super) const fn file_name(self) -> &'static str {
        match self {
            Self::Snapshot => "a snapshot of passthru capture",
            Self::CommandLine => "/proc/cmdline",
            Self::OsRelease => "/etc/os-release",
            Self::Grub => "/etc/default/grub",
            Self::Modprobe => "modprobe.d",
            Self::ModuleList => "/etc/modules",
            Self::ProxmoxVm => "a VM of Proxmox VE",
            Self::Domain => "a libvirt domain",
            Self::PassthruMap => "passthru.map",
            Self::EsxConf => "esx.conf",
            Self::EsxiBoot => "boot.cfg of ESXi",
            Self::Vmx => "a .vmx file",
            Self::Mkinitcpio => "mkinitcpio.conf",
            Self::Dracut => "dracut.conf.d",
            Self::LoaderEntry => "a boot loader entry",
            Self::KubeVirtObjects => "KubeVirt objects",
            _ => "a file",
        }
    }

    /// Where the host has the text, when it is a file's.
    pub(super) fn path(self, name: &str, text: &str) -> Option<String> {
        let file = name.rsplit('/').next().unwrap_or(name);
        Some(match self {
            Self::CommandLine => "/proc/cmdline".to_owned(),
            Self::OsRelease => "/etc/os-release".to_owned(),
            Self::Grub => "/etc/default/grub".to_owned(),
            Self::ModuleList => "/etc/modules".to_owned(),
            Self::PassthruMap => "/etc/vmware/passthru.map".to_owned(),
            Self::EsxConf => "/etc/vmware/esx.conf".to_owned(),
            Self::EsxiBoot => hvconf::esxi::BOOT_CFG.to_owned(),
            Self::KernelVersion if text.starts_with("Linux version ") => "/proc/version".to_owned(),
            Self::Modprobe => {
                let stem = file.strip_suffix(".conf").unwrap_or(UNNAMED);
                format!("/etc/modprobe.d/{}.conf", safe(stem))
            }
            Self::ProxmoxVm => {
                let id = file.strip_suffix(".conf").unwrap_or_default();
                let id = if !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) {
                    id
                } else {
                    "0"
                };
                format!("/etc/pve/qemu-server/{id}.conf")
            }
            Self::Domain => {
                let rest = text.split_once("<name>").map_or("", |(_, rest)| rest);
                let domain = rest.split('<').next().unwrap_or_default();
                format!("/etc/libvirt/qemu/{}.xml", safe(domain))
            }
            Self::Mkinitcpio => "/etc/mkinitcpio.conf".to_owned(),
            Self::Dracut => "/etc/dracut.conf.d/pasted.conf".to_owned(),
            Self::LoaderEntry => "/boot/loader/entries/pasted.conf".to_owned(),
            Self::KubeVirtObjects => KUBEVIRT_OBJECTS.to_owned(),
            Self::Vmx => format!("/vmfs/volumes/pasted/{}", safe(file)),
            _ => return None,
        })
    }
}

/// The name of a guest or a file whose text does not name it.
pub(crate) const UNNAMED: &str = "pasted";

/// Whether the input has the file's text and not its path.
pub(crate) fn is_unnamed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    // Further ones have a number.
    let number = stem
        .strip_prefix(UNNAMED)
        .map(|rest| rest.trim_start_matches('_'));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A name that can be one component of a path.
fn safe(name: &str) -> String {
    let name: String = name
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' '))
        .take(64)
        .collect();
    let name = name.trim_matches('.').trim();
    if name.is_empty() {
        UNNAMED.to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests;
