//! Unraid: the file that its start script binds functions by; the guest is a libvirt domain.

use hvconf::unraid::{self, BoundFunction, VfioPciCfg};
use pci_core::Address;

use super::hypervisor::{GuestName, HostBinding, Hypervisor, Page, Pass, Passing};
use super::steps::by_hand;
use crate::file_settings::Intent;
use crate::host::Device;
use crate::plan::drafts::Drafts;
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::text;

pub(super) const UNRAID: Hypervisor = Hypervisor {
    binding: HostBinding::AddressFile,
    page: Some(PAGE),
    ..Hypervisor::new(Target::Unraid, GuestName::MACHINE, Pass::By(pass))
};

const PAGE: Page = Page {
    reads: "`vfio-pci.cfg`",
    writes: "`vfio-pci.cfg`; the guest is a libvirt domain",
    edits: "`vfio-pci.cfg`, byte by byte",
    checked_by: "Unraid's scripts (webgui) where `HYPERVISOR_SOURCES` has them: the functions \
                 that they would bind; golden files",
    versions: "",
};

/// Has Unraid's start script bind the functions to vfio-pci.
pub(in super::super) fn bind(
    functions: &[&Device],
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let before = drafts.text(unraid::PATH)?.unwrap_or_default();
    // A function that is listed with other IDs gets its actual ones.
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
        .map_err(|error| PlanCause::edit(unraid::PATH, error))?;
    }
    drafts.write(
        unraid::PATH,
        file.to_string(),
        &text!(
            "binds the functions to vfio-pci at boot by address, if their IDs are found \
               there (Unraid 6.9 and later)"
        ),
    )
}

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let Passing { guest, .. } = passing;
    guest.manual.push(by_hand(
        "unraid-guest",
        text!(
            "after the reboot, select the functions in the VM's form under VMS, or add the \
             hostdevs of passthru plan --for libvirt in the XML view"
        ),
    ));
    Ok(())
}
