//! Options of modules on the kernel command line without their module: `disable_vga=1`.

use std::collections::BTreeMap;

use host_tree::Evidence;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::KernelOption;
use crate::remedy::Remedy;
use crate::requirement::Change;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "ids-without-module",
        meaning: "ids= on the kernel command line has no module before it. The kernel passes the \
                  word to the init process, and vfio-pci never reads it: the functions stay bound \
                  to the host driver.",
        source: "Linux init/main.c, unknown_bootoption; Documentation/admin-guide/\
                 kernel-parameters.rst, modules",
        causes: &[
            "host-driver-bound",
            "vfio-ids-missing-function",
            "group-not-viable",
        ],
        check: |context| check(context, true),
    },
    Rule {
        code: "option-without-module",
        meaning: "An option of a module is on the kernel command line without the module before \
                  it. The kernel passes the word to the init process, and no module reads it. In \
                  a file of modprobe.d the module is a word of its own; on the command line it \
                  is before the dot.",
        source: "Linux init/main.c, unknown_bootoption; Documentation/admin-guide/\
                 kernel-parameters.rst, modules",
        causes: &[],
        check: |context| check(context, false),
    },
];

/// Options that one module alone has, and that guides for passthrough name (Linux 6.12).
const OPTIONS: [(&str, &str); 12] = [
    ("ids", "vfio-pci"),
    ("nointxmask", "vfio-pci"),
    ("disable_vga", "vfio-pci"),
    ("disable_idle_d3", "vfio-pci"),
    ("enable_sriov", "vfio-pci"),
    ("disable_denylist", "vfio-pci"),
    ("allow_unsafe_interrupts", "vfio_iommu_type1"),
    ("dma_entry_limit", "vfio_iommu_type1"),
    ("ignore_msrs", "kvm"),
    ("report_ignored_msrs", "kvm"),
    ("enable_guc", "i915"),
    ("enable_gvt", "i915"),
];

/// The module of an option without one: that of `ids` only where its value has IDs.
fn module_of(option: &KernelOption) -> Option<&'static str> {
    let mut known = OPTIONS.iter();
    let (name, module) = known.find(|(name, _)| *name == option.name)?;
    let value = option.value.as_deref().unwrap_or_default();
    let is_ids = || value.contains(':') && !value.contains(['/', '.']);
    (*name != "ids" || is_ids()).then_some(module)
}

fn check(context: &Context<'_>, of_ids: bool) -> Vec<Diagnostic> {
    let mut found: BTreeMap<&str, (&'static str, Vec<Evidence>)> = BTreeMap::new();
    for option in &context.host.settings.kernel_options {
        if (option.name == "ids") != of_ids {
            continue;
        }
        if let Some(module) = module_of(option) {
            let known = found.entry(option.text.as_str());
            let (_, shown) = known.or_insert((module, Vec::new()));
            shown.push(option.evidence.clone());
        }
    }
    let reported = found.into_iter().map(|(option, (module, shown))| {
        let meant = format!("{module}.{option}");
        let title = text!(
            "{option} has no effect: on the kernel command line the option is {meant}",
            option,
            meant
        );
        let verdict = if of_ids {
            Verdict::Fix
        } else {
            Verdict::NoEffect
        };
        let remedy = if of_ids {
            // The IDs of vfio-pci are the plan's to write, in one place.
            Remedy::Manual {
                step: "write-option",
                text: text!("write {meant} instead of {typed}", meant, typed = option),
            }
        } else {
            Change::ReplaceKernelOption {
                option: option.to_owned(),
                replacement: meant,
            }
            .into()
        };
        Diagnostic::new(verdict, title)
            .evidence(shown)
            .remedy(remedy)
    });
    reported.collect()
}
