//! A change that broke the assignment, and that the text names: a release, a commit.

use host_tree::Evidence;

use super::rule::{Context, Diagnostic};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

/// The text names the change with which the assignment fails.
pub(super) fn later_release(context: &Context<'_>, line: Evidence) -> Diagnostic {
    Diagnostic::new(
        Verdict::Fix,
        text!(
            "a change broke the assignment: the text names it, and says that it works without the \
             change"
        ),
    )
    .evidence([line])
    .evidence(context.host.explanations.causes.iter().cloned())
    .remedy(Remedy::Manual {
        step: "earlier-release",
        text: text!(
            "use the earlier release, or one without this change, until it is corrected; report \
             both releases to the project"
        ),
    })
}
