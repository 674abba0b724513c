//! Random libvirt domains as people and programs write them. libvirt accepts most of them.

use std::collections::BTreeSet;

use hvconf::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage, RomBar};
use hvconf::description::{
    Chipset, Description, HugePageSize, KvmSignature, LookingGlassSize, MemoryLock, MmioWindow,
    Pages,
};
use pci_core::{Address, ClassCode, VendorId};
use testkit::Random;

use crate::oracles::xml::{Child, Element};

/// The namespace of what libvirt hands to QEMU.
pub(crate) const QEMU: &str = "http://libvirt.org/schemas/domain/qemu/1.0";

fn el(text: &str) -> Element {
    Element::new(text)
}

/// A device's place in the guest.
type Place = (u8, u8, u8);

struct Devices<'r> {
    random: &'r mut Random,
    list: Vec<Child>,
    chipset: Chipset,
    used: BTreeSet<Place>,
    /// Buses of root ports, or of bridges, that are there.
    ports: Vec<u8>,
}

impl Devices<'_> {
    fn odds(&mut self, one_in: usize) -> bool {
        self.random.below(one_in) == 0
    }

    /// Some of the parts of an address; what is 0 may be left out.
    fn parts(&mut self, into: &mut Element, parts: [(&str, u8); 4]) {
        for (key, value) in parts {
            if value == 0 && self.odds(4) {
                continue;
            }
            let text = match self.random.below(3) {
                0 => value.to_string(),
                1 if key != "function" => format!("0x{value:02x}"),
                _ => format!("0x{value:x}"),
            };
            into.set(key, &text);
        }
    }

    /// An address in the guest.
    fn address(&mut self, (bus, slot, function): Place) -> Element {
        let mut address = el("address type=pci");
        let parts = [
            ("domain", 0),
            ("bus", bus),
            ("slot", slot),
            ("function", function),
        ];
        self.parts(&mut address, parts);
        address
    }

    /// A place that is free.
    fn place(&mut self) -> Option<Place> {
        let on_port = self.chipset == Chipset::Q35 && !self.odds(3);
        let place = if on_port {
            let port = *self.ports.get(self.random.below(self.ports.len().max(1)))?;
            (port, 0, 0)
        } else {
            let slot = u8::try_from(3 + self.random.below(27)).unwrap();
            (0, slot, 0)
        };
        let (bus, slot, _) = place;
        let free = self
            .used
            .range((bus, slot, 0)..=(bus, slot, 7))
            .next()
            .is_none();
        free.then_some(place)
    }

    /// Puts a PCI device there, or somewhere, or leaves that to libvirt.
    fn put(&mut self, device: Element) {
        let place = if self.odds(2) { self.place() } else { None };
        self.put_at(device, place);
    }

    fn put_at(&mut self, mut device: Element, place: Option<Place>) {
        if let Some(place) = place {
            self.used.insert(place);
            let address = self.address(place);
            device = device.with(address);
        }
        self.list.push(Child::Element(device));
    }

    fn comment(&mut self) {
        if self.odds(4) {
            let text = self.random.pick(&[
                " mine ",
                "<hostdev type='pci'/>",
                " <controller type='pci' index='9' model='pcie-root-port'/> ",
                "",
            ]);
            self.list.push(Child::Comment(text.to_owned()));
        }
    }

    fn controllers(&mut self) {
        match self.chipset {
            Chipset::Q35 => {
                if self.odds(3) {
                    let root = [
                        "controller type=pci index=0 model=pcie-root",
                        "controller type=pci model=pcie-root",
                    ];
                    self.list
                        .push(Child::Element(el(root[self.random.below(2)])));
                }
                let has_root = !self.list.is_empty();
                for index in 1..=self.random.below(6) {
                    let index = u8::try_from(index).unwrap();
                    let mut port = el("controller type=pci model=pcie-root-port");
                    // Without a root libvirt would take index 0 for it.
                    if !has_root || !self.odds(5) {
                        port.set("index", &index.to_string());
                        self.ports.push(index);
                    }
                    let place = (0, 2, index - 1);
                    let there = self.odds(2).then_some(place);
                    self.put_at(port, there);
                    if there.is_some() && index == 1 {
                        if let Some(Child::Element(port)) = self.list.last_mut() {
                            port.make(&["address"]).set("multifunction", "on");
                        }
                    }
                    self.comment();
                }
            }
            Chipset::I440fx => {
                if self.odds(3) {
                    self.list.push(Child::Element(el(
                        "controller type=pci index=0 model=pci-root",
                    )));
                }
                if self.odds(3) {
                    self.put(el("controller type=pci index=1 model=pci-bridge"));
                }
            }
        }
        for text in [
            "controller type=usb model=qemu-xhci",
            "controller type=virtio-serial",
            "controller type=scsi model=virtio-scsi",
            "controller type=sata",
        ] {
            if self.odds(3) && !(text.ends_with("sata") && self.chipset == Chipset::I440fx) {
                if text.ends_with("sata") {
                    self.list.push(Child::Element(el(text)));
                } else {
                    self.put(el(text));
                }
            }
        }
    }

    fn ordinary(&mut self) {
        for at in 0..self.random.below(3) {
            let target = format!("target bus=virtio dev=vd{}", ["a", "b"][at]);
            let disk = el("disk type=file device=disk")
                .with(el("driver name=qemu type=qcow2"))
                .with(el("source file=/d"))
                .with(el(&target));
            self.put(disk);
        }
        // libvirt writes no command line with an interface that it would have to make.
        if self.odds(8) {
            let model = ["model type=virtio", "model type=e1000"][self.random.below(2)];
            self.put(el("interface type=user").with(el(model)));
            self.comment();
        }
        for _ in 0..self.random.below(3) {
            let backend = el("backend model=random").holding("/dev/urandom");
            self.put(el("rng model=virtio").with(backend));
        }
        if self.odds(3) {
            self.put(el("input type=tablet bus=virtio"));
        }
        if self.odds(3) {
            self.put(el("sound model=ich6"));
        }
        if self.odds(3) {
            let model = el("model type=vga vram=16384 heads=1 primary=yes");
            let video = el("video").with(model);
            let first = match self.chipset {
                Chipset::Q35 => (0, 1, 0),
                Chipset::I440fx => (0, 2, 0),
            };
            let place = self.odds(2).then_some(first);
            self.put_at(video, place);
            if self.odds(2) {
                self.list.push(Child::Element(el(
                    "graphics type=vnc port=-1 autoport=yes passwd=a&b",
                )));
            }
        }
        if self.odds(2) {
            let model = ["memballoon model=none", "memballoon model=virtio"][self.random.below(2)];
            if model.ends_with("none") {
                self.list.push(Child::Element(el(model)));
            } else {
                self.put(el(model));
            }
        }
        if self.odds(6) {
            let size = [("M", "64"), ("KiB", "65536"), ("M", "32")][self.random.below(3)];
            let size = el(&format!("size unit={}", size.0)).holding(size.1);
            let shmem = el("shmem name=looking-glass").with(el("model type=ivshmem-plain"));
            self.put(shmem.with(size));
        }
    }

    /// Fills a bus.
    fn full(&mut self) {
        let all = self.chipset == Chipset::Q35 && self.odds(2);
        let (first, last) = if all {
            (1, 30)
        } else {
            (3, 27 + self.random.below(5))
        };
        for slot in first..=u8::try_from(last).unwrap() {
            if self
                .used
                .range((0, slot, 0)..=(0, slot, 7))
                .next()
                .is_none()
            {
                let backend = el("backend model=random").holding("/dev/urandom");
                self.put_at(el("rng model=virtio").with(backend), Some((0, slot, 0)));
            }
        }
    }

    /// Functions of the host that the guest has.
    fn hostdevs(&mut self) {
        for bus in 1..=3 {
            if !self.odds(3) {
                continue;
            }
            let place = if self.odds(2) { self.place() } else { None };
            for function in 0..=u8::try_from(self.random.below(2)).unwrap() {
                let mut source = el("address");
                let parts = [
                    ("domain", 0),
                    ("bus", bus),
                    ("slot", 0),
                    ("function", function),
                ];
                self.parts(&mut source, parts);
                let mut hostdev = el("hostdev mode=subsystem type=pci managed=yes")
                    .with(el("driver name=vfio"))
                    .with(el("source").with(source));
                match self.random.below(5) {
                    0 => hostdev = hostdev.with(el("rom bar=on file=/r")),
                    1 => hostdev = hostdev.with(el("rom bar=off")),
                    _ => {}
                }
                if self.odds(4) {
                    hostdev = hostdev.with(el(&format!("alias name=ua-mine-{bus}-{function}")));
                }
                let beside = place.map(|(bus, slot, _)| (bus, slot, function));
                self.put_at(hostdev, beside);
                if beside.is_some() && function == 0 && self.odds(2) {
                    if let Some(Child::Element(hostdev)) = self.list.last_mut() {
                        hostdev.make(&["address"]).set("multifunction", "on");
                    }
                }
            }
            // Another device in the slot of a function.
            if let Some((bus, slot, _)) = place.filter(|_| self.odds(4)) {
                let backend = el("backend model=random").holding("/dev/urandom");
                self.put_at(el("rng model=virtio").with(backend), Some((bus, slot, 2)));
            }
        }
        if self.odds(5) {
            let ids = el("source").with(el("address bus=1 device=2"));
            let usb = el("hostdev mode=subsystem type=usb managed=yes").with(ids);
            self.list.push(Child::Element(usb));
        }
    }
}

fn features(random: &mut Random, iommu: bool) -> Element {
    let mut features = el("features").with(el("acpi"));
    if random.below(4) == 0 {
        features
            .children
            .push(Child::Comment(" <kvm/> ".to_owned()));
    }
    match random.below(7) {
        0 => features = features.with(el("hyperv mode=passthrough")),
        1 => {
            let hyperv = el("hyperv mode=custom").with(el("relaxed state=on"));
            features = features.with(hyperv.with(el("spinlocks state=on retries=4096")));
        }
        2 => features = features.with(el("hyperv").with(el("vendor_id state=on value=mine"))),
        3 => features = features.with(el("hyperv").with(el("vendor_id state=off"))),
        4 => features = features.with(el("hyperv").with(el("vapic state=off"))),
        _ => {}
    }
    match random.below(5) {
        0 => features = features.with(el("kvm").with(el("hidden state=off"))),
        1 => features = features.with(el("kvm").with(el("hidden state=on"))),
        _ => {}
    }
    if random.below(2) == 0 {
        features = features.with(el("vmport state=off"));
    }
    if iommu {
        features = features.with(el("ioapic driver=qemu"));
    } else if random.below(4) == 0 {
        features = features.with(el(
            ["ioapic driver=kvm", "ioapic driver=qemu"][random.below(2)]
        ));
    }
    features
}

fn backing(random: &mut Random) -> Element {
    let mut backing = el("memoryBacking");
    for (one_in, text) in [
        (5, "hugepages"),
        (4, "nosharepages"),
        (4, "locked"),
        (8, "source type=anonymous"),
        (6, "source type=memfd"),
        (4, "access mode=shared"),
        (5, "allocation mode=ondemand"),
        (5, "allocation mode=immediate"),
        (5, "discard"),
    ] {
        let mut child = el(text);
        if random.below(one_in) > 0 || backing.at(&[&child.name]).is_some() {
            continue;
        }
        if text == "hugepages" {
            match random.below(5) {
                0 => child = child.with(el("page size=2048 unit=KiB")),
                1 => child = child.with(el("page size=1 unit=G")),
                2 => child = child.with(el("page size=2 unit=MiB nodeset=0")),
                _ => {}
            }
        }
        backing = backing.with(child);
    }
    backing
}

/// A domain.
pub(crate) fn domain(random: &mut Random) -> Element {
    let chipset = [Chipset::Q35, Chipset::Q35, Chipset::I440fx][random.below(3)];
    let machine = match chipset {
        Chipset::Q35 => ["q35", "pc-q35-7.2"][random.below(2)],
        Chipset::I440fx => ["pc", "pc-i440fx-7.2"][random.below(2)],
    };
    let mut root = el("domain type=qemu");
    root = root.with(el("name").holding("guest"));
    if random.below(3) == 0 {
        root = root.with(el("description").holding("a < b & \"c\" 'd'"));
    }
    if random.below(3) == 0 {
        let mut os = el("x:os id=1");
        os.set("xmlns:x", "urn:x");
        let own = os.with(el("x:features").with(el("x:hyperv mode=passthrough")));
        root = root.with(el("metadata").with(own));
    }
    root = root.with(el("memory unit=MiB").holding("1024"));
    if random.below(2) == 0 {
        root = root.with(backing(random));
    }
    root = root.with(el("vcpu placement=static").holding("1"));
    let kind = el(&format!("type arch=x86_64 machine={machine}")).holding("hvm");
    root = root.with(el("os").with(kind).with(el("boot dev=hd")));
    let iommu = chipset == Chipset::Q35 && random.below(4) == 0;
    if iommu || random.below(5) > 0 {
        root = root.with(features(random, iommu));
    }
    root = root.with(el("cpu mode=maximum"));
    if random.below(3) == 0 {
        root.children
            .push(Child::Comment(" mine: <devices/> ".to_owned()));
    }
    let emulator = el("emulator").holding("/usr/bin/qemu-system-x86_64");
    let mut devices = Devices {
        random,
        list: Vec::new(),
        chipset,
        used: BTreeSet::new(),
        ports: Vec::new(),
    };
    devices.controllers();
    devices.list.insert(0, Child::Element(emulator));
    devices.ordinary();
    devices.hostdevs();
    if devices.odds(6) {
        devices.full();
    }
    devices.comment();
    let mut list = devices.list;
    if iommu {
        let driver = ["driver intremap=on", "driver intremap=on caching_mode=on"];
        let iommu = el("iommu model=intel").with(el(driver[random.below(2)]));
        list.push(Child::Element(iommu));
    }
    let mut all = el("devices");
    all.children = list;
    root = root.with(all);
    if random.below(8) == 0 {
        root.set("xmlns:qemu", QEMU);
        let value = random.pick(&["-no-hpet", "-nodefaults"]);
        let argument = el(&format!("qemu:arg value={value}"));
        root = root.with(el("qemu:commandline").with(argument));
    }
    root
}

/// What is asked for of a domain.
pub(crate) fn asked(random: &mut Random, domain: &Element) -> Description {
    let mut slots = Vec::new();
    for bus in 1..=1 + random.below(3) {
        let mut functions: Vec<AssignedFunction> = Vec::new();
        let mask = [1, 1, 3, 3, 7, 6][random.below(6)];
        for number in (0..3).filter(|number| mask & 1 << number != 0) {
            let bus = u8::try_from(bus).unwrap();
            let address = Address::new(0, bus, 0, number).unwrap();
            let class = ClassCode::new(if number == 0 { 3 } else { 4 }, 0, None);
            functions.push(AssignedFunction {
                class: Some(class),
                ..AssignedFunction::at(address)
            });
        }
        let mut slot = AssignedSlot::new(functions, Coverage::ListedFunctions).unwrap();
        match random.below(6) {
            0 => slot.rom_file = Some("v.rom".parse().unwrap()),
            1 => slot.rom_bar = RomBar::Hidden,
            2 => slot.seen_ids.vendor = Some(VendorId(0x10de)),
            _ => {}
        }
        slots.push(slot);
    }
    let mut vm = Description::new(
        "guest".parse().unwrap(),
        AssignedDevices::new(slots).unwrap(),
    );
    let machine = domain
        .at(&["os", "type"])
        .and_then(|kind| kind.get("machine"));
    if !machine.is_some_and(|machine| machine.contains("q35")) {
        vm.machine.chipset = Chipset::I440fx;
    }
    if random.below(2) == 0 {
        vm.hiding.kvm = KvmSignature::Hidden;
        vm.hiding.hyperv_vendor_id = Some("passthru".parse().unwrap());
    }
    if random.below(4) == 0 {
        vm.system = hvconf::description::GuestSystem::Windows;
    }
    vm.memory.pages = match random.below(8) {
        0 => Pages::Huge(HugePageSize::HostDefault),
        1 => Pages::Huge(HugePageSize::Gibibyte1),
        _ => Pages::Ordinary,
    };
    if random.below(6) == 0 {
        vm.memory.lock = MemoryLock::Locked;
    }
    if random.below(4) == 0 {
        vm.looking_glass = LookingGlassSize::from_mebibytes(64);
    }
    if random.below(5) == 0 {
        vm.mmio = MmioWindow::from_gibibytes(64);
    }
    vm
}
