//! Causes why functions configured for vfio-pci are not bound to it.

use host_tree::{Evidence, Lookup};
use hostconf::binding::kernel_facts::Presence;
use hostconf::binding::modprobe::{Directive, same_module};
use hostconf::binding::modules::INITRAMFS_MODULES;
use hostconf::binding::vfio_ids;
use hostconf::boot::command_line::same_name;
use hvconf::unraid;
use list_order::Order as _;
use pci_core::{ClassCode, VendorId};

use crate::doctor::boot::reboot;
use crate::doctor::isolation::groups::addresses;
use crate::doctor::option_lines::settings::remove_line;
use crate::doctor::rule::{Context, Diagnostic, Rule, card_word};
use crate::host::{Device, Driver, Fact, Host, named_by_guests};
use crate::remedy::Remedy;
use crate::requirement::Change;
use crate::target::Target;
use crate::text::{listed, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "vfio-pci-late",
        meaning: "The function is configured for vfio-pci but bound to another driver, which loads \
                  before vfio-pci: from an initramfs without vfio-pci, or without a softdep that \
                  loads vfio-pci first. Where the kernel log does not list the ID for vfio-pci, a \
                  restart, or a new initramfs, may also be missing.",
        source: "Linux Documentation/driver-api/vfio.rst; modprobe.d(5), softdep; \
                 initramfs-tools(7)",
        causes: &["host-driver-bound", "group-not-viable"],
        check: late,
    },
    Rule {
        code: "vfio-ids-not-added",
        meaning: "The kernel log lists the IDs that vfio-pci received when it loaded, and a \
                  configured ID is not among them. The initramfs that loaded vfio-pci is older \
                  than the setting, or another setting replaces this one.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: not_added,
    },
    Rule {
        code: "modules-load-late",
        meaning: "A list of modules (/etc/modules, /etc/modules-load.d) is read by a service of \
                  the running system. By then udev has loaded the display drivers, from the \
                  initramfs or in parallel with the service. vfio-pci needs a softdep, a place in \
                  the initramfs, or a blacklist line for the driver.",
        source: "systemd-modules-load.service(8); modprobe.d(5), softdep; initramfs-tools(7)",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: modules_load,
    },
    Rule {
        code: "softdep-of-built-in",
        meaning: "A softdep line loads vfio-pci before a driver that is built into the kernel. \
                  Only modules have a load order; a built-in driver claims its devices before any \
                  module loads. Binding by address, with driver_override in the initramfs, works.",
        source: "modprobe.d(5), softdep; Linux Documentation/kbuild/kbuild.rst, modules.builtin",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: softdep_built_in,
    },
    Rule {
        code: "driver-override-leftover",
        meaning: "driver_override of the function still names a driver, but the function is bound \
                  to no driver. No other driver binds to the function until driver_override is \
                  cleared: a card released by a guest stays without a driver.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, driver_override",
        causes: &[],
        check: override_left,
    },
    Rule {
        code: "blacklist-affects-other-devices",
        meaning: "A driver that another card of the host uses is blacklisted. The module is no \
                  longer loaded automatically for any card, and the host loses the other card. \
                  Binding one card by ID or address does not affect the other.",
        source: "modprobe.d(5), blacklist",
        causes: &[],
        check: blacklist_takes_others,
    },
    Rule {
        code: "vfio-ids-host-audio",
        meaning: "ids= names an audio function of no configured card: the host's own audio, \
                  mistaken for that of the graphics card. The card's audio function is in the \
                  card's own slot.",
        source: "PCI Code and ID Assignment Specification 1.11, class 0x0403; Linux \
                 Documentation/driver-api/vfio.rst",
        causes: &[],
        check: host_audio,
    },
];

fn late(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut reported = Vec::new();
    for card in &context.cards {
        let late: Vec<&Device> = card
            .iter()
            .copied()
            .filter(|device| host.is_bound_too_late(device))
            .collect();
        let Some(first) = late.first() else { continue };
        let driver = first.driver.name().unwrap_or_default();
        let list = addresses(late.iter().map(|device| device.address));
        // The kernel log lists the ID: only the order is left as a cause.
        let added = host.commands.added_ids.iter().find(|added| {
            let id = first.id.as_ref();
            id.is_some_and(|id| id.value == added.value)
        });
        // Unraid binds by a script of its own, after the drivers of its initramfs.
        let is_of_unraid = !host.is_taken_by_id(first)
            && host
                .boot
                .override_scripts
                .iter()
                .any(|script| script.path == unraid::PATH);
        let rebuilt = built_with(host, &late).filter(|_| added.is_none() && !is_of_unraid);
        // Those of other drivers, where the driver has none.
        let softdeps: Vec<_> = match has_softdep(host, driver) {
            true => Vec::new(),
            false => softdeps(host).collect(),
        };
        let mut others: Vec<&str> = softdeps.iter().map(|(pattern, _)| *pattern).collect();
        others.order();
        others.dedup();
        let early = early_in_initrd(host, driver);
        let is_mixed = late
            .iter()
            .any(|device| device.driver.name() != Some(driver));
        let title = if is_of_unraid {
            text!(
                "{driver} is bound to {list}, which vfio-pci.cfg names: Unraid binds at its next \
                 boot, or could not bind",
                list,
                driver
            )
        } else if is_mixed {
            let list = listed(late.iter().map(|device| {
                text!(
                    "{address} ({driver})",
                    address = device.address,
                    driver = device.driver.name().unwrap_or_default()
                )
            }));
            text!(
                "host drivers are bound to functions configured for vfio-pci: {list}; they load \
                 first, or the initramfs is older than the setting",
                list
            )
        } else if added.is_some() {
            text!(
                "{driver} is bound to {list}, although vfio-pci has its ID: {driver} loads first",
                list,
                driver
            )
        } else if rebuilt.is_some() {
            text!(
                "{driver} is bound to {list}, configured for vfio-pci: the host was not rebooted \
                 since",
                list,
                driver
            )
        } else if !softdeps.is_empty() {
            text!(
                "{driver} is bound to {list}, configured for vfio-pci: softdep lines load vfio-pci \
                 before {others}, and none before {driver}",
                list,
                driver,
                others = listed(others)
            )
        } else {
            text!(
                "{driver} is bound to {list}, configured for vfio-pci: the initramfs is older \
                 than the setting, or {driver} loads first",
                list,
                driver
            )
        };
        let mut evidence: Vec<_> = host
            .boot
            .vfio_ids
            .last()
            .filter(|_| host.is_taken_by_id(first))
            .map(|list| list.evidence.clone())
            .into_iter()
            .collect();
        for device in &late {
            if let Driver::Bound(driver) = &device.driver {
                evidence.push(driver.evidence.clone());
            }
        }
        if added.is_none() && rebuilt.is_none() && !is_of_unraid {
            evidence.extend(softdeps.into_iter().map(|(_, shown)| shown).take(2));
        }
        evidence.extend(added.map(|added| added.evidence.clone()));
        evidence.extend(rebuilt.cloned());
        evidence.extend(early.map(|line| line.evidence.clone()));
        let remedy = match added {
            _ if early.is_some() => Remedy::Manual {
                step: "load-vfio-pci-first",
                text: text!(
                    "put \"vfio_pci\", \"vfio\" and \"vfio_iommu_type1\" before {driver} in \
                     boot.initrd.kernelModules, or remove {driver} there, run nixos-rebuild boot, \
                     and reboot",
                    driver
                ),
            },
            // The files of /etc are made of the configuration there.
            Some(_) if is_nixos(host) => Remedy::Manual {
                step: "load-vfio-pci-first",
                text: text!(
                    "list vfio_pci before {driver} in boot.initrd.kernelModules, run nixos-rebuild boot, \
                     and reboot; or bind this function alone by its address, with driver_override in a \
                     script of the initramfs",
                    driver
                ),
            },
            Some(_) if has_softdep(host, driver) => Remedy::Manual {
                step: "load-vfio-pci-first",
                text: text!(
                    "add vfio-pci to the modules of the initramfs, since the softdep of {driver} \
                     had no effect at this boot, regenerate the initramfs and reboot; or bind this \
                     function alone by its address, with driver_override in a script of the \
                     initramfs",
                    driver
                ),
            },
            Some(_) => Remedy::Manual {
                step: "load-vfio-pci-first",
                text: text!(
                    "add softdep {driver} pre: vfio-pci to a file in /etc/modprobe.d, regenerate \
                     the initramfs and reboot; or bind this function alone by its address, with \
                     driver_override in a script of the initramfs",
                    driver
                ),
            },
            None if is_of_unraid => Remedy::Manual {
                step: "read-unraid-log",
                text: text!(
                    "reboot if the line is new, then read /var/log/vfio-pci: it names the reason \
                     for each function that was not bound"
                ),
            },
            None if rebuilt.is_some() => reboot(),
            None => Remedy::Plan {
                arguments: vec![card_word(host, card)],
            },
        };
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of(late.iter().map(|device| device.address))
                .evidence(evidence)
                .remedy(remedy),
        );
    }
    reported
}

/// The line of NixOS that loads the driver in the initrd, where vfio_pci is not before it.
fn early_in_initrd<'a>(host: &'a Host, driver: &str) -> Option<&'a Fact<String>> {
    let modules = host.settings.nixos_initrd.iter();
    let mut modules = modules.take_while(|module| !same_module(&module.value, "vfio-pci"));
    modules.find(|module| same_module(&module.value, driver))
}

fn is_nixos(host: &Host) -> bool {
    let target = host.system.hypervisor.as_ref().map(|found| found.value);
    target == Some(Target::NixOs)
        || host
            .system
            .name
            .as_deref()
            .is_some_and(|name| name.starts_with("NixOS"))
}

/// The line that shows that the initramfs is newer than the settings with which vfio-pci binds to the
/// functions before their drivers: the IDs, and a softdep for each driver.
fn built_with<'a>(host: &'a Host, late: &[&Device]) -> Option<&'a Evidence> {
    let ids = host.boot.vfio_ids.last()?;
    let is_first = |device: &&Device| {
        let driver = device.driver.name();
        host.is_taken_by_id(device) && driver.is_some_and(|driver| has_softdep(host, driver))
    };
    if !late.iter().all(is_first) {
        return None;
    }
    let built = host.words.rebuilt.after("initramfs-built", &ids.evidence);
    built.or(host.words.rebuilt.reported.as_ref())
}

/// Whether a softdep line of the host loads vfio-pci before the driver.
fn has_softdep(host: &Host, driver: &str) -> bool {
    let mut softdeps = softdeps(host);
    softdeps.any(|(pattern, _)| same_module(pattern, driver))
}

/// The modules before which softdep lines of the host load vfio-pci, each with its line.
fn softdeps(host: &Host) -> impl Iterator<Item = (&str, Evidence)> {
    let directives = host.settings.modprobe.directives().iter();
    directives.filter_map(|located| match &located.directive {
        Directive::Softdep { pattern, pre, .. } => {
            let mut pre = pre.iter();
            let is_before = pre.any(|before| same_module(before, "vfio-pci"));
            is_before.then(|| (pattern.as_str(), located.evidence()))
        }
        _ => None,
    })
}

/// Lists of modules that are all that loads vfio-pci, where another driver has the function.
fn modules_load(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let is_vfio = |module: &str| same_module(module, "vfio-pci");
    let listed: Vec<_> = (host.settings.modules.iter())
        .filter(|listed| is_vfio(&listed.module))
        .collect();
    let in_image = |path: &str| path == INITRAMFS_MODULES;
    let Some(first) = listed.first() else {
        return Vec::new();
    };
    let conf = &host.boot.initramfs_conf;
    if listed.iter().any(|listed| in_image(&listed.path))
        || conf.mkinitcpio.is_some()
        || !conf.dracut.is_empty()
        || conf.booster.is_some()
    {
        return Vec::new();
    }
    let comes_first = |driver: &str| {
        let mut directives = host.settings.modprobe.directives().iter();
        let is_blacklisted = directives.any(|located| match &located.directive {
            Directive::Blacklist { module } => same_module(module, driver),
            _ => false,
        });
        is_blacklisted || has_softdep(host, driver)
    };
    let mut reported = Vec::new();
    for device in context.functions() {
        let Driver::Bound(driver) = &device.driver else {
            continue;
        };
        let is_late = host.is_taken_by_id(device) && !is_vfio(&driver.value);
        if !is_late || comes_first(&driver.value) {
            continue;
        }
        let title = text!(
            "{path} loads vfio-pci after {driver}, which is bound to {address}",
            path = first.path,
            driver = driver.value,
            address = device.address
        );
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of([device.address])
                .evidence([first.evidence.clone(), driver.evidence.clone()])
                .remedy(Remedy::Plan {
                    arguments: vec![format!("{:#}", device.address)],
                }),
        );
    }
    reported
}

fn not_added(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let (Some(list), Some(first)) = (host.boot.vfio_ids.last(), host.commands.added_ids.first())
    else {
        return Vec::new();
    };
    if list.value.ids.is_err() {
        return Vec::new();
    }
    let missing: Vec<&str> = vfio_ids::elements(&list.value.text)
        .filter_map(|(place, entry)| {
            let id = entry.ok()?.id()?;
            let is_added = host
                .commands
                .added_ids
                .iter()
                .any(|added| added.value == id);
            list.value.text.get(place).filter(|_| !is_added)
        })
        .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let title = text!(
        "vfio-pci loaded without {missing}, which is in ids=",
        missing = missing.join(", ")
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([list.evidence.clone(), first.evidence.clone()])
            .remedy(Change::RegenerateInitramfs),
    ]
}

fn softdep_built_in(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut reported = Vec::new();
    for located in host.settings.modprobe.directives() {
        let Directive::Softdep { pattern, pre, .. } = &located.directive else {
            continue;
        };
        if !pre.iter().any(|before| same_module(before, "vfio-pci")) {
            continue;
        }
        let presence = host.system.kernel.modules.get(pattern.as_str());
        let Some(found) = presence.filter(|found| found.value == Presence::BuiltIn) else {
            continue;
        };
        let evidence = located.evidence();
        let title = text!(
            "{pattern} is built into this kernel: a softdep cannot load vfio-pci before it",
            pattern
        );
        reported.push(
            Diagnostic::new(Verdict::NoEffect, title)
                .remedy(remove_line(&evidence))
                .evidence([evidence, found.evidence.clone()]),
        );
    }
    reported
}

fn override_left(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for device in context.host.devices.values() {
        let (Driver::Unbound(shown), Some(sysfs)) = (&device.driver, &device.sysfs) else {
            continue;
        };
        let Lookup::Found(driver) = &sysfs.driver_override else {
            continue;
        };
        // The hypervisor binds functions that are passed through.
        if driver.is_empty() || driver == "(null)" || context.is_asked(device.address) {
            continue;
        }
        let path = sysfs.path("driver_override");
        let title = text!(
            "driver_override of {address} is {driver}: no other driver binds to the function",
            address = device.address,
            driver
        );
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of([device.address])
                .evidence([
                    host_tree::Evidence::new(path.clone(), 1, driver.clone()),
                    shown.clone(),
                ])
                .remedy(Remedy::Manual {
                    step: "clear-driver-override",
                    text: text!(
                        "write an empty line to {path}, then the address to \
                         /sys/bus/pci/drivers_probe",
                        path
                    ),
                }),
        );
    }
    reported
}

fn blacklist_takes_others(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    if context.cards.is_empty() {
        return Vec::new();
    }
    let mut reported = Vec::new();
    for blacklist in &host.settings.blacklists {
        // All sound devices of the host are in a separate finding.
        if same_name(&blacklist.value, "snd_hda_intel") {
            continue;
        }
        let uses = |device: &&Device| {
            let bound = [device.driver_module.as_deref(), device.driver.name()];
            let mut bound = bound.into_iter().flatten();
            bound.any(|driver| same_name(driver, &blacklist.value))
        };
        let others: Vec<&Device> = host
            .devices
            .values()
            .filter(|device| !device.is_bridge() && !context.is_asked(device.address))
            .filter(uses)
            .collect();
        if others.is_empty() {
            continue;
        }
        let list = addresses(others.iter().map(|device| device.address));
        let title = text!(
            "blacklist {blacklist} also disables the driver of {list}",
            blacklist = blacklist.value,
            list
        );
        let shown = others.iter().filter_map(|device| match &device.driver {
            Driver::Bound(driver) => Some(driver.evidence.clone()),
            _ => None,
        });
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of(others.iter().map(|device| device.address))
                .evidence([blacklist.evidence.clone()].into_iter().chain(shown))
                .remedy(remove_line(&blacklist.evidence)),
        );
    }
    reported
}

/// An audio function (PCI Code and ID Assignment Specification, 1.5).
fn is_audio(class: ClassCode) -> bool {
    class.base == 0x04 && matches!(class.sub, 0x01 | 0x03)
}

fn host_audio(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(list) = host.boot.vfio_ids.last() else {
        return Vec::new();
    };
    let assigned = named_by_guests(&host.guests.proxmox_vms, &host.guests.domains);
    let taken = |device: &&Device| host.is_taken_by_id(device);
    let displays: Vec<&Device> = host
        .devices
        .values()
        .filter(taken)
        .filter(|device| device.is_display())
        .collect();
    let is_of_a_card = |device: &Device| {
        host.functions_of(device.address.slot())
            .any(Device::is_display)
    };
    host.devices
        .values()
        .filter(taken)
        .filter(|device| {
            device
                .class
                .as_ref()
                .is_some_and(|class| is_audio(class.value))
        })
        // Listed with a card, and of the chipset: it is assigned for the host's sound in a guest.
        .filter(|device| !displays.is_empty() && !is_of_a_card(device))
        // The audio of a processor's display is in a function of the chipset.
        .filter(|device| {
            let of_processor = |display: &&Device| display.address.bus() == 0;
            !(device.address.bus() == 0 && displays.iter().any(of_processor))
        })
        .filter(|device| {
            match device.id.as_ref().map(|id| id.value.vendor) {
                // On another bus is that of an Arc card, which has a switch of its own.
                Some(VendorId::INTEL) => device.address.bus() == 0,
                Some(VendorId::AMD) => true,
                _ => false,
            }
        })
        .filter(|device| assigned.iter().all(|one| one.address != device.address))
        .map(|device| {
            let title = text!(
                "ids= of vfio-pci matches {address}, the host's own audio: the card's audio \
                 function is in the card's own slot",
                address = device.address
            );
            Diagnostic::new(Verdict::Fix, title)
                .of([device.address])
                .evidence([list.evidence.clone(), device.shown.clone()])
                .remedy(Remedy::Manual {
                    step: "write-vfio-ids",
                    text: text!(
                        "remove {id} from ids=",
                        id = device
                            .id
                            .as_ref()
                            .map_or_else(String::new, |id| id.value.to_string())
                    ),
                })
        })
        .collect()
}
