//! Functions in captures of booted machines: the lines of `function`, `driver` and the
//! configuration space.

use std::collections::BTreeMap;

use iommu::{Driver, Member, MemberKind};
use pci_core::Address;

/// A function of a capture.
#[derive(Default)]
pub(crate) struct Function {
    group: Option<u32>,
    /// Vendor and device ID, `8086:10d3`; empty where the capture has none.
    pub(crate) id: String,
    is_bridge: bool,
    driver: Option<String>,
}

impl Function {
    pub(crate) fn group(&self) -> Option<u32> {
        self.group
    }
}

/// The functions of a capture.
#[derive(Default)]
pub(crate) struct Functions {
    all: BTreeMap<Address, Function>,
    /// The function of the last `function` line: its configuration space follows.
    last: Option<Address>,
}

impl Functions {
    /// Reads a line in words; lines that are not about a function are ignored.
    pub(crate) fn read(&mut self, words: &[&str]) {
        match *words {
            ["function", address, "group", group, ref rest @ ..] => {
                let address = address.parse().unwrap();
                let function = self.all.entry(address).or_default();
                function.group = group.parse().ok();
                if let [_, _, _, id] = rest {
                    function.id = id.replace("0x", "");
                }
                self.last = Some(address);
            }
            // The class is in the last bytes of the first line.
            ["000:", ..] => {
                let function = self.all.get_mut(&self.last.unwrap()).unwrap();
                function.is_bridge = (words[12], words[11]) == ("06", "04");
            }
            ["driver", address, name] => {
                let function = self.all.get_mut(&address.parse().unwrap()).unwrap();
                function.driver = Some(name.to_owned()).filter(|name| name != "-");
            }
            _ => {}
        }
    }

    pub(crate) fn get(&self, address: Address) -> Option<&Function> {
        self.all.get(&address)
    }

    /// The members of a group.
    pub(crate) fn members(&self, group: u32) -> Vec<Member<'_>> {
        let functions = self.all.iter();
        let of_group = functions.filter(|(_, function)| function.group == Some(group));
        of_group
            .map(|(address, function)| Member {
                address: *address,
                driver: function
                    .driver
                    .as_deref()
                    .map_or(Driver::None, Driver::Named),
                kind: if function.is_bridge {
                    MemberKind::Port
                } else {
                    MemberKind::Function
                },
            })
            .collect()
    }
}
