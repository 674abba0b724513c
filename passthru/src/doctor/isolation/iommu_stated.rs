//! An IOMMU that the host does not have, by the words of the text.

use host_tree::Evidence;
use iommu::IommuStatus;

use crate::doctor::evidence::message_remedies::without_iommu;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

/// The rule about the processor, which is the same for Xen.
pub(in crate::doctor) const PROCESSOR: &[Rule] = &[Rule {
    code: "processor-without-vtd",
    meaning: "The processor is a model without VT-d: Intel left it out of the overclockable \
                  models up to the i7-4770K. No setting adds it. Another processor for the same \
                  socket, or another host, can assign functions.",
    source: "Intel ARK, Intel Virtualization Technology for Directed I/O",
    causes: &[
        "iommu-absent-reported",
        "iommu-off",
        "hypervisor-without-iommu",
    ],
    check: processor,
}];

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "iommu-absent-reported",
    meaning: "A sentence says that the host has no active IOMMU. Without an IOMMU no function \
                  can be assigned to a virtual machine; a container can use a device of the host \
                  with the host driver.",
    source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
    causes: &[],
    check: absent,
}];

/// Whether nothing shows that an IOMMU works.
fn is_open(context: &Context<'_>) -> bool {
    let host = context.host;
    host.iommu.status != IommuStatus::Enabled && host.of_guest.is_none()
}

/// Whether a line says that no IOMMU is in use: a model in a list of parts alone may be of another
/// machine, or of one whose guests need no IOMMU.
fn is_missing(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut logged = host.log_messages.iter();
    host.words.statements.without_iommu.is_some()
        || host.words.statements.iommu_refused.is_some()
        || host.iommu_is_off()
        || logged.any(|logged| logged.message.code == "hypervisor-without-iommu")
}

fn processor(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let stated = host.words.statements.processor_without_vtd.as_ref();
    let stated = stated.map(|model| (model.value, &model.evidence));
    let shown = || {
        Some((
            host.processor_without_vtd()?,
            &host.system.processor.as_ref()?.evidence,
        ))
    };
    let Some((model, evidence)) = stated.or_else(shown) else {
        return Vec::new();
    };
    let is_asked = context.host.words.statements.asks_about_processor;
    if !is_open(context) || !is_asked && !is_missing(context) {
        return Vec::new();
    }
    if context.host_is_xen() {
        return vec![of_xen(model, evidence)];
    }
    let title = text!(
        "the processor {model} has no VT-d: no PCI function can be assigned to a virtual machine",
        model
    );
    vec![
        Diagnostic::new(Verdict::Impossible, title)
            .evidence([evidence.clone()])
            .remedy(other_processor()),
    ]
}

/// Xen assigns functions to paravirtual guests without an IOMMU, too.
fn of_xen(model: &str, evidence: &Evidence) -> Diagnostic {
    let title = text!(
        "the processor {model} has no VT-d: Xen assigns no PCI function to an HVM or PVH guest, and \
         isolates none",
        model
    );
    Diagnostic::new(Verdict::Blocker, title)
        .evidence([evidence.clone()])
        .remedy(Remedy::Manual {
            step: "other-processor",
            text: text!(
                "use a processor and a board with VT-d: VT-x is another feature, and no setting adds \
                 VT-d; without it a PV guest can have the device, which then has access to all memory \
                 of the host (DMA)"
            ),
        })
}

/// Whether the host is an instance of a cloud, and so a virtual machine.
pub(in crate::doctor) fn is_of_cloud(context: &Context<'_>) -> bool {
    let codes = ["cloud-node-is-guest", "cloud-instance-without-iommu"];
    let mut facts = context.host.words.stated_facts.named.iter();
    facts.any(|fact| codes.contains(&fact.value.code))
}

fn absent(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(sentence) = &context.host.words.statements.without_iommu else {
        return Vec::new();
    };
    if !is_open(context) || context.host.iommu_is_off() || is_of_cloud(context) {
        return Vec::new();
    }
    // `直通未开启` is of one device on other systems.
    let line = sentence.text.to_lowercase();
    let is_named = ["mmu", "immou", "vt-d", "vtd", "amd-vi"];
    let is_named = is_named.iter().any(|name| line.contains(name));
    if !is_named && line.contains("直通") && !context.host_is_linux() {
        return Vec::new();
    }
    let listed = &context.host.words.statements.unexpanded_groups;
    let title = match listed {
        Some(_) => {
            text!("the list of IOMMU groups has * for each number: the kernel has no IOMMU groups")
        }
        None => text!(
            "the text says that the host has no active IOMMU: no PCI function can be assigned to a \
             virtual machine"
        ),
    };
    let remedy = match context.host.words.statements.processor_without_vtd {
        Some(_) => other_processor(),
        None => without_iommu(context),
    };
    vec![
        Diagnostic::new(Verdict::Blocker, title)
            .evidence([listed.as_ref().unwrap_or(sentence).clone()])
            .remedy(remedy),
    ]
}

fn other_processor() -> Remedy {
    Remedy::Manual {
        step: "other-processor",
        text: text!("use a processor with VT-d, or another host"),
    }
}
