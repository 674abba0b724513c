//! Checks that a VM starts with its huge pages.

use core::fmt;

use super::property::{PropertyString, boolean};
use super::vm_config::VmConfig;

/// A reason why a VM does not start with its huge pages.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HugePagesIssue {
    /// The memory of a NUMA node is not a multiple of a huge page.
    NoMultiple {
        /// The line of `memory`, `numaN` or `hotplug`, or where there is none of them of
        /// `hugepages`; from 1.
        line: u32,
        /// The memory, in MiB: where memory is hotplugged, the part that is there before.
        memory: u32,
        /// In how many equal parts it is backed: one for each socket.
        nodes: u32,
        /// The size of a huge page, in MiB.
        page: u32,
    },
    /// Huge pages need NUMA nodes.
    NoNuma {
        /// The line of `numa`, or where there is none of `hugepages`; from 1.
        line: u32,
    },
    /// A NUMA node of the guest names no node of the host.
    NoHostNodes {
        /// The key: `numa0`.
        key: String,
        /// Its line, from 1.
        line: u32,
    },
}

impl fmt::Display for HugePagesIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMultiple {
                memory,
                nodes,
                page,
                ..
            } => {
                write!(
                    f,
                    "expected memory of a multiple of {}, found {memory} MiB",
                    multiple(*page, *nodes)
                )
            }
            Self::NoNuma { .. } => f.write_str("expected numa: 1 beside hugepages"),
            Self::NoHostNodes { key, .. } => {
                write!(f, "expected hostnodes and policy in {key} beside hugepages")
            }
        }
    }
}

/// The memory that is expected, in words.
fn multiple(page: u32, nodes: u32) -> String {
    let whole = u64::from(page).saturating_mul(u64::from(nodes));
    if nodes > 1 {
        format!("{whole} MiB ({page} MiB for each of {nodes} sockets)")
    } else {
        format!("{whole} MiB")
    }
}

impl HugePagesIssue {
    /// The line to look at, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        match self {
            Self::NoMultiple { line, .. }
            | Self::NoNuma { line }
            | Self::NoHostNodes { line, .. } => *line,
        }
    }
}

/// Memory without a `memory` key, in MiB (`qm.conf(5)`, "memory").
const MEMORY: u32 = 512;

/// Memory that is there before any is hotplugged, in MiB; with pages of 1 GiB so much for
/// each socket (`PVE::QemuServer::Memory`, `$STATICMEM`).
const STATIC: u32 = 1024;

/// The NUMA nodes of a guest: `numa0` to `numa7` (`PVE::QemuServer::Memory`, `$MAX_NUMA`).
const NODES: u8 = 8;

/// Why the machine of `config` does not start with its huge pages
/// (`PVE::QemuServer::Memory`, `config` and `hugepages_size`); `None` where it has none,
/// or nothing is against them.
pub(super) fn fault(config: &VmConfig) -> Option<HugePagesIssue> {
    let pages = config.get("hugepages")?;
    // Of `any` the smaller size does for what the larger one does not.
    let page = match pages.value {
        "1024" => 1024,
        "2" | "any" => 2,
        _ => return None,
    };
    let numa = config.get("numa");
    let on = numa.is_some_and(|numa| boolean(numa.value) == Some(true));
    if !on {
        let line = numa.map_or(pages.line, |numa| numa.line);
        return Some(HugePagesIssue::NoNuma { line });
    }
    let mut nodes = 0;
    for number in 0..NODES {
        let key = format!("numa{number}");
        let Some(entry) = config.get(&key) else {
            continue;
        };
        nodes += 1;
        let line = entry.line;
        let node = PropertyString::parse(entry.value, "").ok()?;
        if node.get("hostnodes").is_none() || node.get("policy").is_none() {
            return Some(HugePagesIssue::NoHostNodes { key, line });
        }
        let memory = node.get("memory")?.parse().ok()?;
        if memory % page != 0 {
            return Some(HugePagesIssue::NoMultiple {
                line,
                memory,
                nodes: 1,
                page,
            });
        }
    }
    if nodes > 0 {
        return None;
    }
    let memory = config.get("memory");
    let line = memory.map_or(pages.line, |memory| memory.line);
    let memory = match memory {
        Some(memory) => {
            let options = PropertyString::parse(memory.value, "current").ok()?;
            options.get("current")?.parse().ok()?
        }
        None if config.lacks("memory") => MEMORY,
        None => return None,
    };
    let nodes = sockets(config)?;
    let hotplug = config.get("hotplug");
    let grows = |value: &str| value.split([',', ';', ' ']).any(|one| one == "memory");
    // Memory is hotplugged in multiples of a page.
    let (line, memory) = match hotplug.filter(|hotplug| grows(hotplug.value)) {
        Some(hotplug) if page == 1024 => (hotplug.line, STATIC.checked_mul(nodes)?),
        Some(hotplug) => (hotplug.line, STATIC),
        None => (line, memory),
    };
    // Proxmox VE rounds down memory that does not divide among the sockets.
    (memory.checked_div(nodes)? % page != 0).then_some(HugePagesIssue::NoMultiple {
        line,
        memory,
        nodes,
        page,
    })
}

/// Number of sockets of the VM; `None` if the key cannot be read.
pub(super) fn sockets(config: &VmConfig) -> Option<u32> {
    let count = config
        .get("sockets")
        .map_or(Some(1), |one| one.value.parse().ok())?;
    (count > 0).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(text: &str) -> Option<String> {
        fault(&VmConfig::parse(text)).map(|fault| format!("{}: {fault}", fault.line()))
    }

    #[test]
    fn memory_is_a_multiple_on_each_node() {
        let one = "hugepages: 1024\nnuma: 1\nmemory: ";
        assert_eq!(issue(&format!("{one}4096\n")), None);
        assert_eq!(
            issue(&format!("{one}4608\n")).as_deref(),
            Some("3: expected memory of a multiple of 1024 MiB, found 4608 MiB")
        );
        assert_eq!(
            issue(&format!("{one}current=3072\nsockets: 2\n")).as_deref(),
            Some(
                "3: expected memory of a multiple of 2048 MiB (1024 MiB for each of 2 sockets), \
                 found 3072 MiB"
            )
        );
        // Without the key it is 512 MiB.
        assert_eq!(
            issue("hugepages: 1024\nnuma: 1\nostype: l26\n").as_deref(),
            Some("1: expected memory of a multiple of 1024 MiB, found 512 MiB")
        );
        for enough in [
            "memory: 4097\n",
            "hugepages: 2\nnuma: on\nostype: l26\n",
            // An excerpt does not show the memory.
            "hugepages: 1024\nnuma: 1\n",
            "hugepages: any\nnuma: 1\nmemory: 4608\n",
            "hugepages: 1024\nnuma: 1\nmemory: 3072\nsockets: 2\nhotplug: network,memory\n",
        ] {
            assert_eq!(issue(enough), None, "{enough}");
        }
        assert!(issue("hugepages: any\nnuma: 1\nmemory: 4097\n").is_some());
    }

    #[test]
    fn nodes_of_the_guest_name_nodes_of_the_host() {
        assert_eq!(
            issue("hugepages: 2\nmemory: 4096\n").as_deref(),
            Some("1: expected numa: 1 beside hugepages")
        );
        let nodes = "hugepages: 1024\nnuma: 1\nmemory: 4096\nnuma0: cpus=0-1,memory=";
        assert_eq!(
            issue(&format!("{nodes}4096\n")).as_deref(),
            Some("4: expected hostnodes and policy in numa0 beside hugepages")
        );
        assert_eq!(
            issue(&format!("{nodes}4096,hostnodes=0,policy=bind\n")),
            None
        );
        assert!(issue(&format!("{nodes}1500,hostnodes=0,policy=bind\n")).is_some());
    }
}
