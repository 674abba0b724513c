//! The answer: the card in question, and whether it can be assigned to a guest.
//!
//! [`doctor::examine`](crate::doctor::examine) returns one [`CardAnswer`] for each card in
//! question; [`check`] returns one for each card of the host that could be assigned.

mod candidates;
mod causes;
mod choice;
pub(crate) mod loss;
mod readiness;

pub use candidates::{Candidate, Check, Kind, OtherMember, check};
pub(crate) use causes::{causes, counts};
pub use choice::{Choice, ChosenBy};
pub use readiness::{CardAnswer, Readiness};
pub(crate) use readiness::{USES, answers, is_preparation, notable};
