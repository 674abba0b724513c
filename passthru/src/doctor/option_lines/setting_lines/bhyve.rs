//! Lines of FreeBSD's loader.conf.

use pci_core::Address;

use super::{each, holder, lines, one, rule};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Fact, Processor, SettingLine};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

const LOADER: &str = "FreeBSD loader.conf(5); vmm(4), pptdevs";

pub(super) const RULES: &[Rule] = &[
    rule(
        "loader-conf-quote",
        "A value in loader.conf starts and ends with a quotation mark. With only one of them the boot loader reads another value, or reports a syntax error.",
        LOADER,
        |c| {
            each(
                c,
                |s| *s == SettingLine::LoaderQuote,
                Verdict::Fix,
                text!("the value lacks one of its two quotation marks"),
                Some((
                    "write-quotes",
                    text!("write the value between two quotation marks: name=\"value\""),
                )),
            )
        },
    ),
    rule(
        "loader-conf-module-misspelled",
        "The boot loader loads the module named before _load. FreeBSD has no module with this name, but one with two letters transposed.",
        LOADER,
        misspelled,
    ),
    rule(
        "pptdevs-commented",
        "The line with pptdevs is a comment: no function is reserved for guests of bhyve.",
        LOADER,
        |c| {
            one(
                c,
                &SettingLine::PptCommented,
                Verdict::NoEffect,
                text!("pptdevs is commented out: no function is reserved"),
                Some((
                    "remove-comment",
                    text!("to reserve the functions, remove the # and reboot"),
                )),
            )
        },
    ),
    rule(
        "amdvi-off",
        "bhyve assigns a function on a processor of AMD by the driver amdvi, which this tunable switches. At 0 vmm initializes no IOMMU.",
        "FreeBSD sys/amd64/vmm/amd/amdvi_hw.c, hw.vmm.amdvi.enable",
        amdvi,
    ),
    rule(
        "pptdevs-valid",
        "pptdevs is in the form that the kernel reads: bus/slot/function in decimal numbers, between quotation marks. It takes effect at the next boot.",
        LOADER,
        ppt,
    ),
];

fn amdvi(context: &Context<'_>) -> Vec<Diagnostic> {
    let processor = context.host.system.processor.as_ref();
    if processor.is_none_or(|found| found.value != Processor::Amd) {
        return Vec::new();
    }
    one(
        context,
        &SettingLine::AmdviOff,
        Verdict::Fix,
        text!("hw.vmm.amdvi.enable is 0: bhyve has no IOMMU on this processor of AMD"),
        Some((
            "enable-amdvi",
            text!("write hw.vmm.amdvi.enable=\"1\" in /boot/loader.conf and reboot"),
        )),
    )
}

fn misspelled(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.lines.setting_lines().iter();
    let found = all.filter_map(|fact| match fact.value {
        SettingLine::LoaderModule(meant) => Some((meant, &fact.evidence)),
        _ => None,
    });
    found
        .map(|(meant, evidence)| {
            Diagnostic::new(
                Verdict::Fix,
                text!("two letters are transposed: the module is {meant}", meant),
            )
            .evidence([evidence.clone()])
            .remedy(Remedy::Manual {
                step: "correct-module-name",
                text: text!("write {meant}_load=\"YES\"", meant),
            })
        })
        .collect()
}

fn ppt(context: &Context<'_>) -> Vec<Diagnostic> {
    let reserved = context.host.lines.reserved_for_bhyve().iter();
    let is_wrong = |fact: &&Fact<Address>| {
        let device = context.host.devices.get(&fact.value);
        holder(context, fact.value).is_some() || device.is_some_and(crate::host::Device::is_bridge)
    };
    // A table of attempts has lines that were not right: one alone can be judged.
    if reserved.clone().any(|fact| is_wrong(&fact))
        || lines(context, |line| *line == SettingLine::Ppt).count() != 1
    {
        return Vec::new();
    }
    one(
        context,
        &SettingLine::Ppt,
        Verdict::Ok,
        text!(
            "pptdevs is in the correct form; it takes effect at a boot that loads vmm by vmm_load=\"YES\""
        ),
        None,
    )
}
