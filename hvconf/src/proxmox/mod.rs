//! Proxmox VE: virtual machine configurations in `/etc/pve/qemu-server/ID.conf`.

mod address_width;
mod arguments;
mod by_commands;
mod claims;
mod config_edit;
mod edit;
mod emit;
mod hardware;
mod hostpci;
mod huge_pages;
mod lint;
mod machine;
mod pass;
mod pass_plan;
mod pci_cfg;
mod property;
mod read;
mod second_cpu;
mod surroundings;
mod version;
mod vm_config;
mod vm_id;

pub use address_width::address_width;
pub use by_commands::{edit_by_commands, pass_by_commands};
pub use claims::given;
pub use edit::{EditContext, edit, mend};
pub use emit::{DeviceNaming, emit, mapping_id, qm_create};
pub use hostpci::{
    HostAddress, HostDevice, HostDriver, HostPci, HostPciError, MappingId, MdevType, RomPath,
};
pub use huge_pages::HugePagesFault;
pub use lint::{Issue, lint};
pub use pass::pass_in_config;
pub use pass_plan::{Change, ManualStep, Note, PassError, PassPlan};
pub use pci_cfg::{Mapping, NodeMap, NodeName, PciCfg, map_line};
pub use property::{Property, PropertyError, PropertyString};
pub use read::{ConfigReadError, read_back};
pub use surroundings::Surroundings;
pub use version::PveVersion;
pub use vm_config::{Entry, Key, KeyError, Section, SectionKind, Value, ValueError, VmConfig};
pub use vm_id::{VmId, VmIdError};
