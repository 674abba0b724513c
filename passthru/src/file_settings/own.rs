//! Files that only passthru writes, completely.

use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::{by_address, udev_rule};

use super::setting::Found;

/// Directories of ours.
const PLACES: [&str; 2] = ["/var/lib/passthru/", "/usr/local/lib/passthru/"];

/// Whether a component of the path is a name of passthru's files.
pub(super) fn is_own(path: &str) -> bool {
    path.split('/').any(|part| part.contains("passthru"))
}

/// The functions that a file of passthru binds to vfio-pci. The rest is generated each time. Any
/// other text is a list of lines.
pub(super) fn own(found: &mut Found<'_>, path: &str) {
    let text = found.text;
    let functions = by_address::bound(text).or_else(|| udev_rule::bound(text));
    let is_ours = PLACES.iter().any(|place| path.starts_with(place)) || text.contains("passthru");
    for function in functions.iter().flatten() {
        let BoundFunction {
            address,
            id,
            subsystem,
        } = function;
        let subsystem = subsystem.map_or_else(String::new, |id| format!(" {id}"));
        found.note("", "function", &format!("{address} {id}{subsystem}"), 0);
    }
    if is_ours {
        found.cover(0..text.len());
    }
}

/// driverctl's file of a function: the driver that it is to have.
pub(super) fn driverctl(found: &mut Found<'_>) {
    let driver = found.text.trim();
    if !driver.is_empty() {
        found.add("", "driver", driver, 0..found.text.len());
    }
}
