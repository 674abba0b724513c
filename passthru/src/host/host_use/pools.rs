//! The devices of imported ZFS pools, in `zpool status`.

use host_tree::{Evidence, HostTree, numbered_lines};

/// A device of a pool that the host has imported.
pub(super) struct PoolDevice {
    /// The pool's name.
    pub(super) pool: String,
    /// The device as the program names it: `nvme0n1p3`, `/dev/disk/by-id/…`.
    pub(super) device: String,
    /// Its row.
    pub(super) evidence: Evidence,
}

/// States of devices that a pool has, spares among them (OpenZFS cmd/zpool/zpool_main.c,
/// `print_status_config`).
const PRESENT: [&str; 6] = ["ONLINE", "DEGRADED", "FAULTED", "OFFLINE", "AVAIL", "INUSE"];

/// Rows of groups of devices.
const GROUPS: [&str; 6] = [
    "mirror-",
    "raidz",
    "draid",
    "spare-",
    "replacing-",
    "indirect-",
];

/// The devices in the tables of `zpool status`. `zpool import` prints pools that are not imported,
/// and no heading.
pub(super) fn devices(tree: &dyn HostTree) -> Vec<PoolDevice> {
    let mut devices = Vec::new();
    for text in tree.texts() {
        if !text.text.contains("CKSUM") {
            continue;
        }
        // The pool of the table; empty below its heading.
        let mut pool: Option<String> = None;
        for (number, line) in numbered_lines(&text.text) {
            let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            let mut words = line.split_ascii_whitespace();
            let (name, state) = (words.next(), words.next());
            match (name, state, &pool) {
                (Some("NAME"), Some("STATE"), _) => pool = Some(String::new()),
                // `logs`, `cache`, `spares`.
                (Some(_), None, Some(_)) => {}
                (Some(name), Some(_), Some(known)) if known.is_empty() => {
                    pool = Some(name.to_owned());
                }
                (Some("errors:") | None, _, _) => pool = None,
                (Some(name), Some(state), Some(pool))
                    if PRESENT.contains(&state)
                        && !GROUPS.iter().any(|group| name.starts_with(group)) =>
                {
                    devices.push(PoolDevice {
                        pool: pool.clone(),
                        device: name.to_owned(),
                        evidence: Evidence::new(&*text.command, number, line),
                    });
                }
                _ => {}
            }
        }
    }
    devices
}
