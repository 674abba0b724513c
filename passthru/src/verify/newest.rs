//! The plan to verify.

use host_tree::HostTree;

use super::report::{Report, verify};
use crate::apply;
use crate::host::Host;
use crate::plan::Plan;
use crate::text::{Text, text};

/// The reason why no plan is verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
#[non_exhaustive]
pub enum NothingToVerify {
    /// No plan was named, and none was applied here.
    NoPlan,
    /// No plan was named, and the journal of the newest cannot be read.
    Journal(String),
}

impl NothingToVerify {
    /// The error, for people.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::NoPlan => {
                text!("no plan was applied here; name a plan: passthru verify plan.json")
            }
            Self::Journal(reason) => Text::of_english(reason),
        }
    }
}

/// Answers the checks of `plan`, or of the newest plan that was applied to the host of
/// `tree`.
///
/// # Errors
///
/// Without a plan, in the call or on the host: see [`NothingToVerify`].
pub fn newest(tree: &dyn HostTree, plan: Option<&Plan>) -> Result<Report, NothingToVerify> {
    let journal = match (apply::last(tree), plan) {
        (Ok(journal), _) => journal,
        (Err(_), Some(_)) => None,
        (Err(reason), None) => return Err(NothingToVerify::Journal(reason)),
    };
    // A given plan is used; the transaction of another one does not apply to it.
    let journal = journal.filter(|journal| {
        let is_its = |plan: &Plan| *plan == journal.header.plan;
        plan.is_none_or(is_its)
    });
    let applied = journal.as_ref().map(|journal| &journal.header.plan);
    let plan = plan.or(applied).ok_or(NothingToVerify::NoPlan)?;
    Ok(verify(tree, &Host::read(tree), plan, journal.as_ref()))
}
