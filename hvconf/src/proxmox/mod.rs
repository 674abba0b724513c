//! Proxmox VE: virtual machine configurations in `/etc/pve/qemu-server/ID.conf`.

mod hostpci;
mod lint;
mod machine;
mod pass;
mod property;
mod vm_config;
mod vm_id;

pub use hostpci::{
    HostAddress, HostDevice, HostDriver, HostPci, HostPciError, MappingId, MdevType, RomPath,
};
pub use lint::{Issue, lint};
pub use pass::{Change, ManualStep, Note, PassError, PassPlan, pass_by_commands, pass_in_config};
pub use property::{Property, PropertyError, PropertyString};
pub use vm_config::{Entry, Key, KeyError, Section, SectionKind, Value, ValueError, VmConfig};
pub use vm_id::{VmId, VmIdError};
