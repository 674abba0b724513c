//! The devices of imported ZFS pools, in `zpool status`.

use host_tree::{Evidence, HostTree, numbered_lines};

use crate::host::guests::guest_parts;
use crate::host::identity::stated_distribution::has_guest;
use crate::prompt::Prompt;

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

/// The host of a prompt, also of `root@truenas[~]#`.
fn prompt_host(line: &str) -> Option<&str> {
    Prompt::read(line)
        .and_then(|prompt| prompt.host)
        .or_else(|| {
            let (user, rest) = line.trim_start().split_once('@')?;
            let (host, rest) = rest.split_once('[')?;
            let is_prompt = rest.contains("]# ") || rest.contains("]$ ") || rest.contains("]% ");
            (is_prompt && !user.contains(' ') && !host.contains(' ')).then_some(host)
        })
}

/// The devices in the tables of `zpool status`. `zpool import` prints pools that are not imported,
/// and no heading.
pub(super) fn devices(tree: &dyn HostTree) -> Vec<PoolDevice> {
    let mut devices = Vec::new();
    let texts = tree.texts();
    if !texts.iter().any(|text| text.text.contains("CKSUM")) {
        return devices;
    }
    let mut hosts = texts.iter().flat_map(|text| text.text.lines());
    let host = hosts.find_map(prompt_host);
    for (text, of_guests) in texts.iter().zip(guest_parts::of_texts(texts)) {
        // The pool of the table; empty below its heading.
        let mut pool: Option<String> = None;
        // The shell of another machine, or words about a guest above the table.
        let (mut is_other, mut is_of_guest) = (false, false);
        for (number, line) in numbered_lines(&text.text) {
            if let Some(shown) = prompt_host(line) {
                is_other = Some(shown) != host;
            } else if line.trim_end().ends_with(':') && line.contains(' ') {
                let mut sentences = line.rsplit(['.', '?', '!']);
                is_of_guest = sentences.next().is_some_and(has_guest);
            }
            if is_other || is_of_guest || guest_parts::has(&of_guests, number) {
                pool = None;
                continue;
            }
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
