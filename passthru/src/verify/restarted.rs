//! Whether a host was rebooted since a plan was applied.

use host_tree::{Evidence, HostTree, numbered_lines};

use crate::apply::{BOOT_ID, Journal, TransactionState, boot_id};

/// Whether the host of `tree` was rebooted since the plan of `journal` was applied; `None` if the
/// plan is not fully applied, and without both `/proc/sys/kernel/random/boot_id` and `/proc/stat`.
#[must_use]
pub fn restarted(tree: &dyn HostTree, journal: &Journal) -> Option<bool> {
    shown(tree, journal).map(|(restarted, _)| restarted)
}

/// The same, with the line that shows it.
pub(super) fn shown(tree: &dyn HostTree, journal: &Journal) -> Option<(bool, Evidence)> {
    if journal.state() != TransactionState::Applied {
        return None;
    }
    // Clocks are set, and the number of the boot is not.
    if let (Some(then), Some(now)) = (journal.applied_in(), boot_id(tree)) {
        return Some((then != now, Evidence::new(BOOT_ID, 1, now)));
    }
    let (time, evidence) = started(tree)?;
    Some((time >= journal.header.time, evidence))
}

/// When the kernel started, in seconds since 1970: `btime` of `/proc/stat`
/// (proc_stat(5)).
fn started(tree: &dyn HostTree) -> Option<(u64, Evidence)> {
    let path = "/proc/stat";
    let text = tree.read_text(path).found()?;
    let lines = numbered_lines(&text);
    lines
        .filter_map(|(number, line)| {
            let time = line.strip_prefix("btime ")?.trim().parse().ok()?;
            Some((time, Evidence::new(path, number, line)))
        })
        .next()
}
