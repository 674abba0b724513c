//! vfio-pci's `ids=`: the functions that it matches, and those that it misses.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::Evidence;
use list_order::{Inserts as _, Order as _};
use pci_core::{Address, PciId, VendorId};

use super::unmatched_ids::{self, id_of};
use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule, card_word, plan_remedy};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{ById, Device, Symptom};
use crate::remedy::Remedy;
use crate::requirement::Change;
use crate::text::{plural, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "vfio-ids-malformed",
        meaning: "vfio-pci cannot read the value of ids=: it skips the entries that it cannot \
                  read, and binds none of those functions. An entry is vendor:device in \
                  hexadecimal; entries are separated by commas without blanks.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, parameter ids and vfio_pci_fill_ids",
        causes: &["host-driver-bound"],
        check: malformed,
    },
    Rule {
        code: "vfio-ids-overridden",
        meaning: "ids= is set more than once. The kernel does not join the lists: only the last \
                  value takes effect. Replace them by one list with all IDs.",
        source: "Linux kernel/params.c, module_param_string; modprobe.d(5)",
        causes: &["vfio-ids-missing-function", "host-driver-bound"],
        check: overridden,
    },
    Rule {
        code: "vfio-ids-missing-function",
        meaning: "ids= names one function of the card but not another. The host driver claims the \
                  missing function, and the group is not viable while the driver is bound. If the \
                  hypervisor unbinds the driver when the guest starts, the assignment works by \
                  luck.",
        source: "Linux drivers/vfio/vfio_iommu_type1.c; Documentation/driver-api/vfio.rst",
        causes: &["host-driver-bound"],
        check: missing_function,
    },
    Rule {
        code: "vfio-ids-match-duplicate",
        meaning: "ids= selects by vendor and device ID, and another card of the host has the same \
                  ID: vfio-pci claims both cards. Bind by address instead.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids; Documentation/ABI/testing/\
                 sysfs-bus-pci, driver_override",
        causes: &["root-file-system-not-found", "ids-take-host-drive"],
        check: take_twin,
    },
    Rule {
        code: "vfio-ids-match-nothing",
        meaning: "No function of the host has an ID of ids=: the entry has no effect. The ID is \
                  that of a removed card, is misspelled, or is the card's subsystem ID, which \
                  lspci -v prints beside the ID and which ids= does not use.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, parameter ids; drivers/pci/pci-driver.c, \
                 pci_match_device",
        causes: &["host-driver-bound"],
        check: unmatched_ids::check,
    },
    Rule {
        code: "duplicate-ids",
        meaning: "Two cards of the host have the same ID. A selection by ID (ids=, new_id) \
                  matches both; only the address distinguishes them. If both are assigned to \
                  guests, selecting by ID is correct.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, driver_override and new_id",
        causes: &[],
        check: duplicates,
    },
    Rule {
        code: "duplicate-ids-not-shown",
        meaning: "Another card is in the input without its ID. If the IDs are equal, a selection \
                  by ID (ids=, new_id) matches both cards.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, driver_override and new_id",
        causes: &[],
        check: twins_not_shown,
    },
    Rule {
        code: "vfio-pci-built-in",
        meaning: "vfio-pci is built into this kernel. Options in modprobe.d apply only to \
                  modules: a built-in driver reads only the kernel command line (vfio-pci.ids=).",
        source: "modprobe.d(5); Linux Documentation/admin-guide/kernel-parameters.rst",
        causes: &["host-driver-bound"],
        check: built_in,
    },
    Rule {
        code: "ids-take-usb",
        meaning: "ids= matches functions by their IDs, and all USB controllers in the input have \
                  them: vfio-pci takes each of them from the host, with the keyboard, the mouse \
                  and USB drives. Binding by address takes one of them.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids",
        causes: &[],
        check: takes_usb,
    },
];

fn malformed(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .host
        .boot
        .vfio_ids
        .iter()
        .filter_map(|list| {
            let error = list.value.ids.as_ref().err()?;
            let title = text!(
                "ids={value} of vfio-pci cannot be read: {error}",
                value = list.value.text,
                error
            );
            let manual = match read_otherwise(&list.value.text) {
                Some(ids) => Change::MergeVfioIds { ids }.into(),
                None => Remedy::Manual {
                    step: "write-vfio-ids",
                    text: text!(
                        "write the IDs as vendor:device, separated by commas and without blanks"
                    ),
                },
            };
            Some(
                Diagnostic::new(Verdict::Blocker, title)
                    .evidence([list.evidence.clone()])
                    .remedy(manual),
            )
        })
        .collect()
}

/// The IDs of a list whose entries are right but for what separates them: `10de:2d04;10de:22eb`,
/// `"10de:2d04,`.
fn read_otherwise(text: &str) -> Option<Vec<String>> {
    let pieces = text.split([',', ';', '|', '"', '\'', ' ']);
    let pieces: Vec<String> = pieces
        .filter(|piece| !piece.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let is_id = |piece: &String| piece.len() == 9 && piece.parse::<PciId>().is_ok();
    (!pieces.is_empty() && pieces.iter().all(is_id)).then_some(pieces)
}

fn overridden(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some((last, earlier)) = host.boot.vfio_ids.split_last() else {
        return Vec::new();
    };
    let ids: Vec<String> = host.all_vfio_ids().into_iter().map(str::to_owned).collect();
    let remedy = if host.boot.vfio_ids.iter().all(|list| list.value.ids.is_ok()) {
        Change::MergeVfioIds { ids }.into()
    } else {
        Remedy::Manual {
            step: "write-vfio-ids",
            text: text!(
                "write one ids= with the IDs of all lists, as vendor:device separated by commas"
            ),
        }
    };
    earlier
        .iter()
        .filter(|list| list.value.text != last.value.text)
        .map(|list| {
            let title = text!(
                "ids={value} of vfio-pci has no effect: a later ids={later} replaces it",
                value = list.value.text,
                later = last.value.text
            );
            Diagnostic::new(Verdict::Fix, title)
                .evidence([list.evidence.clone(), last.evidence.clone()])
                .remedy(remedy.clone())
        })
        .collect()
}

fn taken<'a>(context: &Context<'a>) -> Vec<&'a Device> {
    context
        .host
        .devices
        .values()
        .filter(|device| context.host.is_taken_by_id(device))
        .collect()
}

fn missing_function(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(list) = context.host.boot.vfio_ids.last() else {
        return Vec::new();
    };
    let mut cards: Vec<Vec<&Device>> = Vec::new();
    let mut known: BTreeSet<Vec<Address>> = BTreeSet::new();
    for device in taken(context) {
        let card = context.host.card_of(device.address);
        if known.insert(card.iter().map(|device| device.address).collect()) {
            cards.push(card);
        }
    }
    // A function whose ID is not in the input may have one of the others.
    let ids = list.value.ids.as_ref().ok();
    let entries = ids.into_iter().flat_map(|ids| &ids.0);
    let of_host: BTreeSet<PciId> = context.host.devices.values().filter_map(id_of).into_set();
    let mut ids = entries.filter_map(|entry| entry.id());
    let has_unmatched = ids.any(|id| !of_host.contains(&id));
    let mut reported = Vec::new();
    for card in cards {
        let left_out: Vec<&Device> = card
            .iter()
            .copied()
            .filter(|device| !context.host.is_taken_by_id(device))
            .filter(|device| !device.driver.is_bound_to(is_vfio_driver))
            .filter(|device| !context.host.is_overridden(device))
            .filter(|device| device.id.is_some() || !has_unmatched)
            .collect();
        if left_out.is_empty() {
            continue;
        }
        let names: Vec<String> = left_out
            .iter()
            .map(|device| match &device.id {
                Some(id) => format!("{} ({:#})", id.value, device.address),
                None => format!("{:#}", device.address),
            })
            .collect();
        let title = plural!(
            names.len(),
            "{names} is missing from ids= of vfio-pci: the host driver claims it",
            "{names} are missing from ids= of vfio-pci: the host driver claims them",
            names
        );
        let mut evidence = vec![list.evidence.clone()];
        evidence.extend(left_out.iter().map(|device| device.shown.clone()));
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of(left_out.iter().map(|device| device.address))
                .evidence(evidence)
                .remedy(Remedy::Plan {
                    arguments: vec![card_word(context.host, &card)],
                }),
        );
    }
    reported
}

fn take_twin(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(list) = context.host.boot.vfio_ids.last() else {
        return Vec::new();
    };
    let mut taken = taken(context);
    let mut reported: Vec<Diagnostic> = dark_by_ids(context, &taken, &list.evidence)
        .into_iter()
        .collect();
    let of_root = root_by_ids(context, &taken);
    if !of_root.is_empty() {
        let title = text!(
            "ids= of vfio-pci matches {functions}, which have the same ID: the host does not find \
             its root file system",
            functions = addresses(of_root.iter().map(|device| device.address))
        );
        let evidence = of_root.iter().map(|device| device.shown.clone());
        reported.push(
            Diagnostic::new(Verdict::Blocker, title)
                .of(of_root.iter().map(|device| device.address))
                .evidence([list.evidence.clone()].into_iter().chain(evidence))
                .remedy(Remedy::Manual {
                    step: "bind-by-address",
                    text: text!(
                        "at the boot menu add module_blacklist=vfio_pci to the kernel line; when the \
                         host runs, remove the ID from ids=, bind the guest's controller alone by \
                         its address, with driver_override in a script of the initramfs, regenerate \
                         the initramfs and reboot"
                    ),
                }),
        );
    }
    taken.retain(|device| !context.is_asked(device.address));
    if taken.is_empty() {
        return reported;
    }
    for card in &context.cards {
        let others: Vec<&Device> = taken
            .iter()
            .copied()
            .filter(|device| card.iter().any(|function| function.same_id(device)))
            .collect();
        if others.is_empty() {
            continue;
        }
        let word = card_word(context.host, card);
        let title = text!(
            "ids= of vfio-pci also matches {functions}, with the same ID as {card}",
            functions = addresses(others.iter().map(|device| device.address)),
            card = word
        );
        let evidence = others.iter().map(|device| device.shown.clone());
        reported.push(
            Diagnostic::new(Verdict::Blocker, title)
                .of(others.iter().map(|device| device.address))
                .evidence([list.evidence.clone()].into_iter().chain(evidence))
                .remedy(Remedy::Plan {
                    arguments: vec![word],
                }),
        );
    }
    reported
}

/// Controllers of drives with one ID that ids= has, where the root file system is not found at boot; none
/// where a host driver has one of them.
fn root_by_ids<'a>(context: &Context<'_>, taken: &[&'a Device]) -> Vec<&'a Device> {
    let mut logged = context.host.log_messages.iter();
    let is_lost = logged.any(|one| {
        one.message.code == "root-file-system-not-found" && !one.is_of_guest && !one.is_over
    });
    let mut stated = context.host.words.stated_facts.named.iter();
    if !is_lost && !stated.any(|one| one.value.code == "ids-take-host-drive") {
        return Vec::new();
    }
    let is_storage = |device: &&&Device| {
        let class = device.class.as_ref();
        class.is_some_and(|class| class.value.base == 0x01)
    };
    let controllers: Vec<&Device> = taken.iter().filter(is_storage).copied().collect();
    let id = |device: &Device| device.id.as_ref().map(|id| id.value);
    let is_held = |device: &Device| device.driver.is_bound_to(|name| !is_vfio_driver(name));
    // The number of controllers of each ID, and whether a host driver has one.
    let mut of_id: BTreeMap<PciId, (usize, bool)> = BTreeMap::new();
    for device in &controllers {
        let Some(id) = id(device) else { continue };
        let (count, held) = of_id.entry(id).or_default();
        *count += 1;
        *held |= is_held(device);
    }
    let is_alike = |device: &&&Device| {
        let alike = id(device).and_then(|id| of_id.get(&id));
        matches!(alike, Some((2.., false)))
    };
    controllers.iter().filter(is_alike).copied().collect()
}

/// Displays with one ID, all that the host has, where the text says that the host's screen stays dark.
fn dark_by_ids(context: &Context<'_>, taken: &[&Device], list: &Evidence) -> Option<Diagnostic> {
    let host = context.host;
    let mut symptoms = host.words.symptoms.iter();
    let is_dark = symptoms.any(|found| found.value == Symptom::HostDisplayLost);
    let displays = host.devices.values().filter(|device| device.is_display());
    let displays: Vec<&Device> = displays.collect();
    let [first, _, ..] = displays.as_slice() else {
        return None;
    };
    let is_by_ids = |display: &&Device| {
        display.same_id(first)
            && display.driver.is_bound_to(is_vfio_driver)
            && taken.iter().any(|device| device.address == display.address)
    };
    if !is_dark || !displays.iter().all(is_by_ids) {
        return None;
    }
    let title = text!(
        "ids= of vfio-pci matches {functions}, which have the same ID: the host has no display",
        functions = addresses(displays.iter().map(|device| device.address))
    );
    let evidence = displays.iter().map(|device| device.shown.clone());
    Some(
        Diagnostic::new(Verdict::Fix, title)
            .of(displays.iter().map(|device| device.address))
            .evidence([list.clone()].into_iter().chain(evidence))
            .remedy(Remedy::Manual {
                step: "bind-by-address",
                text: text!(
                    "remove the ID from ids=, and bind the guest's card alone, by its address: \
                     passthru plan ADDRESS"
                ),
            }),
    )
}

fn duplicates(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    let by_id = ById::new(context.host);
    let mut many: BTreeSet<PciId> = BTreeSet::new();
    // `vfio-ids-match-duplicate` is about them.
    let of_root = root_by_ids(context, &taken(context));
    for card in &context.cards {
        // It is already bound by address.
        if card.iter().all(|device| context.host.is_overridden(device)) {
            continue;
        }
        // A finding about dozens of cards is reported once for each ID.
        let ids = card.iter().filter_map(|device| device.id.as_ref());
        let crowded: Vec<PciId> = ids
            .map(|id| id.value)
            .filter(|id| by_id.with(*id).len() > MOST_TWINS)
            .collect();
        if !crowded.is_empty() {
            many.extend(crowded);
            continue;
        }
        let mut devices: Vec<Address> = Vec::new();
        let mut evidence: Vec<Evidence> = Vec::new();
        let mut others: Vec<Address> = Vec::new();
        for device in card {
            let mut duplicates = by_id.duplicates(device).peekable();
            if duplicates.peek().is_none() {
                continue;
            }
            devices.push(device.address);
            evidence.push(device.shown.clone());
            for duplicate in duplicates {
                devices.push(duplicate.address);
                evidence.push(duplicate.shown.clone());
                others.push(duplicate.address);
            }
        }
        others.order();
        others.dedup();
        let is_of_root = |device: &Device| of_root.iter().any(|one| one.address == device.address);
        if others.is_empty() || card.iter().any(|device| is_of_root(device)) {
            continue;
        }
        let word = card_word(context.host, card);
        let list = addresses(others.iter().copied());
        let title = if others.iter().all(|other| context.is_asked(*other)) {
            // Each card with the duplicate ID would have the same finding.
            let is_earlier =
                |other: &Address| card.first().is_some_and(|first| *other < first.address);
            if others.iter().any(is_earlier) {
                continue;
            }
            // The list may have an ID for one of them alone.
            let is_for_guests = |address: &Address| {
                context.asked.contains(address) || context.host.is_assigned_in_a_guest(*address)
            };
            if card
                .iter()
                .map(|device| &device.address)
                .chain(&others)
                .all(is_for_guests)
            {
                plural!(
                    others.len(),
                    "{list} has the same ID as {card}, and both are to be assigned: ids= is correct",
                    "{list} have the same ID as {card}, and all of them are to be assigned: ids= is \
                     correct",
                    list,
                    card = word
                )
            } else {
                plural!(
                    others.len(),
                    "{list} has the same ID as {card}, and ids= binds both: correct where both are \
                     for guests; if one stays with the host, bind the other by address",
                    "{list} have the same ID as {card}, and ids= binds all of them: correct where \
                     all are for guests; if one stays with the host, bind the others by address",
                    list,
                    card = word
                )
            }
        } else {
            plural!(
                others.len(),
                "{list} has the same ID as {card}: bind by address, since ids= matches both",
                "{list} have the same ID as {card}: bind by address, since ids= matches all",
                list,
                card = word
            )
        };
        reported.push(
            Diagnostic::new(Verdict::Harmless, title)
                .of(devices)
                .evidence(evidence),
        );
    }
    reported.extend(many.into_iter().map(|id| crowd(id, by_id.with(id))));
    reported
}

/// As many functions without an ID are named for one card.
const MOST_WITHOUT_ID: usize = 64;

/// Maximum number of functions with one ID in separate findings.
const MOST_TWINS: usize = 4;

/// Many functions with one ID.
fn crowd(id: PciId, alike: &[&Device]) -> Diagnostic {
    let count = alike.len();
    let title = match alike {
        [first, .., last] => text!(
            "{count} functions have the ID {id}, from {first} to {last}: bind by address, since \
             ids= matches all of them",
            count,
            id,
            first = first.address,
            last = last.address
        ),
        _ => text!("only one function has the ID {id}", id),
    };
    Diagnostic::new(Verdict::Harmless, title)
        .of(alike.iter().map(|device| device.address))
        .evidence(alike.iter().map(|device| device.shown.clone()))
}

fn twins_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    let by_id = ById::new(context.host);
    for card in &context.cards {
        let Some(first) = card.first() else { continue };
        if by_id.has_twin(first) {
            continue;
        }
        let others = by_id.possible_duplicates(first);
        // On bus 0 of a host are functions of the chipset and the processor: no card's twins.
        let is_of_chipset =
            |device: &Device| context.host.of_guest.is_none() && device.address.bus() == 0;
        let others = others.filter(|other| !is_of_chipset(first) && !is_of_chipset(other));
        let others = others.filter(|other| !has_another_name(first, other));
        let mut others: Vec<&Device> = others.take(MOST_WITHOUT_ID).collect();
        others.order_by_key(|other| other.address);
        let Some(other) = others.first() else {
            continue;
        };
        let list = addresses(others.iter().map(|other| other.address));
        let title = text!(
            "not in the input: the ID of {list}, which may be the same as that of {card}",
            list,
            card = card_word(context.host, card)
        );
        reported.push(
            Diagnostic::new(Verdict::Unknown, title)
                .of(others.iter().map(|other| other.address))
                .evidence(others.iter().map(|other| other.shown.clone()))
                .remedy(Remedy::inspect(&[
                    "lspci",
                    "-nn",
                    "-s",
                    &format!("{:#}", other.address),
                ])),
        );
    }
    reported
}

/// First words of the makers of graphics cards in pci.ids, each with the maker.
const MAKERS: [(&str, VendorId); 3] = [
    ("intel", VendorId::INTEL),
    ("nvidia", VendorId::NVIDIA),
    ("advanced", VendorId::AMD),
];

/// Whether the names of two functions in the input are of different makers, or of different
/// devices: lspci prints one name for one ID.
fn has_another_name(one: &Device, other: &Device) -> bool {
    let maker = |device: &Device| {
        let name = device.source_name.as_ref()?;
        let first = name.split_ascii_whitespace().next()?.to_ascii_lowercase();
        MAKERS.iter().find(|(word, _)| *word == first)
    };
    let makers = (maker(one), maker(other));
    let are_makers = matches!(makers, (Some(one), Some(other)) if one.1 != other.1);
    let names = name_of_lspci(one).zip(name_of_lspci(other));
    // A line may be cut.
    let are_names = names.is_some_and(|(one, other)| {
        one.len().min(other.len()) >= SHORTEST_NAME
            && !one.starts_with(other)
            && !other.starts_with(one)
    });
    are_makers || are_names
}

/// Names of lspci have a vendor and a device.
const SHORTEST_NAME: usize = 12;

/// The name of a function in its line of lspci, `01:00.0 VGA compatible controller: NAME (rev a1)`,
/// without its revision.
fn name_of_lspci(device: &Device) -> Option<&str> {
    let line = device.shown.text.trim_start();
    let (address, rest) = line.split_once(' ')?;
    let is_own = address.parse::<Address>().ok()? == device.address;
    let (_, name) = rest.split_once(": ").filter(|_| is_own)?;
    let name = name.split(" (rev ").next().unwrap_or(name);
    Some(name.trim_end_matches(|c: char| c.is_whitespace() || "….".contains(c)))
}

fn built_in(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(proof) = context.host.vfio_pci_built_in() else {
        return Vec::new();
    };
    context
        .host
        .settings
        .module_option("vfio-pci", "ids")
        .filter(|option| option.on_command_line.is_none())
        .map(|option| {
            let title = text!(
                "vfio-pci is built into this kernel, which does not read modprobe.d: ids= has no \
                 effect there"
            );
            Diagnostic::new(Verdict::Blocker, title)
                .evidence([option.evidence.clone(), proof.clone()])
                .remedy(plan_remedy(context))
        })
        .collect()
}
fn takes_usb(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    // Serial bus controller, USB (PCI Code and ID Assignment Specification 1.11).
    let is_usb = |device: &&Device| {
        let class = device.class.as_ref().map(|class| class.value);
        class.is_some_and(|class| class.base == 0x0c && class.sub == 0x03)
    };
    let controllers: Vec<&Device> = host.devices.values().filter(is_usb).collect();
    let is_taken = |device: &&Device| host.is_taken_by_id(device);
    if controllers.len() < 2 || !controllers.iter().all(is_taken) {
        return Vec::new();
    }
    let list = addresses(controllers.iter().map(|device| device.address));
    let title = text!(
        "not in the input: a USB controller that stays with the host; ids= of vfio-pci takes {list}",
        list
    );
    let ids = host.boot.vfio_ids.last().map(|list| list.evidence.clone());
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .of(controllers.iter().map(|device| device.address))
            .evidence(ids)
            .evidence(controllers.iter().map(|device| device.shown.clone()))
            .remedy(Remedy::Manual {
                step: "keep-usb-controller",
                text: text!(
                    "add the output of lspci -nnk; if the host needs one of them, bind the other \
                     by its address (driverctl, or driver_override) instead of ids="
                ),
            }),
    ]
}
