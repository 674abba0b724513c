//! Proxmox VE's resource mappings: names for functions of each node, with what must
//! be found there.

use pci_core::tree::HostTree;
use pci_core::{Address, Evidence, PciId, SubsystemId, numbered_lines};

use super::fact::Fact;

const PATH: &str = "/etc/pve/mapping/pci.cfg";

/// One `map` line: a function of a node, and what it was when it was mapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The mapping's name.
    pub name: String,
    /// The node that the line is about.
    pub node: String,
    /// The function, or the first of the slot.
    pub address: Address,
    /// Its ids.
    pub id: PciId,
    /// Its board's ids.
    pub subsystem: Option<SubsystemId>,
}

/// Reads the mappings: sections of a name, each with lines
/// `map id=VVVV:DDDD,iommugroup=N,node=NODE,path=ADDRESS,subsystem-id=VVVV:DDDD`
/// (Proxmox VE documentation, Resource Mapping).
pub(super) fn mappings(tree: &dyn HostTree) -> Vec<Fact<Mapping>> {
    let Some(text) = tree.read_text(PATH).found() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut name = "";
    for (number, line) in numbered_lines(&text) {
        if !line.starts_with([' ', '\t']) {
            // `pci: NAME` in files of other versions, the name alone in this.
            name = line.rsplit(' ').next().unwrap_or_default();
            continue;
        }
        let Some(properties) = line.trim().strip_prefix("map ") else {
            continue;
        };
        let value = |key: &str| {
            let mut parts = properties.split(',');
            parts.find_map(|part| part.trim().strip_prefix(key)?.strip_prefix('='))
        };
        let path = value("path").unwrap_or_default();
        // A slot without a function stands for all of them.
        let address = path.parse().or_else(|_| format!("{path}.0").parse());
        let (Ok(address), Some(Ok(id))) = (address, value("id").map(str::parse)) else {
            continue;
        };
        let mapping = Mapping {
            name: name.to_owned(),
            node: value("node").unwrap_or_default().to_owned(),
            address,
            id,
            subsystem: value("subsystem-id").and_then(|text| text.parse().ok()),
        };
        found.push(Fact::new(mapping, Evidence::new(PATH, number, line.trim())));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use pci_core::tree::MemoryTree;

    #[test]
    fn mappings_are_read() {
        let mut tree = MemoryTree::partial();
        tree.insert_file(
            PATH,
            "gpu\n\tmap id=10de:2503,iommugroup=17,node=pve,path=0000:01:00,subsystem-id=1462:397d\n\
             nic\n\tmap id=8086:1521,node=pve,path=0000:03:00.1\n\tmdev 1\n\tmap id=x,path=y\n",
        );
        let found = mappings(&tree);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].value.name, "gpu");
        assert_eq!(format!("{:#}", found[0].value.address), "01:00.0");
        assert_eq!(found[1].value.subsystem, None);
        assert_eq!(found[1].evidence.line, Some(4));
    }
}
