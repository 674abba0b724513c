//! `/etc/pve/mapping/pci.cfg`: resource mappings, names with which guests request functions on any
//! node.
//!
//! A mapping's name is on a separate line; below it each property is on a line of its own after a
//! tab, `key value`, and each `map` is one node's answer; of several for one node the first that
//! is free is used, which distinguishes cards of one model (Proxmox VE 8.0 and later;
//! Administration Guide, "Resource Mapping").

use core::fmt;

use pci_core::{PciId, Slot, SubsystemId};

use super::hostpci::{HostAddress, MappingId, addresses};
use super::property::PropertyString;
use crate::assigned::{AssignedSlot, Coverage};
use crate::emitted::Line;
use crate::error::{Cause, Error};

const TARGET: &str = "Proxmox VE";

/// A node's name: one DNS label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClusterNode(String);

impl ClusterNode {
    /// `text` as a name; `None` when it is not 1 to 63 letters, digits and `-`, not
    /// starting or ending with `-`.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = (1..=63).contains(&text.len()) && text.bytes().all(plain);
        let outer = text.starts_with('-') || text.ends_with('-');
        (fits && !outer).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One `map`: the functions of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeMap {
    /// The node.
    pub node: String,
    /// The vendor and device id that the function has to have.
    pub id: Option<PciId>,
    /// Its subsystem, which it has to have too.
    pub subsystem: Option<SubsystemId>,
    /// Its IOMMU group, which it has to be in.
    pub iommu_group: Option<u32>,
    /// Where it is; empty when that cannot be read.
    pub path: Vec<HostAddress>,
    /// Its line, from 1.
    pub line: u32,
}

/// A mapping: its name and the functions of each node.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mapping {
    /// The name.
    pub id: MappingId,
    /// The line of the name, from 1.
    pub line: u32,
    /// The functions of the nodes, in the order of the file.
    pub maps: Vec<NodeMap>,
}

/// The file: a document that preserves every byte.
///
/// ```
/// use hvconf::proxmox::PciCfg;
/// let text = "gpu\n\tmap id=10de:2d04,iommugroup=17,node=pve,path=0000:01:00\n";
/// let file = PciCfg::parse(text);
/// let gpu = file.mapping("gpu").ok_or("no gpu")?;
/// assert_eq!(gpu.maps[0].iommu_group, Some(17));
/// assert_eq!(file.to_string(), text);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PciCfg {
    // Each with its line end; joined they are the text.
    lines: Vec<String>,
}

impl PciCfg {
    /// The document of any text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines = text.split_inclusive('\n').map(str::to_owned).collect();
        Self { lines }
    }

    /// Its mappings, in the order of the file. Lines that belong to none, and a `map` without a
    /// node, are skipped.
    #[must_use]
    pub fn mappings(&self) -> Vec<Mapping> {
        let mut mappings: Vec<Mapping> = Vec::new();
        let mut open = false;
        for (number, line) in (1u32..=u32::MAX).zip(&self.lines) {
            let text = line.trim_end();
            if text.is_empty() {
                open = false;
            } else if text.starts_with('#') {
            } else if !text.starts_with([' ', '\t']) {
                // `pci: NAME` is the form of other section files: it names none here.
                open = match MappingId::new(text) {
                    Some(id) => {
                        mappings.push(Mapping {
                            id,
                            line: number,
                            maps: Vec::new(),
                        });
                        true
                    }
                    None => false,
                };
            } else if let (true, Some(mapping)) = (open, mappings.last_mut()) {
                let mut words = text.trim_start().splitn(2, char::is_whitespace);
                if words.next() == Some("map") {
                    mapping
                        .maps
                        .extend(node_map(words.next().unwrap_or_default().trim(), number));
                }
            }
        }
        mappings
    }

    /// The mapping of this name: the last one, if several have it.
    #[must_use]
    pub fn mapping(&self, id: &str) -> Option<Mapping> {
        let mut mappings = self.mappings().into_iter();
        mappings.rfind(|mapping| mapping.id.as_str() == id)
    }

    /// Sets the functions of `node` for `id`: the node's lines are replaced, those of other nodes
    /// remain; a missing mapping is appended.
    pub fn set(&mut self, id: &MappingId, node: &ClusterNode, maps: &[Line]) {
        let new: Vec<String> = maps.iter().map(|map| format!("{}\n", map.text)).collect();
        let Some(mapping) = self.mapping(id.as_str()) else {
            if let Some(last) = self.lines.last_mut() {
                if !last.ends_with('\n') {
                    last.push('\n');
                }
                if !last.trim().is_empty() {
                    self.lines.push("\n".to_owned());
                }
            }
            self.lines.push(format!("{}\n", id.as_str()));
            self.lines.extend(new);
            return;
        };
        let index = |line: u32| {
            usize::try_from(line)
                .unwrap_or(usize::MAX)
                .saturating_sub(1)
        };
        let of_node = mapping.maps.iter().filter(|map| map.node == node.as_str());
        let old: Vec<usize> = of_node.map(|map| index(map.line)).collect();
        let same = old
            .iter()
            .map(|at| self.lines.get(*at))
            .eq(new.iter().map(Some));
        if same {
            return;
        }
        let last = mapping.maps.last().map_or(mapping.line, |map| map.line);
        let at = old.first().copied().unwrap_or(index(last) + 1);
        for line in old.iter().rev() {
            if *line < self.lines.len() {
                self.lines.remove(*line);
            }
        }
        if let Some(before) = at
            .checked_sub(1)
            .and_then(|before| self.lines.get_mut(before))
        {
            if !before.ends_with('\n') {
                before.push('\n');
            }
        }
        for (order, line) in new.into_iter().enumerate() {
            let at = (at + order).min(self.lines.len());
            self.lines.insert(at, line);
        }
    }
}

impl fmt::Display for PciCfg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| f.write_str(line))
    }
}

fn node_map(text: &str, line: u32) -> Option<NodeMap> {
    let string = PropertyString::parse(text, "").ok()?;
    let path = string.get("path").and_then(addresses).unwrap_or_default();
    Some(NodeMap {
        node: string.get("node")?.to_owned(),
        id: string.get("id").and_then(|id| id.parse().ok()),
        subsystem: string.get("subsystem-id").and_then(|id| id.parse().ok()),
        iommu_group: string
            .get("iommugroup")
            .and_then(|group| group.parse().ok()),
        path,
        line,
    })
}

/// The `map` line by which `node` answers with `slot`, for
/// [`PciCfg::set`].
///
/// At a start Proxmox VE compares id, subsystem and IOMMU group with the machine,
/// and one that is missing counts as different; so all of the first function have
/// to be known.
///
/// # Errors
/// When the first function's id or IOMMU group is not known.
pub fn map_line(slot: &AssignedSlot, node: &ClusterNode) -> Result<Line, Error> {
    let missing = |what| Cause::Missing {
        target: TARGET,
        what,
    };
    let first = slot.functions().first().ok_or(missing("a function"))?;
    let id = first
        .id
        .ok_or(missing("the vendor and device id of what is mapped"))?;
    let group = first
        .iommu_group
        .ok_or(missing("the IOMMU group of what is mapped"))?;
    let path = match slot.coverage {
        Coverage::WholeSlot => whole(slot.slot()),
        Coverage::ListedFunctions => {
            let functions = slot.functions().iter();
            let paths: Vec<_> = functions.map(|f| f.address.to_string()).collect();
            paths.join(";")
        }
    };
    let subsystem = first.subsystem.map(|id| format!(",subsystem-id={id}"));
    let text = format!(
        "\tmap id={id},iommugroup={group},node={},path={path}{}",
        node.as_str(),
        subsystem.unwrap_or_default()
    );
    let why = format!("{} answers with {first}", node.as_str());
    Ok(Line::new(text, why))
}

fn whole(slot: Slot) -> String {
    slot.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::assigned::AssignedFunction;

    const TEXT: &str = "# mine\ngpu\n\tdescription two cards\n\tmap id=10de:2203,iommugroup=17,node=a,path=0000:01:00\n\
        \tmap id=10de:2203,iommugroup=20,node=a,path=0000:02:00;0000:02:00.1,subsystem-id=10de:1467\n\
        \tmap id=10de:2203,node=b,path=0000:41:00.0\n\nNo name\n\tmap id=1:2,node=a\n\nnic\n\tmdev 1";

    fn line() -> Line {
        let mut function = AssignedFunction::at("01:00.0".parse().unwrap());
        function.id = "10de:2203".parse().ok();
        function.iommu_group = Some(5);
        function.subsystem = "10de:1467".parse().ok();
        let slot = AssignedSlot::new(vec![function], Coverage::WholeSlot).unwrap();
        map_line(&slot, &ClusterNode::new("a").unwrap()).unwrap()
    }

    #[test]
    fn mappings_are_read() {
        let file = PciCfg::parse(TEXT);
        assert_eq!(file.to_string(), TEXT);
        let mappings = file.mappings();
        let names: Vec<_> = mappings.iter().map(|m| m.id.as_str()).collect();
        assert_eq!(names, ["gpu", "nic"]);
        let gpu = &mappings[0];
        assert_eq!(gpu.maps.len(), 3);
        assert_eq!(gpu.maps[1].path.len(), 2);
        assert_eq!(gpu.maps[1].subsystem, "10de:1467".parse().ok());
        assert_eq!(gpu.maps[2].line, 6);
        assert_eq!(mappings[1].maps, []);
    }

    #[test]
    fn one_nodes_mappings_are_replaced_and_nothing_else() {
        let id = MappingId::new("gpu").unwrap();
        let node = ClusterNode::new("a").unwrap();
        let mut file = PciCfg::parse(TEXT);
        file.set(&id, &node, &[line()]);
        let once = file.to_string();
        assert_eq!(
            once,
            TEXT.replace(
                "\tmap id=10de:2203,iommugroup=17,node=a,path=0000:01:00\n\
                 \tmap id=10de:2203,iommugroup=20,node=a,path=0000:02:00;0000:02:00.1,subsystem-id=10de:1467\n",
                "\tmap id=10de:2203,iommugroup=5,node=a,path=0000:01:00,subsystem-id=10de:1467\n"
            )
        );
        file.set(&id, &node, &[line()]);
        assert_eq!(file.to_string(), once);
        let mut file = PciCfg::parse(TEXT);
        file.set(&MappingId::new("nic").unwrap(), &node, &[line()]);
        assert!(
            file.to_string()
                .starts_with(TEXT.strip_suffix("\tmdev 1").unwrap())
        );
        assert_eq!(file.mapping("nic").unwrap().maps.len(), 1);
        let mut file = PciCfg::parse(TEXT);
        file.set(&MappingId::new("new").unwrap(), &node, &[line()]);
        assert_eq!(
            file.to_string(),
            format!("{TEXT}\n\nnew\n{}\n", line().text)
        );
        let mut empty = PciCfg::default();
        empty.set(&id, &node, &[line()]);
        assert_eq!(empty.to_string(), format!("gpu\n{}\n", line().text));
    }

    #[test]
    fn missing_facts_of_a_start_are_requested() {
        let function = AssignedFunction::at("01:00.0".parse().unwrap());
        let slot = AssignedSlot::new(vec![function], Coverage::WholeSlot).unwrap();
        let node = ClusterNode::new("a").unwrap();
        assert_eq!(
            map_line(&slot, &node).unwrap_err().kind(),
            ErrorKind::Missing
        );
        for text in ["", "-a", "a-", "a b", "a,path=x", "a\nb", "a.b"] {
            assert_eq!(ClusterNode::new(text), None, "{text}");
        }
    }

    #[test]
    fn changed_texts_do_not_panic() {
        for end in 0..TEXT.len() {
            let file = PciCfg::parse(TEXT.get(..end).unwrap());
            let _ = file.mappings();
            let mut file = file;
            let node = ClusterNode::new("a").unwrap();
            file.set(&MappingId::new("gpu").unwrap(), &node, &[line()]);
            let once = file.to_string();
            file.set(&MappingId::new("gpu").unwrap(), &node, &[line()]);
            assert_eq!(file.to_string(), once, "{end}");
        }
    }
}
