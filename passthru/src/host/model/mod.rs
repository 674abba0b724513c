//! Model of the host: each source yields observations, and one table determines their precedence.

mod admission;
mod contradiction;
mod fold;
mod observation;
mod precedence;
mod seen;
mod source;
mod survey;
mod sysfs;
pub(super) mod whole_host;

pub(crate) use contradiction::Contradiction;
pub(super) use fold::{Folded, fold};
pub(super) use observation::{Entry, Naming, Value};
pub(super) use seen::{EmulatedRun, Foreign, Listing, Member, Seen, Way};
pub(super) use source::{Side, Source};
pub(super) use survey::Survey;
