//! Unraid's vfio-pci.cfg, and its kernel command line.

use super::rule;
use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::SettingLine;
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

const SYSLINUX: &str = "Unraid documentation, VM management, assigning devices; Linux \
                        drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids";

pub(super) const RULES: &[Rule] = &[
    rule(
        "unraid-functions-bound",
        "vfio-pci.cfg of Unraid names functions by their address: vfio-pci claims these at boot, and no others with the same ID.",
        "Unraid documentation, System Devices, vfio-pci.cfg",
        unraid_bound,
    ),
    rule(
        "unraid-ids-on-append",
        "The append line of syslinux is Unraid's kernel command line: vfio-pci, which is built into that kernel, claims each function with one of the IDs.",
        SYSLINUX,
        |c| unraid_ids(c, Verdict::Ok),
    ),
    rule(
        "unraid-ids-of-others",
        "vfio-pci.ids= names kinds of functions, not single ones: vfio-pci claims each function with such an ID, including one with the network or the disks of Unraid. The functions with the ID are not in the input.",
        SYSLINUX,
        |c| unraid_ids(c, Verdict::Unknown),
    ),
];

fn unraid_bound(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.setting_lines.iter();
    let bound = all.filter_map(|fact| match &fact.value {
        SettingLine::UnraidBind(functions) => Some((functions, &fact.evidence)),
        _ => None,
    });
    bound
        .map(|(functions, evidence)| {
            let title = text!(
                "vfio-pci.cfg names {functions} by address",
                functions = addresses(functions.iter().copied())
            );
            Diagnostic::new(Verdict::Ok, title)
                .of(functions.iter().copied())
                .evidence([evidence.clone()])
        })
        .collect()
}

fn unraid_ids(context: &Context<'_>, verdict: Verdict) -> Vec<Diagnostic> {
    // If functions are listed with IDs, the rules about ids= report the matching ones.
    let is_listed = context
        .host
        .devices
        .values()
        .any(|device| device.id.is_some());
    let all = context.host.setting_lines.iter();
    let lists = all.filter_map(|fact| match &fact.value {
        SettingLine::UnraidIds(ids) => Some((ids, &fact.evidence)),
        _ => None,
    });
    lists
        .filter(|_| verdict == Verdict::Ok || !is_listed)
        .map(|(ids, evidence)| match verdict {
            Verdict::Ok => Diagnostic::new(
                verdict,
                text!("the append line names {ids} for vfio-pci", ids),
            )
            .evidence([evidence.clone()]),
            _ => Diagnostic::new(
                verdict,
                text!(
                    "not in the input: whether the host needs a function with one of the IDs \
                     {ids}: vfio-pci claims all of them",
                    ids
                ),
            )
            .evidence([evidence.clone()])
            .remedy(Remedy::Manual {
                step: "bind-by-address",
                text: text!(
                    "if one function with such an ID must stay with the host, remove the ID and \
                     select the others on the page System Devices"
                ),
            }),
        })
        .collect()
}
