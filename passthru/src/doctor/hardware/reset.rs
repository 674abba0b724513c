//! Resets: whether the functions can be reset between guests, and which others are also reset.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use host_tree::{Evidence, Lookup};
use hostconf::binding::modprobe::same_module;
use iommu::LogLineKind;
use iommu::reset::{BusReset, ResetForGuest, ResetMethod, ResetQuirkKind, ResetReport};
use pci_core::Address;
use pci_core::topology::Parent;

use crate::doctor::evidence::circumstances;
use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Device;
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::remedy::Remedy;
use crate::target::Target;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "reset-failed",
        meaning: "The kernel log reports that the device did not return from a reset or from the \
                  power state D3cold. No guest can use it until the host is powered off and on \
                  again. vfio-pci's disable_idle_d3=1 keeps an idle device out of D3cold; it does \
                  not help with a reset that fails.",
        source: "Linux drivers/pci/pci.c, pci_dev_wait and pci_power_up; drivers/vfio/pci/vfio_pci.c, \
                 disable_idle_d3",
        // A device that does not answer completes no invalidation, has no valid header, and masks no
        // interrupt.
        causes: &[
            "config-space-lost",
            "device-stuck-in-low-power",
            "works-once-reported",
            "lspci-revision-all-ones",
            "lspci-config-space-all-ones",
            "pci-header-all-ones",
            "reset-timeout",
            "reset-slow",
            "power-state-refused",
            "stuck-in-d3",
            "amdvi-completion-timeout",
            "iommu-iotlb-timeout",
            "vtd-invalidation-timeout",
            "vtd-invalidation-error",
            "smmu-timeout",
            "vfio-device-not-opened",
            "intx-setup-failed",
            "symptom-host-crash",
            "host-freeze-reported",
            "host-failure-at-stop-reported",
            "reset-needs-host-reboot",
        ],
        check: failed,
    },
    Rule {
        code: "reset-affects-others",
        meaning: "The function has no function reset. A bus reset would also reset functions that \
                  stay with the host, and VFIO permits that only if all of them are bound to \
                  vfio-pci and assigned to the same guest. The function is not reset, so the next \
                  guest finds it in the state that the previous guest left.",
        source: "Linux drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_pci_hot_reset; \
                 drivers/pci/pci.c, pci_reset_fn_methods",
        causes: &[],
        check: takes_others,
    },
    Rule {
        code: "reset-none",
        meaning: "The function has no reset method: neither a function reset nor a bus reset. The \
                  function works, and a guest finds it in the state that the previous guest left; \
                  QEMU reports that there is no available reset mechanism. This is often harmless \
                  for parts of the chipset; a card may need a reboot of the host.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, reset_method; drivers/pci/pci.c, \
                 pci_reset_fn_methods",
        causes: &[],
        check: none,
    },
    Rule {
        code: "lost-without-flr",
        meaning: "The device has no function-level reset, and its configuration space returns \
                  ones: it did not return from the reset that Linux used instead, by power \
                  management or of the bus. Some cards, Atheros wireless cards among them, \
                  survive neither; newer kernels have quirks for known ones.",
        source: "Linux drivers/pci/pci.c, pci_reset_fn_methods; drivers/pci/quirks.c, \
                 quirk_no_bus_reset",
        causes: &[],
        check: lost_without_flr,
    },
    Rule {
        code: "flr-supported",
        meaning: "The function has a function-level reset, which affects no other function: a \
                  guest gets it in a clean state at each start.",
        source: "PCI Express Base Specification 6.0, section 6.6.2; Linux drivers/pci/pci.c, \
                 pcie_reset_flr",
        causes: &[],
        check: by_function,
    },
    Rule {
        code: "reset-once",
        meaning: "The card is an AMD model that no standard reset restores: it works for one \
                  guest per boot of the host. Without a log line of a failed reset the finding is \
                  unknown. The module vendor-reset, which is not part of Linux, resets it; since \
                  Linux 5.15 device_specific must be written to the function's reset_method for \
                  that.",
        source: "iommu/data/reset-by-id.tsv, with a source for each id; gnif/vendor-reset, README",
        causes: &[
            "reset-failed",
            "works-once-reported",
            "amdgpu-psp-failed",
            "amdgpu-init-failed",
            "reset-timeout",
            "amdvi-completion-timeout",
            "iommu-iotlb-timeout",
            "power-state-refused",
            "symptom-host-crash",
            "host-freeze-reported",
            "host-failure-at-stop-reported",
            "amd-reset-bug",
            "reset-needs-host-reboot",
        ],
        check: once,
    },
    Rule {
        code: "reset-reported",
        meaning: "Some users report that this card works once per boot of the host, others that \
                  it can be reset. Nothing in the input shows which applies.",
        source: "iommu/data/reset-by-id.tsv, with a source for each id",
        causes: &[],
        check: reported,
    },
    Rule {
        code: "vendor-reset-result-not-shown",
        meaning: "vendor-reset began a reset of the card, and the log ends before the line with \
                  the result (\"reset result = 0\" on success). A card that hangs in the reset \
                  needs the host to be powered off and on.",
        source: "gnif/vendor-reset, src/vendor-reset-dev.c, vendor_reset_dev_locked",
        causes: &[],
        check: result_not_shown,
    },
];

/// The functions that the guest will have: the requested ones, and the members of their groups that
/// are bound to vfio-pci, which are assigned to the same guest or unused.
fn guest(context: &Context<'_>) -> BTreeSet<Address> {
    let host = context.host;
    let mut found: BTreeSet<Address> = BTreeSet::new();
    for device in context.functions() {
        found.insert(device.address);
        let group = host.group_of(device.address);
        let members = group.into_iter().flat_map(|group| host.members(group));
        found.extend(members.map(|(address, _)| address).filter(|address| {
            let member = host.devices.get(address);
            member.is_some_and(|member| member.driver.is_bound_to(is_vfio_driver))
        }));
    }
    found
}

/// The functions of one bus, and the effect of its reset.
struct OnBus<'a> {
    reset: Arc<BusReset>,
    functions: Vec<(&'a Device, ResetReport)>,
}

/// The functions bus by bus, each with how it can be reset.
fn buses<'a>(context: &Context<'a>) -> Vec<OnBus<'a>> {
    let host = context.host;
    let guest = guest(context);
    let mut found: BTreeMap<Parent, (bool, OnBus<'a>)> = BTreeMap::new();
    for device in context.functions() {
        let parent = host.topology.parent(device.address);
        let (has_others, bus) = found.entry(parent).or_insert_with(|| {
            let reset = host.bus_reset(device.address);
            let functions = Vec::new();
            (reset.has_others(&guest), OnBus { reset, functions })
        });
        if let Some(report) = host.reset_of(device, &bus.reset, *has_others) {
            bus.functions.push((device, report));
        }
    }
    found.into_values().map(|(_, bus)| bus).collect()
}

/// Each function with how it can be reset.
fn reports<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Device, ResetReport)> {
    buses(context).into_iter().flat_map(|bus| bus.functions)
}

/// The line that shows how a function can be reset.
fn shown(device: &Device) -> Evidence {
    let Some(sysfs) = &device.sysfs else {
        return device.shown.clone();
    };
    let path = sysfs.path("reset_method");
    let methods = sysfs.reset_methods.clone();
    let absence = methods.absence(&path);
    let shown = methods.shown(&path, |methods| methods.join(" ")).found();
    let shown = shown.map(|(_, evidence)| evidence).or(absence);
    shown.unwrap_or_else(|| device.shown.clone())
}

fn by_function(context: &Context<'_>) -> Vec<Diagnostic> {
    let is_flr = |method: &ResetMethod| matches!(method, ResetMethod::Flr | ResetMethod::AfFlr);
    reports(context)
        .filter(|(_, report)| report.known.is_empty())
        .filter(|(_, report)| report.methods.iter().flatten().any(is_flr))
        .map(|(device, _)| {
            let title = text!(
                "{functions} can be reset without other functions (FLR)",
                functions = device.address
            );
            Diagnostic::new(Verdict::Ok, title)
                .of([device.address])
                .evidence([shown(device)])
        })
        .collect()
}

fn lost_without_flr(context: &Context<'_>) -> Vec<Diagnostic> {
    use pci_core::config::ResetMethod::{AfFlr, Flr};
    let host = context.host;
    let mut functions = context.functions().filter_map(|device| {
        let found = device.reset_capabilities.as_ref()?;
        (found.whole
            && !found
                .methods
                .iter()
                .any(|method| matches!(method, Flr | AfFlr)))
        .then_some(device)
    });
    let (Some(device), None) = (functions.next(), functions.next()) else {
        return Vec::new();
    };
    let mut logged = host.log_messages.iter();
    let lost = logged.find(|logged| {
        let is_of_device = logged.device.is_none_or(|lost| lost == device.address);
        is_of_device && !logged.is_of_guest && logged.message.code == "config-space-lost"
    });
    let Some(lost) = lost else {
        return Vec::new();
    };
    let title = text!(
        "{address} has no function-level reset, and did not return from its reset by power \
         management or of the bus",
        address = device.address
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of([device.address])
            .evidence([shown(device), lost.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "other-reset-method",
                text: text!(
                    "power the host off and on; then write another method, or an empty line, to \
                     the function's reset_method before the guest's start, or use a newer kernel \
                     with a quirk for the device"
                ),
            }),
    ]
}

fn failed(context: &Context<'_>) -> Vec<Diagnostic> {
    let is_meant = |address: Address| {
        let driver = context.host.devices.get(&address).map(|one| &one.driver);
        context.is_asked(address)
            || context.cards.is_empty()
                && driver.is_some_and(|driver| driver.is_bound_to(is_vfio_driver))
    };
    let lines = context.host.log_lines(LogLineKind::ResetFailed);
    // The functions of a card are lost together.
    let mut found: Vec<(Vec<Address>, Vec<Evidence>)> = Vec::new();
    for line in lines {
        let Some(address) = line.device.filter(|address| is_meant(*address)) else {
            continue;
        };
        let mut cards = found.iter_mut();
        match cards.find(|(card, _)| card.iter().any(|one| one.slot() == address.slot())) {
            Some((card, evidence)) => {
                if !card.contains(&address) {
                    card.push(address);
                }
                evidence.push(line.evidence.clone());
            }
            None => found.push((vec![address], vec![line.evidence.clone()])),
        }
    }
    found
        .into_iter()
        .map(|(card, evidence)| {
            let of_sleep = |line: &Evidence| {
                ["D3cold", "after resume"]
                    .iter()
                    .any(|word| line.text.contains(word))
            };
            let address = addresses(card.iter().copied());
            let first = card.iter().min().copied().unwrap_or_default();
            // A function that a reset has lost reads as if it were in D3cold.
            let (title, text) = if evidence.iter().all(of_sleep) {
                (
                    text!("{address} did not return from D3cold", address),
                    if circumstances::are_of_host_driver(&evidence) {
                        text!(
                            "power the host off and on again; the host driver let the function \
                             sleep before vfio-pci was bound: write 0 to its d3cold_allowed and \
                             on to its power/control at boot"
                        )
                    } else {
                        text!(
                            "power the host off and on again, then set disable_idle_d3=1 for \
                             vfio-pci, which keeps the function awake"
                        )
                    },
                )
            } else {
                (
                    text!("{address} did not return from a reset", address),
                    if let Some(method) = method_after_flr(context, first, &evidence) {
                        text!(
                            "power the host off and on again; the function also has the reset \
                             method {method}: at each boot run echo {method} > \
                             /sys/bus/pci/devices/{address}/reset_method, since its FLR fails",
                            method,
                            address = first.to_string()
                        )
                    } else if circumstances::lacks_reset_method(context.host) {
                        text!(
                            "power the host off and on; use Linux 5.15 or later, which has other \
                             reset methods to choose from"
                        )
                    } else {
                        text!(
                            "power the host off and on again; if it happens again, choose another \
                             method in /sys/bus/pci/devices/{address}/reset_method",
                            address = first.to_string()
                        )
                    },
                )
            };
            Diagnostic::new(Verdict::Blocker, title)
                .of(card)
                .evidence(evidence)
                .remedy(Remedy::Manual {
                    step: "switch-off-and-on",
                    text,
                })
        })
        .collect()
}

fn takes_others(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported: Vec<Diagnostic> = Vec::new();
    for bus in buses(context) {
        let held = bus.functions.iter();
        let held: Vec<&Device> = held
            .filter(|(_, report)| report.standing == ResetForGuest::BusHasOthers)
            .map(|(device, _)| *device)
            .collect();
        if held.is_empty() {
            continue;
        }
        let others = bus.reset.others(&guest(context));
        let title = text!(
            "the only reset of {functions} is a bus reset, which also resets {others}, not \
             assigned to the same guest: VFIO skips the reset",
            functions = addresses(held.iter().map(|device| device.address)),
            others = addresses(others.iter().copied())
        );
        let others = others.iter().filter_map(|other| {
            let device = context.host.devices.get(other)?;
            Some(device.shown.clone())
        });
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of(held.iter().map(|device| device.address))
                .evidence(held.iter().map(|device| shown(device)).chain(others))
                .remedy(Remedy::Manual {
                    step: "pass-the-bus",
                    text: text!(
                        "assign these functions to the same guest, or move the card to a slot \
                         with its own port"
                    ),
                }),
        );
    }
    reported
}

fn none(context: &Context<'_>) -> Vec<Diagnostic> {
    reports(context)
        .filter(|(_, report)| report.standing == ResetForGuest::Not)
        .map(|(device, _)| {
            let on_root_bus = context.host.topology.bridge_above(device.address).is_none();
            let (verdict, title) = if on_root_bus {
                let title = text!(
                    "{address} has no reset method, which is common in chipsets: a guest finds \
                     the function in the state that the previous guest left",
                    address = device.address
                );
                (Verdict::Harmless, title)
            } else {
                let title = text!(
                    "{address} has no reset method: a guest finds the function in the state that \
                     the previous guest left",
                    address = device.address
                );
                (Verdict::Fix, title)
            };
            let reported = Diagnostic::new(verdict, title)
                .of([device.address])
                .evidence([shown(device)]);
            if on_root_bus {
                return reported;
            }
            reported.remedy(Remedy::Manual {
                step: "restart-between-guests",
                text: text!("reboot the host if a second guest cannot use the card"),
            })
        })
        .collect()
}

/// The functions with a row for this problem, and their names.
fn known<'a>(
    context: &Context<'a>,
    fault: ResetQuirkKind,
) -> Vec<(&'a Device, &'static str, ResetReport)> {
    reports(context)
        .filter_map(|(device, report)| {
            let row = report.known.iter().find(|row| row.quirk == fault)?;
            Some((device, row.what, report))
        })
        .collect()
}

fn once(context: &Context<'_>) -> Vec<Diagnostic> {
    known(context, ResetQuirkKind::VendorReset)
        .into_iter()
        .map(|(device, what, report)| {
            let first = report.methods.as_ref().and_then(|methods| methods.first());
            let address = device.address;
            let reported = if first == Some(&ResetMethod::DeviceSpecific) {
                let title = text!("{address} ({what}) has its own reset method", address, what);
                Diagnostic::new(Verdict::Ok, title)
            } else if let Some(line) = vendor_reset_of(context, address) {
                let title = text!("vendor-reset resets {address} ({what})", address, what);
                Diagnostic::new(Verdict::Ok, title).evidence([line])
            } else if let Some(line) = vendor_reset_loads(context)
                && circumstances::lacks_reset_method(context.host)
            {
                let title = text!(
                    "vendor-reset is loaded; not in the input: its lines about a reset of {address} \
                     ({what})",
                    address,
                    what
                );
                Diagnostic::new(Verdict::Unknown, title)
                    .evidence([line])
                    .remedy(Remedy::inspect(&["dmesg"]))
            } else if let Some(line) = vendor_reset_loads(context) {
                let (verdict, title) = match first {
                    Some(_) => (
                        Verdict::Fix,
                        text!(
                            "vendor-reset is loaded, but {address} ({what}) does not use it",
                            address,
                            what
                        ),
                    ),
                    None => (
                        Verdict::Unknown,
                        text!(
                            "vendor-reset is loaded; not in the input: reset_method of {address} \
                             ({what})",
                            address,
                            what
                        ),
                    ),
                };
                Diagnostic::new(verdict, title)
                    .evidence([line])
                    .remedy(Remedy::Manual {
                        step: "vendor-reset-method",
                        text: text!(
                            "write device_specific to \
                             /sys/bus/pci/devices/{path}/reset_method at each boot of the host",
                            path = address.to_string()
                        ),
                    })
            } else {
                let failed = failed_resets(context, address);
                let (verdict, title) = if failed.is_empty() {
                    let title = text!(
                        "not in the input: whether {address} ({what}) works for more than one \
                         guest; no standard reset restores this card",
                        address,
                        what
                    );
                    (Verdict::Unknown, title)
                } else {
                    let title = text!(
                        "no standard reset restores {address} ({what}): the card works for one \
                         guest per boot of the host",
                        address,
                        what
                    );
                    (Verdict::Blocker, title)
                };
                let reported = Diagnostic::new(verdict, title).evidence(failed);
                if circumstances::lacks_reset_method(context.host) {
                    let step = text!("install the module vendor-reset, and load it at boot");
                    return reported
                        .of([address])
                        .evidence([device.shown.clone(), shown(device)])
                        .remedy(Remedy::Manual {
                            step: "vendor-reset",
                            text: step,
                        });
                }
                let path = address.to_string();
                let mut builds = context.host.lines.module_builds().iter().map(|build| &build.value);
                let text = if builds
                    .any(|build| build.is_installed && same_module(&build.module, "vendor-reset"))
                {
                    text!(
                        "write device_specific to \
                         /sys/bus/pci/devices/{path}/reset_method at each boot of the host",
                        path
                    )
                } else if verdict == Verdict::Blocker {
                    text!(
                        "power the host off and on; {install}, and write device_specific to \
                         /sys/bus/pci/devices/{path}/reset_method at each boot of the host",
                        install = install_vendor_reset(context),
                        path
                    )
                } else {
                    text!(
                        "{install}, and write device_specific to \
                         /sys/bus/pci/devices/{path}/reset_method at each boot of the host",
                        install = install_vendor_reset(context),
                        path
                    )
                };
                let step = "vendor-reset";
                reported.remedy(Remedy::Manual { step, text })
            };
            reported
                .of([address])
                .evidence([device.shown.clone(), shown(device)])
        })
        .collect()
}

/// The first step of a host without vendor-reset.
fn install_vendor_reset(context: &Context<'_>) -> Text {
    match context.target {
        Some(Target::Unraid) => text!("install the plugin AMD Vendor Reset (Apps)"),
        _ => text!("install the module vendor-reset"),
    }
}

/// The method that the function has behind a function-level reset, if that is its first one and has
/// failed.
fn method_after_flr<'a>(
    context: &Context<'a>,
    address: Address,
    evidence: &[Evidence],
) -> Option<&'a str> {
    let sysfs = context.host.devices.get(&address)?.sysfs.as_ref()?;
    let Lookup::Found(methods) = &sysfs.reset_methods else {
        return None;
    };
    let (first, others) = methods.split_first()?;
    let is_of_flr = |line: &Evidence| line.text.contains("after FLR");
    let is_flr = first == "flr" && evidence.iter().any(is_of_flr);
    let other = others.iter().find(|other| *other != "af_flr")?;
    // The kernel's word alone becomes part of a command.
    let is_known = ResetMethod::of(other).is_some();
    (is_flr && is_known).then_some(other.as_str())
}

/// The lines of the kernel's log that show a failed reset of the function.
fn failed_resets(context: &Context<'_>, address: Address) -> Vec<Evidence> {
    let lines = context.host.log_lines(LogLineKind::ResetFailed);
    lines
        .filter(|line| line.device == Some(address))
        .map(|line| line.evidence.clone())
        .collect()
}

/// A message of vendor-reset about a reset of the function.
fn vendor_reset_of(context: &Context<'_>, address: Address) -> Option<Evidence> {
    let logged = context.host.log_messages.iter();
    let mut of_it = logged.filter(|logged| {
        logged.device == Some(address)
            && (logged.message.code == PERFORMING || RESULTS.contains(&logged.message.code))
    });
    of_it.next().map(|logged| logged.evidence.clone())
}

/// Evidence that vendor-reset loads: its message, or a list of modules.
fn vendor_reset_loads(context: &Context<'_>) -> Option<Evidence> {
    let mut logged = context.host.log_messages.iter();
    let hooked = logged.find(|logged| logged.message.code == "vendor-reset-hooked");
    let mut listed = context.host.settings.modules.iter();
    let listed = listed.find(|listed| same_module(&listed.module, "vendor-reset"));
    let mut loaded = context.host.lines.loaded_modules().iter();
    let loaded = loaded.find(|loaded| same_module(loaded.value, "vendor-reset"));
    hooked
        .map(|logged| logged.evidence.clone())
        .or_else(|| loaded.map(|loaded| loaded.evidence.clone()))
        .or_else(|| listed.map(|listed| listed.evidence.clone()))
}

/// The catalog's code of the steps of a reset by vendor-reset.
const PERFORMING: &str = "vendor-reset-performing";

/// Those of results.
const RESULTS: [&str; 3] = [
    "vendor-reset-succeeded",
    "vendor-reset-mode1-done",
    "vendor-reset-failed",
];

fn result_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut last: BTreeMap<Address, &Evidence> = BTreeMap::new();
    for logged in &context.host.log_messages {
        let Some(address) = logged.device.filter(|_| logged.message.code == PERFORMING) else {
            continue;
        };
        let newest = last.entry(address).or_insert(&logged.evidence);
        if newest.line < logged.evidence.line {
            *newest = &logged.evidence;
        }
    }
    last.into_iter()
        .filter(|(address, line)| {
            let logged = context.host.log_messages.iter();
            let mut results = logged.filter(|logged| RESULTS.contains(&logged.message.code));
            !results.any(|logged| {
                let is_later = logged.evidence.line > line.line;
                logged.device == Some(*address) && is_later
            })
        })
        .map(|(address, line)| {
            let title = text!(
                "the log ends before the result of the last reset of {address} by vendor-reset",
                address
            );
            Diagnostic::new(Verdict::Unknown, title)
                .of([address])
                .evidence([line.clone()])
                .remedy(Remedy::inspect(&["dmesg"]))
        })
        .collect()
}

fn reported(context: &Context<'_>) -> Vec<Diagnostic> {
    known(context, ResetQuirkKind::Reported)
        .into_iter()
        .map(|(device, what, _)| {
            let title = text!(
                "not in the input: whether {address} ({what}) works for more than one guest; some \
                 users report that the card works once per boot",
                address = device.address,
                what
            );
            Diagnostic::new(Verdict::Unknown, title)
                .of([device.address])
                .evidence([device.shown.clone()])
                .remedy(Remedy::Manual {
                    step: "start-guest-twice",
                    text: text!("start the guest, shut it down and start it again"),
                })
        })
        .collect()
}
