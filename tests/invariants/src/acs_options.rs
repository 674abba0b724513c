//! Any value of `pci=` and `pcie_acs_override=` is read or refused; a read value
//! results in a partition.

use iommu::predict::{
    Acs, AcsOptions, AcsOverride, AcsRegisters, BusRange, Conditions, Function, HardwareChange,
    predict,
};
use pci_core::config::conventional::express::DeviceType;
use pci_core::{Address, ClassCode, PciId};

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut conditions = Conditions::default();
    let taken = conditions.acs_options.apply(text);
    if let (Err(error), mut again) = (&taken, AcsOptions::default()) {
        assert_eq!(again.apply(text).as_ref(), Err(error));
    }
    if let Ok(options) = AcsOverride::parse(text) {
        // What is printed is read as the same.
        assert_eq!(
            AcsOverride::parse(&options.to_string()),
            Ok(options.clone())
        );
        conditions.acs_override = options;
    }
    if let Ok(change) = text.parse::<HardwareChange>() {
        assert_eq!(change.to_string().parse(), Ok(change));
    }
    let found = predict(machine(), &conditions).expect("a machine");
    let members: usize = found.groups.iter().map(|group| group.members.len()).sum();
    assert_eq!(members, machine().len());
}

/// Two ports, one with ACS, and a card of two functions below each.
fn machine() -> Vec<Function> {
    let function = |bus, device, function, device_type| Function {
        address: Address::new(0, bus, device, function).expect("an address"),
        id: "8086:a110".parse::<PciId>().expect("an id").into(),
        subsystem: None,
        class: Some(ClassCode::from_u24(0x06_0400)),
        is_readable: true,
        multifunction_bit: function != 0,
        bridge: None,
        has_memory: false,
        device_type: Some(device_type),
        acs: None,
        physical_function: None,
    };
    let mut all = Vec::new();
    for port in 1..=2 {
        all.push(Function {
            bridge: Some(BusRange {
                secondary: port,
                subordinate: port,
            }),
            acs: (port == 1).then_some(Acs::Registers(AcsRegisters {
                capability: 0x5f,
                control: 0,
                after: 0,
            })),
            ..function(0, port, 0, DeviceType::ROOT_PORT)
        });
        for number in 0..2 {
            all.push(function(port, 0, number, DeviceType::ENDPOINT));
        }
    }
    all
}
