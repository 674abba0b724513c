//! The current boot of a host.

use host_tree::HostTree;

/// The kernel's random number of the boot (random(4)): the next one has another.
pub(crate) const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The number of the boot that `tree` shows.
pub(crate) fn boot_id(tree: &dyn HostTree) -> Option<String> {
    let text = tree.read_text(BOOT_ID).found()?;
    let word = text.trim();
    (!word.is_empty()).then(|| word.to_owned())
}
