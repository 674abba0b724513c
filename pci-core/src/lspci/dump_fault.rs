//! Errors of hex dumps.

/// An error in a hex dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub(crate) enum DumpFault {
    /// Not a byte of two hex digits and a blank.
    #[error("expected a byte of two hex digits")]
    NotAByte,
    /// A byte beyond the 4096 of configuration space.
    #[error("configuration space has no more than 4096 bytes")]
    BeyondConfigSpace,
    /// A device above 1f or a function above 7.
    #[error("no function has this address")]
    NoSuchAddress,
}
