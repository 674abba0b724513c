//! Processes that have VFIO nodes open.

use host_tree::{Evidence, HostTree, Lookup};
use list_order::Order as _;

/// A process that has a node open. The kernel allows one per group: the next `open` fails (`Device
/// or resource busy`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeUser {
    /// Process ID.
    pub process: u32,
    /// Process name, truncated by the kernel to 15 bytes (`comm`, proc_pid_comm(5)):
    /// `qemu-system-x86` for QEMU, `kvm` on Proxmox VE. Empty if not in the input.
    pub name: String,
    /// The link in `/proc` that proves it.
    pub evidence: Evidence,
}

/// The processes that have one of these nodes open, such as `/dev/vfio/17`, by process ID: from
/// links in `/proc/*/fd` (proc_pid_fd(5)), which are read but not followed. Without root only the
/// user's own processes are visible, so an empty result proves nothing.
///
/// Reads every open file of the machine: some milliseconds for a thousand processes.
///
/// ```
/// use iommu::vfio::node_users;
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// tree.insert_link("/proc/4242/fd/27", "/dev/vfio/17");
/// tree.insert_file("/proc/4242/comm", "qemu-system-x86\n");
/// let found = node_users(&tree, &["/dev/vfio/17".to_owned()]);
/// assert_eq!((found[0].process, &*found[0].name), (4242, "qemu-system-x86"));
/// assert!(node_users(&tree, &["/dev/vfio/1".to_owned()]).is_empty());
/// ```
#[must_use]
pub fn node_users(tree: &dyn HostTree, nodes: &[String]) -> Vec<NodeUser> {
    let names = |path: &str| match tree.list(path) {
        Lookup::Found(listing) => listing.names,
        _ => Vec::new(),
    };
    let mut processes: Vec<u32> = names("/proc")
        .iter()
        .filter_map(|name| name.parse().ok())
        .collect();
    processes.order();
    let of_one = |process: u32| {
        let place = format!("/proc/{process}/fd");
        // A process may have a node open several times; one link is enough.
        names(&place).into_iter().find_map(|file| {
            let path = format!("{place}/{file}");
            let link = tree.read_link(&path).shown(&path, String::clone);
            let (target, evidence) = link.found()?;
            nodes.contains(&target).then(|| NodeUser {
                process,
                name: name_of(tree, process),
                evidence,
            })
        })
    };
    processes.into_iter().filter_map(of_one).collect()
}

fn name_of(tree: &dyn HostTree, process: u32) -> String {
    let name = tree.read_text(&format!("/proc/{process}/comm")).found();
    name.unwrap_or_default().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use host_tree::MemoryTree;

    use super::*;

    /// Other processes, other files and non-processes are skipped.
    #[test]
    fn only_processes_with_the_node_open() {
        let mut tree = MemoryTree::partial();
        for (path, target) in [
            ("/proc/1/fd/0", "/dev/null"),
            ("/proc/77/fd/3", "/dev/vfio/vfio"),
            ("/proc/77/fd/4", "/dev/vfio/170"),
            ("/proc/900/fd/12", "/dev/vfio/17"),
            ("/proc/900/fd/13", "/dev/vfio/17"),
            ("/proc/81/fd/5", "/dev/vfio/devices/vfio0"),
            ("/proc/self/fd/5", "/dev/vfio/17"),
            ("/proc/99999999999/fd/5", "/dev/vfio/17"),
        ] {
            tree.insert_link(path, target);
        }
        tree.insert_file("/proc/81/comm", "kvm\n");
        let nodes = ["/dev/vfio/17", "/dev/vfio/devices/vfio0"].map(str::to_owned);
        let found = node_users(&tree, &nodes);
        let found: Vec<(u32, &str)> = found.iter().map(|one| (one.process, &*one.name)).collect();
        assert_eq!(found, [(81, "kvm"), (900, "")]);
    }
}
