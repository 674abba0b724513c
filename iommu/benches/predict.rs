//! Prediction of the groups of 1,000 to 100,000 functions: `cargo bench -p iommu`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use iommu::predict::{Acs, AcsRegisters, BusRange, Conditions, Function, predict};
use pci_core::config::conventional::express::DeviceType;
use pci_core::{Address, ClassCode, PciId};

/// Domains of a root bus with 32 ports, each with a switch of one downstream port and a card of two
/// functions; every third port has no ACS.
fn functions(count: usize) -> Vec<Function> {
    let mut all = Vec::new();
    'domains: for domain in 0.. {
        for port in 0..32_u8 {
            let bus = |depth: u8| 1 + port * 3 + depth;
            let mut add = |bus_at: u8, device: u8, function, kind, bridge: Option<u8>| {
                all.push(Function {
                    address: Address::new(domain, bus_at, device, function).unwrap(),
                    id: "10de:2d04".parse::<PciId>().unwrap().into(),
                    subsystem: None,
                    class: Some(ClassCode::from_u24(0x03_0000)),
                    is_readable: true,
                    multifunction_bit: bridge.is_none(),
                    bridge: bridge.map(|secondary| BusRange {
                        secondary,
                        subordinate: bus(2),
                    }),
                    has_memory: false,
                    device_type: Some(kind),
                    acs: (bridge.is_some() && port % 3 != 0).then_some(Acs::Registers(
                        AcsRegisters {
                            capability: 0x5f,
                            control: 0,
                            after: 0,
                        },
                    )),
                    physical_function: None,
                });
            };
            add(0, port, 0, DeviceType::ROOT_PORT, Some(bus(0)));
            add(bus(0), 0, 0, DeviceType::UPSTREAM_PORT, Some(bus(1)));
            add(bus(1), 0, 0, DeviceType::DOWNSTREAM_PORT, Some(bus(2)));
            add(bus(2), 0, 0, DeviceType::ENDPOINT, None);
            add(bus(2), 0, 1, DeviceType::ENDPOINT, None);
            if all.len() >= count {
                break 'domains;
            }
        }
    }
    all
}

fn main() {
    let conditions = Conditions::default();
    for (count, rounds) in [(1_000, 40), (10_000, 20), (100_000, 5)] {
        let functions = functions(count);
        let mut best = Duration::MAX;
        for _ in 0..rounds {
            let input = functions.clone();
            let start = Instant::now();
            black_box(predict(black_box(input), &conditions).unwrap());
            best = best.min(start.elapsed());
        }
        println!("{} functions: {best:?}", functions.len());
    }
}
