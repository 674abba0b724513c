//! Proxmox VE's resource mappings: names for functions of each node, with the identity that is
//! required there.

use host_tree::{Evidence, HostTree};
use hvconf::proxmox::{HostAddress, HostContext, PciCfg};
use pci_core::{Address, PciId, SubsystemId};

use crate::host::fact::Fact;

const PATH: &str = "/etc/pve/mapping/pci.cfg";

/// A link to `nodes/NAME`, of the node that the tree is of (pmxcfs(8)).
const NODE: &str = "/etc/pve/local";

/// One `map` line: a function of a node, and its identity when it was mapped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Mapping {
    /// The mapping's name.
    pub name: String,
    /// The node that the line is about.
    pub node: String,
    /// The functions, one or a list of them.
    pub path: Vec<HostAddress>,
    /// The ids of each.
    pub id: PciId,
    /// Its board's ids.
    pub subsystem: Option<SubsystemId>,
}

impl Mapping {
    /// The first function of the list: of a slot the one with number 0.
    #[must_use]
    pub(crate) fn address(&self) -> Option<Address> {
        match *self.path.first()? {
            HostAddress::Slot(slot) => slot.function(0),
            HostAddress::Function(address) => Some(address),
        }
    }
}

/// The resource mappings of the cluster, and which node's this tree is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mappings {
    file: Option<PciCfg>,
    node: Option<String>,
    /// The lines that can be read.
    pub maps: Vec<Fact<Mapping>>,
}

impl Mappings {
    /// Reads the mappings.
    pub(in crate::host) fn read(tree: &dyn HostTree) -> Self {
        let Some(text) = tree.read_text(PATH).found() else {
            return Self::default();
        };
        let file = PciCfg::parse(&text);
        let mut maps = Vec::new();
        for mapping in file.mappings() {
            for map in mapping.maps {
                let (Some(id), false) = (map.id, map.path.is_empty()) else {
                    continue;
                };
                let found = Mapping {
                    name: mapping.id.as_str().to_owned(),
                    node: map.node,
                    path: map.path,
                    id,
                    subsystem: map.subsystem,
                };
                maps.push(Fact::new(found, Evidence::at(PATH, &text, map.line)));
            }
        }
        let link = tree.read_link(NODE).found();
        let named = link.and_then(|link| Some(link.strip_prefix("nodes/")?.to_owned()));
        let node = named.or_else(|| only_node(&maps));
        Self {
            file: Some(file),
            node,
            maps,
        }
    }

    /// The node that the tree is of; `None` where the mappings are of several and which
    /// one it is is not shown.
    #[must_use]
    pub(crate) fn node(&self) -> Option<&str> {
        self.node.as_deref()
    }

    /// The mappings, by which guests' configurations name functions.
    #[must_use]
    pub(crate) fn host_context(&self) -> HostContext<'_> {
        HostContext {
            mappings: self.file.as_ref(),
            node: self.node(),
            functions: &[],
        }
    }
}

/// The node of all lines, where it is one.
fn only_node(maps: &[Fact<Mapping>]) -> Option<String> {
    let node = &maps.first()?.value.node;
    let one = maps.iter().all(|map| map.value.node == *node);
    one.then(|| node.clone())
}

#[cfg(test)]
mod tests {
    use host_tree::MemoryTree;

    use super::*;

    #[test]
    fn mappings_are_read() {
        let mut tree = MemoryTree::partial();
        tree.insert_file(
            PATH,
            "gpu\n\tmap id=10de:2503,iommugroup=17,node=pve,path=0000:01:00,subsystem-id=1462:397d\n\
             nic\n\tmap id=8086:1521,node=pve,path=0000:03:00.1;0000:03:00.2\n\tmdev 1\n\tmap id=x,path=y\n",
        );
        let found = Mappings::read(&tree);
        assert_eq!(found.maps.len(), 2);
        assert_eq!(found.maps[0].value.name, "gpu");
        let first = |at: usize| found.maps[at].value.address().unwrap();
        assert_eq!(format!("{:#}", first(0)), "01:00.0");
        assert_eq!(format!("{:#}", first(1)), "03:00.1");
        assert_eq!(found.maps[1].value.subsystem, None);
        assert_eq!(found.maps[1].value.path.len(), 2);
        assert_eq!(found.maps[1].evidence.line, Some(4));
        assert_eq!(found.node(), Some("pve"));
    }

    #[test]
    fn a_cluster_says_which_node_the_tree_is_of() {
        let mut tree = MemoryTree::partial();
        tree.insert_file(
            PATH,
            "nic\n\tmap id=8086:1521,node=a,path=0000:03:00.0\n\
             \tmap id=8086:1521,node=b,path=0000:04:00.0\n",
        );
        assert_eq!(Mappings::read(&tree).node(), None);
        tree.insert_link(NODE, "nodes/b");
        assert_eq!(Mappings::read(&tree).node(), Some("b"));
    }
}
