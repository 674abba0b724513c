//! What programs other than `lspci` print of a machine's PCI functions, as people
//! paste it: a module for each program.
//!
//! Each reader takes text and gives rows with the lines that prove them. What is
//! no row is passed over, so that prompts, prose and other output may stand
//! around; what was cut is not shown rather than wrong. No text makes a reader
//! fail, and the time is linear in the text's length.
//!
//! | module | program | shows |
//! | --- | --- | --- |
//! | [`pvesh`] | `pvesh get /nodes/NODE/hardware/pci` | ids, class, IOMMU group |
//! | [`nodedev`] | `virsh nodedev-list`, `nodedev-dumpxml` | ids, class, driver, whole IOMMU groups, virtual functions |
//! | [`esxi`] | `esxcli hardware pci list`, `pcipassthru list`, ESXi's `lspci` | ids, class, VMkernel module, owners |
//! | [`windows`] | `Get-PnpDevice`, `pnputil`, `devcon`, `SurveyDDA.ps1` | ids, location paths; mostly no addresses |
//! | [`pciconf`] | FreeBSD's `pciconf -l` | ids, class, driver |
//! | [`lshw`] | `lshw`, `-businfo`, `-json` | names, driver; ids with `-numeric` |
//! | [`hwinfo`] | `hwinfo --pci` | ids, class, driver |
//! | [`driverctl`] | `driverctl list-devices` | driver, overrides |
//! | [`dpdk_devbind`] | `dpdk-devbind.py --status` | driver, network interfaces |
//! | [`xl`] | Xen's `xl pci-assignable-list`, `xl pci-list` | what can go, or went, to a guest |
//! | [`sysfs_links`] | `ls -l /sys/bus/pci/devices`, `/sys/bus/pci/drivers/NAME` | addresses and bridges on the way; the driver |
//! | [`iommu_groups`] | Unraid's page of system devices, a much used script | ids, class, IOMMU group |
//! | [`inxi`] | `inxi -Gxxx`, `-Nxxx`, `-F` | ids, class, driver, network interfaces |
//! | [`uevent`] | `udevadm info`, the files `uevent` of sysfs | ids, class, driver |
//! | [`nvidia_smi`] | `nvidia-smi` | NVIDIA's cards and what runs on them |

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
pub mod uevent;
pub mod vm_passthru;
pub mod windows;
pub mod xl;

#[cfg(test)]
mod tests;

pub use function::ListedFunction;
