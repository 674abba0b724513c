//! Unraid: the file that its start script binds functions by; the guest is a libvirt domain.

use hvconf::unraid::{self, BoundFunction, VfioPciCfg};
use pci_core::Address;

use super::hypervisor::{GuestName, Hypervisor, Pass, Passing};
use super::steps::by_hand;
use crate::file_settings::Intent;
use crate::host::Device;
use crate::plan::drafts::Drafts;
use crate::plan::error::PlanError;
use crate::target::Target;

pub(super) const UNRAID: Hypervisor =
    Hypervisor::new(Target::Unraid, GuestName::MACHINE, Pass::By(pass)).binds();

/// Has Unraid's start script give the functions to vfio-pci.
pub(in super::super) fn bind(
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

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanError> {
    let Passing { guest, .. } = passing;
    guest.manual.push(by_hand(
        "unraid-guest",
        "reboot, then choose the functions in the machine's form under VMS, or give it the hostdevs \
         of passthru plan --for libvirt in its XML view"
            .to_owned(),
    ));
    Ok(())
}
