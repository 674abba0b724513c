//! Hosts that keep lists of what goes to guests: Nova's and Unraid's.

use hvconf::Edit;
use hvconf::description::Description;
use hvconf::nova;
use hvconf::settings::Intent;
use hvconf::unraid::{self, BoundFunction, VfioPciCfg};

use pci_core::Address;

use super::super::drafts::Drafts;
use super::super::guest::Guest;
use super::super::request::PlanError;
use super::steps::by_hand;
use super::told;
use crate::host::Device;

/// Nova's configuration on a compute host.
const NOVA_CONF: &str = "/etc/nova/nova.conf";

pub(super) fn on_nova(
    vm: &Description,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let mut emitted = nova::emit(vm).map_err(|error| PlanError::edit(NOVA_CONF, error))?;
    if let Some(before) = drafts.text(NOVA_CONF)? {
        let after = nova::pass(&before, vm).map_err(|error| PlanError::edit(NOVA_CONF, error))?;
        let mut edit = Edit::change(NOVA_CONF, before, after);
        for file in emitted.files.drain(..) {
            for line in file.lines {
                edit = edit.because(format!("{}: {}", line.text, line.why));
            }
        }
        drafts.set(edit);
    }
    told::add(emitted, guest, drafts)
}

/// Has Unraid's start script give the functions to vfio-pci.
pub(in super::super) fn bind_on_unraid(
    functions: &[&Device],
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let before = drafts.text(unraid::PATH)?.unwrap_or_default();
    // A function that is listed with other ids gets its own.
    let is_asked = |word: &&str| {
        let address = word.split('|').next().unwrap_or_default().parse();
        address.is_ok_and(|address: Address| functions.iter().any(|one| one.address == address))
    };
    let words = before
        .split_whitespace()
        .map(|word| word.trim_start_matches("BIND="));
    let listed = words.filter(is_asked);
    drafts.intend(
        unraid::PATH,
        listed.map(|word| Intent::changes_from("BIND", word)),
    );
    let mut file = VfioPciCfg::parse(&before);
    for device in functions {
        file.add(BoundFunction {
            address: device.address,
            id: device.id.as_ref().map(|id| id.value),
        })
        .map_err(|error| PlanError::edit(unraid::PATH, error))?;
    }
    drafts.write(
        unraid::PATH,
        file.to_string(),
        "vfio-pci takes the functions at boot by address, while their ids are there (Unraid 6.9 \
         and later)",
    )
}

pub(super) fn on_unraid(guest: &mut Guest) {
    guest.manual.push(by_hand(
        "unraid-guest",
        "reboot, then choose the functions in the machine's form under VMS, or give it the hostdevs \
         of passthru plan --for libvirt in its XML view"
            .to_owned(),
    ));
}
