//! Capture of everything that the analysis reads of a host: the content of `passthru capture`.
//!
//! ```
//! use passthru::{Host, capture};
//! use host_tree::MemoryTree;
//! let mut tree = MemoryTree::partial();
//! tree.insert_text("lspci -nn", "03:00.0 Ethernet controller [0200]: Intel Corporation I210 \
//!     Gigabit Network Connection [8086:1533] (rev 03)\n");
//! let snapshot = capture::shareable(&tree);
//! assert_eq!(Host::read(&snapshot).devices().len(), 1);
//! ```

use host_tree::{HostTree, MemoryTree, Recorder};

use crate::host::Host;
use crate::{plan, predicted, redact, verify};

/// Returns everything that the analysis reads of `tree`, unchanged, with the machine's identifiers.
#[must_use]
pub fn whole(tree: &dyn HostTree) -> MemoryTree {
    recorded(tree).0
}

/// Returns everything that the analysis reads of `tree`, with placeholders for identifiers of the
/// machine: see [`redact`].
#[must_use]
pub fn shareable(tree: &dyn HostTree) -> MemoryTree {
    let (snapshot, host) = recorded(tree);
    redact::tree(&snapshot, &host)
}

fn recorded(tree: &dyn HostTree) -> (MemoryTree, Host) {
    let recorder = Recorder::new(tree);
    // Reading the host reads everything for the doctor; a plan also reads the files that it may
    // write.
    let host = Host::read(&recorder);
    plan::inspect(&recorder, &host);
    // A prediction of the groups reads these.
    for path in predicted::files(&host) {
        let _ = recorder.read(&path);
    }
    // And so does verify.
    for path in verify::FILES {
        let _ = recorder.read(path);
    }
    (recorder.into_tree(), host)
}
