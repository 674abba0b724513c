//! Settings of a domain that a description does not support.

use list_order::Inserts as _;

use super::domain::Domain;
use super::tree::{Element, Id};
use crate::description::{Description, Firmware, GuestSystem, HostCpus, SecureBoot};
use crate::emitted::{MANUALLY, NotConverted};

/// Whether an element has children that are converted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Children {
    None,
    Some,
}

/// The elements of a domain that are converted, and their attributes. `<cpu>` and `<vcpu>` are
/// looked at whole; libvirt itself adds `<controller>`s as it needs them.
const TAKEN: [(&str, &[&str], Children); 42] = [
    ("name", &[], Children::None),
    ("memory", &["unit"], Children::None),
    ("os", &["firmware"], Children::Some),
    ("os/type", &["arch", "machine"], Children::None),
    ("os/loader", &["readonly", "type", "secure"], Children::None),
    ("os/firmware", &[], Children::Some),
    ("os/firmware/feature", &["enabled", "name"], Children::None),
    ("features", &[], Children::Some),
    ("features/acpi", &[], Children::None),
    ("features/apic", &[], Children::None),
    ("features/pae", &[], Children::None),
    ("features/hyperv", &["mode"], Children::Some),
    ("features/hyperv/relaxed", &["state"], Children::None),
    ("features/hyperv/vapic", &["state"], Children::None),
    ("features/hyperv/spinlocks", &["state"], Children::None),
    (
        "features/hyperv/vendor_id",
        &["state", "value"],
        Children::None,
    ),
    ("features/kvm", &[], Children::Some),
    ("features/kvm/hidden", &["state"], Children::None),
    ("features/smm", &["state"], Children::None),
    ("features/ioapic", &["driver"], Children::None),
    ("cpu", &["mode", "match"], Children::Some),
    (
        "cpu/topology",
        &["sockets", "dies", "clusters", "cores", "threads"],
        Children::None,
    ),
    (
        "cpu/maxphysaddr",
        &["mode", "bits", "limit"],
        Children::None,
    ),
    ("cputune", &[], Children::Some),
    ("cputune/vcpupin", &["vcpu", "cpuset"], Children::None),
    ("clock", &["offset"], Children::Some),
    ("clock/timer", &["name", "present"], Children::None),
    ("memoryBacking", &[], Children::Some),
    ("memoryBacking/hugepages", &[], Children::Some),
    (
        "memoryBacking/hugepages/page",
        &["size", "unit"],
        Children::None,
    ),
    ("memoryBacking/locked", &[], Children::None),
    ("devices", &[], Children::Some),
    (
        "devices/hostdev",
        &["mode", "type", "managed"],
        Children::Some,
    ),
    ("devices/hostdev/source", &[], Children::Some),
    (
        "devices/hostdev/source/address",
        &["domain", "bus", "slot", "function", "type"],
        Children::None,
    ),
    (
        "devices/hostdev/address",
        &["type", "domain", "bus", "slot", "function", "multifunction"],
        Children::None,
    ),
    (
        "devices/hostdev/rom",
        &["bar", "file", "enabled"],
        Children::None,
    ),
    ("devices/hostdev/driver", &["name"], Children::None),
    ("devices/shmem", &["name"], Children::Some),
    ("devices/shmem/model", &["type"], Children::None),
    ("devices/video", &[], Children::Some),
    ("devices/video/model", &["type"], Children::None),
];

/// QEMU, where distributions have it.
const EMULATORS: [&str; 7] = [
    "/usr/bin/qemu-system-x86_64",
    "/usr/bin/qemu-kvm",
    "/usr/bin/kvm",
    "/usr/bin/kvm-spice",
    "/usr/libexec/qemu-kvm",
    "/usr/local/sbin/qemu",
    "/run/libvirt/nix-emulators/qemu-system-x86_64",
];

/// Whether an attribute says no more than libvirt would by default: it writes these into each
/// domain (`virDomainVideoDefaultRAM`, `virDomainCPUDefPostParse`).
fn is_default(path: &str, attribute: &str, value: &str) -> bool {
    matches!(
        (path, attribute, value),
        // For migrations, which are impossible with an assigned function.
        ("cpu", "check" | "migratable", _)
            | ("os/loader", "format", "raw")
            | ("features/hyperv/spinlocks", "retries", "8191")
            | ("devices/video/model", "heads", "1")
            | ("devices/video/model", "primary", "yes")
            | ("devices/video/model", "vram", "16384" | "65536")
            | ("devices/video/model", "ram", "65536")
            | ("devices/video/model", "vgamem", "16384")
    )
}

/// A domain, and what was read of it.
pub(super) struct Others<'a> {
    pub(super) domain: &'a Domain<'a>,
    pub(super) vm: &'a Description,
}

impl Others<'_> {
    /// The elements that the description has nothing of, but for other devices and QEMU's
    /// own arguments.
    pub(super) fn not_converted(&self) -> Vec<NotConverted> {
        let tree = &self.domain.tree;
        let mut not_converted = Vec::new();
        let kind = tree.get(0).and_then(|root| root.attribute("type"));
        if let Some((kind, root)) = kind.zip(tree.get(0)).filter(|(kind, _)| *kind != "kvm") {
            let why = "it becomes a machine of the target";
            not_converted.push(self.of(root, format!("<domain type='{kind}'>"), why));
        }
        for (id, element) in tree.children(0) {
            match element.name.as_str() {
                "os" => self.os(id, &mut not_converted),
                "features" => self.features(id, &mut not_converted),
                "cpu" => self.cpu(id, element, &mut not_converted),
                "cputune" => self.below(id, &mut not_converted, |_, child| {
                    child.name == "vcpupin" && self.is_pinned(child)
                }),
                "clock" => {
                    if self.vm.clock.is_none() {
                        let offset = element.attribute("offset").unwrap_or_default();
                        let what = format!("<clock offset='{offset}'>");
                        not_converted.push(self.of(element, what, MANUALLY));
                    }
                    self.below(id, &mut not_converted, |_, timer| {
                        timer.attribute("name") == Some("hypervclock")
                            && self.vm.system == GuestSystem::Windows
                            && timer.attribute("present") == Some("yes")
                    });
                }
                "memoryBacking" => self.below(id, &mut not_converted, |_, child| {
                    matches!(child.name.as_str(), "hugepages" | "locked")
                }),
                "devices" => self.devices(id, &mut not_converted),
                "qemu:override" => self.overrides(id, &mut not_converted),
                // These are listed where they are read.
                "name" | "qemu:commandline" => {}
                _ if self.is_taken(element) => {}
                _ => self.lose(element, &mut not_converted),
            }
        }
        if let Some(root) = tree.get(0) {
            for (name, value) in &root.attributes {
                if !matches!(name.as_str(), "type" | "id") && !name.starts_with("xmlns") {
                    not_converted.push(self.of(
                        root,
                        format!("<domain {name}='{value}'>"),
                        MANUALLY,
                    ));
                }
            }
        }
        self.parts(0, "", &mut not_converted);
        not_converted
    }

    /// Lists what is not converted of an element that is: attributes, and children of an element
    /// that has none for us.
    fn parts(&self, id: Id, path: &str, not_converted: &mut Vec<NotConverted>) {
        for (id, element) in self.domain.tree.children(id) {
            let name = element.name.as_str();
            let path = match path {
                "" => name.to_owned(),
                path => format!("{path}/{name}"),
            };
            let Some((_, attributes, children)) =
                TAKEN.iter().find(|(taken, ..)| *taken == path.as_str())
            else {
                continue;
            };
            if path == "devices/hostdev" && element.attribute("type") != Some("pci") {
                continue;
            }
            for (attribute, value) in &element.attributes {
                let attribute = attribute.as_str();
                if !attributes.contains(&attribute) && !is_default(&path, attribute, value) {
                    let what = format!("<{name} {attribute}='{value}'>");
                    not_converted.push(self.of(element, what, MANUALLY));
                }
            }
            if *children == Children::None {
                self.below(id, not_converted, |_, _| false);
            } else {
                self.parts(id, &path, not_converted);
            }
        }
    }

    fn of(&self, element: &Element, what: String, why: &str) -> NotConverted {
        let line = self.domain.tree.line(element.open.start);
        NotConverted::new(what, why).on_line(line)
    }

    fn lose(&self, element: &Element, not_converted: &mut Vec<NotConverted>) {
        // The attribute that distinguishes it from others of its name.
        let key = ["name", "type", "model", "dev"];
        let mut known = key
            .iter()
            .filter_map(|key| Some((key, element.attribute(key)?)));
        let what = match known.next() {
            Some((key, value)) => format!("<{} {key}='{value}'>", element.name),
            None => format!("<{}>", element.name),
        };
        not_converted.push(self.of(element, what, MANUALLY));
    }

    /// Lists the children of `id` that are not `taken`, that is, converted.
    fn below(
        &self,
        id: Id,
        not_converted: &mut Vec<NotConverted>,
        taken: impl Fn(Id, &Element) -> bool,
    ) {
        for (id, child) in self.domain.tree.children(id) {
            if !taken(id, child) {
                self.lose(child, not_converted);
            }
        }
    }

    /// Whether a `<vcpupin>` is what its processor has in the description.
    fn is_pinned(&self, pin: &Element) -> bool {
        let number = pin
            .attribute("vcpu")
            .and_then(|number| number.parse::<usize>().ok());
        let cpus = pin.attribute("cpuset").and_then(HostCpus::from_list);
        let pinning = self.vm.pinning.as_ref();
        let own = pinning
            .zip(number)
            .and_then(|(pinning, number)| pinning.of_one(number));
        own.is_some() && own == cpus.as_ref()
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
                let plain = |(name, value): &(String, String)| match name.as_str() {
                    "placement" => value == "static",
                    "cpuset" => vm.pinning.is_some(),
                    _ => false,
                };
                vm.processors.is_some() && element.attributes.iter().all(plain)
            }
            _ => false,
        }
    }

    fn os(&self, id: Id, not_converted: &mut Vec<NotConverted>) {
        let tree = &self.domain.tree;
        for (id, child) in tree.children(id) {
            match child.name.as_str() {
                "type" => {
                    let arch = child.attribute("arch").unwrap_or("x86_64");
                    if arch != "x86_64" {
                        not_converted.push(self.of(
                            child,
                            format!("<type arch='{arch}'>"),
                            MANUALLY,
                        ));
                    }
                }
                "loader" if self.vm.firmware != Firmware::SeaBios => {}
                "firmware" => self.below(id, not_converted, |_, feature| {
                    matches!(
                        feature.attribute("name"),
                        Some("secure-boot" | "enrolled-keys")
                    )
                }),
                "nvram" => {
                    let why = "the guest's own UEFI variables stay where they are";
                    not_converted.push(self.of(child, "<nvram>".to_owned(), why));
                }
                _ => self.lose(child, not_converted),
            }
        }
    }

    fn features(&self, id: Id, not_converted: &mut Vec<NotConverted>) {
        let windows = self.vm.system == GuestSystem::Windows;
        let is_on = |element: &Element| element.attribute("state") == Some("on");
        for (id, child) in self.domain.tree.children(id) {
            match child.name.as_str() {
                "acpi" | "apic" | "pae" => {}
                "hyperv" => {
                    if let Some(mode) = child.attribute("mode").filter(|mode| *mode != "custom") {
                        not_converted.push(self.of(
                            child,
                            format!("<hyperv mode='{mode}'>"),
                            MANUALLY,
                        ));
                    }
                    self.below(id, not_converted, |_, one| match one.name.as_str() {
                        "relaxed" | "vapic" | "spinlocks" => windows || !is_on(one),
                        // One that is none is listed where it is read.
                        "vendor_id" => true,
                        _ => !is_on(one),
                    });
                }
                "kvm" => self.below(id, not_converted, |_, one| {
                    one.name == "hidden" || !is_on(one)
                }),
                "smm" if !is_on(child) => {}
                "smm" if self.vm.firmware == Firmware::Ovmf(SecureBoot::On) => {}
                "ioapic" if child.attribute("driver") == Some("kvm") => {}
                _ => self.lose(child, not_converted),
            }
        }
    }

    fn cpu(&self, id: Id, element: &Element, not_converted: &mut Vec<NotConverted>) {
        let is_host = element.attribute("mode") == Some("host-passthrough");
        if !is_host {
            let model = self.domain.tree.child(id, "model");
            let model = model.and_then(|(_, model)| self.domain.tree.content(model));
            let mode = element.attribute("mode").unwrap_or("custom");
            let model = model.map(|model| format!(" {model}")).unwrap_or_default();
            let what = format!("<cpu mode='{mode}'>{model}");
            let why = "the processor becomes the host's own model";
            not_converted.push(self.of(element, what, why));
        }
        self.below(id, not_converted, |_, child| match child.name.as_str() {
            "topology" => self.vm.topology.is_some(),
            "maxphysaddr" => self.vm.address_bits.is_some(),
            "model" | "vendor" => !is_host,
            _ => false,
        });
    }

    /// Settings of converted devices that are not converted.
    fn devices(&self, id: Id, not_converted: &mut Vec<NotConverted>) {
        let tree = &self.domain.tree;
        let mut has_video = false;
        for (id, device) in tree.children(id) {
            match device.name.as_str() {
                "hostdev" if device.attribute("type") == Some("pci") => {
                    if device.attribute("managed") != Some("yes") {
                        let what = "<hostdev> without managed='yes'".to_owned();
                        let why = "the target binds the function, or the host does before";
                        not_converted.push(self.of(device, what, why));
                    }
                    self.below(id, not_converted, |_, child| match child.name.as_str() {
                        "source" | "address" | "alias" | "rom" => true,
                        "driver" => child.attribute("name") == Some("vfio"),
                        _ => false,
                    });
                }
                "controller" if device.attribute("type") == Some("pci") => {
                    let has_hole = tree.child(id, "pcihole64").is_some();
                    if has_hole && self.vm.mmio.is_none() {
                        let why = "the window has no counterpart elsewhere";
                        not_converted.push(self.of(device, "<pcihole64>".to_owned(), why));
                    }
                }
                "shmem" if self.vm.looking_glass.is_some() => {}
                "memballoon" if device.attribute("model") == Some("none") => {}
                "memballoon" => {
                    let what = "<memballoon>".to_owned();
                    let why = "memory of a guest with assigned functions is pinned: a balloon \
                               frees nothing";
                    not_converted.push(self.of(device, what, why));
                }
                "video" => {
                    let model = tree.child(id, "model").map(|(_, model)| model);
                    let kind = model.and_then(|model| model.attribute("type"));
                    let is_same = matches!(kind, Some("none" | "vga" | "virtio" | "qxl"));
                    if !is_same || has_video {
                        let what = format!("<video> {}", kind.unwrap_or_default());
                        let why = "only which kind of card it is nearest to is converted";
                        not_converted.push(self.of(device, what, why));
                    }
                    has_video = true;
                }
                "emulator" => {
                    let path = tree.content(device).unwrap_or_default();
                    if !EMULATORS.contains(&path.as_str()) {
                        let why = "libvirt uses the one that it finds";
                        not_converted.push(self.of(device, format!("<emulator>{path}"), why));
                    }
                }
                "controller" | "shmem" => self.lose(device, not_converted),
                // The others are listed where they are read.
                _ => {}
            }
        }
    }

    /// Properties of devices that assign no function.
    fn overrides(&self, id: Id, not_converted: &mut Vec<NotConverted>) {
        let hostdevs = self.domain.hostdevs();
        let aliases: std::collections::BTreeSet<&str> = hostdevs
            .iter()
            .filter_map(|hostdev| hostdev.alias.as_deref())
            .into_set();
        self.below(id, not_converted, |_, device| {
            device
                .attribute("alias")
                .is_some_and(|alias| aliases.contains(alias))
        });
    }
}
