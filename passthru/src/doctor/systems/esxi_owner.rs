//! ESXi: whether the functions can go to a guest, and do.

use host_tree::Evidence;
use pci_core::Address;

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule, card_word};
use crate::host::{Device, EsxiFunction, Host};
use crate::remedy::Remedy;
use crate::text::{all_of, text};
use crate::verdict::Verdict;

/// Where all of it is written.
const SOURCE: &str = "VMware ESXCLI reference, esxcli hardware pci list, esxcli hardware pci \
                      pcipassthru";

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "esxi-not-passthru-capable",
        meaning: "ESXi reports that it cannot assign this function to a guest: the function is a \
                  bridge, or has no reset method that ESXi can use, or shares resources with \
                  another function.",
        source: SOURCE,
        causes: &["esxi-passthrough-off"],
        check: not_capable,
    },
    Rule {
        code: "esxi-passthrough-pending",
        meaning: "The function is enabled for passthrough, but the VMkernel still owns it: the \
                  change takes effect when the host reboots or, since ESXi 7.0, immediately with \
                  -a.",
        source: SOURCE,
        causes: &[],
        check: pending,
    },
    Rule {
        code: "esxi-passthrough-off",
        meaning: "Passthrough is not enabled for the function: it must be enabled for each \
                  function of a card.",
        source: SOURCE,
        causes: &[],
        check: off,
    },
    Rule {
        code: "esxi-passthrough-on",
        meaning: "Passthrough is enabled for the function: ESXi can assign it to a virtual \
                  machine.",
        source: SOURCE,
        causes: &[],
        check: on,
    },
];

/// The functions in question, with ESXi's facts.
fn meant<'a>(
    context: &'a Context<'_>,
) -> impl Iterator<Item = (&'a Device, &'a EsxiFunction)> + 'a {
    let known = &context.host.esxi.functions;
    context
        .functions()
        .filter_map(|device| Some((device, known.get(&device.address)?)))
}

/// The step that enables passthrough for the functions: ESXi before 7.0 has no command for it.
pub(super) fn enable(host: &Host, functions: impl IntoIterator<Item = Address>) -> Remedy {
    if host.system.is_esxi_before_7() == Some(true) {
        return Remedy::Manual {
            step: "toggle-passthrough",
            text: text!(
                "in the host client, under Manage, Hardware, PCI Devices, select {functions} and \
                 click Toggle passthrough; then reboot the host",
                functions = addresses(functions)
            ),
        };
    }
    let commands = functions
        .into_iter()
        .map(|address| format!("esxcli hardware pci pcipassthru set -d {address} -e true -a"));
    let commands: Vec<String> = commands.collect();
    Remedy::Manual {
        step: "esxcli-passthru",
        text: text!("run {commands}", commands = all_of(commands)),
    }
}

fn not_capable(context: &Context<'_>) -> Vec<Diagnostic> {
    meant(context)
        .filter_map(|(device, function)| {
            let capable = function.capable.as_ref().filter(|capable| !capable.value)?;
            let title = text!(
                "ESXi cannot assign {address} to a guest",
                address = device.address
            );
            Some(
                Diagnostic::new(Verdict::Impossible, title)
                    .of([device.address])
                    .evidence([capable.evidence.clone()]),
            )
        })
        .collect()
}

fn pending(context: &Context<'_>) -> Vec<Diagnostic> {
    meant(context)
        .filter_map(|(device, function)| {
            let meant = function.is_meant()?;
            let (given, owner) = function.is_given()?;
            let title = text!(
                "{address} is enabled for passthrough, but {owner} still owns it",
                address = device.address,
                owner = owner.value
            );
            let reported = Diagnostic::new(Verdict::Fix, title)
                .of([device.address])
                .evidence([meant.evidence.clone(), owner.evidence.clone()])
                .remedy(enable(context.host, [device.address]));
            (!given).then_some(reported)
        })
        .collect()
}

fn off(context: &Context<'_>) -> Vec<Diagnostic> {
    let known = &context.host.esxi.functions;
    let mut reported = Vec::new();
    for card in &context.cards {
        let mut evidence: Vec<Evidence> = Vec::new();
        let mut functions: Vec<Address> = Vec::new();
        for device in card {
            let Some(function) = known.get(&device.address) else {
                continue;
            };
            let switched = function.enabled.as_ref().filter(|enabled| !enabled.value);
            let owned = function.configured_owner.as_ref();
            let owned = owned.filter(|_| function.is_meant().is_none());
            let lines = switched.map(|fact| fact.evidence.clone());
            let lines = lines
                .into_iter()
                .chain(owned.map(|fact| fact.evidence.clone()));
            let lines: Vec<Evidence> = lines.collect();
            if !lines.is_empty() {
                evidence.extend(lines);
                functions.push(device.address);
            }
        }
        if functions.is_empty() {
            continue;
        }
        let title = text!(
            "passthrough is disabled for {functions}",
            functions = addresses(functions.iter().copied())
        );
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of(functions)
                .evidence(evidence)
                .remedy(Remedy::Plan {
                    arguments: vec![card_word(context.host, card)],
                }),
        );
    }
    reported
}

fn on(context: &Context<'_>) -> Vec<Diagnostic> {
    meant(context)
        .filter_map(|(device, function)| {
            let evidence = match function.is_given() {
                Some((true, owner)) => owner.evidence.clone(),
                Some((false, _)) => return None,
                None => {
                    let enabled = function.enabled.as_ref();
                    enabled.filter(|enabled| enabled.value)?.evidence.clone()
                }
            };
            let title = text!(
                "passthrough is enabled for {address}",
                address = device.address
            );
            Some(
                Diagnostic::new(Verdict::Ok, title)
                    .of([device.address])
                    .evidence([evidence]),
            )
        })
        .collect()
}
