//! A host's boot loader, as far as it is known.

use host_tree::Evidence;

use crate::boot::loaders::LoaderKind;

/// Boot loader of a host, as far as known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loader {
    /// This one.
    Known {
        /// Which.
        kind: LoaderKind,
        /// The evidence.
        evidence: Vec<Evidence>,
    },
    /// Not in the tree.
    Unknown {
        /// The existing evidence.
        evidence: Vec<Evidence>,
        /// Commands whose output shows it.
        would_tell: Vec<&'static str>,
    },
}
