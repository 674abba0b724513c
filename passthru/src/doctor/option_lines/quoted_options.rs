//! Kernel options in a sentence: whether they are spelled as the kernel reads them, and of use on
//! the host's processor. Whether the kernel has them is unknown. Their effects are those of the
//! table of settings ([`super::settings`]).

use hostconf::binding::vfio_ids::VfioIds;

use super::spelling;
use crate::doctor::boot::further_line::lacks_intel_iommu;
use crate::doctor::driver::rebinding::rebinding;
use crate::doctor::isolation::iommu_stated::is_of_cloud;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Fact, Processor, QuotedOption};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "named-ids-valid",
        meaning: "A sentence names ids= of vfio-pci, and the list is valid. The kernel command \
                  line shows whether the kernel has the option.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids",
        causes: &[],
        check: ids_right,
    },
    Rule {
        code: "named-ids-malformed",
        meaning: "A sentence names ids= of vfio-pci with an entry that is not an ID. vfio-pci \
                  reads the entries before it, logs \"invalid id string\" and skips the entry: \
                  the intended function stays bound to its driver.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids",
        causes: &[],
        check: ids_malformed,
    },
    Rule {
        code: "named-pci-stub-ids",
        meaning: "pci-stub.ids= and vfio-pci.ids= have the same IDs. A function has one driver: \
                  pci-stub, where it is built into the kernel or loads first, binds to the \
                  functions, and vfio-pci does not bind to them then. pci-stub was for KVM's own \
                  assignment, which kernels no longer have; VFIO needs vfio-pci.",
        source: "Linux drivers/pci/pci-stub.c, pci_stub_init; drivers/pci/pci-driver.c, \
                 pci_match_device",
        causes: &["host-driver-bound"],
        check: ids_of_both,
    },
    Rule {
        code: "named-option-unknown",
        meaning: "A sentence names an option that no VFIO module has. The kernel logs an unknown \
                  option of a module and continues: the option has no effect.",
        source: "Linux kernel/module/main.c, unknown_module_param_cb; drivers/vfio/vfio_main.c, \
                 drivers/vfio/vfio_iommu_type1.c, drivers/vfio/pci/vfio_pci.c",
        causes: &[],
        check: unknown,
    },
    Rule {
        code: "named-option-of-other-vendor",
        meaning: "A sentence names amd_iommu=on as an option of a host with an Intel processor. \
                  amd_iommu= applies only to AMD-Vi. Many kernels enable VT-d only with \
                  intel_iommu=on.",
        source: "Linux Documentation/admin-guide/kernel-parameters.txt, intel_iommu and \
                 amd_iommu; CONFIG_INTEL_IOMMU_DEFAULT_ON",
        causes: &[],
        check: of_other_vendor,
    },
    Rule {
        code: "named-iommu-option-valid",
        meaning: "A sentence names intel_iommu=on as an option of a host that has no AMD \
                  processor: it makes the kernel use VT-d if the firmware offers it. The kernel \
                  command line shows whether the kernel has the option.",
        source: "Linux Documentation/admin-guide/kernel-parameters.txt, intel_iommu",
        causes: &[],
        check: iommu_option_right,
    },
];

/// The rule that holds for the kernel of any system.
pub(in crate::doctor) const MISSPELLED: &[Rule] = &[Rule {
    code: "named-option-misspelled",
    meaning: "A sentence names an option that is almost spelled like a known one. The kernel \
                  passes unknown options to the init process: the option has no effect, without \
                  an error.",
    source: "Linux init/main.c, unknown_bootoption",
    causes: &[],
    check: misspelled,
}];

/// The lists of ids that sentences name.
fn ids<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Fact<QuotedOption>, &'a str)> {
    let options = context.host.words.quoted_options.iter();
    options.filter_map(|fact| {
        let is_ids = matches!(fact.value.name.as_str(), "vfio-pci.ids" | "vfio_pci.ids");
        let value = fact.value.value.as_deref().filter(|_| is_ids)?;
        Some((fact, value))
    })
}

fn ids_right(context: &Context<'_>) -> Vec<Diagnostic> {
    // A configured list has other rules.
    if !context.host.boot.vfio_ids.is_empty() {
        return Vec::new();
    }
    let right = ids(context).filter(|(_, value)| value.parse::<VfioIds>().is_ok());
    right
        .map(|(fact, value)| {
            let title = text!(
                "ids={value} of vfio-pci is valid; the kernel command line shows whether the \
                 kernel has it",
                value
            );
            Diagnostic::new(Verdict::Ok, title).evidence([fact.evidence.clone()])
        })
        .collect()
}

/// Whether the sentence is about an option of the past.
fn is_past(line: &str) -> bool {
    let line = line.to_lowercase();
    [
        "before i ",
        "removed",
        "used to",
        "previously",
        "earlier i",
        "früher",
        "vorher",
        "entfernt",
        "之前",
        "раньше",
        "auparavant",
    ]
    .iter()
    .any(|words| line.contains(words))
}

fn ids_of_both(context: &Context<'_>) -> Vec<Diagnostic> {
    // A bound function shows that pci-stub did not come first.
    let mut devices = context.host.devices.values();
    if devices.any(|device| device.driver.name() == Some("vfio-pci")) {
        return Vec::new();
    }
    let entries = |list: &str| -> Vec<String> {
        let all = list.split(',').map(str::to_ascii_lowercase);
        all.filter(|entry| !entry.is_empty()).collect()
    };
    let options = context.host.words.quoted_options.iter();
    let of_stub = options.filter(|fact| {
        let name = fact.value.name.as_str();
        matches!(name, "pci-stub.ids" | "pci_stub.ids")
            && !fact.value.is_denied(&fact.evidence.text)
            && !is_past(&fact.evidence.text)
    });
    let both = of_stub.filter_map(|stub| {
        let taken = entries(stub.value.value.as_deref()?);
        if rebinding(context, &[], None).is_some() {
            return None;
        }
        let (list, _) = ids(context).find(|(_, value)| {
            let mut wanted = entries(value).into_iter();
            wanted.any(|id| taken.contains(&id))
        })?;
        Some((stub, list))
    });
    let found = both.take(1).map(|(stub, list)| {
        let title = text!(
            "{option} has IDs of vfio-pci.ids=: pci-stub can bind to the functions first, and \
             vfio-pci does not bind to them then",
            option = stub.value.text
        );
        Diagnostic::new(Verdict::Fix, title)
            .evidence([stub.evidence.clone(), list.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "remove-pci-stub-ids",
                text: text!(
                    "remove {option}, and pci-stub from the modules that are loaded at boot; keep \
                     vfio-pci.ids=, and reboot",
                    option = stub.value.text
                ),
            })
    });
    found.collect()
}

/// The options that sentences name by one name and value.
fn named<'a>(
    context: &Context<'a>,
    name: &'static str,
) -> impl Iterator<Item = &'a Fact<QuotedOption>> {
    let options = context.host.words.quoted_options.iter();
    options.filter(move |fact| fact.value.name == name && fact.value.value.as_deref() == Some("on"))
}

/// The maker of the processor, if the input shows it.
fn processor(context: &Context<'_>) -> Option<Processor> {
    let found = context.host.system.processor.as_ref();
    found.map(|found| found.value)
}

fn of_other_vendor(context: &Context<'_>) -> Vec<Diagnostic> {
    if processor(context) != Some(Processor::Intel) {
        return Vec::new();
    }
    let found = named(context, "amd_iommu").map(|fact| {
        let title = text!(
            "{option} has no effect on a host with an Intel processor: the option of VT-d is \
             intel_iommu=",
            option = fact.value.text
        );
        Diagnostic::new(Verdict::Fix, title)
            .evidence([fact.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "write-option",
                text: text!(
                    "write {meant} instead of {typed}",
                    meant = "intel_iommu=on",
                    typed = fact.value.text
                ),
            })
    });
    found.collect()
}

fn iommu_option_right(context: &Context<'_>) -> Vec<Diagnostic> {
    // The running kernel did not get it, or is a guest's.
    if processor(context) == Some(Processor::Amd)
        || lacks_intel_iommu(context.host)
        || context.host.of_guest.is_some()
        || is_of_cloud(context)
    {
        return Vec::new();
    }
    let needed =
        named(context, "intel_iommu").filter(|fact| !fact.value.is_denied(&fact.evidence.text));
    let found = needed.take(1).map(|fact| {
        let title = text!(
            "{first} enables VT-d in the kernel",
            first = fact.value.text
        );
        Diagnostic::new(Verdict::Ok, title).evidence([fact.evidence.clone()])
    });
    found.collect()
}

fn ids_malformed(context: &Context<'_>) -> Vec<Diagnostic> {
    ids(context)
        .filter_map(|(fact, value)| {
            let error = value.parse::<VfioIds>().err()?;
            let title = text!(
                "vfio-pci cannot read {option}: {error}",
                option = fact.value.text,
                error = error.to_string()
            );
            let reported = Diagnostic::new(Verdict::Fix, title).evidence([fact.evidence.clone()]);
            Some(reported.remedy(Remedy::Manual {
                step: "write-vfio-ids",
                text: text!(
                    "write each entry as vendor:device, as lspci -nn prints it, separated by \
                     commas without blanks"
                ),
            }))
        })
        .collect()
}

fn unknown(context: &Context<'_>) -> Vec<Diagnostic> {
    let options = context.host.words.quoted_options.iter();
    options
        // `vfio.conf` is a file, and `vfio.ready` may be a label of Kubernetes.
        .filter(|fact| !fact.value.name.ends_with(".conf"))
        .filter(|fact| {
            let option = &fact.value;
            option.value.is_some()
                || option.name.contains('_')
                || spelling::meant(&option.name).is_some()
        })
        .filter(|fact| spelling::is_unknown_of_vfio(&fact.value.name))
        .map(|fact| {
            let typed = &fact.value.name;
            let (title, text) = match spelling::meant(typed) {
                Some(meant) => (
                    text!(
                        "{typed} is not an option; the nearest known option is {meant}",
                        typed,
                        meant
                    ),
                    text!("write {meant} instead of {typed}", meant, typed),
                ),
                None => (
                    text!("{typed} is not an option of any VFIO module", typed),
                    text!(
                        "use an option that the module has: modinfo -p vfio-pci vfio_iommu_type1 \
                         vfio lists them; the option for hosts without interrupt remapping is \
                         vfio_iommu_type1.allow_unsafe_interrupts"
                    ),
                ),
            };
            Diagnostic::new(Verdict::Fix, title)
                .evidence([fact.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "write-option",
                    text,
                })
        })
        .collect()
}

fn misspelled(context: &Context<'_>) -> Vec<Diagnostic> {
    let options = context.host.words.quoted_options.iter();
    let of_kernel = options.filter(|fact| !spelling::is_unknown_of_vfio(&fact.value.name));
    of_kernel
        .filter_map(|fact| {
            let option = &fact.value;
            let meant = spelling::meant_with(&option.name, option.value.as_deref())?;
            let title = text!(
                "{typed} is not an option; the nearest known option is {meant}",
                typed = option.name,
                meant
            );
            let reported = Diagnostic::new(Verdict::Fix, title).evidence([fact.evidence.clone()]);
            Some(reported.remedy(Remedy::Manual {
                step: "write-option",
                text: text!(
                    "write {meant} instead of {typed}",
                    meant,
                    typed = option.name
                ),
            }))
        })
        .collect()
}
