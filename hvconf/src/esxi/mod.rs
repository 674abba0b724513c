//! VMware ESXi: `passthru.map`, `esx.conf`, `boot.cfg` and `.vmx`, read with their lines; `.vmx`,
//! `passthru.map` and `esx.conf` edited; a machine's `.vmx` and the host's commands written.
//!
//! The host is configured with `esxcli`: of `esx.conf` only owner lines are removed.

mod boot_cfg;
mod emit;
mod esx_conf;
#[cfg(feature = "convert")]
mod format;
mod host;
mod others;
mod passthru_map;
mod passthru_map_edit;
mod read;
mod vmx;
mod vmx_document;

pub use boot_cfg::{BOOT_CFG, BootCfgOption, boot_options};
pub use emit::{SystemId, edit, emit, vmx_id};
pub use esx_conf::{DeviceOwner, EsxConf, EsxConfIssue, remove_owners};
#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;
pub use host::{CORE_CHECK, OwnerSwitch, auto_backup, host, hybrid_processor};
pub use passthru_map::{
    Conflict, FptShareable, MapEntry, MapId, MapIssue, PassthruMap, ResetMethod,
};
pub use passthru_map_edit::{MapEdit, set_reset_method};
pub use read::read_back;
pub use vmx::{Vmx, VmxEntry, VmxIssue, VmxPassthru, vmx_address};
pub use vmx_document::{VmxDocument, VmxKey, vmx_line};
