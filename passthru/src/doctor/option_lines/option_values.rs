//! Values of kernel options: their effect on this processor, and unknown values.

use host_tree::Evidence;
use iommu::IommuStatus;

use crate::doctor::isolation::iommu::is_missed_by_hypervisor;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{KernelOption, Processor};
use crate::remedy::Remedy;
use crate::requirement::Change;
use crate::size::bytes;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "option-of-other-vendor",
        meaning: "The option belongs to the other vendor's IOMMU: intel_iommu= applies only to \
                  VT-d, amd_iommu= only to AMD-Vi. The kernel reads the option but the value has \
                  no effect, although the kernel may print \"DMAR: IOMMU enabled\" on a host with \
                  AMD-Vi.",
        source: "Linux Documentation/admin-guide/kernel-parameters.txt, intel_iommu and amd_iommu; \
                 drivers/iommu/intel/iommu.c, intel_iommu_setup",
        causes: &[],
        check: of_other_vendor,
    },
    Rule {
        code: "iommu-value-unknown",
        meaning: "intel_iommu= is a comma-separated list of words: on, off, igfx_off, forcedac, \
                  strict, sp_off, sm_on, sm_off, tboot_noforce; in Debian's kernels also \
                  intgpu_off, in kernels with Proxmox VE's patch relax_rmrr. The kernel logs and \
                  ignores any other word. Without \"on\" in the list the IOMMU keeps the kernel's \
                  built-in default.",
        source: "Linux drivers/iommu/intel/iommu.c, intel_iommu_setup",
        causes: &["iommu-off"],
        check: unknown_value,
    },
    Rule {
        code: "relax-rmrr",
        meaning: "relax_rmrr together with on is a valid value of kernels with a patch, such as \
                  those of Proxmox VE; other kernels log an unknown option. The kernel then \
                  assigns devices for which the firmware reserves memory (RMRR). The firmware may \
                  continue to access that memory, so a guest can lose data or read the host's. \
                  Only a device that the kernel calls \"ineligible for IOMMU domain attach\" \
                  needs the option.",
        source: "Proxmox VE pve-kernel, patches/kernel, relax_rmrr; Linux \
                 drivers/iommu/intel/iommu.c, device_rmrr_is_relaxable",
        causes: &[],
        check: relax_rmrr,
    },
    Rule {
        code: "option-set-twice",
        meaning: "An option is on the kernel command line twice. With equal values the second has \
                  no effect. With different values the kernel reads both in order, and the last \
                  one takes effect.",
        source: "Linux kernel/params.c, parse_args; drivers/iommu/intel/iommu.c, \
                 intel_iommu_setup; arch/x86/kernel/pci-dma.c, iommu_setup",
        causes: &[],
        check: twice,
    },
    Rule {
        code: "blacklist-as-parameter",
        meaning: "MODULE.blacklist=1 sets a parameter \"blacklist\" of that module, which no \
                  module has. The option that prevents a module from loading is \
                  modprobe.blacklist=MODULE; for dracut's initramfs it is \
                  rd.driver.blacklist=MODULE.",
        source: "Linux Documentation/admin-guide/kernel-parameters.rst; kmod, modprobe(8), \
                 modprobe.blacklist",
        causes: &["host-driver-bound"],
        check: blacklist_parameter,
    },
    Rule {
        code: "huge-pages-reserved",
        meaning: "hugepages= reserves pages at boot, of the size in the preceding hugepagesz= (2 \
                  MiB if there is none). The host cannot use that memory for anything else, and a \
                  guest uses it only if its configuration requests huge pages.",
        source: "Linux Documentation/admin-guide/mm/hugetlbpage.rst",
        causes: &[],
        check: huge_pages,
    },
];

/// The words of `intel_iommu=` (Linux drivers/iommu/intel/iommu.c, intel_iommu_setup), of
/// Debian's kernels and of those with Proxmox VE's patch.
const INTEL: [&str; 11] = [
    "on",
    "off",
    "igfx_off",
    "forcedac",
    "strict",
    "sp_off",
    "sm_on",
    "sm_off",
    "tboot_noforce",
    "intgpu_off",
    "relax_rmrr",
];

/// Options of which a later value replaces an earlier one.
const SINGLE: [&str; 6] = [
    "intel_iommu",
    "iommu",
    "iommu.passthrough",
    "iommu.strict",
    "intremap",
    "pcie_aspm",
];

fn remove(option: &KernelOption) -> Change {
    Change::RemoveKernelOption {
        option: option.text.clone(),
    }
}

fn of_other_vendor(context: &Context<'_>) -> Vec<Diagnostic> {
    let system = &context.host.system;
    let Some(processor) = &system.processor else {
        return Vec::new();
    };
    let name = match processor.value {
        Processor::Amd => "intel_iommu",
        Processor::Intel => "amd_iommu",
    };
    let options = context.host.settings.kernel_option(name);
    // amd_iommu=on has no effect on any host, and has a separate finding, unless it is in the place of the
    // option of VT-d.
    let is_in_place = is_in_place_of_intel(context);
    let is_on = |option: &KernelOption| matches!(option.value.as_deref(), Some("on" | "pt" | "1"));
    let is_judged = |option: &&KernelOption| name == "intel_iommu" || is_in_place || !is_on(option);
    options
        .filter(is_judged)
        .map(|option| {
            let title = match processor.value {
                Processor::Amd => text!(
                    "{option} has no effect on a host with an AMD processor: AMD-Vi is enabled \
                     without an option",
                    option = option.text
                ),
                Processor::Intel => text!(
                    "{option} has no effect on a host with an Intel processor: the option of VT-d \
                     is intel_iommu=",
                    option = option.text
                ),
            };
            let lines = [option.evidence.clone(), processor.evidence.clone()];
            if is_in_place && is_on(option) {
                return Diagnostic::new(Verdict::Fix, title).evidence(lines).remedy(
                    Remedy::Manual {
                        step: "write-option",
                        text: text!(
                            "write {meant} instead of {typed}",
                            meant = "intel_iommu=on",
                            typed = option.text
                        ),
                    },
                );
            }
            Diagnostic::new(Verdict::NoEffect, title)
                .evidence(lines)
                .remedy(remove(option))
        })
        .collect()
}

/// Whether a host with an Intel processor has no option of VT-d, and the text reports a failure: amd_iommu=on
/// is in its place then.
pub(super) fn is_in_place_of_intel(context: &Context<'_>) -> bool {
    let host = context.host;
    let processor = host.system.processor.as_ref().map(|found| found.value);
    let mut set = host.settings.kernel_option("intel_iommu");
    let fails = || {
        is_missed_by_hypervisor(context)
            || host.words.statements.without_iommu.is_some()
            || host.states_failure()
    };
    processor == Some(Processor::Intel)
        && host.iommu.status != IommuStatus::Enabled
        && set.next().is_none()
        && fails()
}

fn unknown_value(context: &Context<'_>) -> Vec<Diagnostic> {
    let options = context.host.settings.kernel_option("intel_iommu");
    let mut reported = Vec::new();
    for option in options {
        let Some(value) = option.value.as_deref() else {
            continue;
        };
        let words: Vec<&str> = value.split(',').filter(|word| !word.is_empty()).collect();
        // The kernel compares a prefix of the length of its word.
        let is_known = |word: &&str| INTEL.iter().any(|known| word.starts_with(known));
        // pt has a separate finding.
        let unknown: Vec<&str> = (words.iter().copied())
            .filter(|word| !is_known(word) && *word != "pt")
            .collect();
        if unknown.is_empty() {
            if value.ends_with(',') && !words.is_empty() {
                let title = text!(
                    "the comma at the end of {option} is not needed: the kernel reads {words}",
                    option = option.text,
                    words = words.join(",")
                );
                reported.push(
                    Diagnostic::new(Verdict::Harmless, title).evidence([option.evidence.clone()]),
                );
            }
            continue;
        }
        let has_on = words.iter().any(|word| word.starts_with("on"));
        // The valid words remain.
        let mut kept: Vec<&str> = (words.iter().copied())
            .filter(|word| !unknown.contains(word))
            .collect();
        if !has_on && !kept.contains(&"off") {
            kept.insert(0, "on");
        }
        let title = text!(
            "{unknown} is not a value of intel_iommu=: the kernel ignores it",
            unknown = unknown.join(", ")
        );
        let verdict = if has_on {
            Verdict::NoEffect
        } else {
            Verdict::Fix
        };
        reported.push(
            Diagnostic::new(verdict, title)
                .evidence([option.evidence.clone()])
                .remedy(Change::ReplaceKernelOption {
                    option: option.text.clone(),
                    replacement: format!("intel_iommu={}", kept.join(",")),
                }),
        );
    }
    reported
}

fn relax_rmrr(context: &Context<'_>) -> Vec<Diagnostic> {
    let options = context.host.settings.kernel_option("intel_iommu");
    let mut options = options.filter(|option| {
        let mut words = option.value.iter().flat_map(|value| value.split(','));
        words.any(|word| word == "relax_rmrr")
    });
    let Some(first) = options.next() else {
        return Vec::new();
    };
    let title = text!(
        "relax_rmrr lets patched kernels assign devices whose memory the firmware still uses; not \
         in the input: a device that needs the option"
    );
    // A line with such a device has a separate finding.
    if context
        .host
        .log_lines(iommu::LogLineKind::Rmrr)
        .next()
        .is_some()
    {
        return Vec::new();
    }
    vec![
        Diagnostic::new(Verdict::Security, title)
            .evidence([first.evidence.clone()])
            .evidence(options.map(|option| option.evidence.clone()))
            .remedy(Remedy::Manual {
                step: "drop-relax-rmrr",
                text: text!(
                    "write intel_iommu=on instead of relax_rmrr, unless the log of a boot without \
                     the option calls a device ineligible for IOMMU domain attach"
                ),
            }),
    ]
}

fn twice(context: &Context<'_>) -> Vec<Diagnostic> {
    let options = &context.host.settings.kernel_options;
    let mut reported: Vec<Diagnostic> = Vec::new();
    for (at, later) in options.iter().enumerate() {
        let name = later.name.replace('-', "_");
        if !SINGLE.contains(&name.as_str()) {
            continue;
        }
        let earlier = options.iter().take(at).find(|earlier| {
            earlier.name.replace('-', "_") == name && earlier.evidence == later.evidence
        });
        let Some(earlier) = earlier else { continue };
        let evidence: [Evidence; 1] = [later.evidence.clone()];
        if earlier.value == later.value {
            let title = text!(
                "{later} is on one line twice: once is enough",
                later = later.text
            );
            reported.push(Diagnostic::new(Verdict::Harmless, title).evidence(evidence));
        } else if excludes(earlier, later) {
            let title = text!(
                "{earlier} and {later} are on one line: the last one takes effect",
                earlier = earlier.text,
                later = later.text
            );
            reported.push(
                Diagnostic::new(Verdict::Fix, title)
                    .evidence(evidence)
                    .remedy(remove(earlier)),
            );
        }
    }
    reported
}

/// Whether the values of one option exclude each other; others add up, as
/// `intel_iommu=on intel_iommu=igfx_off` does.
fn excludes(earlier: &KernelOption, later: &KernelOption) -> bool {
    let has = |option: &KernelOption, words: &[&str]| {
        let mut own = option.value.iter().flat_map(|value| value.split(','));
        own.any(|word| words.contains(&word))
    };
    let pairs: [(&[&str], &[&str]); 3] = [
        (&["on", "1"], &["off", "0"]),
        (&["pt"], &["nopt", "off"]),
        (&["force"], &["off"]),
    ];
    pairs.iter().any(|(one, other)| {
        has(earlier, one) && has(later, other) || has(earlier, other) && has(later, one)
    })
}

fn blacklist_parameter(context: &Context<'_>) -> Vec<Diagnostic> {
    let options = context.host.settings.kernel_options.iter();
    options
        .filter_map(|option| {
            let (module, parameter) = option.name.split_once('.')?;
            let is_one = parameter == "blacklist" && !matches!(module, "modprobe" | "rd");
            is_one.then_some((option, module))
        })
        .map(|(option, module)| {
            let title = text!(
                "{option} has no effect: no module has a parameter of that name; \
                 modprobe.blacklist={module} prevents a module from loading",
                option = option.text,
                module
            );
            Diagnostic::new(Verdict::NoEffect, title)
                .evidence([option.evidence.clone()])
                .remedy(remove(option))
        })
        .collect()
}

/// The default size of a huge page on x86-64, in bytes.
const HUGE_PAGE: u64 = 2 << 20;

fn huge_pages(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported: Vec<Diagnostic> = Vec::new();
    let mut page = (HUGE_PAGE, None);
    for option in &context.host.settings.kernel_options {
        // A size is valid within its line.
        if page.1.as_ref() != Some(&option.evidence) {
            page = (HUGE_PAGE, Some(option.evidence.clone()));
        }
        let value = option.value.as_deref().unwrap_or_default();
        match option.name.as_str() {
            "default_hugepagesz" | "hugepagesz" => {
                if let Some(size) = size(value) {
                    page.0 = size;
                }
            }
            "hugepages" => {
                let Some(total) = value
                    .parse::<u64>()
                    .ok()
                    .and_then(|n| n.checked_mul(page.0))
                else {
                    continue;
                };
                let title = text!(
                    "{option} reserves {size} of memory, in pages of {page}",
                    option = option.text,
                    size = bytes(total),
                    page = bytes(page.0)
                );
                let one = Diagnostic::new(Verdict::Ok, title).evidence([option.evidence.clone()]);
                reported.push(one);
            }
            _ => {}
        }
    }
    reported
}

/// `1G`, `2M` or `2048K` in bytes (Linux lib/cmdline.c, memparse).
fn size(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text.get(digits.len()..)?.to_ascii_uppercase().as_str() {
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}
