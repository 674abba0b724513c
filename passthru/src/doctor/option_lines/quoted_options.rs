//! Options of the kernel that a sentence names: whether they are written as the kernel reads
//! them. Whether the kernel has them, nothing shows.

use hostconf::binding::vfio_ids::VfioIds;

use super::spelling;
use crate::doctor::rule::{Context, Rule, Said};
use crate::host::{Fact, QuotedOption};
use crate::remedy::Remedy;
use crate::settings::{Place, When, judged};
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "named-ids-valid",
        meaning: "A sentence names ids= of vfio-pci, and the list can be read. Whether the kernel \
                  has the option, its command line shows.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids",
        causes: &[],
        check: ids_right,
    },
    Rule {
        code: "named-ids-malformed",
        meaning: "A sentence names ids= of vfio-pci with an entry that is no id. vfio-pci reads \
                  the entries before it, notes \"invalid id string\" and passes over it: the \
                  function that is meant stays with its driver.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids",
        causes: &[],
        check: ids_malformed,
    },
    Rule {
        code: "named-option-unknown",
        meaning: "A sentence names an option of VFIO's modules that none of them has. The kernel \
                  notes an unknown option of a module and goes on: nothing fails, and nothing \
                  happens.",
        source: "Linux kernel/module/main.c, unknown_module_param_cb; drivers/vfio/vfio_main.c, \
                 drivers/vfio/vfio_iommu_type1.c, drivers/vfio/pci/vfio_pci.c",
        causes: &[],
        check: unknown,
    },
    Rule {
        code: "named-option-without-effect",
        meaning: "A sentence names an option, or a value of one, that changes nothing on any \
                  host. Without it the state is the same.",
        source: "passthru/data/settings.tsv, with a source for each row",
        causes: &[],
        check: without_effect,
    },
];

/// The lists of ids that sentences name.
fn ids<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Fact<QuotedOption>, &'a str)> {
    let options = context.host.quoted_options.iter();
    options.filter_map(|fact| {
        let is_ids = matches!(fact.value.name.as_str(), "vfio-pci.ids" | "vfio_pci.ids");
        let value = fact.value.value.as_deref().filter(|_| is_ids)?;
        Some((fact, value))
    })
}

fn ids_right(context: &Context<'_>) -> Vec<Said> {
    // A list that is set has rules of its own.
    if !context.host.vfio_ids.is_empty() {
        return Vec::new();
    }
    let right = ids(context).filter(|(_, value)| value.parse::<VfioIds>().is_ok());
    right
        .map(|(fact, value)| {
            let title = text!(
                "ids={value} of vfio-pci can be read; whether the kernel has it, its command line \
                 shows",
                value
            );
            Said::new(Verdict::Ok, title).shown_by([fact.evidence.clone()])
        })
        .collect()
}

fn ids_malformed(context: &Context<'_>) -> Vec<Said> {
    ids(context)
        .filter_map(|(fact, value)| {
            let error = value.parse::<VfioIds>().err()?;
            let title = text!(
                "vfio-pci cannot read {option}: {error}",
                option = fact.value.text,
                error = error.to_string()
            );
            let said = Said::new(Verdict::Fix, title).shown_by([fact.evidence.clone()]);
            Some(said.remedy(Remedy::Manual {
                step: "write-vfio-ids",
                text: text!(
                    "write each entry as vendor:device, as lspci -nn prints it, with commas and \
                     no blanks between"
                ),
            }))
        })
        .collect()
}

fn unknown(context: &Context<'_>) -> Vec<Said> {
    let options = context.host.quoted_options.iter();
    options
        .filter(|fact| spelling::is_unknown_of_vfio(&fact.value.name))
        .map(|fact| {
            let typed = &fact.value.name;
            let (title, text) = match spelling::meant(typed) {
                Some(meant) => (
                    text!("{typed} is no option: {meant} is meant", typed, meant),
                    text!("write {meant} in place of {typed}", meant, typed),
                ),
                None => (
                    text!("{typed} is no option of VFIO's modules", typed),
                    text!(
                        "use an option that the module has: modinfo -p vfio-pci vfio_iommu_type1 \
                         vfio lists them; that for hosts without interrupt remapping is \
                         vfio_iommu_type1.allow_unsafe_interrupts"
                    ),
                ),
            };
            Said::new(Verdict::Fix, title)
                .shown_by([fact.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "write-option",
                    text,
                })
        })
        .collect()
}

fn without_effect(context: &Context<'_>) -> Vec<Said> {
    let of_any_host = judged().filter(|(setting, judgement)| {
        setting.place == Place::KernelOption
            && judgement.when == When::Always
            && judgement.verdict == Verdict::NoEffect
    });
    let mut said = Vec::new();
    for (setting, judgement) in of_any_host {
        for fact in &context.host.quoted_options {
            let option = &fact.value;
            let value = option.value.as_deref().unwrap_or_default();
            if option.name != setting.name || !setting.values.contains(&value) {
                continue;
            }
            let title = text!(
                "{setting} {judgement}",
                setting = option.text,
                judgement = Text::of_table(judgement.title)
            );
            let remedy = Remedy::Manual {
                step: "leave-option-out",
                text: text!("leave {option} out", option = option.text),
            };
            said.push(
                Said::new(Verdict::NoEffect, title)
                    .shown_by([fact.evidence.clone()])
                    .remedy(remedy),
            );
        }
    }
    said
}
