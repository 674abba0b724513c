//! The files that a plan reads in addition to those of the host model.

use host_tree::HostTree;
use hostconf::boot::change::OptionsChange;
use hostconf::boot::loader::Loader;
use hostconf::boot::steps::steps;

use super::binding::files;
use super::read::PLACE;
use crate::host::Host;

/// Reads the files that a plan may write, for a recording tree.
pub fn inspect(tree: &dyn HostTree, host: &Host) {
    for path in files() {
        let _ = tree.read(path);
    }
    // Texts of guests, for the undo.
    let _ = tree.list(PLACE);
    // Any change of the kernel options reads the same files.
    let Loader::Known { kind, .. } = &host.boot.loader else {
        return;
    };
    let Ok(option) = "iommu=pt".parse() else {
        return;
    };
    let change = OptionsChange {
        put: vec![option],
        ..OptionsChange::default()
    };
    let _ = steps(tree, *kind, &change);
}
