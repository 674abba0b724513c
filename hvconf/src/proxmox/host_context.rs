//! The host's configuration for a guest's.

use super::hostpci::{HostAddress, MappingId};
use super::pci_cfg::PciCfg;
use crate::assigned::AssignedFunction;

/// Facts of the host that a VM's configuration refers to.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostContext<'a> {
    /// The resource mappings.
    pub mappings: Option<&'a PciCfg>,
    /// The node of the VM; `None` for the first node of each mapping.
    pub node: Option<&'a str>,
    /// The node's functions: `0000:01:00` assigns all that the slot has.
    pub functions: &'a [AssignedFunction],
}

impl HostContext<'_> {
    /// What the mapping `id` answers with on the node, each list an answer of its own; on
    /// any node where this one is not known. `None` where that is not shown.
    pub(super) fn answers(&self, id: &MappingId) -> Option<Vec<Vec<HostAddress>>> {
        let file = self.mappings?;
        let maps = file.mapping(id.as_str()).map(|mapping| mapping.maps);
        let ours = |node: &str| self.node.is_none_or(|ours| ours == node);
        let mut answers = Vec::new();
        for map in maps.into_iter().flatten().filter(|map| ours(&map.node)) {
            if map.path.is_empty() {
                return None;
            }
            if !answers.contains(&map.path) {
                answers.push(map.path);
            }
        }
        Some(answers)
    }
}
