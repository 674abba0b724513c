//! Physical slots, from `/sys/bus/pci/slots`.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

use host_tree::{HostTree, Lookup};

use super::attributes::short;
use crate::Address;

const SLOTS: &str = "/sys/bus/pci/slots";

/// The physical slots of a host, from firmware or a hot-plug controller
/// (`Documentation/ABI/testing/sysfs-bus-pci`, `/sys/bus/pci/slots/.../address`).
pub(super) struct Slots {
    /// Names by domain, bus, and device; without a device, a slot is for all devices of its bus.
    names: BTreeMap<(u32, u8, Option<u8>), String>,
    /// The answer for a device in none of these.
    rest: Lookup<String>,
}

impl Slots {
    pub(super) const fn not_requested() -> Self {
        Self {
            names: BTreeMap::new(),
            rest: Lookup::NotShown,
        }
    }

    pub(super) fn read(tree: &dyn HostTree) -> Self {
        let mut slots = Self {
            names: BTreeMap::new(),
            rest: Lookup::Absent,
        };
        match tree.list(SLOTS) {
            Lookup::Found(listing) => {
                if !listing.complete {
                    slots.rest = Lookup::NotShown;
                }
                for name in listing.names {
                    slots.add(tree, name);
                }
            }
            Lookup::Absent => {}
            Lookup::NotShown => slots.rest = Lookup::NotShown,
            Lookup::Unreadable(reason) => slots.rest = Lookup::Unreadable(reason),
        }
        slots
    }

    fn add(&mut self, tree: &dyn HostTree, name: String) {
        match tree.read_text(&format!("{SLOTS}/{name}/address")) {
            Lookup::Found(text) => match address(text.trim_end()) {
                Some(place) => {
                    self.names.entry(place).or_insert(name);
                }
                None => {
                    self.rest = Lookup::Unreadable(
                        format!(
                            "expected an address such as 0000:01:00 of the slot {}",
                            short(&name)
                        )
                        .into(),
                    );
                }
            },
            // The slot disappeared.
            Lookup::Absent => {}
            Lookup::NotShown => self.rest = Lookup::NotShown,
            Lookup::Unreadable(reason) => self.rest = Lookup::Unreadable(reason),
        }
    }

    /// Name of the slot of `address`.
    pub(super) fn of(&self, address: Address) -> Lookup<String> {
        [Some(address.device()), None]
            .into_iter()
            .find_map(|device| self.names.get(&(address.domain(), address.bus(), device)))
            .map_or_else(|| self.rest.clone(), |name| Lookup::Found(name.clone()))
    }
}

/// `0000:01:00`, or `0000:01` for a slot of a whole bus (`drivers/pci/slot.c`,
/// `address_read_file`).
fn address(text: &str) -> Option<(u32, u8, Option<u8>)> {
    let number = |digits: &str, most: usize| {
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        (hex && digits.len() <= most).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let byte = |digits: &str| u8::try_from(number(digits, 2)?).ok();
    let mut parts = text.split(':');
    let domain = number(parts.next()?, 8)?;
    let bus = byte(parts.next()?)?;
    let device = match parts.next() {
        Some(digits) => Some(byte(digits).filter(|device| *device < 32)?),
        None => None,
    };
    parts.next().is_none().then_some((domain, bus, device))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use host_tree::MemoryTree;

    use super::*;

    #[test]
    fn a_slot_is_a_device_or_a_bus() {
        assert_eq!(address("0000:01:00"), Some((0, 1, Some(0))));
        assert_eq!(address("10000:e1:1f"), Some((0x10000, 0xe1, Some(31))));
        assert_eq!(address("0000:02"), Some((0, 2, None)));
        for bad in [
            "",
            "0000",
            "0000:",
            "0000:01:20",
            "0000:01:00:0",
            "x:01:00",
            "0000:+1:00",
        ] {
            assert_eq!(address(bad), None, "{bad}");
        }
        let mut tree = MemoryTree::complete();
        for (name, text) in [
            ("4-1", "0000:01:00\n"),
            ("7", "0000:02\n"),
            ("8", "0000:03:05\n"),
        ] {
            tree.insert_file(&format!("{SLOTS}/{name}/address"), text);
        }
        let slots = Slots::read(&tree);
        let of = |address: &str| slots.of(address.parse().unwrap());
        assert_eq!(of("01:00.1"), Lookup::Found("4-1".to_string()));
        assert_eq!(of("01:01.0"), Lookup::Absent);
        assert_eq!(of("02:1f.0"), Lookup::Found("7".to_string()));
        assert_eq!(of("0001:02:1f.0"), Lookup::Absent);
        tree.insert_file(&format!("{SLOTS}/9/address"), "what\n");
        let slots = Slots::read(&tree);
        assert!(matches!(
            slots.of("04:00.0".parse().unwrap()),
            Lookup::Unreadable(_)
        ));
        assert_eq!(
            Slots::read(&MemoryTree::partial()).of("04:00.0".parse().unwrap()),
            Lookup::NotShown
        );
    }
}
