//! Two devices of which each works alone with a guest.

use crate::ask::Shell;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "pair-fails-reported",
    meaning: "A sentence says that each of two devices works alone with the guest, and that both \
              together fail. Each device, its driver and its binding are in order: the two share \
              something, such as the guest's address space, memory, power, an IOMMU group or a \
              display.",
    source: "the sentence itself",
    causes: &["failure-not-shown"],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(line) = &context.host.words.statements.pair_fails else {
        return Vec::new();
    };
    // The fact about this pair says more.
    let mut facts = context.host.words.stated_facts.named.iter();
    if facts.any(|fact| fact.value.code == "gpu-partition-with-dda") {
        return Vec::new();
    }
    let step = match Shell::of(context.host, context.target) {
        Shell::Windows => text!(
            "give one of the two to the guest in another way (USB devices by the network or a remote \
             session, a whole GPU by DDA instead of a partition), or to another guest; as a test \
             enlarge the address space of the guest (Set-VM -HighMemoryMappedIoSpace)"
        ),
        _ => text!(
            "compare the log of the guest's start, and the addresses of both devices in the guest, with \
             one and with both: address space above 4 GiB, memory, power, a common IOMMU group; else give \
             one of them to another guest"
        ),
    };
    vec![
        Diagnostic::new(
            Verdict::Check,
            text!(
                "the text says that each of two devices works alone, and that both together fail: the \
                 cause is in the pair"
            ),
        )
        .evidence([line.clone()])
        .remedy(Remedy::Manual {
            step: "one-of-the-pair",
            text: step,
        }),
    ]
}
