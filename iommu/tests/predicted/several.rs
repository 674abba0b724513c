//! AMD machines with several IOMMUs. QEMU emulates one, so that the table is written
//! here; the functions are those of a booted machine.

use iommu::acpi::Ivrs;
use iommu::predict::{Conditions, FirmwareTables, Function, Numbers, Prediction, predict};
use pci_core::Address;

use crate::predicted::capture::capture_named;

/// An IVRS with a unit for each range of requester IDs of a segment.
fn ivrs(units: &[(u16, u16, u16)]) -> Ivrs {
    let mut bytes = b"IVRS".to_vec();
    bytes.resize(48, 0);
    for (number, (segment, first, last)) in (0u16..).zip(units) {
        let start = bytes.len();
        // Type 10h; the function of the IOMMU itself is 00:00.2, 20:00.2, …
        bytes.extend([0x10, 0, 32, 0]);
        bytes.extend((number * 0x2000 + 2).to_le_bytes());
        bytes.resize(start + 16, 0);
        bytes.extend(segment.to_le_bytes());
        bytes.resize(start + 24, 0);
        let [first, last] = [first, last].map(|id| id.to_le_bytes());
        bytes.extend([3, first[0], first[1], 0, 4, last[0], last[1], 0]);
    }
    let length = u32::try_from(bytes.len()).unwrap();
    bytes.splice(4..8, length.to_le_bytes());
    Ivrs::parse(&bytes).unwrap()
}

fn predicted(functions: &[Function], units: &[(u16, u16, u16)]) -> Prediction {
    let conditions = Conditions {
        firmware: FirmwareTables::Ivrs(Box::new(ivrs(units))),
        ..Conditions::default()
    };
    predict(functions.to_vec(), &conditions).unwrap()
}

fn members(prediction: &Prediction) -> std::collections::BTreeSet<Vec<Address>> {
    let groups = prediction.groups.iter();
    groups.map(|group| group.members.clone()).collect()
}

/// Each function has the IOMMU whose range it is in; who shares a group does not depend on
/// how the ranges are cut, and the numbers are not sure.
#[test]
fn ranges_of_one_segment() {
    let functions = capture_named("two-ports").functions;
    let one = predicted(&functions, &[(0, 0, 0xffff)]);
    assert_eq!(one.numbers, Numbers::Certain);
    let two = predicted(&functions, &[(0, 0, 0x00ff), (0, 0x0100, 0xffff)]);
    assert_eq!(two.numbers, Numbers::SeveralIommus);
    assert_eq!(members(&one), members(&two));
    // A hole between the ranges: what is on bus 1 has no group.
    let hole = predicted(&functions, &[(0, 0, 0x00ff), (0, 0x0200, 0xffff)]);
    let on_bus_1 = |address: &Address| address.bus() == 1;
    assert!(!members(&hole).iter().flatten().any(on_bus_1));
    let rest = members(&one).into_iter().map(|group| -> Vec<Address> {
        group
            .into_iter()
            .filter(|address| !on_bus_1(address))
            .collect()
    });
    let rest: std::collections::BTreeSet<_> = rest.filter(|group| !group.is_empty()).collect();
    assert_eq!(members(&hole), rest);
}

/// A unit covers its own segment alone, and the groups of a segment are those that the
/// same functions form in another.
#[test]
fn several_segments() {
    let functions = capture_named("two-ports").functions;
    let in_segment = |functions: &[Function], segment: u32| -> Vec<Function> {
        let moved = functions.iter().map(|function| {
            let at = function.address;
            let address = Address::new(segment, at.bus(), at.device(), at.function()).unwrap();
            Function {
                address,
                ..function.clone()
            }
        });
        moved.collect()
    };
    let both = [functions.clone(), in_segment(&functions, 1)].concat();
    let here = predicted(&functions, &[(0, 0, 0xffff)]);
    let first = predicted(&both, &[(0, 0, 0xffff)]);
    assert_eq!(members(&first), members(&here));
    let all = predicted(&both, &[(0, 0, 0xffff), (1, 0, 0xffff)]);
    assert_ne!(all.numbers, Numbers::Certain);
    assert_eq!(all.groups.len(), 2 * here.groups.len());
    let second: std::collections::BTreeSet<Vec<Address>> = members(&all)
        .into_iter()
        .filter(|group| group.iter().all(|address| address.domain() == 1))
        .collect();
    assert_eq!(second.len(), here.groups.len());
}
