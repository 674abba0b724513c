//! Whether the processor can run guests at all.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Virtualization;
use crate::remedy::Remedy;
use crate::target::Target;
use crate::text::text;
use crate::verdict::Verdict;

const SOURCE: &str = "Linux arch/x86/kernel/cpu/proc.c, flags; arch/x86/kernel/cpu/feat_ctl.c; \
                      arch/x86/kvm/svm/svm.c";

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "virtualization-missing",
        meaning: "The processor's flags have neither vmx nor svm: it has no hardware \
                  virtualization, or the firmware disables it. KVM cannot run a guest without it. \
                  The IOMMU is another setting.",
        source: SOURCE,
        causes: &[],
        check: missing,
    },
    Rule {
        code: "virtualization-on",
        meaning: "The processor has hardware virtualization, which KVM needs. It does not show \
                  whether the IOMMU is enabled.",
        source: SOURCE,
        causes: &[],
        check: present,
    },
    Rule {
        code: "virtualization-not-shown",
        meaning: "Lines of /proc/cpuinfo were counted with a pattern that other flags match too: \
                  vm is also in vme, which almost every processor has. A count above 0 is no \
                  evidence of vmx or svm.",
        source: SOURCE,
        causes: &[],
        check: wrong_pattern,
    },
];

fn report(context: &Context<'_>, is: Virtualization, verdict: Verdict) -> Option<Diagnostic> {
    let system = &context.host.system;
    // Xen hides the flags from dom0.
    let others = [Target::Xen, Target::XcpNg, Target::Esxi];
    let hypervisor = system.hypervisor.as_ref().map(|found| found.value);
    if system.platform.is_some() || hypervisor.is_some_and(|target| others.contains(&target)) {
        return None;
    }
    let found = system
        .virtualization
        .as_ref()
        .filter(|found| found.value == is)?;
    let title = match is {
        Virtualization::Missing => {
            text!("the processor's flags have neither vmx nor svm: KVM cannot run guests")
        }
        Virtualization::Present => text!("the processor has hardware virtualization"),
        Virtualization::WrongPattern => {
            text!("not in the input: whether the flags have vmx or svm; the pattern matches others")
        }
    };
    Some(Diagnostic::new(verdict, title).evidence([found.evidence.clone()]))
}

fn missing(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = report(context, Virtualization::Missing, Verdict::Blocker);
    // KVM runs.
    let mut modules = context.host.lines.loaded_modules().iter();
    if modules.any(|module| ["kvm_intel", "kvm_amd"].contains(&module.value)) {
        return Vec::new();
    }
    let found = found.map(|found| {
        found.remedy(Remedy::Manual {
            step: "enable-virtualization",
            text: text!(
                "enable the processor's virtualization in the firmware: VT-x or VMX of Intel, SVM \
                 of AMD; a processor without it cannot run guests"
            ),
        })
    });
    found.into_iter().collect()
}

fn present(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = report(context, Virtualization::Present, Verdict::Ok);
    found.into_iter().collect()
}

fn wrong_pattern(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = report(context, Virtualization::WrongPattern, Verdict::Unknown);
    let found = found.map(|found| found.remedy(Remedy::inspect(&["cat", "/proc/cpuinfo"])));
    found.into_iter().collect()
}
