//! Random descriptions of virtual machines.

use std::num::NonZeroU16;

use hvconf::assigned::{
    AssignedDevices, AssignedFunction, AssignedSlot, Bar, BarSize, BarWidth, Bars, Coverage,
    DisplayRole, Prefetchable, RomBar,
};
use hvconf::description::{
    Description, EmulatedDisplay, Firmware, GuestSystem, HugePageSize, KvmSignature,
    LookingGlassSize, Machine, MachineVersion, MemoryLock, MemorySize, MmioWindow, Pages,
    SecureBoot,
};
use pci_core::{Address, ClassCode, DeviceId, PciId, SubsystemId, VendorId};
use testkit::Random;

fn odds(random: &mut Random, one_in: usize) -> bool {
    random.below(one_in) == 0
}

fn number(random: &mut Random) -> u16 {
    u16::try_from(random.below(0xfffe)).unwrap() + 1
}

/// A card with 1 to 4 functions.
fn slot(random: &mut Random, bus: u8) -> AssignedSlot {
    let domain = if odds(random, 5) { 0x1_0000 } else { 0 };
    let device = u8::try_from(random.below(32)).unwrap();
    let mask = 1 + random.below(255);
    let mut functions: Vec<_> = (0..8u8)
        .filter(|function| mask & 1 << function != 0)
        .map(|function| {
            let address = Address::new(domain, bus, device, function).unwrap();
            AssignedFunction {
                id: Some(PciId::new(number(random), number(random))),
                subsystem: Some(SubsystemId::new(number(random), number(random))),
                revision: Some(0xa1),
                iommu_group: Some(u32::try_from(random.below(99)).unwrap()),
                class: Some(ClassCode::new(2, 0, None)),
                ..AssignedFunction::at(address)
            }
        })
        .collect();
    functions.truncate(4);
    if odds(random, 2) {
        let first = functions.first_mut().unwrap();
        first.class = Some(ClassCode::new(3, 0, None));
        let memory = Bar::Memory {
            size: BarSize::new(1 << (28 + random.below(9))).unwrap(),
            width: BarWidth::Bits64,
            prefetchable: Prefetchable::Yes,
        };
        for function in &mut functions {
            function.bars = Some(Bars::default());
        }
        functions[0].bars = Some(Bars([None, Some(memory), None, None, None, None]));
    }
    let mut slot = AssignedSlot::new(functions, Coverage::ListedFunctions).unwrap();
    if odds(random, 2) {
        slot.rom_file = Some("v_b-1.rom".parse().unwrap());
    } else if odds(random, 3) {
        slot.rom_bar = RomBar::Hidden;
    }
    if odds(random, 4) {
        slot.seen_ids.vendor = Some(VendorId(number(random)));
        slot.seen_ids.subsystem_device = Some(DeviceId(number(random)));
    }
    slot
}

/// A machine with one to four cards; the versions of machine types are those that
/// QEMU 7.2 has.
pub(crate) fn random(random: &mut Random) -> Description {
    let buses = u8::try_from(1 + random.below(4)).unwrap();
    let mut slots: Vec<_> = (0..buses).map(|bus| slot(random, 0x10 + bus)).collect();
    if odds(random, 3) {
        slots[0].display = DisplayRole::Primary;
    }
    let mut vm = Description::new(
        "win11".parse().unwrap(),
        AssignedDevices::new(slots).unwrap(),
    );
    vm.number = Some(105);
    vm.system = [GuestSystem::Windows, GuestSystem::Other][random.below(2)];
    vm.machine = if odds(random, 4) {
        Machine::I440FX
    } else {
        Machine::Q35
    };
    if odds(random, 4) {
        vm.machine.version = Some(MachineVersion { major: 7, minor: 1 });
    }
    vm.firmware = match random.below(3) {
        0 => Firmware::SeaBios,
        1 if vm.machine.chipset == Machine::Q35.chipset => Firmware::Ovmf(SecureBoot::On),
        _ => Firmware::Ovmf(SecureBoot::Off),
    };
    vm.processors = NonZeroU16::new(1 + u16::try_from(random.below(8)).unwrap());
    vm.memory.size = MemorySize::from_mebibytes(1024 << random.below(4));
    if odds(random, 3) {
        vm.memory.pages = Pages::Huge(HugePageSize::Mebibytes2);
    }
    if odds(random, 3) {
        vm.memory.lock = MemoryLock::Locked;
    }
    if odds(random, 3) {
        vm.hiding.kvm = KvmSignature::Hidden;
        vm.hiding.hyperv_vendor_id = Some("NV43FIX".parse().unwrap());
    }
    if odds(random, 3) {
        vm.mmio = MmioWindow::from_gibibytes(64 << random.below(3));
    }
    vm.emulated_display = match random.below(3) {
        0 => Some(EmulatedDisplay::Vga),
        _ => Some(EmulatedDisplay::None),
    };
    if odds(random, 3) {
        vm.looking_glass = LookingGlassSize::from_mebibytes(64);
    }
    vm
}

/// The devices alone, as every reader returns them: the host's own facts (ids,
/// classes, groups, BARs) are in no configuration.
pub(crate) fn devices(vm: &Description) -> Vec<(Vec<Address>, Option<String>, RomBar)> {
    let slots = vm.assigned.slots().iter();
    slots
        .map(|slot| {
            let functions = slot.functions().iter().map(|function| function.address);
            let rom = slot
                .rom_file
                .as_ref()
                .filter(|_| slot.rom_bar == RomBar::Visible);
            (
                functions.collect(),
                rom.map(ToString::to_string),
                slot.rom_bar,
            )
        })
        .collect()
}
