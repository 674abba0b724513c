//! Proxmox VE in conversions.

use super::emit::{DeviceNaming, emit};
use super::host_context::HostContext;
use super::read::read_back;
use super::vm_config::VmConfig;
use super::vm_id::VmId;
use crate::convert::{Declaration, FirmwareSetting, Order, Sign, Wanted};
use crate::description::Description;
use crate::emitted::Emitted;
use crate::error::{Cause, Error};

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[
        Sign::Text(Order::OwnKey, |text| {
            let config = VmConfig::parse(text);
            let mut entries = config.entries();
            entries.any(|entry| entry.key.starts_with("hostpci"))
        }),
        // `args: -device vfio-pci,…` only.
        Sign::Text(Order::UsualKeys, |text| {
            let config = VmConfig::parse(text);
            let keys = ["args", "ostype", "scsihw"];
            keys.iter().any(|key| config.get(key).is_some())
        }),
    ],
    read: Some(|known| {
        let host_context = HostContext {
            mappings: known.mappings,
            node: known.node,
            functions: known.functions,
        };
        let id = known.number.or_else(|| VmId::new(100));
        let id = id.ok_or(Cause::Missing {
            target: "Proxmox VE",
            what: "a VM ID",
        })?;
        read_back(id, known.text, host_context)
    }),
    names_machine: true,
    firmware: FirmwareSetting::Always,
    has_buses_of_qemu: true,
    roms: |_| Some("/usr/share/kvm".to_owned()),
    lists_unshown: true,
    ..Declaration::machine("proxmox", "Proxmox VE", write)
};

fn write(vm: &Description, wanted: &Wanted) -> Result<Emitted, Error> {
    let mut vm = vm.clone();
    let number = wanted.number.map(VmId::get).or(vm.number);
    vm.number = Some(number.unwrap_or(100));
    emit(&vm, wanted.proxmox, DeviceNaming::Address)
}
