//! IDs written to vfio-pci's `new_id`.

use host_tree::Evidence;
use hostconf::binding::vfio_ids;
use pci_core::{Address, PciId};

use super::rebinding::rebinding;
use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule, card_word};
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::{BindingWrite, Device, DuplicateIds, Fact, Host};
use crate::remedy::Remedy;
use crate::text::{Text, place, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "new-id-matches-duplicate",
        meaning: "An ID is written to vfio-pci's new_id, and another card of the host has the \
                  same ID. vfio-pci matches both cards, and binds to the other card too if it has \
                  no driver, or when it is probed again. driver_override with drivers_probe \
                  selects by address.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, new_id and driver_override; \
                 drivers/pci/pci-driver.c, pci_add_dynid",
        causes: &[],
        check: new_id_takes_duplicate,
    },
    Rule {
        code: "new-id-others-not-shown",
        meaning: "An ID is written to vfio-pci's new_id, and not all functions of that vendor are \
                  in the input. vfio-pci matches each function with the ID, and binds to those \
                  without a driver. driver_override with drivers_probe selects by address.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, new_id; drivers/pci/pci-driver.c, \
                 pci_add_dynid",
        causes: &[],
        check: others_not_shown,
    },
    Rule {
        code: "new-id-at-boot",
        meaning: "A script that runs at each boot writes the ID of a display card to vfio-pci's \
                  new_id. By then the card's driver has claimed the card and can only be unbound \
                  when nothing uses it. Bind the card to vfio-pci before its driver loads.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, new_id; \
                 hostconf/data/binding-methods.tsv",
        causes: &["host-driver-bound"],
        check: at_boot,
    },
    Rule {
        code: "bound-late-at-boot",
        meaning: "A script that runs at each boot binds a display card by its address. By then \
                  the card's driver has claimed the card and can only be unbound when nothing uses \
                  it. Bind the card to vfio-pci before its driver loads; pci-stub is not for VFIO.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, driver_override and bind; \
                 hostconf/data/binding-methods.tsv",
        causes: &["host-driver-bound"],
        check: bound_at_boot,
    },
    Rule {
        code: "unbound-after-new-id",
        meaning: "The ID of a function is written to vfio-pci's new_id, then the function is \
                  unbound, and nothing binds it afterwards. new_id binds only functions without a \
                  driver, at the moment of the write, and unbind does not start a search for \
                  another driver: the function stays without one. Unbind first, or write the \
                  address to drivers_probe afterwards.",
        source: "Linux drivers/pci/pci-driver.c, new_id_store; drivers/base/dd.c, driver_attach; \
                 hostconf/tests/booted/initramfs_tools.rs",
        causes: &[],
        check: unbound_after_new_id,
    },
    Rule {
        code: "command-binds-pci-stub",
        meaning: "A command binds the function to pci-stub, which reserves functions for KVM's \
                  own device assignment. That was removed in Linux 4.12; CentOS 7 still has it. \
                  VFIO needs vfio-pci, and a guest cannot open a function bound to pci-stub. A \
                  hypervisor that binds the function to vfio-pci itself, such as libvirt with \
                  managed='yes', is not affected.",
        source: "Linux drivers/pci/pci-stub.c; commit log of virt/kvm/assigned-dev.c, removed for \
                 4.12",
        causes: &[],
        check: to_pci_stub,
    },
    Rule {
        code: "pci-stub-ids-match-duplicate",
        meaning: "pci-stub.ids= has the ID of the card, and another card of the host has the same \
                  ID. pci-stub claims both cards, and the host loses the other one. Binding by \
                  address distinguishes them.",
        source: "Linux drivers/pci/pci-stub.c, pci_stub_init",
        causes: &[],
        check: stub_takes_duplicate,
    },
    Rule {
        code: "endpoint-to-pcieport",
        meaning: "A command binds the function to pcieport, which only drives PCI Express ports: \
                  the kernel refuses, and the binding of the function does not change. Write the \
                  address to /sys/bus/pci/drivers_probe to bind the function to its driver again.",
        source: "Linux drivers/pci/pcie/portdrv.c, port_pci_ids; \
                 Documentation/ABI/testing/sysfs-bus-pci, bind",
        causes: &[],
        check: to_pcieport,
    },
];

/// Functions whose last write of a text unbinds them after the write of their ID. A hypervisor that
/// binds the function itself does not need a driver there.
fn unbound_after_new_id(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut reported: Vec<Diagnostic> = Vec::new();
    for writes in &host.commands.binding_writes {
        for (at, write) in writes.iter().enumerate() {
            let BindingWrite::Unbind(address) = write.value else {
                continue;
            };
            let Some(device) = host.devices.get(&address) else {
                continue;
            };
            let Some(id) = device.id.as_ref().map(|id| id.value) else {
                continue;
            };
            let is_id = |write: &&Fact<BindingWrite>| write.value == BindingWrite::NewId(id);
            let (before, after) = writes.split_at_checked(at).unwrap_or_default();
            let Some(added) = before.iter().find(is_id) else {
                continue;
            };
            let binds = |write: &Fact<BindingWrite>| match write.value {
                BindingWrite::Bind(one) => one.is_none_or(|one| one == address),
                BindingWrite::NewId(one) => one == id,
                BindingWrite::Unbind(_) => false,
            };
            let by_hypervisor = host.guests.proxmox_vms.iter().any(|vm| vm.passes(address))
                || host
                    .guests
                    .domains
                    .iter()
                    .any(|domain| domain.passes(address));
            let is_known = reported.iter().any(|one| one.devices.contains(&address));
            if after.iter().any(binds)
                || device.driver.name().is_some_and(is_for_guests)
                || by_hypervisor
                || is_known
            {
                continue;
            }
            let title = text!(
                "{address} is unbound after its ID is written to new_id: no driver binds to it",
                address
            );
            reported.push(
                Diagnostic::new(Verdict::Fix, title)
                    .of([address])
                    .evidence([added.evidence.clone(), write.evidence.clone()])
                    .remedy(bind_by_address(address)),
            );
        }
    }
    reported
}

fn to_pcieport(context: &Context<'_>) -> Vec<Diagnostic> {
    let devices = &context.host.devices;
    let given = context.host.commands.given_to_pcieport.iter();
    given
        .filter_map(|given| Some((given, devices.get(&given.value)?)))
        .filter(|(_, device)| !device.is_bridge())
        .map(|(given, device)| {
            let title = text!(
                "pcieport binds only to ports, and {given} is not a port",
                given = given.value
            );
            Diagnostic::new(Verdict::NoEffect, title)
                .of([given.value])
                .evidence([given.evidence.clone(), device.shown.clone()])
                .remedy(bind_by_address(given.value))
        })
        .collect()
}

/// The command sequence that binds a function to vfio-pci by its address.
fn bind_by_address(address: Address) -> Remedy {
    Remedy::Manual {
        step: "bind-by-address",
        text: text!(
            "write vfio-pci to /sys/bus/pci/devices/{given}/driver_override, then {given} to \
             /sys/bus/pci/drivers_probe",
            given = address.to_string()
        ),
    }
}

fn to_pci_stub(context: &Context<'_>) -> Vec<Diagnostic> {
    let devices = &context.host.devices;
    let given = context.host.commands.given_to_pci_stub.iter();
    given
        .filter_map(|given| Some((given, devices.get(&given.value)?)))
        .map(|(given, device)| {
            let moved = rebinding(context, &[given.value], Some(&given.evidence));
            if let Some(moved) = moved {
                return Diagnostic::new(Verdict::Harmless, moved.of_command(given.value))
                    .of([given.value])
                    .evidence([given.evidence.clone(), moved.line]);
            }
            let title = text!(
                "a command binds {given} to pci-stub, which VFIO cannot use",
                given = given.value
            );
            Diagnostic::new(Verdict::Fix, title)
                .of([given.value])
                .evidence([given.evidence.clone(), device.shown.clone()])
                .remedy(bind_by_address(given.value))
        })
        .collect()
}

/// Displays that a script run at each boot binds by their addresses, without an earlier binding.
fn bound_at_boot(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut reported = Vec::new();
    for card in &context.cards {
        let late = card.iter().filter(|device| device.is_display());
        for device in
            late.filter(|device| !host.is_taken_by_id(device) && !host.is_overridden(device))
        {
            let mut bound = host.commands.bindings_at_boot.iter();
            let of_device = bound.find_map(|bound| {
                let driver = bound.value.driver?;
                (bound.value.address == device.address).then_some((bound, driver))
            });
            let Some((bound, driver)) = of_device else {
                continue;
            };
            let title = text!(
                "{source} binds {address} to {driver} only after the host driver initialized the \
                 function",
                source = bound.evidence.source,
                address = device.address,
                driver
            );
            reported.push(bound_late(host, card, device, &bound.evidence, title));
        }
    }
    reported
}

/// A binding that comes after the host driver's, by a line that each boot runs.
fn bound_late(
    host: &Host,
    card: &[&Device],
    device: &Device,
    line: &Evidence,
    title: Text,
) -> Diagnostic {
    let text = text!(
        "remove the line {place}; `passthru plan {card}` binds the card in time",
        place = place(line),
        card = card_word(host, card)
    );
    Diagnostic::new(Verdict::Fix, title)
        .of([device.address])
        .evidence([line.clone(), device.shown.clone()])
        .remedy(Remedy::Manual {
            step: "bind-earlier",
            text,
        })
}

/// The other functions with the ID of a card that `line` names, by card; `title` is given these
/// functions and the card.
fn match_duplicates(
    context: &Context<'_>,
    line: impl Fn(PciId) -> Option<Evidence>,
    title: fn(String, String) -> Text,
) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for card in &context.cards {
        let mut lines: Vec<Evidence> = Vec::new();
        let mut others: Vec<&Device> = Vec::new();
        for device in card {
            let Some(line) = device.id.as_ref().and_then(|id| line(id.value)) else {
                continue;
            };
            let DuplicateIds::At(duplicates) = context.host.duplicates_of(device) else {
                continue;
            };
            if !lines.contains(&line) {
                lines.push(line);
            }
            let duplicates = duplicates.into_iter();
            others.extend(duplicates.filter(|one| !context.is_asked(one.address)));
        }
        if others.is_empty() {
            continue;
        }
        let word = card_word(context.host, card);
        let functions = addresses(others.iter().map(|other| other.address));
        let duplicates = others.iter().map(|other| other.shown.clone());
        reported.push(
            Diagnostic::new(Verdict::Fix, title(functions, word.clone()))
                .of(others.iter().map(|other| other.address))
                .evidence(lines.into_iter().chain(duplicates))
                .remedy(Remedy::Plan {
                    arguments: vec![word],
                }),
        );
    }
    reported
}

fn stub_takes_duplicate(context: &Context<'_>) -> Vec<Diagnostic> {
    let line = |id: PciId| {
        let mut options = context.host.settings.module_option("pci-stub", "ids");
        let option = options.find(|option| {
            let list = option.value.as_deref().unwrap_or_default();
            // pci-stub reads its entries as vfio-pci does.
            let mut ids = vfio_ids::elements(list);
            ids.any(|(_, one)| one.is_ok_and(|one| one.id() == Some(id)))
        });
        option.map(|option| option.evidence.clone())
    };
    match_duplicates(context, line, |functions, word| {
        text!(
            "pci-stub.ids= also matches {functions}, with the same ID as {word}",
            functions,
            word
        )
    })
}

fn others_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut reported: Vec<Diagnostic> = Vec::new();
    for written in &host.commands.new_ids {
        let id = written.value;
        let mut coverage = host.coverage.iter();
        if coverage.any(|coverage| coverage.has_all_of(id.vendor)) {
            continue;
        }
        let title = text!(
            "not in the input: whether another function has the ID {id}, which is written to \
             new_id",
            id
        );
        let filter = format!("{id}");
        let one = Diagnostic::new(Verdict::Unknown, title)
            .evidence([written.evidence.clone()])
            .remedy(Remedy::inspect(&["lspci", "-nn", "-d", &filter]));
        if !reported.iter().any(|known| known.title == one.title) {
            reported.push(one);
        }
    }
    reported
}

/// Displays that a script run at each boot binds to vfio-pci, without an earlier binding.
fn at_boot(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut reported = Vec::new();
    for card in &context.cards {
        let early = |device: &&&Device| {
            host.is_taken_by_id(device) || host.is_overridden(device) || !device.is_display()
        };
        for device in card.iter().filter(|device| !early(device)) {
            let id = device.id.as_ref().map(|id| id.value);
            let mut written = host.commands.new_ids_at_boot.iter();
            let Some(written) = written.find(|written| Some(written.value) == id) else {
                continue;
            };
            let title = text!(
                "{source} writes the ID of {address} to new_id only after the host driver \
                 initialized the function",
                source = written.evidence.source,
                address = device.address
            );
            reported.push(bound_late(host, card, device, &written.evidence, title));
        }
    }
    reported
}

fn new_id_takes_duplicate(context: &Context<'_>) -> Vec<Diagnostic> {
    let line = |id: PciId| {
        let at_boot = &context.host.commands.new_ids_at_boot;
        let mut written = context.host.commands.new_ids.iter().chain(at_boot);
        let written = written.find(|new| new.value == id);
        written.map(|written| written.evidence.clone())
    };
    match_duplicates(context, line, |functions, word| {
        text!(
            "new_id of vfio-pci also matches {functions}, with the same ID as {word}",
            functions,
            word
        )
    })
}
