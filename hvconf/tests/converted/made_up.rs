//! A machine that is made up: what its text says, as a description.

use hvconf::assigned::{
    AssignedDevices, AssignedFunction, AssignedSlot, Coverage, DisplayRole, RomBar, SeenIds,
};
use hvconf::description::{
    AddressBits, Clock, CpuHiding, Description, EmulatedDisplay, Firmware, GuestSystem, HostCpus,
    HugePageSize, KvmSignature, LookingGlassSize, Machine, MachineVersion, MemoryLock, MemorySize,
    MmioWindow, NumaNodes, Pages, Pinning, SecureBoot, Topology,
};
use hvconf::emitted::Feature;
use pci_core::{ClassCode, DeviceId, VendorId};
use testkit::Random;

/// A text, and what it says.
pub(crate) struct MadeUp {
    pub(crate) text: String,
    /// What it says, in the parts that are `said`.
    pub(crate) vm: Description,
    set: Vec<Feature>,
    /// What else it says, each as it has to be listed.
    pub(crate) extras: Vec<String>,
    /// The host's functions.
    pub(crate) functions: Vec<AssignedFunction>,
}

impl MadeUp {
    pub(crate) fn says(&self, part: Feature) -> bool {
        self.set.contains(&part)
    }
}

/// A machine on its way to a text.
pub(crate) struct Plan {
    pub(crate) vm: Description,
    pub(crate) set: Vec<Feature>,
    pub(crate) extras: Vec<String>,
    functions: Vec<AssignedFunction>,
}

impl Plan {
    /// Some slots of the host; `whole` where a format can pass a slot whole.
    pub(crate) fn new(numbers: &mut Random, whole: bool) -> Self {
        let count = 1 + numbers.below(3);
        let mut slots = Vec::new();
        let mut functions = Vec::new();
        for at in 0..count {
            let bus = 1 + at * 40 + numbers.below(40);
            let device = numbers.below(4) * 3;
            let own = 1 + numbers.below(3);
            let ids = ["10de:2204", "8086:1521", "1002:73bf", "144d:a808"];
            let mut these = Vec::new();
            for function in 0..own {
                let address = format!("0000:{bus:02x}:{device:02x}.{function}");
                let mut one = AssignedFunction::at(address.parse().unwrap());
                one.id = Some(numbers.pick(&ids).parse().unwrap());
                let display = function == 0 && numbers.below(2) == 0;
                one.class = Some(ClassCode::from_u24(if display {
                    0x03_0000
                } else {
                    0x02_0000
                }));
                these.push(one);
            }
            functions.extend(these.iter().copied());
            let is_complete = whole && numbers.below(3) == 0;
            if !is_complete && these.len() > 1 && numbers.below(3) == 0 {
                these.pop();
            }
            let coverage = if is_complete {
                Coverage::WholeSlot
            } else {
                Coverage::ListedFunctions
            };
            slots.push(AssignedSlot::new(these, coverage).unwrap());
        }
        let vm = Description::new(
            hvconf::description::VmName::unnamed(),
            AssignedDevices::new(slots).unwrap(),
        );
        Self {
            vm,
            set: Vec::new(),
            extras: Vec::new(),
            functions,
        }
    }

    pub(crate) fn made(self, text: String) -> MadeUp {
        MadeUp {
            text,
            vm: self.vm,
            set: self.set,
            extras: self.extras,
            functions: self.functions,
        }
    }

    pub(crate) fn say(&mut self, part: Feature) {
        self.set.push(part);
    }

    pub(crate) fn extra(&mut self, what: impl Into<String>) {
        self.extras.push(what.into());
    }

    /// Changes the slots.
    pub(crate) fn slots(&mut self, change: impl FnOnce(&mut Vec<AssignedSlot>)) {
        let mut slots = self.vm.assigned.slots().to_vec();
        change(&mut slots);
        self.vm.assigned = AssignedDevices::new(slots).unwrap();
    }

    pub(crate) fn name(&mut self, numbers: &mut Random) -> String {
        let name = numbers.pick(&[
            "win11",
            "Win11-Gaming",
            "a.b",
            "0day",
            "R2-D2.lab",
            "guest-2",
        ]);
        self.vm.name = name.parse().unwrap();
        self.say(Feature::Name);
        name.to_owned()
    }

    pub(crate) fn memory(&mut self, numbers: &mut Random) -> u32 {
        let size = [1024, 2048, 4099, 8190, 16384, 65537][numbers.below(6)];
        self.vm.memory.size = MemorySize::from_mebibytes(size);
        self.say(Feature::Memory);
        size
    }

    pub(crate) fn processors(&mut self, numbers: &mut Random) -> u16 {
        let count = 1 + numbers.below(16);
        self.vm.processors = core::num::NonZeroU16::new(count);
        self.say(Feature::Processors);
        count
    }

    /// All processors, laid out.
    pub(crate) fn topology(&mut self, numbers: &mut Random, threads: bool) -> Topology {
        let threads = if threads { 1 + numbers.below(2) } else { 1 };
        let sockets = 1 + numbers.below(3);
        let topology = Topology::new(sockets, 1 + numbers.below(6), threads).unwrap();
        self.vm.topology = Some(topology);
        self.vm.processors = Some(topology.processors());
        self.say(Feature::Processors);
        self.say(Feature::Topology);
        topology
    }

    pub(crate) fn numa(&mut self) {
        if let Some(topology) = &mut self.vm.topology {
            if topology.sockets() > 1 {
                topology.numa = NumaNodes::PerSocket;
                self.say(Feature::NumaNodes);
            }
        }
    }

    pub(crate) fn pages(&mut self, numbers: &mut Random) -> HugePageSize {
        let size = [
            HugePageSize::HostDefault,
            HugePageSize::Mebibytes2,
            HugePageSize::Gibibyte1,
        ][numbers.below(3)];
        self.vm.memory.pages = Pages::Huge(size);
        self.say(Feature::HugePages);
        size
    }

    pub(crate) fn lock(&mut self) {
        self.vm.memory.lock = MemoryLock::Locked;
        self.say(Feature::MemoryLock);
    }

    pub(crate) fn firmware(&mut self, firmware: Firmware) {
        self.vm.firmware = firmware;
        self.say(Feature::Firmware);
        if firmware == Firmware::Ovmf(SecureBoot::On) {
            self.say(Feature::SecureBoot);
        }
    }

    pub(crate) fn machine(&mut self, numbers: &mut Random) -> String {
        let mut machine = if numbers.below(2) == 0 {
            Machine::Q35
        } else {
            Machine::I440FX
        };
        if numbers.below(2) == 0 {
            machine.version = Some(MachineVersion { major: 8, minor: 1 });
        }
        self.vm.machine = machine;
        self.say(Feature::Machine);
        machine.qemu_name()
    }

    pub(crate) fn system(&mut self, system: GuestSystem) {
        self.vm.system = system;
        self.say(Feature::System);
    }

    /// The host's processors that all processors run on.
    pub(crate) fn pin(&mut self, list: &str) {
        self.vm.pinning = HostCpus::from_list(list).map(Pinning::Together);
        self.say(Feature::Pinning);
    }

    /// The host's processors that each processor runs on; there is more than one.
    pub(crate) fn pin_each(&mut self, lists: impl Iterator<Item = String>) {
        let sets: Vec<HostCpus> = lists
            .map(|list| HostCpus::from_list(&list).unwrap())
            .collect();
        self.vm.pinning = Some(match sets.as_slice() {
            [one] => Pinning::Together(one.clone()),
            _ => Pinning::Each(sets),
        });
        self.say(Feature::Pinning);
    }

    pub(crate) fn local_time(&mut self) {
        self.vm.clock = Some(Clock::LocalTime);
        self.say(Feature::Clock);
    }

    pub(crate) fn display(&mut self, display: EmulatedDisplay) {
        self.vm.emulated_display = Some(display);
        self.say(Feature::EmulatedDisplay);
    }

    pub(crate) fn hide(&mut self, vendor: Option<&str>) {
        self.vm.hiding = CpuHiding {
            kvm: KvmSignature::Hidden,
            hyperv_vendor_id: vendor.map(|vendor| vendor.parse().unwrap()),
        };
        self.say(Feature::Hiding);
    }

    pub(crate) fn bits(&mut self, numbers: &mut Random) -> AddressBits {
        let bits = [AddressBits::Host, AddressBits::Of(39), AddressBits::Of(46)][numbers.below(3)];
        self.vm.address_bits = Some(bits);
        self.say(Feature::AddressBits);
        bits
    }

    pub(crate) fn window(&mut self, numbers: &mut Random) -> u32 {
        let window = [4, 32, 64, 256][numbers.below(4)];
        self.vm.mmio = MmioWindow::from_gibibytes(window);
        self.say(Feature::MmioWindow);
        window
    }

    pub(crate) fn glass(&mut self) -> u16 {
        self.vm.looking_glass = LookingGlassSize::from_mebibytes(64);
        self.say(Feature::LookingGlass);
        64
    }

    /// Where the memory for Looking Glass is: where its client looks, or elsewhere.
    pub(crate) fn glass_path(&mut self, numbers: &mut Random) -> &'static str {
        if numbers.below(2) == 0 {
            return "/dev/shm/looking-glass";
        }
        self.extra("-object mem-path=/dev/shm/lg");
        "/dev/shm/lg"
    }

    /// What each slot may have: a ROM file, a hidden ROM, other ids, the first screen.
    pub(crate) fn options(&mut self, numbers: &mut Random, ids: bool, primary: bool) {
        let mut set = Vec::new();
        let mut has_primary = !primary;
        self.slots(|slots| {
            for slot in slots {
                match numbers.below(5) {
                    0 => {
                        slot.rom_file = Some("vbios.rom".parse().unwrap());
                        set.push(Feature::RomFile);
                    }
                    1 => {
                        slot.rom_bar = RomBar::Hidden;
                        set.push(Feature::RomBar);
                    }
                    2 if ids => {
                        slot.seen_ids = SeenIds {
                            vendor: Some(VendorId(0x1002)),
                            device: Some(DeviceId(0x1234)),
                            ..SeenIds::default()
                        };
                        set.push(Feature::SeenIds);
                    }
                    3 if !has_primary => {
                        slot.display = DisplayRole::Primary;
                        has_primary = true;
                        set.push(Feature::PrimaryDisplay);
                    }
                    _ => {}
                }
            }
        });
        self.set.extend(set);
    }
}

/// Some of `from`, in any order.
pub(crate) fn some<T>(numbers: &mut Random, from: Vec<T>) -> Vec<T> {
    let mut left = from;
    let mut some = Vec::new();
    while !left.is_empty() {
        let at = numbers.below(left.len());
        let one = left.swap_remove(at);
        if numbers.below(2) == 0 {
            some.push(one);
        }
    }
    some
}

/// All of `from`, in any order.
pub(crate) fn shuffled<T>(numbers: &mut Random, from: Vec<T>) -> Vec<T> {
    let mut left = from;
    let mut all = Vec::new();
    while !left.is_empty() {
        let at = numbers.below(left.len());
        all.push(left.swap_remove(at));
    }
    all
}
