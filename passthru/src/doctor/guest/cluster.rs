//! Kubernetes and KubeVirt: the devices that a node offers, and KubeVirt's settings for them.

use host_tree::Evidence;
use pci_core::PciId;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{ClusterLine, MOST_CLUSTER_LINES as MOST};
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "node-device-allocatable",
        meaning: "A device plugin reports devices of this kind for the node, and pods can request \
                  them. The node's allocated resources show how many of them are in use.",
        source: "Kubernetes documentation, Device Plugins, kubectl describe node",
        causes: &[],
        check: offered,
    },
    Rule {
        code: "node-device-none-allocatable",
        meaning: "The node knows the kind of device, but its plugin reports none: no function of \
                  it is bound to a driver that the plugin uses (vfio-pci for KubeVirt), or the \
                  plugin considers them unhealthy. Guests that request one stay pending.",
        source: "Kubernetes documentation, Device Plugins, kubectl describe node",
        causes: &["kubevirt-resource-missing"],
        check: none_offered,
    },
    Rule {
        code: "kubevirt-list-misplaced",
        meaning: "permittedHostDevices is directly in spec of the object KubeVirt. KubeVirt reads \
                  it only in spec.configuration; in the wrong place it has no effect.",
        source: "KubeVirt user guide, host devices assignment",
        causes: &["kubevirt-resource-missing", "kubevirt-not-permitted"],
        check: misplaced,
    },
    Rule {
        code: "kubevirt-gate-missing",
        meaning: "The list of KubeVirt's feature gates lacks HostDevices. Without it KubeVirt \
                  refuses virtual machines that have hostDevices.",
        source: "KubeVirt pkg/virt-config/feature-gates.go, HostDevicesPassthroughEnabled",
        causes: &["kubevirt-feature-gate-off"],
        check: without_gate,
    },
    Rule {
        code: "kubevirt-resource-of-other-plugin",
        meaning: "The row of permittedHostDevices says externalResourceProvider: true: KubeVirt \
                  starts no device plugin for the resource. Another plugin must offer it under \
                  the same name, such as the sandbox device plugin of NVIDIA's GPU operator on \
                  nodes for virtual machines.",
        source: "KubeVirt user guide, host devices assignment; NVIDIA GPU Operator with KubeVirt",
        causes: &["kubevirt-resource-missing"],
        check: of_other_plugin,
    },
    Rule {
        code: "kubevirt-selector-of-other-device",
        meaning: "KubeVirt offers the functions whose vendor and device ID equal the selector of a \
                  row in permittedHostDevices, whatever the resource's name says. A card without \
                  such a row is not offered, though it is bound to vfio-pci.",
        source: "KubeVirt user guide, host devices assignment; pkg/virt-handler/device-manager, \
                 discoverPermittedHostPCIDevices",
        causes: &["kubevirt-resource-missing", "node-device-none-allocatable"],
        check: not_selected,
    },
];

/// So many lines prove one finding.
const LINES: usize = 3;

/// The kinds of devices of which the node offers some, or none.
fn kinds(
    context: &Context<'_>,
    is_some: bool,
    reported: impl Fn(&str, u64) -> (Verdict, Text),
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for fact in context.host.lines.cluster_lines() {
        let ClusterLine::Allocatable(name, count) = &fact.value else {
            continue;
        };
        if (*count > 0) != is_some {
            continue;
        }
        let (verdict, title) = reported(name, *count);
        match found.iter_mut().find(|known| known.title == title) {
            Some(known) if known.evidence.len() < LINES => {
                known.evidence.push(fact.evidence.clone());
            }
            Some(_) => {}
            None => found.push(Diagnostic::new(verdict, title).evidence([fact.evidence.clone()])),
        }
    }
    found
}

fn offered(context: &Context<'_>) -> Vec<Diagnostic> {
    kinds(context, true, |name, count| {
        let title = text!("the node has {count} allocatable {name}", count, name);
        (Verdict::Ok, title)
    })
}

fn none_offered(context: &Context<'_>) -> Vec<Diagnostic> {
    let reported = kinds(context, false, |name, _| {
        (
            Verdict::Fix,
            text!("the node has no allocatable {name}", name),
        )
    });
    reported
        .into_iter()
        .map(|reported| {
            reported.remedy(Remedy::Manual {
                step: "offer-device",
                text: text!(
                    "bind the functions to vfio-pci on the node (lspci -nnk shows their driver), \
                     and restart the pod of the device plugin, whose log names what it found"
                ),
            })
        })
        .collect()
}

fn line(
    context: &Context<'_>,
    wanted: &ClusterLine,
    title: Text,
    step: &'static str,
    todo: Text,
) -> Vec<Diagnostic> {
    let mut all = context.host.lines.cluster_lines().iter();
    let found = all.find(|fact| fact.value == *wanted);
    let reported = found.map(|fact| {
        Diagnostic::new(Verdict::Fix, title)
            .evidence([fact.evidence.clone()])
            .remedy(Remedy::Manual { step, text: todo })
    });
    reported.into_iter().collect()
}

fn misplaced(context: &Context<'_>) -> Vec<Diagnostic> {
    line(
        context,
        &ClusterLine::PermittedBelowSpec,
        text!("permittedHostDevices is directly in spec, where KubeVirt does not read it"),
        "move-permitted-devices",
        text!("move the list to spec.configuration.permittedHostDevices of the object KubeVirt"),
    )
}

fn without_gate(context: &Context<'_>) -> Vec<Diagnostic> {
    line(
        context,
        &ClusterLine::WithoutHostDevices,
        text!("the list of KubeVirt's feature gates lacks HostDevices"),
        "kubevirt-feature-gate",
        text!(
            "add HostDevices to spec.configuration.developerConfiguration.featureGates of the \
             object KubeVirt"
        ),
    )
}

/// The resource that the scheduler misses, and that KubeVirt leaves to another plugin.
fn of_other_plugin(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let missing = host.log_messages.iter();
    let mut missing = missing.filter(|logged| logged.message.code == "kubevirt-resource-missing");
    let mut listed = host.lines.cluster_lines().iter();
    let found = missing.find_map(|logged| {
        listed.find_map(|fact| match &fact.value {
            ClusterLine::Permitted {
                resource,
                is_external: true,
            } if logged.evidence.text.contains(resource) => Some((resource, fact, logged)),
            _ => None,
        })
    });
    let Some((resource, fact, logged)) = found else {
        return Vec::new();
    };
    let title = text!(
        "KubeVirt does not offer {resource} itself (externalResourceProvider): no other device \
         plugin offers it on a node",
        resource
    );
    let step = if resource.starts_with("nvidia.com/") {
        text!(
            "with NVIDIA's GPU operator set sandboxWorkloads.enabled=true in the ClusterPolicy and \
             label the node nvidia.com/gpu.workload.config=vm-passthrough: the operator binds its \
             cards to vfio-pci and offers them, and containers no longer get them; without the \
             operator remove externalResourceProvider and bind the card to vfio-pci"
        )
    } else {
        text!(
            "start the device plugin that offers this name on the node; without one remove \
             externalResourceProvider, and bind the device to vfio-pci"
        )
    };
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([fact.evidence.clone(), logged.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "offer-external-resource",
                text: step,
            }),
    ]
}

/// The card that is bound for guests, while the rows for its vendor have other IDs.
fn not_selected(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    // More rows may follow.
    if host.lines.cluster_lines().len() >= MOST {
        return Vec::new();
    }
    let lines = host.lines.cluster_lines().iter();
    let rows: Vec<(PciId, &Evidence)> = lines
        .filter_map(|fact| match fact.value {
            ClusterLine::Selector(id) => Some((id, &fact.evidence)),
            _ => None,
        })
        .collect();
    let mut logged = host.log_messages.iter();
    let is_missed = logged.any(|one| one.message.code == "kubevirt-resource-missing");
    let cards = context.cards.iter().filter_map(|card| card.first());
    cards
        .filter(|device| device.driver.is_bound_to(is_vfio_driver))
        .filter_map(|device| {
            let id = device.id.as_ref()?;
            if rows.iter().any(|(row, _)| *row == id.value) {
                return None;
            }
            let (row, line) = rows.iter().find(|(row, _)| row.vendor == id.value.vendor)?;
            let title = text!(
                "no row of KubeVirt's permittedHostDevices selects {address}: its ID is {id}, the \
                 selector {found}",
                address = device.address,
                id = id.value,
                found = row
            );
            // The row may be for a device of this node that is there.
            let mut others = host.devices.values();
            let has_row = others.any(|one| one.id.as_ref().is_some_and(|id| id.value == *row));
            let verdict = if is_missed && !has_row {
                Verdict::Fix
            } else {
                Verdict::Check
            };
            let text = text!(
                "write pciVendorSelector: \"{id}\" into the row of the resource that the guest \
                 requests: kubectl edit kubevirt -n kubevirt (OpenShift: pciDeviceSelector, oc edit \
                 hyperconverged -n openshift-cnv; Harvester writes the row itself: disable and \
                 enable passthrough of the device)",
                id = id.value
            );
            let reported = Diagnostic::new(verdict, title)
                .of([device.address])
                .evidence([(*line).clone(), id.evidence.clone()]);
            Some(reported.remedy(Remedy::Manual {
                step: "kubevirt-selector",
                text,
            }))
        })
        .collect()
}
