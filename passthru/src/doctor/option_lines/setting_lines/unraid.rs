//! Unraid's vfio-pci.cfg, and its kernel command line.

use std::collections::BTreeSet;

use list_order::Inserts as _;
use pci_core::{Address, Slot};

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
        "unraid-virtual-functions-bound",
        "Unraid binds the functions of vfio-pci.cfg before plugins create virtual functions. A virtual function of Intel's graphics (00:02.1 and up) does not exist then, so that its binding fails.",
        "Unraid documentation, System Devices, vfio-pci.cfg; Linux Documentation/PCI/pci-iov-howto.rst",
        unraid_virtual,
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
    let all = context.host.lines.setting_lines().iter();
    let bound = all.filter_map(|fact| match &fact.value {
        SettingLine::UnraidBind(functions) => Some((functions, &fact.evidence)),
        _ => None,
    });
    let moved = context.host.moved().iter();
    let moved: BTreeSet<Slot> = moved.map(|moved| moved.bound.address.slot()).into_set();
    bound
        .filter_map(|(functions, evidence)| {
            let real = functions.iter().copied();
            let real = real.filter(|one| !is_virtual(context, *one));
            let real: Vec<Address> = real.filter(|one| !moved.contains(&one.slot())).collect();
            let title = text!(
                "vfio-pci.cfg names {functions} by address",
                functions = addresses(real.iter().copied())
            );
            (!real.is_empty()).then(|| {
                Diagnostic::new(Verdict::Ok, title)
                    .of(real)
                    .evidence([evidence.clone()])
            })
        })
        .collect()
}

/// Whether the function is a virtual one: by the topology, or as 00:02.1 and up, which only virtual
/// functions of Intel's graphics are.
fn is_virtual(context: &Context<'_>, address: Address) -> bool {
    let slot = address.slot();
    let is_of_graphics =
        address.domain() == 0 && address.bus() == 0 && slot.device() == 2 && address.function() > 0;
    let is_listed = context.host.devices.get(&address);
    let is_other = is_listed.is_some_and(|device| device.class.is_some() && !device.is_display());
    is_of_graphics && !is_other || context.host.topology.physical_function(address).is_some()
}

fn unraid_virtual(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.lines.setting_lines().iter();
    let bound = all.filter_map(|fact| match &fact.value {
        SettingLine::UnraidBind(functions) => Some((functions, &fact.evidence)),
        _ => None,
    });
    bound
        .filter_map(|(functions, evidence)| {
            let functions = functions.iter().copied();
            let found: Vec<Address> = functions.filter(|one| is_virtual(context, *one)).collect();
            if found.is_empty() {
                return None;
            }
            let title = text!(
                "vfio-pci.cfg names the virtual functions {functions}, which do not exist yet when \
                 Unraid binds at boot",
                functions = addresses(found.iter().copied())
            );
            let remedy = Remedy::Manual {
                step: "bind-after-creation",
                text: text!(
                    "remove the virtual functions from the selection of System Devices, and let \
                     the SR-IOV plugin, or a script after it, bind them to vfio-pci"
                ),
            };
            Some(
                Diagnostic::new(Verdict::Fix, title)
                    .of(found)
                    .evidence([evidence.clone()])
                    .remedy(remedy),
            )
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
    let all = context.host.lines.setting_lines().iter();
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
