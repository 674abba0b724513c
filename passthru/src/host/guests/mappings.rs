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
    /// The first function of the list.
    #[must_use]
    pub(crate) fn address(&self) -> Option<Address> {
        HostAddress::first_function(&self.path)
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

    /// The first functions of the lines of a mapping that apply to the node of the tree: a guest
    /// gets those of one line. Empty if the node or the mapping is not in the input.
    pub(super) fn alternatives(&self, name: &str) -> Vec<Option<Address>> {
        let Some(node) = self.node() else {
            return Vec::new();
        };
        let maps = self.maps.iter().map(|map| &map.value);
        let mut found = Vec::new();
        for map in maps.filter(|map| map.name == name && map.node == node) {
            let address = map.address();
            if !found.contains(&address) {
                found.push(address);
            }
        }
        found
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
mod tests;
