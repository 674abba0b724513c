//! The devices and settings that a machine requests.

use pci_core::Address;

use super::object::{Kind, Object};
use super::patch::Patch;
use super::read::ReadManifest;
use crate::assigned::AssignedFunction;
use crate::description::{
    Description, EmulatedDisplay, Firmware, HypervVendorId, KvmSignature, Pages, SecureBoot,
};
use crate::emitted::NotConverted;
use crate::error::Error;
use crate::incus::device_name;
use crate::yaml::{Node, quoted};

/// The patch of a machine. `object` is the machine as it is, where the input shows it.
pub(super) struct Machine<'a> {
    pub(super) vm: &'a Description,
    pub(super) object: Option<&'a Object>,
    pub(super) patch: Patch,
    /// Settings that were requested, and that stay as the machine has them.
    pub(super) kept: Vec<NotConverted>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(vm: &'a Description, object: Option<&'a Object>) -> Self {
        Self {
            vm,
            object,
            patch: Patch::new(format!("{}-devices.yaml", vm.name)),
            kept: Vec::new(),
        }
    }

    /// The node at `way` in the machine's domain; `None` too where the input does not show it.
    fn has(&self, way: &[&str]) -> Result<Option<&'a Node>, Error> {
        let way = [Kind::Machine.way(), way].concat();
        Ok(self
            .object
            .map(|object| object.at(&way))
            .transpose()?
            .flatten())
    }

    fn has_text(&self, way: &[&str]) -> Result<Option<&'a str>, Error> {
        Ok(self.has(way)?.and_then(Node::text))
    }

    /// Sets a key of the domain.
    fn set(&mut self, way: &[&'static str], value: &str, why: &str) {
        let way = [Kind::Machine.way(), way].concat();
        self.patch.set(&way, value, why);
    }

    /// Removes a key of the domain.
    fn unset(&mut self, way: &[&'static str], why: &str) -> Result<(), Error> {
        if self.object.is_none() || self.has(way)?.is_some() {
            self.set(way, "null", why);
        }
        Ok(())
    }

    /// Processors and memory, where they are requested.
    pub(super) fn sizes(&mut self) {
        let vm = self.vm;
        if let Some(count) = vm.processors {
            let why = "the guest's processors";
            self.set(&["cpu", "cores"], &count.to_string(), why);
        }
        if let Some(size) = vm.memory.size {
            let size = quoted(&format!("{}Mi", size.mebibytes()));
            let why = "all of it is pinned while functions are assigned";
            self.set(&["memory", "guest"], &size, why);
        }
        if let Pages::Huge(size) = vm.memory.pages {
            let size = match size.mebibytes() {
                Some(1024) => "1Gi",
                _ => "2Mi",
            };
            let why = "the node has to set such pages aside";
            let way = ["memory", "hugepages", "pageSize"];
            self.set(&way, &quoted(size), why);
        }
    }

    /// The firmware that is requested. KubeVirt rejects a machine with both, so the other one is
    /// removed (`validateBootloader` of its admission webhook).
    pub(super) fn firmware(&mut self, asked: Firmware) -> Result<(), Error> {
        let bios = ["firmware", "bootloader", "bios"];
        let efi = ["firmware", "bootloader", "efi"];
        let one = "a machine has one of the two";
        match asked {
            Firmware::SeaBios => {
                if self.has(&bios)?.is_none() {
                    self.set(&bios, "{}", "the card starts through its x86 image");
                }
                self.unset(&efi, one)
            }
            Firmware::Ovmf(secure) => {
                let on = secure == SecureBoot::On;
                self.unset(&bios, one)?;
                // Whether a UEFI that is there starts signed systems alone is the machine's own.
                if on || self.has(&efi)?.is_none() {
                    let why = "UEFI: the card starts through its EFI image; with Secure Boot, \
                               which is on by default, only signed images run";
                    let way = ["firmware", "bootloader", "efi", "secureBoot"];
                    self.set(&way, &on.to_string(), why);
                }
                if on {
                    let why = "KubeVirt rejects Secure Boot without system management mode";
                    self.set(&["features", "smm", "enabled"], "true", why);
                }
                Ok(())
            }
        }
    }

    /// The hypervisor's signatures, where they are to be hidden.
    pub(super) fn hiding(&mut self) -> Result<(), Error> {
        let why = "NVIDIA's drivers before 465 stop where they find a hypervisor";
        if self.vm.hiding.kvm == KvmSignature::Hidden {
            let way = ["features", "kvm", "hidden"];
            self.set(&way, "true", why);
        }
        let Some(id) = &self.vm.hiding.hyperv_vendor_id else {
            return Ok(());
        };
        if let Some(kept) = self.own_vendor_id(id)? {
            self.kept.push(kept);
            return Ok(());
        }
        for (key, value) in [
            ("enabled", "true".to_owned()),
            ("vendorid", quoted(id.as_str())),
        ] {
            self.set(&["features", "hyperv", "vendorid", key], &value, why);
        }
        Ok(())
    }

    /// Why `id` does not become the vendor of Hyper-V's leaves.
    fn own_vendor_id(&self, id: &HypervVendorId) -> Result<Option<NotConverted>, Error> {
        let own = self.has_text(&["features", "hyperv", "vendorid", "vendorid"])?;
        let state = self.has_text(&["features", "hyperv", "vendorid", "enabled"])?;
        let all = self.has_text(&["features", "hypervPassthrough", "enabled"])?;
        let own = own.filter(|own| !own.is_empty() && state != Some("false"));
        let why = match own {
            Some(own) if own == id.as_str() => return Ok(None),
            Some(own) => format!("the machine's own, {own}, is kept"),
            None if all.is_some_and(|state| state != "false") => {
                "the machine has hypervPassthrough, which KubeVirt drops beside hyperv; it is kept"
                    .to_owned()
            }
            None => return Ok(None),
        };
        Ok(Some(NotConverted::new(
            format!("Hyper-V vendor id {id}"),
            why,
        )))
    }

    /// The devices: lists that get a row keep the rows that they have.
    pub(super) fn devices(&mut self, rows: &[(&AssignedFunction, String)]) -> Result<(), Error> {
        if self.vm.emulated_display == Some(EmulatedDisplay::None) {
            let why = "no emulated graphics card beside the assigned one";
            let way = ["devices", "autoattachGraphicsDevice"];
            self.set(&way, "false", why);
        }
        let gpus = self.has(&["devices", "gpus"])?;
        let devices = self.has(&["devices", "hostDevices"])?;
        let mut there: Vec<Row<'_>> = [gpus, devices]
            .into_iter()
            .flatten()
            .flat_map(Node::items)
            .map(Row::of)
            .collect();
        let mut names: Vec<String> = there.iter().map(|row| row.name.to_owned()).collect();
        let missing: Vec<_> = rows
            .iter()
            .filter(|(function, resource)| {
                take(&mut there, resource, Some(function.address)).is_none()
            })
            .collect();
        let (mut new_gpus, mut new_devices) = (Vec::new(), Vec::new());
        for (function, resource) in missing {
            if let Some(row) = take(&mut there, resource, None) {
                let what = format!("a row for {}", function.address);
                let why = format!(
                    "the machine requests {resource} already, by the row {}; KubeVirt assigns any function with these IDs, so that row is used",
                    row.name
                );
                self.kept.push(NotConverted::new(what, why));
                continue;
            }
            let mut name = device_name(function.address);
            while names.contains(&name) {
                name.push('x');
            }
            let row = vec![
                (format!("deviceName: {}", quoted(resource)), "its IDs"),
                (
                    format!("name: {}", quoted(&name)),
                    "its name in the machine",
                ),
            ];
            names.push(name);
            if function.is_display() {
                new_gpus.push(row);
            } else {
                new_devices.push(row);
            }
        }
        for (list, there, new) in [
            ("gpus", gpus, new_gpus),
            ("hostDevices", devices, new_devices),
        ] {
            if !new.is_empty() {
                let way = [Kind::Machine.way(), &["devices", list]].concat();
                self.patch.list(&way, there, &new)?;
            }
        }
        Ok(())
    }
}

/// A row of `gpus` or `hostDevices`.
struct Row<'a> {
    name: &'a str,
    resource: &'a str,
}

impl<'a> Row<'a> {
    fn of(node: &'a Node) -> Self {
        let text = |key: &str| node.get(key).and_then(Node::text).unwrap_or_default();
        Self {
            name: text("name"),
            resource: text("deviceName"),
        }
    }

    /// The function that it was made for, where its name is of our form.
    fn function(&self) -> Option<Address> {
        let base = self.name.trim_end_matches('x');
        let digits = base.strip_prefix("pci-")?;
        let (slot, function) = digits.rsplit_once('-')?;
        let address: Address = format!("{}.{function}", slot.replace('-', ":"))
            .parse()
            .ok()?;
        (device_name(address) == base).then_some(address)
    }
}

/// Removes the first row of `there` that requests `resource` and has the name of `function`,
/// or of no function where that is `None`.
fn take<'a>(
    there: &mut Vec<Row<'a>>,
    resource: &str,
    function: Option<Address>,
) -> Option<Row<'a>> {
    let is = |row: &Row<'_>| row.resource == resource && row.function() == function;
    let found = there.iter().position(is)?;
    Some(there.remove(found))
}

/// The machine of this name.
pub(super) fn object<'a>(
    vm: &Description,
    already: &'a ReadManifest,
) -> Result<Option<&'a Object>, Error> {
    already.only(|object| {
        object.kind == Kind::Machine && object.name.as_deref() == Some(vm.name.as_str())
    })
}
