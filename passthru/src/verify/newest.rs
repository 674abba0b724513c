//! The plan to verify.

use host_tree::HostTree;

use super::report::{VerifyReport, verify};
use crate::apply;
use crate::failure::{Cause, ErrorKind, into_error};
use crate::host::Host;
use crate::plan::Plan;
use crate::text::{Text, text};

/// The reason why no plan is verified.
#[derive(Debug)]
enum VerifyCause {
    /// No plan was named, and none was applied here.
    NoPlan,
    /// No plan was named, and the journal of the newest cannot be read.
    Journal(crate::Error),
}

into_error!(VerifyCause);

impl Cause for VerifyCause {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoPlan => ErrorKind::Transaction,
            Self::Journal(_) => ErrorKind::BadText,
        }
    }

    fn text(&self) -> Text {
        match self {
            Self::NoPlan => {
                text!("no plan was applied here; name a plan: passthru verify plan.json")
            }
            Self::Journal(error) => error.text(),
        }
    }
}

/// Answers the checks of `plan`, or of the newest plan that was applied to the host of
/// `tree`.
///
/// # Errors
///
/// Without a plan, in the call or on the host.
pub fn newest(tree: &dyn HostTree, plan: Option<&Plan>) -> crate::Result<VerifyReport> {
    let journal = match (apply::last(tree), plan) {
        (Ok(journal), _) => journal,
        (Err(_), Some(_)) => None,
        (Err(error), None) => return Err(VerifyCause::Journal(error).into()),
    };
    // A given plan is used; the transaction of another one does not apply to it.
    let journal = journal.filter(|journal| {
        let is_its = |plan: &Plan| *plan == journal.header.plan;
        plan.is_none_or(is_its)
    });
    let applied = journal.as_ref().map(|journal| &journal.header.plan);
    let plan = plan.or(applied).ok_or(VerifyCause::NoPlan)?;
    Ok(verify(tree, &Host::read(tree), plan, journal.as_ref()))
}
