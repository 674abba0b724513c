//! What of a domain a description has no place for.

use super::domain::Domain;
use super::tree::{Element, Id};
use crate::description::{Description, Firmware, GuestSystem, SecureBoot};
use crate::emitted::Lost;

const ONLY: &str = "only what is passed through is converted";

/// A domain, and what was read of it.
pub(super) struct Others<'a> {
    pub(super) domain: &'a Domain<'a>,
    pub(super) vm: &'a Description,
}

impl Others<'_> {
    /// The elements that the description has nothing of, but for other devices and QEMU's
    /// own arguments.
    pub(super) fn lost(&self) -> Vec<Lost> {
        let tree = &self.domain.tree;
        let mut lost = Vec::new();
        let kind = tree.get(0).and_then(|root| root.attribute("type"));
        if let Some((kind, root)) = kind.zip(tree.get(0)).filter(|(kind, _)| *kind != "kvm") {
            let why = "it becomes a machine of the target";
            lost.push(self.of(root, format!("<domain type='{kind}'>"), why));
        }
        for (id, element) in tree.children(0) {
            match element.name.as_str() {
                "os" => self.os(id, &mut lost),
                "features" => self.features(id, &mut lost),
                "cpu" => self.cpu(id, element, &mut lost),
                "memoryBacking" => self.below(id, &mut lost, |_, child| {
                    matches!(child.name.as_str(), "hugepages" | "locked")
                }),
                "devices" => self.devices(id, &mut lost),
                "qemu:override" => self.overrides(id, &mut lost),
                // These are listed where they are read.
                "name" | "qemu:commandline" => {}
                _ if self.is_taken(element) => {}
                _ => self.lose(element, &mut lost),
            }
        }
        lost
    }

    fn of(&self, element: &Element, what: String, why: &str) -> Lost {
        let line = self.domain.tree.line(element.open.start);
        Lost::new(what, why).on_line(line)
    }

    fn lose(&self, element: &Element, lost: &mut Vec<Lost>) {
        // What tells it from others of its name.
        let key = ["name", "type", "model", "dev"];
        let mut known = key
            .iter()
            .filter_map(|key| Some((key, element.attribute(key)?)));
        let what = match known.next() {
            Some((key, value)) => format!("<{} {key}='{value}'>", element.name),
            None => format!("<{}>", element.name),
        };
        lost.push(self.of(element, what, ONLY));
    }

    /// Lists the children of `id` that are not `taken`.
    fn below(&self, id: Id, lost: &mut Vec<Lost>, taken: impl Fn(Id, &Element) -> bool) {
        for (id, child) in self.domain.tree.children(id) {
            if !taken(id, child) {
                self.lose(child, lost);
            }
        }
    }

    fn is_taken(&self, element: &Element) -> bool {
        let tree = &self.domain.tree;
        let vm = self.vm;
        match element.name.as_str() {
            "memory" => vm.memory.size.is_some(),
            "currentMemory" => {
                let memory = tree.child(0, "memory").map(|(_, memory)| memory);
                let same = |memory: &&Element| {
                    let unit = |one: &Element| one.attribute("unit").unwrap_or("KiB").to_owned();
                    unit(memory) == unit(element) && tree.content(memory) == tree.content(element)
                };
                memory.filter(same).is_some()
            }
            "vcpu" => {
                let plain =
                    |(name, value): &(String, String)| name == "placement" && value == "static";
                vm.processors.is_some() && element.attributes.iter().all(plain)
            }
            _ => false,
        }
    }

    fn os(&self, id: Id, lost: &mut Vec<Lost>) {
        let tree = &self.domain.tree;
        for (id, child) in tree.children(id) {
            match child.name.as_str() {
                "type" => {
                    let arch = child.attribute("arch").unwrap_or("x86_64");
                    if arch != "x86_64" {
                        lost.push(self.of(child, format!("<type arch='{arch}'>"), ONLY));
                    }
                }
                "loader" if self.vm.firmware != Firmware::SeaBios => {}
                "firmware" => self.below(id, lost, |_, feature| {
                    matches!(
                        feature.attribute("name"),
                        Some("secure-boot" | "enrolled-keys")
                    )
                }),
                "nvram" => {
                    let why = "the guest's own UEFI variables stay where they are";
                    lost.push(self.of(child, "<nvram>".to_owned(), why));
                }
                _ => self.lose(child, lost),
            }
        }
    }

    fn features(&self, id: Id, lost: &mut Vec<Lost>) {
        let windows = self.vm.system == GuestSystem::Windows;
        let is_on = |element: &Element| element.attribute("state") == Some("on");
        for (id, child) in self.domain.tree.children(id) {
            match child.name.as_str() {
                "acpi" | "apic" | "pae" => {}
                "hyperv" => {
                    if let Some(mode) = child.attribute("mode").filter(|mode| *mode != "custom") {
                        lost.push(self.of(child, format!("<hyperv mode='{mode}'>"), ONLY));
                    }
                    self.below(id, lost, |_, one| match one.name.as_str() {
                        "relaxed" | "vapic" | "spinlocks" => windows || !is_on(one),
                        // One that is none is listed where it is read.
                        "vendor_id" => true,
                        _ => !is_on(one),
                    });
                }
                "kvm" => self.below(id, lost, |_, one| one.name == "hidden" || !is_on(one)),
                "smm" if !is_on(child) => {}
                "smm" if self.vm.firmware == Firmware::Ovmf(SecureBoot::On) => {}
                "ioapic" if child.attribute("driver") == Some("kvm") => {}
                _ => self.lose(child, lost),
            }
        }
    }

    fn cpu(&self, id: Id, element: &Element, lost: &mut Vec<Lost>) {
        let is_host = element.attribute("mode") == Some("host-passthrough");
        if !is_host {
            let model = self.domain.tree.child(id, "model");
            let model = model.and_then(|(_, model)| self.domain.tree.content(model));
            let mode = element.attribute("mode").unwrap_or("custom");
            let model = model.map(|model| format!(" {model}")).unwrap_or_default();
            let what = format!("<cpu mode='{mode}'>{model}");
            let why = "the processor becomes the host's own model";
            lost.push(self.of(element, what, why));
        }
        self.below(id, lost, |_, child| match child.name.as_str() {
            "topology" => self.vm.topology.is_some(),
            "maxphysaddr" => self.vm.address_bits.is_some(),
            "model" | "vendor" => !is_host,
            _ => false,
        });
    }

    /// What of the devices that are taken is not.
    fn devices(&self, id: Id, lost: &mut Vec<Lost>) {
        let tree = &self.domain.tree;
        let mut has_video = false;
        for (id, device) in tree.children(id) {
            match device.name.as_str() {
                "hostdev" if device.attribute("type") == Some("pci") => {
                    if device.attribute("managed") != Some("yes") {
                        let what = "<hostdev> without managed='yes'".to_owned();
                        let why = "where libvirt is the target, it binds the function by itself";
                        lost.push(self.of(device, what, why));
                    }
                    self.below(id, lost, |_, child| match child.name.as_str() {
                        "source" | "address" | "alias" | "rom" => true,
                        "driver" => child.attribute("name") == Some("vfio"),
                        _ => false,
                    });
                }
                "controller" if device.attribute("type") == Some("pci") => {
                    let has_hole = tree.child(id, "pcihole64").is_some();
                    if has_hole && self.vm.mmio.is_none() {
                        let why = "the window is none that others can have";
                        lost.push(self.of(device, "<pcihole64>".to_owned(), why));
                    }
                }
                "shmem" if self.vm.looking_glass.is_some() => {}
                "memballoon" if device.attribute("model") == Some("none") => {}
                "memballoon" => {
                    let what = "<memballoon>".to_owned();
                    let why = "memory of a guest with passed functions is pinned: a balloon \
                               frees nothing";
                    lost.push(self.of(device, what, why));
                }
                "video" => {
                    let model = tree.child(id, "model").map(|(_, model)| model);
                    let kind = model.and_then(|model| model.attribute("type"));
                    let is_same = matches!(kind, Some("none" | "vga" | "virtio" | "qxl"));
                    if !is_same || has_video {
                        let what = format!("<video> {}", kind.unwrap_or_default());
                        let why = "only which kind of card it is nearest to is converted";
                        lost.push(self.of(device, what, why));
                    }
                    has_video = true;
                }
                "controller" | "shmem" => self.lose(device, lost),
                // The others are listed where they are read.
                _ => {}
            }
        }
    }

    /// Properties of devices that pass no function.
    fn overrides(&self, id: Id, lost: &mut Vec<Lost>) {
        let hostdevs = self.domain.hostdevs();
        let aliases: std::collections::BTreeSet<&str> = hostdevs
            .iter()
            .filter_map(|hostdev| hostdev.alias.as_deref())
            .collect();
        self.below(id, lost, |_, device| {
            device
                .attribute("alias")
                .is_some_and(|alias| aliases.contains(alias))
        });
    }
}
