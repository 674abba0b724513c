//! IDs in vfio-pci's `ids=` that no function of the host has.

use pci_core::PciId;

use crate::doctor::rule::{Context, Diagnostic};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Coverage, Device, Fact, Host, IdList};
use crate::remedy::Remedy;
use crate::text::{Text, listed, plural, text};
use crate::verdict::Verdict;

/// Most IDs of one title.
const LISTED: usize = 8;

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(list) = host.boot.vfio_ids.last() else {
        return Vec::new();
    };
    let Ok(ids) = &list.value.ids else {
        return Vec::new();
    };
    let is_listed = |id: PciId| host.coverage.iter().any(|c| c.has_all_of(id.vendor));
    let all_ids_known = host.devices.values().all(|device| device.id.is_some());
    let mut reported = Vec::new();
    let mut unmatched = Vec::new();
    for id in ids.0.iter().filter_map(|entry| entry.id()) {
        let has = |device: &&Device| device.id.as_ref().is_some_and(|own| own.value == id);
        if host.devices.values().any(|device| has(&device)) {
            continue;
        }
        let is_card = |device: &&Device| {
            let subsystem = device.subsystem.as_ref().map(|subsystem| subsystem.value);
            subsystem.is_some_and(|own| own.vendor == id.vendor && own.device == id.device)
        };
        if let Some((card, own)) = host
            .devices
            .values()
            .find(is_card)
            .and_then(|device| Some((device, device.id.as_ref()?)))
        {
            let title = text!(
                "{id} in ids= is the subsystem ID of {address}, whose ID is {own}",
                id,
                address = card.address,
                own = own.value
            );
            reported.push(
                Diagnostic::new(Verdict::Fix, title)
                    .of([card.address])
                    .evidence([list.evidence.clone(), card.shown.clone()])
                    .remedy(write()),
            );
        } else if is_listed(id) && all_ids_known {
            unmatched.push(id);
        }
    }
    if unmatched.is_empty() {
        let card = meant_card(context).filter(|_| reported.is_empty());
        reported.extend(card.map(|own| misnamed(host, list, &own)));
        return reported;
    }
    // Where no entry has a function, the list has none of the card's: it is not a remainder of another.
    let is_of_no_card = unmatched.len() == ids.0.len();
    if let Some(own) = ids_of_meant(context, &unmatched).filter(|_| is_of_no_card) {
        reported.push(misnamed(host, list, &own));
        return reported;
    }
    let all = unmatched.len();
    let first = unmatched.iter().take(LISTED);
    let first = first.map(|id| Text::value(id.to_string()));
    let more = all.checked_sub(LISTED).filter(|more| *more > 0);
    let more = more.map(|count| plural!(count, "{count} more ID", "{count} more IDs"));
    let title = plural!(
        all,
        "{list} in ids= of vfio-pci matches no function of this host",
        "{list} in ids= of vfio-pci match no function of this host",
        list = listed(first.chain(more))
    );
    reported.push(
        Diagnostic::new(Verdict::NoEffect, title)
            .evidence([list.evidence.clone()])
            .remedy(write()),
    );
    reported
}

fn write() -> Remedy {
    Remedy::Manual {
        step: "write-vfio-ids",
        text: text!("write the ID that lspci -nn prints in the last brackets"),
    }
}

/// A list of which no entry is the card's.
fn misnamed(host: &Host, list: &Fact<IdList>, own: &[(&Device, PciId)]) -> Diagnostic {
    let entries = list.value.ids.iter().flat_map(|ids| &ids.0);
    let named = entries.filter_map(|entry| Some(Text::value(entry.id()?.to_string())));
    let ids: Vec<String> = own.iter().map(|(_, id)| id.to_string()).collect();
    let title = text!(
        "ids= of vfio-pci has {ids}, which no listed function has: the card has {own}",
        ids = listed(named.take(LISTED)),
        own = listed(ids.iter().cloned().map(Text::value))
    );
    let ids = ids.join(",");
    let mut options = host.settings.module_option("vfio-pci", "ids");
    let text = if options.any(|option| option.on_command_line.is_some()) {
        text!(
            "write ids={ids} instead, in the kernel options too; then refresh the boot loader and \
             the initramfs, and reboot",
            ids
        )
    } else {
        text!(
            "write ids={ids} instead, then a new initramfs, and reboot",
            ids
        )
    };
    // A filtered listing may lack the card's sound.
    let is_whole = |id: &PciId| host.coverage.iter().any(|part| part.has_all_of(id.vendor));
    let is_part = own.len() == 1 && !own.iter().all(|(_, id)| is_whole(id));
    let of_card = own.iter().map(|(device, _)| *device);
    Diagnostic::new(Verdict::Fix, title)
        .of(of_card.clone().map(|device| device.address))
        .evidence([list.evidence.clone()])
        .evidence(of_card.map(|device| device.shown.clone()))
        .remedy(if is_part {
            write()
        } else {
            Remedy::Manual {
                step: "write-vfio-ids",
                text,
            }
        })
}

/// The functions, with their IDs, of the card that no entry names, in a listing of all VGA controllers
/// or by the words of the text.
pub(in crate::doctor) fn meant_card<'a>(context: &Context<'a>) -> Option<Vec<(&'a Device, PciId)>> {
    let host = context.host;
    let slot = host.misnamed_card()?;
    let is_named = host.words.meant.is_some_and(|one| one.slot() == slot);
    let ids = host.boot.vfio_ids.last()?.value.ids.as_ref().ok()?;
    let ids: Vec<PciId> = ids.0.iter().filter_map(|entry| entry.id()).collect();
    let own = ids_of_meant(context, &ids)?;
    let is_of_slot = own.iter().all(|(device, _)| device.address.slot() == slot);
    let is_certain = is_named || host.coverage.contains(&Coverage::Displays);
    (is_of_slot && is_certain).then_some(own)
}

/// The functions, with their IDs, of the only display card that entries which match nothing may be
/// for: of their vendor, with a host driver or none.
fn ids_of_meant<'a>(
    context: &Context<'a>,
    unmatched: &[PciId],
) -> Option<Vec<(&'a Device, PciId)>> {
    let is_of_vendor = |id: PciId| unmatched.iter().any(|entry| entry.vendor == id.vendor);
    let mut cards = context.cards.iter().filter(|card| {
        card.iter()
            .any(|device| device.is_display() && id_of(device).is_some_and(is_of_vendor))
            && !card
                .iter()
                .any(|device| device.driver.is_bound_to(is_vfio_driver))
    });
    let card = cards.next().filter(|_| cards.next().is_none())?;
    let functions = card.iter().filter(|device| !device.is_bridge());
    functions
        .map(|device| Some((*device, id_of(device)?)))
        .collect()
}

/// The ID of a function.
pub(super) fn id_of(device: &Device) -> Option<PciId> {
    device.id.as_ref().map(|id| id.value)
}
