//! All notations: printed text parses back, and any text parses or is rejected at a byte offset.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{Debug, Display};
use core::str::FromStr;

use super::*;
use crate::{
    Address, AddressOrSlot, AddressPath, Bus, ClassCode, Error, Hop, Modalias, PciId, RequesterId,
    Slot, SubsystemId, VendorId,
};

/// Addresses with every bus, device and function, in domains of all lengths.
fn addresses() -> impl Iterator<Item = Address> {
    let domains = [0, 1, 0xffff, 0x10000, u32::MAX];
    domains.into_iter().flat_map(|domain| {
        (0..=u16::MAX)
            .step_by(61)
            .map(move |id| RequesterId(id).in_domain(domain))
    })
}

fn comes_back<T>(value: &T)
where
    T: Display + FromStr + PartialEq + Debug,
    T::Err: Debug,
{
    let text = value.to_string();
    assert_eq!(&text.parse::<T>().unwrap(), value, "{text}");
    assert_eq!(&text.to_uppercase().parse::<T>().unwrap(), value, "{text}");
}

#[test]
fn every_address_is_read_back_from_every_notation() {
    for address in addresses() {
        comes_back(&NodeDeviceName(address));
        comes_back(&HostOption(address));
        comes_back(&DecimalAddress(address));
        comes_back(&PciSelector(address));
        comes_back(&BusId(address));
        comes_back(&IdPath::new(address));
        comes_back(&HideList(Vec::from([
            HiddenDevice::Address(address),
            HiddenDevice::Slot(address.slot()),
            HiddenDevice::Bus(address.on_bus()),
        ])));
        let path = AddressPath::new(address).then(Hop::to(address));
        comes_back(&SysfsPath::new(path.clone()).unwrap());
        let no_bus = Hop::new(None, address.device(), address.function()).unwrap();
        comes_back(&PciDevice::Path(AddressPath::new(address).then(no_bus)));
        comes_back(&AddrOption(no_bus));
        let root = RootPath {
            root: address.domain(),
            hops: Vec::from([no_bus, no_bus]),
        };
        comes_back(&UefiDevicePath(root.clone()));
        comes_back(&LocationPath(root));
        comes_back(&LocationInformation(Hop::to(address)));
        comes_back(&PciSpec {
            device: address.slot().into(),
            vslot: Some(address.device()),
            settings: String::new(),
        });
        comes_back(&HostAddresses::new(address.into()).and(AddressOrSlot::Slot(address.slot())));
        let device = PassthruDevice::new(address);
        assert_eq!(device.is_some(), address.domain() == 0);
        device.iter().for_each(comes_back);
    }
}

#[test]
fn any_spelling_of_an_address_is_recognized() {
    for wanted in addresses() {
        let spelled = [
            wanted.to_string(),
            NodeDeviceName(wanted).to_string(),
            HostOption(wanted).to_string(),
            DecimalAddress(wanted).to_string(),
            PciSelector(wanted).to_string(),
            BusId(wanted).to_string(),
            IdPath::new(wanted).to_string(),
            AddressPath::new(wanted).to_string(),
            SysfsPath::new(AddressPath::new(wanted))
                .unwrap()
                .to_string(),
            alloc::format!("  ppt0@{}:\n", PciSelector(wanted)),
        ];
        for text in spelled {
            assert_eq!(address(&text), Ok(wanted), "{text}");
        }
    }
    let zero = Address::default();
    assert_eq!(address("0/0/0"), Ok(zero));
    assert_eq!(address("PCI bus 0, device 0, function 0"), Ok(zero));
    assert_eq!(address("00:01.0/00.0").unwrap_err().offset().unwrap(), 12);
    assert_eq!(address(" 01:00").unwrap_err().offset().unwrap(), 6);
}

#[test]
fn every_id_is_read_back() {
    for number in (0..=u16::MAX).step_by(17) {
        let wanted = PciId::new(number, !number);
        let subsystem = SubsystemId::new(number.rotate_left(8), number);
        let [base, prog_if] = number.to_be_bytes();
        let class = ClassCode::new(base, !base, Some(prog_if));
        let hardware = HardwareId {
            vendor: Some(wanted.vendor),
            device: Some(wanted.device),
            subsystem: Some(subsystem),
            revision: Some(base),
            class: Some(class),
            device_type: Some(prog_if),
        };
        comes_back(&hardware);
        comes_back(&InstanceId {
            hardware,
            instance: "4&35B2C1F0&0&0008".to_string(),
        });
        for dynamic in [
            DynamicId::from(wanted),
            DynamicId {
                subvendor: Some(subsystem.vendor),
                ..wanted.into()
            },
            DynamicId {
                subdevice: Some(subsystem.device),
                class: Some((0x03_0000, 0xff_ff00)),
                ..wanted.into()
            },
        ] {
            comes_back(&dynamic);
            assert_eq!(dynamic.new_id().to_string().parse(), Ok(dynamic));
        }
        comes_back(&PciDevice::Ids {
            id: wanted,
            subsystem: Some(subsystem),
        });
        let modalias = Modalias::new(wanted, subsystem, class).unwrap();
        for text in [
            wanted.to_string(),
            alloc::format!("[{wanted}]"),
            alloc::format!("0x{:X} {}", wanted.vendor.0 | 0x1000, wanted.device).replace(
                &alloc::format!("{:X}", wanted.vendor.0 | 0x1000),
                &wanted.vendor.to_string(),
            ),
            alloc::format!("pci:{wanted}"),
            hardware.to_string(),
            modalias.to_string(),
        ] {
            assert_eq!(id(&text), Ok(wanted), "{text}");
        }
    }
}

#[test]
fn windows_puts_the_subsystem_vendor_last() {
    let text = r"PCI\\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\\4&1&0&0008";
    let gpu: InstanceId = text.parse().unwrap();
    assert_eq!(
        gpu.hardware.subsystem,
        Some(SubsystemId::new(0x1462, 0x8a96))
    );
    let class: HardwareId = r"PCI\CC_0300&DT_1".parse().unwrap();
    assert_eq!(class.class, Some(ClassCode::VGA_CONTROLLER));
    assert_eq!((class.device_type, class.id()), (Some(1), None));
}

#[test]
fn the_fields_of_a_dynamic_id() {
    let gpu = PciId::new(0x10de, 0x2d04);
    let card = SubsystemId::new(0x10b0, 0x205e);
    let vga = ClassCode::from_u24(0x03_0000);
    let id: DynamicId = "10de:2d04:ffffffff:ffffffff:030000:ffff00".parse().unwrap();
    assert!(id.matches(gpu, None, Some(vga)));
    assert!(!id.matches(gpu, Some(card), None));
    assert!(!id.matches(gpu, Some(card), Some(ClassCode::from_u24(0x04_0300))));
    let id: DynamicId = "0x10de 0x2d04 10b0".parse().unwrap();
    assert!(id.matches(gpu, Some(card), None) && !id.matches(gpu, None, None));
}

#[test]
fn an_error_has_its_place_and_text() {
    fn address_error<T: FromStr<Err = Error> + Debug>(text: &str) -> String {
        text.parse::<T>().unwrap_err().to_string()
    }
    fn id_error<T: FromStr<Err = Error> + Debug>(text: &str) -> String {
        text.parse::<T>().unwrap_err().to_string()
    }
    let cases = [
        (
            address_error::<NodeDeviceName>("pci_0000_01_00"),
            "expected '_' before the function at byte 14",
        ),
        (
            address_error::<PassthruDevice>("1/32/0"),
            "expected a decimal device, 0 to 31 at byte 2",
        ),
        (
            address_error::<DecimalAddress>("00000:256:00.0"),
            "expected a decimal bus, 0 to 255 at byte 6",
        ),
        (
            address_error::<BusId>("PCI:1:0:8"),
            "expected a function of one digit, 0 to 7 at byte 8",
        ),
        (
            address_error::<HostAddresses>("01:00.0;02"),
            "expected ':' after the bus at byte 10",
        ),
        (
            address_error::<HideList>("(01:00.0)02:00.0"),
            "expected '(' before an address at byte 9",
        ),
        (
            address_error::<SysfsPath>("/sys/devices/pci0000:00/0000:01:00.0"),
            "expected a function in the domain of the root bus, on it at first at byte 24",
        ),
        (
            address_error::<LocationPath>("PCIROOT(0)#USBROOT(0)"),
            "expected '#PCI(' or the end of the location path at byte 10",
        ),
        (
            address_error::<UefiDevicePath>("PciRoot(0x0)/Pci(0x1)"),
            "expected ',' after the device at byte 20",
        ),
        (
            id_error::<HardwareId>(r"PCI\VEN_10DE&VEN_10DE"),
            "expected each part of the hardware ID once at byte 13",
        ),
        (
            id_error::<HardwareId>(r"USB\VID_046D"),
            "expected 'PCI\\' at the start of a hardware id at byte 0",
        ),
        (
            id_error::<DynamicId>("10de:0fc610de:0e1b"),
            "expected ':' or the end of the ID at byte 9",
        ),
        (
            id_error::<DynamicId>("10de:2d04:10b"),
            "expected a subsystem ID of four hex digits, or ffffffff at byte 13",
        ),
    ];
    for (says, wanted) in cases {
        assert_eq!(says, wanted);
    }
}

/// Parses `text` as everything; each result prints and parses back.
fn read_all(text: &str) {
    fn place<T: FromStr<Err = Error> + Display + PartialEq + Debug>(text: &str) {
        match text.parse::<T>() {
            Ok(value) => assert_eq!(value.to_string().parse::<T>().unwrap(), value, "{text}"),
            Err(error) => assert!(error.offset() <= Some(text.len()), "{text}: {error}"),
        }
    }
    fn kind<T: FromStr<Err = Error> + Display + PartialEq + Debug>(text: &str) {
        match text.parse::<T>() {
            Ok(value) => assert_eq!(value.to_string().parse::<T>().unwrap(), value, "{text}"),
            Err(error) => assert!(error.offset() <= Some(text.len()), "{text}: {error}"),
        }
    }
    place::<Address>(text);
    place::<AddressOrSlot>(text);
    place::<AddressPath>(text);
    place::<Bus>(text);
    place::<RequesterId>(text);
    place::<Slot>(text);
    place::<AddrOption>(text);
    place::<BusId>(text);
    place::<DecimalAddress>(text);
    place::<HideList>(text);
    place::<HostAddresses>(text);
    place::<HostOption>(text);
    place::<IdPath>(text);
    place::<LocationInformation>(text);
    place::<LocationPath>(text);
    place::<NodeDeviceName>(text);
    place::<PassthruDevice>(text);
    place::<PciDevice>(text);
    place::<PciSelector>(text);
    place::<PciSpec>(text);
    place::<SysfsPath>(text);
    place::<UefiDevicePath>(text);
    kind::<ClassCode>(text);
    kind::<DynamicId>(text);
    kind::<HardwareId>(text);
    kind::<InstanceId>(text);
    kind::<Modalias>(text);
    kind::<PciId>(text);
    kind::<SubsystemId>(text);
    kind::<VendorId>(text);
    if let Err(error) = address(text) {
        assert!(error.offset() <= Some(text.len()), "{text}: {error}");
    }
    if let Err(error) = id(text) {
        assert!(error.offset() <= Some(text.len()), "{text}: {error}");
    }
}

#[test]
fn any_text_is_read_or_refused() {
    let samples = [
        "0000:01:00.0",
        "00000000:02:00.0/01:1f.7",
        "pci_10000_e1_00_0",
        "pci-0000:01:00.0-nvme-1",
        "ppt0@pci0:1:0:0:",
        "host=0000:01:00.0;02:00",
        "(01:00.0)(0000:02:*.*)",
        "36:00.*@20,seize=1",
        "PCI:1@16:0:0",
        "PCIROOT(0)#PCI(1C04)",
        "PciRoot(0x0)/Pci(0x1,0x0)",
        "PCI bus 1, device 0, function 0",
        "/sys/devices/pci0000:00/0000:00:01.0/pci10000:e0/10000:e0:06.0",
        "PCI\\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\\4&1&0&0008",
        "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00",
        "10de:2d04:10b0:ffffffff:030000:ffff00",
        "addr=0x1f.0x7",
        "1/0/0",
        "é:00.0",
    ];
    let mut random = testkit::Random::new(0x9e37_79b9);
    let bytes = b"0189afxX:./_-@,;()#&\\*= \x00\xff";
    for sample in samples {
        for end in 0..=sample.len() {
            sample.get(..end).into_iter().for_each(read_all);
        }
        for _ in 0..300 {
            let mut text = sample.as_bytes().to_vec();
            for _ in 0..=random.below(3) {
                let at = random.below(text.len());
                match random.below(3) {
                    0 => text[at] = bytes[random.below(bytes.len())],
                    1 => text.insert(at, bytes[random.below(bytes.len())]),
                    _ if text.len() > 1 => drop(text.remove(at)),
                    _ => {}
                }
            }
            read_all(&String::from_utf8_lossy(&text));
        }
    }
    for long in [
        "9".repeat(10_000),
        "(01:00.0)".repeat(10_000),
        "/00.0".repeat(10_000),
    ] {
        read_all(&long);
    }
}
