//! A change that broke the assignment, and that the text names: a release, a commit.

use host_tree::Evidence;

use super::rule::{Context, Diagnostic};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

/// Whether the change is that of one half of a driver: its other half is to be updated, too.
pub(super) fn is_of_module(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut logged = host.log_messages.iter();
    let mut facts = host.words.stated_facts.named.iter();
    logged.any(|one| one.message.code == "nvidia-version-mismatch")
        || facts.any(|fact| fact.value.code == "sriov-module-of-new-kernel")
}

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
    .evidence(context.host.words.explanations.causes.iter().cloned())
    .remedy(Remedy::Manual {
        step: "earlier-release",
        text: text!(
            "use the earlier release, or one without this change, until it is corrected; report \
             both releases to the project"
        ),
    })
}
