//! The kinds of text that are known, and where a host has each.

/// A kind of text that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextKind {
    /// A snapshot of `passthru capture`.
    Snapshot,
    /// `lspci` in any of its forms.
    Lspci,
    /// The kernel's log: `dmesg`, `journalctl -k`.
    KernelLog,
    /// `pvesh get /nodes/NODE/hardware/pci`, table or JSON.
    Pvesh,
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
    /// `lshw`, `lshw -businfo` or `lshw -json`.
    Lshw,
    /// `hwinfo --pci`.
    Hwinfo,
    /// `driverctl list-devices`.
    Driverctl,
    /// `dpdk-devbind.py --status`.
    DpdkDevbind,
    /// `ls -l` of `/sys/bus/pci/devices` or of a driver's directory.
    SysfsLinks,
    /// Xen's `xl pci-assignable-list` or `xl pci-list`.
    XlPciList,
    /// What an initramfs holds: `lsinitramfs`, `lsinitrd` or `lsinitcpio`.
    InitramfsList,
    /// `lsmod` or `/proc/modules`.
    Lsmod,
    /// `pveversion`.
    PveVersion,
    /// `vmware -v` on ESXi.
    EsxiVersion,
    /// `find /sys/kernel/iommu_groups -type l`, `ls` of groups' folders, or the list of
    /// Unraid's page of system devices or of a script.
    IommuGroups,
    /// `/proc/version`, `uname -a` or `uname -r`.
    KernelVersion,
    /// `ls` of `/sys/class/iommu` or `/sys/firmware/acpi/tables`.
    DirectoryList,
    /// `zpool status`.
    ZpoolStatus,
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
    /// A virtual machine's configuration of VMware.
    Vmx,
    /// Machines and settings of KubeVirt, as `kubectl get -o yaml` or `-o json` prints them.
    KubeVirtObjects,
    /// A message of a hypervisor, or of a program about passthrough.
    Message,
}

/// The file in which a plan for KubeVirt finds the cluster's objects.
pub(crate) const KUBEVIRT_OBJECTS: &str = "/var/lib/passthru/kubevirt-objects.yaml";

impl TextKind {
    /// What can be taken in, for messages.
    pub const NAMES: &'static str = "lspci (best: lspci -nnk), dmesg, pvesh get \
        /nodes/NODE/hardware/pci, nvidia-smi, virsh nodedev-list, virsh nodedev-dumpxml, \
        esxcli hardware pci list, esxcli hardware pci pcipassthru list, Get-PnpDevice, pnputil \
        /enum-devices, SurveyDDA.ps1, pciconf -lv, lshw, hwinfo --pci, driverctl list-devices, \
        dpdk-devbind.py --status, ls -l /sys/bus/pci/devices, xl pci-assignable-list, lsinitramfs, lsinitrd, lsinitcpio, lsmod, pveversion, vmware -v, uname -a, uname -r, \
        /proc/cmdline, /etc/os-release, /etc/default/grub, modprobe.d lines, /etc/modules, a \
        VM's .conf, .xml or .vmx, kubectl get kubevirt,virtualmachine -A -o yaml, passthru.map, find /sys/kernel/iommu_groups -type l, ls /sys/class/iommu, \
        ls /sys/firmware/acpi/tables, zpool status, proxmox-boot-tool status, bootctl status, an error message of QEMU, libvirt, \
        Proxmox VE or ESXi, a snapshot of passthru capture";

    /// Where the host has the text, when it is a file's.
    pub(super) fn path(self, name: &str, text: &str) -> Option<String> {
        let file = name.rsplit('/').next().unwrap_or(name);
        Some(match self {
            Self::CommandLine => "/proc/cmdline".to_owned(),
            Self::OsRelease => "/etc/os-release".to_owned(),
            Self::Grub => "/etc/default/grub".to_owned(),
            Self::ModuleList => "/etc/modules".to_owned(),
            Self::PassthruMap => "/etc/vmware/passthru.map".to_owned(),
            Self::KernelVersion if text.starts_with("Linux version ") => "/proc/version".to_owned(),
            Self::Modprobe => {
                let stem = file.strip_suffix(".conf").unwrap_or("pasted");
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
            Self::KubeVirtObjects => KUBEVIRT_OBJECTS.to_owned(),
            Self::Vmx => format!("/vmfs/volumes/pasted/{}", safe(file)),
            _ => return None,
        })
    }
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
        "pasted".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_directory() {
        assert_eq!(safe("../../etc/passwd"), "etcpasswd");
        assert_eq!(safe(".."), "pasted");
    }
}
