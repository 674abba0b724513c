//! Settings of a `.vmx` that a description does not support.

use std::collections::{BTreeMap, BTreeSet};

use super::vmx::{Vmx, VmxEntry};
use crate::description::{Description, MemorySize, MmioWindow};
use crate::emitted::NotConverted;

/// What ESXi writes of its own accord, or of the file and not of the machine. Compared in small
/// letters; a `.` at the end matches all that begins so.
const OWN: [&str; 18] = [
    ".encoding",
    "config.version",
    "virtualhw.version",
    "virtualhw.productcompatibility",
    "displayname",
    "vmci0.",
    "hpet0.",
    "extendedconfigfile",
    "cleanshutdown",
    "softpoweroff",
    "nvram",
    "uuid.bios",
    "uuid.location",
    "vc.uuid",
    "vmxstats.filename",
    "migrate.hostlog",
    "monitor.phys_bits_used",
    "sched.swap.derivedname",
];

/// The entries of a file, beside the machine that was read of it.
pub(super) struct Others<'a> {
    vmx: &'a Vmx,
    vm: &'a Description,
    /// Devices with a key `NAME.present`, in lower case, and whether they are present.
    devices: BTreeMap<String, bool>,
}

impl<'a> Others<'a> {
    pub(super) fn new(vmx: &'a Vmx, vm: &'a Description) -> Self {
        let mut devices = BTreeMap::new();
        devices.extend(vmx.entries.iter().filter_map(|entry| {
            let key = entry.key.to_ascii_lowercase();
            let name = key.strip_suffix(".present")?.to_owned();
            Some((name, entry.value.eq_ignore_ascii_case("true")))
        }));
        Self { vmx, vm, devices }
    }

    /// The devices and keys that are not converted: a device once, with all its keys.
    pub(super) fn not_converted(&self) -> Vec<NotConverted> {
        let mut not_converted = Vec::new();
        let mut named = BTreeSet::new();
        for entry in &self.vmx.entries {
            let key = entry.key.to_ascii_lowercase();
            if self.is_taken(&key, entry) {
                continue;
            }
            let name = key.rsplit_once('.').map_or("", |(name, _)| name);
            let what = match self.devices.get(name) {
                // Settings of an absent device have no effect.
                Some(false) => continue,
                // The device is converted, but not this key.
                Some(true) if !name.starts_with("pcipassthru") => name.to_owned(),
                _ => entry.key.clone(),
            };
            if named.insert(what.clone()) {
                not_converted.push(NotConverted::manual(what).on_line(entry.line));
            }
        }
        not_converted
    }

    fn is_taken(&self, key: &str, entry: &VmxEntry) -> bool {
        let vm = self.vm;
        let value = entry.value.as_str();
        let is = |word: &str| value.eq_ignore_ascii_case(word);
        let is_switch = is("true") || is("false");
        let number = || value.parse::<u32>().ok();
        let memory = vm.memory.size.map(MemorySize::mebibytes);
        match key {
            "firmware" => matches!(value, "efi" | "bios"),
            "uefi.secureboot.enabled" | "sched.mem.pin" => is_switch,
            "sched.mem.lpage.enable1gpage" | "hypervisor.cpuid.v0" => is_switch,
            "svga.present" => is_switch,
            "numvcpus" => vm.processors.is_some(),
            "sched.cpu.affinity" => vm.pinning.is_some() || is("all"),
            "cpuid.corespersocket" => vm.topology.is_some(),
            "memsize" => vm.memory.size.is_some(),
            "sched.mem.min" => number() == memory || number() == Some(0),
            "guestos" => matches!(value, "windows9-64" | "other4xlinux-64" | "other-64"),
            "pcipassthru.use64bitmmio" => is("false") || vm.mmio.is_some(),
            "pcipassthru.64bitmmiosizegb" => {
                let window = number().and_then(MmioWindow::from_gibibytes);
                window.is_some() && window == vm.mmio
            }
            _ if key.starts_with("pcipassthru") => {
                let name = key.rsplit('.').next().unwrap_or_default();
                matches!(
                    name,
                    "present" | "id" | "vendorid" | "deviceid" | "systemid"
                )
            }
            _ => {
                let is_own = |own: &str| key == own || (own.ends_with('.') && key.starts_with(own));
                OWN.iter().any(|own| is_own(own)) || key.starts_with("pcibridge")
            }
        }
    }
}
