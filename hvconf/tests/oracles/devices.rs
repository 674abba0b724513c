//! Sets of functions, by chance.

use hvconf::assigned::{
    AssignedDevices, AssignedFunction, AssignedSlot, Bar, BarSize, BarWidth, Bars, Coverage,
    Prefetchable,
};
use hvconf::description::{Description, MemorySize};
use pci_core::ClassCode;
use testkit::Random;

/// One to four slots of domain 0, each function with ids, some with BARs.
pub(crate) fn machine(random: &mut Random) -> Description {
    let mut slots = Vec::new();
    for bus in 1..=1 + random.below(4) {
        let device = random.below(32);
        let mut functions = Vec::new();
        for number in 0..=random.below(4) {
            let address = format!("0000:{bus:02x}:{device:02x}.{number}");
            let id = format!(
                "{}:{:04x}",
                random.pick(&["10de", "1002", "8086"]),
                random.below(65536)
            );
            let class = ClassCode::new([3, 2, 4, 1][random.below(4)], 0, None);
            let size = BarSize::new(1 << (12 + random.below(23))).unwrap();
            let bar = Bar::Memory {
                size,
                width: BarWidth::Bits64,
                prefetchable: Prefetchable::Yes,
            };
            functions.push(AssignedFunction {
                id: Some(id.parse().unwrap()),
                class: Some(class),
                bars: (random.below(2) == 0).then_some(Bars([
                    Some(bar),
                    None,
                    None,
                    None,
                    None,
                    None,
                ])),
                ..AssignedFunction::at(address.parse().unwrap())
            });
        }
        let coverage = [Coverage::WholeSlot, Coverage::ListedFunctions][random.below(2)];
        slots.push(AssignedSlot::new(functions, coverage).unwrap());
    }
    let name = random.pick(&["win11", "gpu-1", "a"]).parse().unwrap();
    let mut vm = Description::new(name, AssignedDevices::new(slots).unwrap());
    vm.memory.size = MemorySize::from_mebibytes(4096);
    vm
}

/// The addresses that a machine gets, in order.
pub(crate) fn addresses(vm: &Description) -> Vec<String> {
    let functions = vm.assigned.functions();
    let mut all: Vec<String> = functions.map(|one| one.address.to_string()).collect();
    all.sort();
    all
}
