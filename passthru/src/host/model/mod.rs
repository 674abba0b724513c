//! The host as its sources show it: what each shows is an observation, and one table says
//! which of them counts.

mod admission;
mod contradiction;
mod fold;
mod observation;
mod precedence;
mod seen;
mod source;
mod survey;
pub(super) mod whole_host;

pub use contradiction::Contradiction;
pub(super) use fold::fold;
pub(super) use observation::{Entry, Naming, Value};
pub(super) use seen::{EmulatedRun, Foreign, Listing, Member, Seen, Way};
pub(super) use source::Source;
pub(super) use survey::Survey;
