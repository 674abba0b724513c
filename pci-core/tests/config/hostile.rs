//! Any bytes give a value or a reason.

use pci_core::config::{Capabilities, ConfigSpace, ExtendedCapabilities, Header, ResetMethods};
use pci_core::lspci::dump;
use pci_core::lspci::dump::Extent;

use crate::every::read_all;

/// Numbers that look random, and are the same each time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> usize {
        usize::try_from(self.next() % limit).unwrap()
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

fn read_everything(bytes: &[u8]) {
    let space = ConfigSpace::new(bytes);
    let list = Capabilities::read(space);
    assert!(list.capabilities.len() <= 48);
    let extended = ExtendedCapabilities::read(space);
    assert!(extended.capabilities.len() <= 960);
    for capability in &list.capabilities {
        read_all(space, capability.offset);
    }
    for capability in extended.capabilities.iter().take(20) {
        read_all(space, capability.offset);
    }
    if let Ok(header) = Header::read(space) {
        if let Some(bridge) = header.bridge() {
            let windows = [bridge.io_window(), bridge.memory_window()];
            assert!(windows.iter().all(|window| window.size().is_some()));
            assert!(bridge.buses().count() <= 256);
        }
        if let Some(device) = header.device() {
            assert!(device.bars().count() <= 6);
            assert!(device.bars().all(|bar| bar.index < 6));
        }
    }
    let _ = ResetMethods::read(space);
}

#[test]
fn random_bytes() {
    let mut random = Random(0x5eed);
    for round in 0..100 {
        let size = [64, 128, 256, 4096][round % 4];
        let mut bytes = random.bytes(size);
        // A list that begins, and a PCI Express capability in it.
        bytes[0x06] |= 0x10;
        bytes[0x0e] = u8::try_from(round % 3).unwrap();
        bytes[0x34] = 0x40;
        if size > 0x40 {
            bytes[0x40] = 0x10;
        }
        let cut = random.below(size as u64 + 1);
        read_everything(&bytes);
        read_everything(&bytes[..cut]);
    }
}

#[test]
fn structures_anywhere() {
    let mut random = Random(0xa11);
    let bytes = random.bytes(4096);
    let space = ConfigSpace::new(&bytes);
    for offset in (0..=u16::MAX).step_by(1021).chain([u16::MAX - 1, u16::MAX]) {
        read_all(space, offset);
    }
    for value in [0x00, 0xff] {
        let bytes = [value; 4096];
        for offset in [0x40, 0x100, 0xff0] {
            read_all(ConfigSpace::new(&bytes), offset);
        }
    }
}

#[test]
fn dumps_of_random_lines() {
    let mut random = Random(0xd0);
    let pieces = [
        "00:1f.7 ",
        "0001:02:03.4 x",
        "10: ",
        "ff",
        "fff: 00",
        " ",
        "\n",
        "\n",
        "\r\n",
        "zz",
        "é",
        "00: de 10",
        "ffffffff: 11",
        "100: 00 01 02",
        "00:20.0 ",
        "\t",
    ];
    for _ in 0..3000 {
        let text: String = (0..random.below(12))
            .map(|_| pieces[random.below(pieces.len() as u64)])
            .collect();
        match dump::parse(&text) {
            Ok(functions) => {
                let again = dump::parse(&dump::to_string(&functions, Extent::Shown)).unwrap();
                assert_eq!(functions.len(), again.len(), "{text:?}");
                for (one, other) in functions.iter().zip(&again) {
                    assert_eq!((one.address, &one.config), (other.address, &other.config));
                }
            }
            Err(error) => {
                let line = text.split('\n').nth(error.line as usize - 1).unwrap();
                assert!(error.column as usize <= line.len(), "{text:?} {error}");
            }
        }
    }
}
