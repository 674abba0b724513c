//! Parsers for PCI listings of programs other than `lspci`: a module per program.
//!
//! Each parser returns rows with their places in the text. Other lines are skipped, so prompts,
//! prose and other output may surround them; truncated values are not shown rather than wrong.
//! Parsers never fail, and take linear time.
//!
//! | module | program | contents |
//! | --- | --- | --- |
//! | [`pvesh`] | `pvesh get /nodes/NODE/hardware/pci` | IDs, class, IOMMU group |
//! | [`nodedev`] | `virsh nodedev-list`, `nodedev-dumpxml` | IDs, class, driver, complete IOMMU groups, virtual functions |
//! | [`esxi`] | `esxcli hardware pci list`, `pcipassthru list`, ESXi's `lspci` | IDs, class, VMkernel module, owners |
//! | [`windows`] | `Get-PnpDevice`, `pnputil`, `devcon`, `SurveyDDA.ps1` | IDs, location paths; mostly no addresses |
//! | [`pciconf`] | FreeBSD's `pciconf -l` | IDs, class, driver |
//! | [`lshw`] | `lshw`, `-businfo`, `-json` | names, driver; IDs with `-numeric` |
//! | [`hwinfo`] | `hwinfo --pci` | IDs, class, driver |
//! | [`driverctl`] | `driverctl list-devices` | driver, overrides |
//! | [`dpdk_devbind`] | `dpdk-devbind.py --status` | driver, network interfaces |
//! | [`xl`] | Xen's `xl pci-assignable-list`, `xl pci-list` | assignable and assigned functions |
//! | [`sysfs_links`] | `ls -l /sys/bus/pci/devices`, `/sys/bus/pci/drivers/NAME` | addresses, upstream bridges, driver |
//! | [`iommu_groups`] | Unraid's System Devices page, a widely used script | IDs, class, IOMMU group |
//! | [`inxi`] | `inxi -Gxxx`, `-Nxxx`, `-F` | IDs, class, driver, network interfaces |
//! | [`uevent`] | `udevadm info`, sysfs files `uevent` | IDs, class, driver |
//! | [`talos`] | `talosctl get pcidevices`, also `-o yaml` | IDs, class, driver |
//! | [`nvidia_smi`] | `nvidia-smi` | NVIDIA cards and their processes |

mod function;
#[cfg(feature = "std")]
mod json;
mod lines;

pub mod dpdk_devbind;
pub mod driverctl;
pub mod esxi;
pub mod hwinfo;
pub mod inxi;
pub mod iommu_groups;
pub mod lshw;
pub mod lxd_resources;
pub mod nodedev;
pub mod nvidia_smi;
pub mod pciconf;
pub mod pvesh;
pub mod sysfs_links;
pub mod talos;
pub mod uevent;
pub mod vm_passthru;
pub mod windows;
pub mod xl;

#[cfg(test)]
mod tests;

pub use function::ListedFunction;
