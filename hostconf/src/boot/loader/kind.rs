//! A host's boot loader, as far as it is known.

use host_tree::Evidence;

use crate::boot::loaders::LoaderKind;

/// What is known of a host's boot loader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loader {
    /// It is this one.
    Known {
        /// Which.
        kind: LoaderKind,
        /// What shows it.
        evidence: Vec<Evidence>,
    },
    /// Not in the tree.
    Unknown {
        /// What there is.
        evidence: Vec<Evidence>,
        /// Commands whose output shows it.
        would_tell: Vec<&'static str>,
    },
}
