//! Structures that were made by hand.

use pci_core::config::conventional::express::{DeviceType, LinkWidth};
use pci_core::config::conventional::{Express, PciX, VirtioStructure};
use pci_core::config::extended::designated_vendor_specific::{Cxl, CxlFlexBusControl};
use pci_core::config::extended::{
    AdvancedErrorReporting, DataObjectExchange, DynamicPowerAllocation, IntegrityAndDataEncryption,
    LaneMargining, Multicast, PhysicalLayer32Gt, ResizableBars, RootComplexEventCollector,
    RootComplexLinkDeclaration, SecondaryPciExpress, UncorrectableErrors, VirtualChannel,
};
use pci_core::config::{
    ConfigSpace, ExtendedCapabilities, ExtendedCapabilityId, ResetMethod, ResetMethods,
};
use pci_core::tree::Lookup;

use crate::builder::Builder;

#[test]
fn parts_of_express_go_by_type_and_version() {
    let read = |made: Builder| {
        let bytes = made.build();
        let express = ConfigSpace::new(&bytes).capability::<Express>();
        express.found().unwrap()
    };
    let endpoint = read(Builder::device().express(0));
    assert!(endpoint.link.is_some() && endpoint.slot.is_none() && endpoint.root.is_none());
    assert!(endpoint.device_2.is_some() && endpoint.link_2.is_some());
    let port = read(Builder::bridge().express(4).set(0x43, &[0x01]));
    assert!(port.slot.is_some() && port.root.is_some());
    assert_eq!(port.capabilities.device_type, DeviceType::ROOT_PORT);
    assert_eq!(port.link.unwrap().capabilities.max_width, LinkWidth(16));
    let integrated = read(Builder::device().express(9));
    assert!(integrated.link.is_none() && integrated.link_2.is_none());
    assert!(integrated.device_2.is_some());
    let first = read(Builder::device().express(0).set(0x42, &[0x01]));
    assert!(first.device_2.is_none() && first.link_2.is_none());
    let bytes = Builder::device().express(0).build();
    let cut = ConfigSpace::new(&bytes[..0x50]).capability::<Express>();
    assert_eq!(cut, Lookup::NotShown);
}

#[test]
fn root_errors_only_where_there_are_some() {
    let words: Vec<u32> = (1..=0x11).map(|word| word << 4 | 0x10).collect();
    let read = |kind| {
        let bytes = Builder::device()
            .express(kind)
            .extended(1, 2, &words)
            .build();
        let errors = ConfigSpace::new(&bytes).extended_capability::<AdvancedErrorReporting>();
        errors.found().unwrap()
    };
    assert_eq!(read(0).root, None);
    let root = read(4).root.unwrap();
    assert_eq!(root.command.bits(), 0xb0);
    assert_eq!(root.err_cor_source, 0xd0);
    assert!(
        read(0)
            .uncorrectable_status
            .contains(UncorrectableErrors::DATA_LINK_PROTOCOL)
    );
}

#[test]
fn lanes_as_many_as_the_link_can_have() {
    let bytes = Builder::device()
        .express(0)
        .extended(0x19, 1, &[2, 5, 0x7777_7777, 0, 0, 0, 0, 0, 0, 0])
        .extended(
            0x2a,
            1,
            &[0x703, 0x100, 0x7ff, 1, 2, 3, 4, 0x7654_3210, 0, 0, 0],
        )
        .extended(0x27, 1, &[0x0003_0001, 0x5555_9c38])
        .build();
    let space = ConfigSpace::new(&bytes);
    let secondary = space.extended_capability::<SecondaryPciExpress>();
    let secondary = secondary.found().unwrap();
    assert_eq!(secondary.lanes.len(), 16);
    assert_eq!(secondary.lane_error_status, 5);
    let layer = space.extended_capability::<PhysicalLayer32Gt>();
    let layer = layer.found().unwrap();
    assert_eq!(layer.lanes.len(), 16);
    assert_eq!(layer.lanes[3].upstream_port_transmitter_preset, 7);
    assert_eq!(layer.transmitted_modified_ts, [3, 4]);
    let margining = space.extended_capability::<LaneMargining>();
    assert_eq!(margining.found().unwrap().lanes[0].0.margin_type, 7);
}

#[test]
fn tables_end_where_they_were_cut() {
    let bytes = Builder::device()
        .express(4)
        .extended(2, 1, &[7, 0, 0, 0x8000_0001, 0x8000_00ff, 0x0002_0000])
        .extended(5, 1, &[0x0102_ff00, 0, 0])
        .extended(0x16, 1, &[0x1f, 0, 0])
        .build();
    let at = |id| {
        let list = ExtendedCapabilities::read(ConfigSpace::new(&bytes));
        usize::from(list.find(id).unwrap().offset)
    };
    let channel = at(ExtendedCapabilityId::VIRTUAL_CHANNEL);
    let cut = ConfigSpace::new(&bytes[..channel + 0x1c]).extended_capability::<VirtualChannel>();
    let cut = cut.found().unwrap();
    assert_eq!(cut.capabilities_1.extended_vc_count, 7);
    assert_eq!(cut.resources.len(), 1);
    assert_eq!(cut.resources[0].control.tc_vc_map, 0xff);
    let link = ConfigSpace::new(&bytes).extended_capability::<RootComplexLinkDeclaration>();
    assert_eq!(link.found().unwrap().links.len(), 237);
    let steps = at(ExtendedCapabilityId::DYNAMIC_POWER_ALLOCATION);
    let steps = ConfigSpace::new(&bytes[..steps + 0x14]);
    let steps = steps.extended_capability::<DynamicPowerAllocation>();
    assert_eq!(steps.found().unwrap().power_allocation.len(), 4);
}

#[test]
fn what_depends_on_versions_and_types() {
    let collector = |version| {
        let bytes = Builder::device().express(10);
        let bytes = bytes.extended(7, version, &[0x1e, 0x0004_0200]).build();
        let read = ConfigSpace::new(&bytes).extended_capability::<RootComplexEventCollector>();
        read.found().unwrap().bus_numbers
    };
    assert_eq!(collector(1), None);
    assert_eq!(collector(2).unwrap().last_bus, 4);
    let multicast = |kind| {
        let bytes = Builder::device().express(kind);
        let bytes = bytes.extended(
            0x12,
            1,
            &[0x8003_803f, 0x1000_000c, 1, 0, 0, 0, 0, 0, 0, 6, 2],
        );
        let bytes = bytes.build();
        let read = ConfigSpace::new(&bytes).extended_capability::<Multicast>();
        read.found().unwrap()
    };
    assert_eq!(multicast(0).overlay_bar, None);
    assert_eq!(multicast(0).base_address.address(), 0x1_1000_0000);
    assert_eq!(multicast(0).base_address.number(), 12);
    assert_eq!(multicast(6).overlay_bar.unwrap().number(), 6);
}

#[test]
fn streams_of_encryption() {
    let words = [
        0x0001_2003, // link and selective streams, two of each
        4,
        0x0100_0001, // link streams
        2,
        0x0200_0001,
        0x8000_0000,
        0x0000_0001, // a selective stream with one range
        0x0340_0301,
        2,
        0x0001_ff00,
        0x0501_0001,
        0x0020_1001,
        0x0000_0009,
        0x0000_0008,
        0x0000_0000, // and one without
        0,
        0,
        0,
        0,
    ];
    let bytes = Builder::device()
        .express(0)
        .extended(0x30, 1, &words)
        .build();
    let ide = ConfigSpace::new(&bytes).extended_capability::<IntegrityAndDataEncryption>();
    let ide = ide.found().unwrap();
    assert_eq!(
        (ide.link_streams.len(), ide.selective_streams.len()),
        (2, 2)
    );
    assert_eq!(ide.link_streams[1].control.stream_id, 2);
    let stream = &ide.selective_streams[0];
    assert_eq!(
        (stream.requester_id_base, stream.requester_id_limit),
        (0x0100, 0x01ff)
    );
    assert_eq!((stream.segment_base, stream.requester_id_valid), (5, true));
    assert_eq!(stream.addresses[0].base(), 0x8_0100_0000);
    assert_eq!(stream.addresses[0].limit(), 0x9_002f_ffff);
    assert_eq!(ide.selective_streams[1].addresses, []);
}

#[test]
fn structures_of_cxl() {
    let bytes = Builder::device()
        .express(9)
        .extended(0x23, 1, &[0x0142_1e98, 0x0027_0007, 0x0027_2021, 0x1234])
        .extended(
            0x23,
            1,
            &[0x01c0_1e98, 0x0000_0008, 0x0000_0100, 0, 0x0001_0304, 2],
        )
        .extended(0x23, 1, &[0x0100_8086, 0x0000_0000, 0])
        .build();
    let space = ConfigSpace::new(&bytes);
    let list = ExtendedCapabilities::read(space);
    let found: Vec<_> = list
        .all(ExtendedCapabilityId::DESIGNATED_VENDOR_SPECIFIC)
        .map(|found| Cxl::read(space, found.offset))
        .collect();
    let Some(Cxl::FlexBusPort(port)) = &found[0] else {
        panic!("{found:?}")
    };
    assert!(
        port.control
            .contains(CxlFlexBusControl::FLIT_68B_AND_VH_ENABLE)
    );
    assert_eq!(port.received_modified_ts, Some(0x1234));
    assert_eq!(port.capabilities_2, None);
    let Some(Cxl::RegisterLocator(blocks)) = &found[1] else {
        panic!("{found:?}")
    };
    assert_eq!(blocks.len(), 2);
    assert_eq!((blocks[1].bar, blocks[1].offset), (4, 0x2_0001_0000));
    assert_eq!(found[2], None);
}

#[test]
fn what_was_not_shown_is_not_absent() {
    let bytes = Builder::device()
        .express(0)
        .extended(0x15, 1, &[0x7f00, 0x821])
        .build();
    let space = ConfigSpace::new(&bytes);
    let bars = space
        .extended_capability::<ResizableBars>()
        .found()
        .unwrap();
    assert_eq!(bars.bars[0].possible_bytes().next(), Some(16 << 20));
    let short = ConfigSpace::new(&bytes[..256]);
    let bars = short.extended_capability::<ResizableBars>();
    assert_eq!(bars, Lookup::NotShown);
    let exchange = space.extended_capability::<DataObjectExchange>();
    assert_eq!(exchange, Lookup::Absent);
    assert_eq!(space.capability::<VirtioStructure>(), Lookup::Absent);
}

#[test]
fn pci_x_goes_by_the_header() {
    let body = [
        0x03, 0x01, 0xff, 0x02, 0x03, 0x00, 0x10, 0, 0x20, 0, 0x30, 0, 0x40, 0,
    ];
    let read = |made: Builder| {
        let bytes = made.capability(0x07, &body).build();
        ConfigSpace::new(&bytes).capability::<PciX>().found()
    };
    assert!(matches!(read(Builder::device()), Some(PciX::Device(_))));
    let Some(PciX::Bridge(bridge)) = read(Builder::bridge()) else {
        panic!("a bridge")
    };
    assert_eq!(bridge.downstream.commitment_limit, 0x40);
    assert_eq!(
        read(Builder::device().set(0x0e, &[2]).set(0x14, &[0x40])),
        None
    );
}

#[test]
fn resets_in_the_order_of_the_kernel() {
    let bytes = Builder::device()
        .capability(0x01, &[0x03, 0, 0x08, 0, 0, 0])
        .express(0)
        .set(0x4f, &[0x10])
        .build();
    let methods = ResetMethods::read(ConfigSpace::new(&bytes));
    assert_eq!(methods.methods, [ResetMethod::Flr]);
    assert_eq!(methods.methods[0].to_string(), "flr");
    let none = Builder::device().build();
    assert!(
        ResetMethods::read(ConfigSpace::new(&none))
            .methods
            .is_empty()
    );
}

/// Fields by their names, flags by theirs, codes as numbers, bits without a name in hex.
#[cfg(feature = "serde")]
#[test]
fn a_register_in_a_document() {
    use pci_core::config::extended::{DoeControl, FlitErrorCounterStatus};
    use serde_test::{Configure as _, Token, assert_tokens};
    let status = FlitErrorCounterStatus::from_bits(0x2a1c);
    assert_tokens(
        &status.readable(),
        &[
            Token::Struct {
                name: "FlitErrorCounterStatus",
                len: 3,
            },
            Token::Str("link_width"),
            Token::NewtypeStruct {
                name: "L0pLinkWidth",
            },
            Token::U8(4),
            Token::Str("count"),
            Token::U8(0x2a),
            Token::Str("other"),
            Token::U16(0x18),
            Token::StructEnd,
        ],
    );
    let control = DoeControl::from_bits_retain(0x8000_0102);
    let text = "INTERRUPT_ENABLE | GO | 0x100";
    let name = Token::NewtypeStruct { name: "DoeControl" };
    assert_tokens(&control.readable(), &[name, Token::Str(text)]);
    assert_tokens(&control.compact(), &[name, Token::U32(0x8000_0102)]);
}
