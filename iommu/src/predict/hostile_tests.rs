//! Arbitrary functions yield a partition or an error, in bounded time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::time::Instant;

use pci_core::config::conventional::express::DeviceType;
use pci_core::{Address, ClassCode, PciId};
use testkit::Random;

use super::{
    Acs, AcsOptions, AcsOverride, AcsRegisters, BusRange, Conditions, Function, FunctionId,
    Machine, Rules, predict,
};

fn function(numbers: &mut Random, address: Address) -> Function {
    let is_bridge = numbers.below(3) == 0;
    let ids = [
        "10b5:87b0",
        "1b4b:9230",
        "8086:2954",
        "8086:1c10",
        "1002:4385",
        "10de:2d04",
    ];
    let id: PciId = numbers.one_of(&ids).parse().unwrap();
    Function {
        address,
        id: match numbers.below(10) {
            0 => FunctionId::NotShown,
            1 => FunctionId::OfVendor(vec![id.vendor]),
            2 => FunctionId::OneOf(ids.iter().map(|id| id.parse().unwrap()).collect()),
            _ => FunctionId::Known(id),
        },
        subsystem: None,
        class: (numbers.below(20) != 0)
            .then(|| ClassCode::from_u24(numbers.one_of(&[0x03_0000, 0x06_0400, 0x08_0600]))),
        is_readable: numbers.below(20) != 0,
        multifunction_bit: numbers.below(2) == 0,
        bridge: is_bridge.then(|| BusRange {
            secondary: numbers.byte(),
            subordinate: numbers.byte(),
        }),
        has_memory: numbers.below(2) == 0,
        device_type: match numbers.below(17) {
            16 => None,
            kind => Some(DeviceType(kind)),
        },
        acs: (numbers.below(2) == 0).then(|| {
            let registers = AcsRegisters {
                capability: numbers.below(128),
                control: numbers.below(128),
                after: 0,
            };
            match numbers.below(5) {
                0 => Acs::Listed,
                _ => Acs::Registers(registers),
            }
        }),
        physical_function: (numbers.below(20) == 0)
            .then(|| Address::new(0, numbers.byte(), 0, 0).unwrap()),
    }
}

#[test]
fn always_a_partition() {
    let mut numbers = Random::new(0x1234_5678_9abc_def1);
    for round in 0..3000_u16 {
        let buses = u8::try_from(1 + round % 200).unwrap();
        let addresses: BTreeSet<Address> = (0..numbers.below(60))
            .map(|_| {
                let bus = numbers.below(buses);
                Address::new(0, bus, numbers.below(32), numbers.below(8)).unwrap()
            })
            .collect();
        let functions: Vec<Function> = addresses
            .iter()
            .map(|address| function(&mut numbers, *address))
            .collect();
        let rules = [Rules::Linux6_1, Rules::PcieAcs2025];
        let conditions = Conditions {
            rules: numbers.one_of(&rules),
            ..Conditions::default()
        };
        let Ok(found) = predict(functions, &conditions) else {
            continue;
        };
        let mut members: Vec<Address> = found
            .groups
            .iter()
            .flat_map(|group| group.members.clone())
            .chain(found.ungrouped.iter().map(|(address, _)| *address))
            .collect();
        members.sort();
        assert_eq!(members, addresses.into_iter().collect::<Vec<_>>());
        for group in &found.groups {
            assert_eq!(group.joins.len(), group.members.len() - 1);
            for pair in group.members.windows(2) {
                assert!(!found.why(pair[0], pair[1]).unwrap().is_empty());
            }
        }
    }
}

/// Arbitrary changes of arbitrary machines yield a machine or an error: no function is lost or
/// duplicated.
#[test]
fn any_change_of_the_hardware() {
    let mut numbers = Random::new(0x0bad_cafe_1234_5678);
    let mut made = 0;
    for _ in 0..3000 {
        let addresses: BTreeSet<Address> = (0..numbers.below(40))
            .map(|_| {
                let bus = numbers.below(6);
                Address::new(0, bus, numbers.below(3), numbers.below(2)).unwrap()
            })
            .collect();
        let functions: Vec<Function> = addresses
            .iter()
            .map(|address| {
                let mut function = function(&mut numbers, *address);
                let kinds = [DeviceType::ROOT_PORT, DeviceType::DOWNSTREAM_PORT];
                if function.bridge.is_some() {
                    function.device_type = Some(numbers.one_of(&kinds));
                    let secondary = numbers.below(8);
                    function.bridge = Some(BusRange {
                        secondary,
                        subordinate: secondary.saturating_add(numbers.below(4)),
                    });
                }
                function
            })
            .collect();
        let places: Vec<Address> = addresses.into_iter().collect();
        if places.is_empty() {
            continue;
        }
        let machine = Machine {
            functions,
            conditions: Conditions::default(),
        };
        for _ in 0..8 {
            let (one, other) = (numbers.one_of(&places), numbers.one_of(&places));
            let change = match numbers.below(4) {
                0 => format!("card={one},10de:2d04,10de:22eb"),
                1 => format!("card={one},like={}", other.slot()),
                2 => format!("moved={},{one}", other.slot()),
                _ => format!("port={},like={other}", one.with_function(1).unwrap()),
            };
            let Ok(then) = machine.with(&change.parse().unwrap()) else {
                continue;
            };
            made += 1;
            assert!(then.functions.len() >= machine.functions.len(), "{change}");
            let _ = predict(then.functions, &then.conditions);
        }
    }
    assert!(made > 500, "{made}");
}

/// 10,000 functions, each an alias of all others of its bus.
#[test]
fn many_functions_are_fast() {
    let mut numbers = Random::new(77);
    let functions: Vec<Function> = (0..10_000_u32)
        .map(|at| {
            let [_, domain, bus, devfn] = at.to_be_bytes();
            let address = Address::new(domain.into(), bus, devfn >> 3, devfn & 7).unwrap();
            let mut function = function(&mut numbers, address);
            function.id = "10b5:87b0".parse::<PciId>().unwrap().into();
            function.class = Some(ClassCode::from_u24(0x08_0600));
            function.is_readable = true;
            function.physical_function = None;
            function.bridge = None;
            function
        })
        .collect();
    for rules in [Rules::Linux6_1, Rules::PcieAcs2025] {
        let conditions = Conditions {
            rules,
            ..Conditions::default()
        };
        let start = Instant::now();
        predict(functions.clone(), &conditions).unwrap();
        let taken = start.elapsed();
        assert!(taken.as_secs() < 5, "{rules:?}: {taken:?}");
    }
}

/// Arbitrary option values of any length.
#[test]
fn options_of_any_text() {
    let parts = [
        "disable_acs_redir=",
        "config_acs=",
        "pci:",
        "8086:a110",
        "0000:00:1c.0",
        "/02.1",
        ";",
        ",",
        "@",
        "xx111x1",
        "\u{e9}",
        "0",
        ":",
        "noats",
    ];
    let mut numbers = Random::new(0x9e37_79b9_7f4a_7c15);
    for _ in 0..20_000 {
        let text: String = (0..numbers.below(12))
            .map(|_| numbers.one_of(&parts))
            .collect();
        let mut options = AcsOptions::default();
        let taken = options.apply(&text);
        if taken.is_err() {
            let mut again = options.clone();
            assert_eq!(again.apply(&text), taken, "{text}");
        }
        let _ = AcsOverride::parse(&text);
    }
    let long = "config_acs=".to_owned() + &"1@00:01.0;".repeat(100_000);
    assert!(AcsOptions::default().apply(&long).is_err());
    assert!(AcsOverride::parse(&"id:8086:1521,".repeat(100_000)).is_err());
}
