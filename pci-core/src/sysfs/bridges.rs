//! Shared parent directories of the functions of one bus.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Directory, HostTree};

use super::device::DEVICES;
use crate::{Address, Bus};

/// Minimum number of functions on a bus for which opening the parent directory pays off.
const WORTH_OPENING: usize = 8;

/// The parent directories of buses with many functions: `/sys/devices/pci0000:00` for bus 0, the
/// bridge's directory for another (`drivers/pci/probe.c`: the parent of a function is its bus's
/// bridge). From there a function is one path component without a link.
pub(super) struct Bridges<'a> {
    /// By bus.
    opened: Vec<(Bus, Box<dyn Directory + 'a>)>,
}

impl<'a> Bridges<'a> {
    /// Opens the parent directories of `functions`, which are sorted, with their names in
    /// `devices`.
    pub(super) fn open(
        tree: &'a dyn HostTree,
        devices: &dyn Directory,
        functions: &[(Address, &str)],
    ) -> Self {
        let buses = functions.chunk_by(|(a, _), (b, _)| a.on_bus() == b.on_bus());
        let opened = buses
            .filter(|bus| bus.len() >= WORTH_OPENING)
            .filter_map(|bus| {
                let (address, name) = bus.first()?;
                let target = devices.read_link(name).found()?;
                let directory = tree.directory(&above(&target, name)?)?;
                Some((address.on_bus(), directory))
            })
            .collect();
        Self { opened }
    }

    pub(super) const fn none() -> Self {
        Self { opened: Vec::new() }
    }

    /// The function's directory, if it is in the same parent as its neighbors.
    pub(super) fn function(
        &self,
        address: Address,
        name: &str,
        path: &str,
    ) -> Option<Box<dyn Directory + '_>> {
        let bus = |(bus, _): &(Bus, _)| bus.cmp(&address.on_bus());
        let at = self.opened.binary_search_by(bus).ok()?;
        let (_, directory) = self.opened.get(at)?;
        directory.below(name, path)
    }
}

/// The directory that the link of the function `name` points into.
fn above(target: &str, name: &str) -> Option<String> {
    let way = target.strip_prefix("../../../")?.strip_suffix(name)?;
    let way = way.strip_suffix('/')?;
    let from = DEVICES.strip_suffix("/bus/pci/devices")?;
    let plain = way.split('/').all(|part| !matches!(part, "" | "." | ".."));
    plain.then(|| format!("{from}/{way}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_link_as_the_kernel_makes_it_leads_above() {
        let name = "0000:01:00.0";
        let says = |target: &str| above(target, name);
        assert_eq!(
            says("../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0").as_deref(),
            Some("/sys/devices/pci0000:00/0000:00:01.0")
        );
        for target in [
            "../../../devices/pci0000:00/0000:01:00.1",
            "../../../devices/../0000:01:00.0",
            "../../../devices//0000:01:00.0",
            "../../../0000:01:00.0/",
            "../../../0000:01:00.0",
            "/sys/devices/pci0000:00/0000:01:00.0",
            "0000:01:00.0",
        ] {
            assert_eq!(says(target), None, "{target}");
        }
    }
}
