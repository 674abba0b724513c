//! Prompts of virtual machines in a text that has those of their host, too.

use std::collections::BTreeSet;

use host_tree::numbered_lines;
use list_order::Inserts as _;
use pci_core::Address;

use crate::host::words::phrases::guest_parts::OF_HOSTS;
use crate::prompt::Prompt;

/// The longest text that is looked at, in bytes: a post, and no log of a boot.
const LONGEST: usize = 100_000;

/// The most machines of one text.
const MOST: usize = 16;

/// Programs of hosts alone.
const PROGRAMS: [&str; 10] = [
    "pct",
    "pvesh",
    "pveversion",
    "qm",
    "virsh",
    "virt-install",
    "xe",
    "xl",
    "esxcli",
    "midclt",
];

/// Emulated host bridges, in the names and the ids of lspci (QEMU hw/pci-host/).
const BRIDGES: [&str; 6] = ["440FX", "440BX", "82G33", "29c0", "1237", "7190"];

/// Output below the prompts of one machine.
struct Section<'a> {
    name: &'a str,
    is_host: bool,
    /// IDs of functions that vfio-pci is bound to.
    reserved: BTreeSet<&'a str>,
    /// IDs of functions that another driver is bound to.
    used: BTreeSet<&'a str>,
}

/// The names in prompts of virtual machines: that of a guest's configuration in the text, or of a
/// machine without a line of a host whose driver has a function with the ID of one that the host
/// reserves by vfio-pci.
pub(in crate::host) fn names(text: &str) -> BTreeSet<&str> {
    let has_guest = || text.contains("hostpci") || text.contains("<hostdev");
    let is_of_interest =
        text.len() <= LONGEST && (text.contains("in use: vfio-pci") || has_guest());
    if !is_of_interest {
        return BTreeSet::new();
    }
    let mut configured: BTreeSet<&str> = BTreeSet::new();
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut at = None;
    let mut id = None;
    for (_, line) in numbered_lines(text) {
        let configured_name = line
            .strip_prefix("name: ")
            .or_else(|| line.trim().strip_prefix("<name>")?.strip_suffix("</name>"));
        configured.extend(configured_name.map(str::trim));
        let prompt = Prompt::read(line);
        if let Some(name) = prompt.and_then(|prompt| prompt.host) {
            let known = sections.iter().position(|one| one.name == name);
            if known.is_none() && sections.len() >= MOST {
                return BTreeSet::new();
            }
            at = Some(known.unwrap_or(sections.len()));
            if known.is_none() {
                sections.push(Section {
                    name,
                    is_host: false,
                    reserved: BTreeSet::new(),
                    used: BTreeSet::new(),
                });
            }
        }
        let Some(section) = at.and_then(|at| sections.get_mut(at)) else {
            continue;
        };
        let program = prompt.and_then(|one| one.command.split_ascii_whitespace().next());
        let is_bridge = line.contains("Host bridge");
        section.is_host |= program.is_some_and(|program| PROGRAMS.contains(&program))
            || OF_HOSTS.iter().any(|mark| line.contains(mark))
            || line.contains("/iommu_groups/")
            || is_bridge && !BRIDGES.iter().any(|name| line.contains(name));
        if let Some(driver) = line.trim().strip_prefix("Kernel driver in use: ") {
            let list = if driver == "vfio-pci" {
                &mut section.reserved
            } else {
                &mut section.used
            };
            list.extend(id);
        } else if let Some(found) = id_of_head(line) {
            id = found;
        }
    }
    let reserved = sections.iter().filter(|one| one.is_host);
    let reserved: BTreeSet<&str> = reserved
        .flat_map(|one| one.reserved.iter().copied())
        .into_set();
    let is_guest = |one: &&Section<'_>| {
        let mut names = configured.iter();
        !one.is_host
            && (has_guest() && names.any(|name| name.eq_ignore_ascii_case(one.name))
                || !one.used.is_disjoint(&reserved))
    };
    sections
        .iter()
        .filter(is_guest)
        .map(|one| one.name)
        .into_set()
}

/// The ID at the end of lspci's first line for a function, `… [10de:2204] (rev a1)`; `None` for another
/// line.
fn id_of_head(line: &str) -> Option<Option<&str>> {
    let (address, rest) = line.trim().split_once(' ')?;
    address.parse::<Address>().ok()?;
    let last = rest
        .rsplit('[')
        .next()
        .and_then(|end| end.split(']').next());
    Some(last.filter(|id| id.len() == 9 && id.as_bytes().get(4) == Some(&b':')))
}

#[cfg(test)]
mod tests;
