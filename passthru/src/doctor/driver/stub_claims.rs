//! IDs of pci-stub without a claimed function, and IDs of another device than the guest's.

use host_tree::Evidence;
use hostconf::binding::vfio_ids;
use pci_core::{Address, PciId};

use super::unmatched_ids::id_of;
use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::{is_assigned_by, is_for_guests};
use crate::host::{Device, Host};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "pci-stub-not-claimed",
        meaning: "pci-stub logs each ID that it receives, and at once each function with this ID that it \
                  claims. Where no such function follows, another driver is bound to the function: pci-stub \
                  claims only functions without a driver.",
        source: "Linux drivers/pci/pci-stub.c, pci_stub_init and pci_stub_probe; drivers/base/dd.c, \
                 driver_attach",
        causes: &["host-driver-bound"],
        check: not_claimed,
    },
    Rule {
        code: "ids-of-other-device",
        meaning: "The list of IDs and the functions of the guest differ in one device of one vendor: the \
                  list has the ID of a function that the guest does not have, and lacks that of one that it \
                  has. The driver for guests then reserves the wrong device, and the host driver keeps the \
                  other.",
        source: "Linux drivers/pci/pci-stub.c, parameter ids; drivers/vfio/pci/vfio_pci.c, \
                 vfio_pci_fill_ids",
        causes: &[],
        check: other_device,
    },
];

fn not_claimed(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let log = host.lines.stub_claims();
    let is_claimed = |device: &Device| log.claimed.iter().any(|one| one.value == device.address);
    let with = |id: PciId| {
        let devices = host.devices.values();
        devices.filter(move |device| id_of(device) == Some(id))
    };
    let mut reported: Vec<Diagnostic> = Vec::new();
    // Without any claimed function the log may be filtered.
    let Some(other) = log.claimed.first() else {
        return reported;
    };
    for added in log.added.iter().filter(|one| one.value.is_followed) {
        let mut claimed = with(added.value.id).filter(|device| is_claimed(device));
        let open: Vec<&Device> = with(added.value.id)
            .filter(|device| context.is_asked(device.address))
            .filter(|device| !device.driver.is_bound_to(is_assigned_by))
            .collect();
        let is_repeated =
            |one: &Diagnostic| one.devices.iter().eq(open.iter().map(|one| &one.address));
        if open.is_empty() || claimed.next().is_some() || reported.iter().any(is_repeated) {
            continue;
        }
        let title = text!(
            "pci-stub has the ID {id} and did not claim {list}: another driver had the function first",
            id = added.value.id,
            list = addresses(open.iter().map(|device| device.address))
        );
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of(open.iter().map(|device| device.address))
                .evidence([added.evidence.clone(), other.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "bind-before-driver",
                    text: text!(
                        "read the driver with lspci -nnk; bind the function before that driver loads: \
                         add vfio-pci, with its ids=, to the modules of the initramfs, and softdep \
                         DRIVER pre: vfio-pci to a file in /etc/modprobe.d, or blacklist the driver if \
                         the host needs it for no other card; regenerate the initramfs and reboot"
                    ),
                }),
        );
    }
    reported
}

/// A list of IDs, and the line that shows it.
type List = (Vec<PciId>, Evidence);

/// The list that pci-stub logs or is configured with, and that of vfio-pci.
fn lists(host: &Host) -> Vec<List> {
    let log = host.lines.stub_claims();
    let logged: Vec<PciId> = log.added.iter().map(|one| one.value.id).collect();
    let shown = log.added.first().map(|one| one.evidence.clone());
    let mut lists: Vec<List> = shown
        .into_iter()
        .map(|shown| (logged.clone(), shown))
        .collect();
    let read = |value: &str| {
        let entries = vfio_ids::elements(value);
        entries
            .filter_map(|(_, entry)| entry.ok()?.id())
            .collect::<Vec<_>>()
    };
    for option in host.settings.module_option("pci-stub", "ids") {
        let value = option.value.as_deref().unwrap_or_default();
        lists.push((read(value), option.evidence.clone()));
    }
    let of_vfio = host.boot.vfio_ids.last();
    lists.extend(of_vfio.map(|list| (read(&list.value.text), list.evidence.clone())));
    lists
}

/// The functions that a guest certainly has, with their IDs: by its configuration, or by QEMU's command.
fn of_guests(host: &Host) -> Option<Vec<(Address, PciId, Evidence)>> {
    let of_command = |address: Address| {
        let mut commands = host.lines.commanded().iter();
        commands.any(|one| one.value == address && one.evidence.text.contains("vfio-pci,host="))
    };
    let devices = host
        .devices
        .values()
        .filter(|device| host.is_assigned_in_a_guest(device.address) || of_command(device.address));
    let functions = devices.map(|device| {
        let id = id_of(device)?;
        Some((device.address, id, device.shown.clone()))
    });
    functions.collect()
}

fn other_device(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    // A function without an ID may be the one of the entry.
    let Some(functions) = of_guests(host) else {
        return Vec::new();
    };
    let found = lists(host).into_iter().find_map(|(ids, shown)| {
        let mut absent = functions.iter().filter(|(_, id, _)| !ids.contains(id));
        let (address, id, line) = absent.next()?;
        let mut others = ids
            .iter()
            .filter(|entry| functions.iter().all(|(_, id, _)| id != *entry));
        let entry = *others.next()?;
        // More differences are another guest's, or an older list.
        let is_alone = absent.next().is_none() && others.next().is_none();
        let is_like = entry.vendor == id.vendor && ids.len() == functions.len() && ids.len() > 1;
        let is_bound = |address: &Address| {
            let device = host.devices.get(address);
            device
                .is_some_and(|one| one.driver.is_bound_to(is_for_guests) || host.is_overridden(one))
        };
        let slots: Vec<_> = functions.iter().map(|(own, ..)| own.slot()).collect();
        let mut owners = host
            .devices
            .values()
            .filter(|one| id_of(one) == Some(entry));
        let owner = owners.next().filter(|_| owners.next().is_none())?;
        let is_other = !slots.contains(&owner.address.slot());
        let is_wrong = is_alone && is_like && is_other && !is_bound(address);
        is_wrong.then(|| {
            (
                *address,
                *id,
                owner,
                entry,
                [shown, owner.shown.clone(), line.clone()],
            )
        })
    });
    let Some((address, id, owner, entry, lines)) = found else {
        return Vec::new();
    };
    let title = text!(
        "ids= has {entry} of {other}, which the guest does not have, and not {id} of {function}, which it \
         has",
        entry,
        other = addresses([owner.address]),
        id,
        function = addresses([address])
    );
    vec![
        Diagnostic::new(Verdict::Check, title)
            .of([address])
            .evidence(lines)
            .remedy(Remedy::Manual {
                step: "write-vfio-ids",
                text: text!(
                    "if {function} is meant, write {id} instead of {entry} in each list of IDs, then a \
                     new initramfs, and reboot",
                    function = addresses([address]),
                    id,
                    entry
                ),
            }),
    ]
}
