//! Proxmox VE: virtual machine configurations in `/etc/pve/qemu-server/ID.conf`.

mod address_width;
mod arguments;
mod assign;
mod assignment_plan;
mod by_commands;
mod claims;
mod config_edit;
mod edit;
mod emit;
#[cfg(feature = "convert")]
mod format;
mod hardware;
mod host_context;
mod hostpci;
mod huge_pages;
mod lint;
mod machine;
mod pci_cfg;
mod property;
mod read;
mod second_cpu;
mod version;
mod vm_config;
mod vm_id;

pub use address_width::address_width;
pub use assign::assign_in_config;
pub use assignment_plan::{AssignmentPlan, Change, Decision, Note};
pub use by_commands::{assign_by_commands, edit_by_commands};
pub use claims::assigned_functions;
pub use edit::{EditContext, edit, update};
pub use emit::{DeviceNaming, emit, mapping_id, qm_create};
#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;
pub use host_context::HostContext;
pub use hostpci::{HostAddress, HostDevice, HostDriver, HostPci, MappingId, MdevType, RomPath};
pub use huge_pages::HugePagesIssue;
pub use lint::{Issue, lint};
pub use pci_cfg::{ClusterNode, Mapping, NodeMap, PciCfg, map_line};
pub use property::{Property, PropertyString};
pub use read::read_back;
pub use version::PveVersion;
pub use vm_config::{ConfigValue, Entry, Key, Section, SectionKind, VmConfig};
pub use vm_id::VmId;
