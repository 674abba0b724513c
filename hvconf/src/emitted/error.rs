//! Why nothing is emitted.

/// Why a description cannot be written for a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmitError {
    /// The target wants something that the description leaves open.
    #[error("{target} needs {what}")]
    Missing {
        /// The target.
        target: &'static str,
        /// What it needs.
        what: &'static str,
    },
    /// There is more of something than the target takes.
    #[error("{target} takes {most} {what} at most")]
    TooMany {
        /// The target.
        target: &'static str,
        /// What there is too much of.
        what: &'static str,
        /// How many it takes.
        most: usize,
    },
    /// A value is of a kind that the target cannot express.
    #[error("{target} cannot express {what}")]
    CannotExpress {
        /// The target.
        target: &'static str,
        /// What it cannot express.
        what: String,
    },
    /// The objects of the input leave open which one is meant, or cannot be kept.
    #[error("{target}: {reason}")]
    Unclear {
        /// The target.
        target: &'static str,
        /// What was expected and found.
        reason: String,
    },
    /// The target cannot pass functions through at all.
    #[error("{target} cannot pass PCI functions through: {because}")]
    Cannot {
        /// The target.
        target: &'static str,
        /// Why.
        because: &'static str,
    },
}
