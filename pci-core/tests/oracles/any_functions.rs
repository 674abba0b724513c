//! Hosts of any functions.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use testkit::sysfs_tree::{Function, IO, MEMORY, MEMORY_64};

/// Functions of several domains with whatever attributes, ranges and links they may
/// have: others for each `seed`.
pub(crate) fn any_functions(seed: u64) -> Vec<Function> {
    let mut random = testkit::Random::new(seed);
    let mut functions = Vec::new();
    for domain in [0_u32, 1, 0xffff, 0x1_0000, 0x7fff_ffff] {
        let bus = random.below(256);
        for device in 0..8 {
            let address = format!(
                "{domain:04x}:{bus:02x}:{:02x}.{}",
                device * 4,
                random.below(8)
            );
            let class = [
                0x03_0000, 0x02_0000, 0x01_0802, 0x04_0300, 0x0c_0330, 0x12_0000,
            ];
            let class = class[usize::try_from(random.below(6)).unwrap()];
            let mut half = || u16::try_from(random.below(0xffff)).unwrap();
            let (id, subsystem) = ((half(), half()), (half(), half()));
            let driver = [None, Some("vfio-pci"), Some("a_b-c"), Some("nvme")];
            let driver = driver[usize::try_from(random.below(4)).unwrap()];
            let revision = u8::try_from(random.below(256)).unwrap();
            let mut function = Function::new(&address, class, id, revision, driver);
            function.above = format!("pci{domain:04x}:{bus:02x}");
            if random.below(2) == 0 {
                function = function.on(subsystem.0, subsystem.1);
            }
            if random.below(2) == 0 {
                function = function.in_group(u32::try_from(random.below(3000)).unwrap());
            }
            function = function.has("irq", &random.below(300).to_string());
            if random.below(2) == 0 {
                function = function.has(
                    "numa_node",
                    ["-1", "0", "1", "255"][usize::try_from(random.below(4)).unwrap()],
                );
            }
            let label = ["Onboard - RTD3", "SLOT 1: x16", "Karte \u{fc}", "a\tb", "0"];
            if let Some(label) = label.get(usize::try_from(random.below(8)).unwrap()) {
                function = function.has("label", label);
            }
            if random.below(4) == 0 {
                function = function.leads(
                    "of_node",
                    "../../../firmware/devicetree/base/soc/pcie@40,0/pci@0,0",
                );
            }
            for line in [0, 2, 4] {
                let range = match random.below(4) {
                    0 => (
                        0x1000 + (random.below(14) << 12),
                        1 << (2 + random.below(7)),
                        IO,
                    ),
                    1 => (
                        0xe000_0000 + (random.below(256) << 20),
                        1 << (4 + random.below(17)),
                        MEMORY,
                    ),
                    2 => (
                        (1 + random.below(64)) << 38,
                        1 << (12 + random.below(27)),
                        MEMORY_64,
                    ),
                    _ => continue,
                };
                function = function.range(line, range);
            }
            functions.push(function);
        }
    }
    functions
}
