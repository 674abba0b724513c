//! The directory of a function below `/sys/devices`.

use alloc::vec::Vec;

use crate::{Address, Bus};

/// The functions on a directory's path, the outermost first, each with its root bus if it is on
/// one.
///
/// In `pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:1d.0/10000:e1:00.0` the root bus of domain
/// 10000 is below a function of domain 0: Intel VMD.
pub(super) fn functions(target: &str) -> Vec<(Address, Option<Bus>)> {
    let mut functions = Vec::new();
    let mut root = None;
    for part in target.split('/') {
        if let Ok(address) = part.parse::<Address>() {
            functions.push((address, root.take()));
        } else if let Some(bus) = part
            .strip_prefix("pci")
            .and_then(|bus| bus.parse::<Bus>().ok())
        {
            root = Some(bus);
        } else if root.is_some() {
            // A root bus with something other than a function.
            break;
        }
    }
    functions
}
