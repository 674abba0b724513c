//! The answer: which card is in question, and whether a guest can have it.
//!
//! [`doctor::examine`](crate::doctor::examine) gives one [`CardAnswer`] for each card in
//! question; [`check`] gives one for each card of the host that could be assigned.

mod candidates;
mod causes;
mod choice;
mod readiness;

pub use candidates::{Candidate, Check, Kind, check};
pub(crate) use causes::causes;
pub use choice::{Choice, ChosenBy};
pub use readiness::{CardAnswer, Readiness};
pub(crate) use readiness::{answers, is_preparation};
