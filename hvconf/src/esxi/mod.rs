//! VMware ESXi: `passthru.map`, `esx.conf` and `.vmx`, read with their lines.
//!
//! Readers only: what ESXi is told goes through `esxcli` and the VM's settings.
//! The text stays with the caller, and every entry and fault names its line.

mod esx_conf;
mod passthru_map;
mod vmx;

pub use esx_conf::{DeviceOwner, EsxConf, EsxConfFault};
pub use passthru_map::{
    Conflict, FptShareable, MapEntry, MapFault, MapId, PassthruMap, ResetMethod,
};
pub use vmx::{Vmx, VmxAddressError, VmxEntry, VmxFault, VmxPassthru, vmx_address};
