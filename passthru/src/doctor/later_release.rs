//! A change that broke the assignment, and that the text names: a release, a commit.

use host_tree::Evidence;

use super::rule::{Context, Diagnostic};
use crate::host::{Symptom, names_release};
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

/// The line that names a release of a driver that works, and says of others that they do not.
pub(super) fn driver_release<'a>(context: &Context<'a>) -> Option<&'a Evidence> {
    const DRIVERS: [&str; 6] = [
        "driver",
        "treiber",
        "pilote",
        "controlador",
        "драйвер",
        "驱动",
    ];
    // The release may be that of the kernel, with one driver: `With kernel 6.5 and the same driver it works`.
    const KERNELS: [&str; 6] = ["kernel", "noyau", "núcleo", "ядр", "内核", "カーネル"];
    let mut symptoms = context.host.words.symptoms.iter();
    let found = symptoms.find(|found| found.value == Symptom::Regression)?;
    let line = found.evidence.text.to_lowercase();
    let names = |words: &[&str]| words.iter().any(|name| line.contains(name));
    let is_of_driver = names(&DRIVERS) && !names(&KERNELS);
    (is_of_driver && names_release(&found.evidence)).then_some(&found.evidence)
}

/// Whether the text names an earlier release of the host's programs with which the assignment works.
pub(super) fn is_of_host_release(context: &Context<'_>) -> bool {
    let mut symptoms = context.host.words.symptoms.iter();
    let found = symptoms.find(|found| found.value == Symptom::Regression);
    found.is_some_and(|found| names_release(&found.evidence))
        && !is_of_module(context)
        && driver_release(context).is_none()
}

/// Whether the guest's driver reports the failure.
fn is_in_guest(context: &Context<'_>) -> bool {
    let words = &context.host.words;
    let mut symptoms = words.symptoms.iter();
    words.code_43_statement.is_some() || symptoms.any(|one| one.value == Symptom::NoPicture)
}

/// The text names the change with which the assignment fails.
pub(super) fn later_release(context: &Context<'_>, line: Evidence) -> Diagnostic {
    if driver_release(context).is_some() && is_in_guest(context) {
        return Diagnostic::new(
            Verdict::Fix,
            text!("the text names a release of the guest's driver that works, and others that fail"),
        )
        .evidence([line])
        .remedy(Remedy::Manual {
            step: "driver-release",
            text: text!(
                "keep the release that works in the guest, and exclude the driver from updates of the \
                 guest's system; report both releases to the maker"
            ),
        });
    }
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
            "use the release that works, or one without this change, until it is corrected; report \
             both releases to the project"
        ),
    })
}
