//! NixOS: a module of the configuration.

use hvconf::nixos::{self, NixBinding};
use pci_core::modules::ModuleName;

use super::emitted;
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing, failed};
use super::steps::by_hand;
use crate::host::host_drivers;
use crate::plan::binding;
use crate::plan::document::Binding;
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::text;

pub(super) const NIXOS: Hypervisor =
    Hypervisor::new(Target::NixOs, GuestName::MACHINE, Pass::By(pass))
        .binds()
        .reboots(|| text!("the new system generation takes effect at the next boot"))
        .documented(PAGE);

const PAGE: Page = Page {
    reads: "",
    writes: "a module; the guest is a libvirt domain",
    edits: "",
    checked_by: "Nix's own evaluator",
    versions: "",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let how = match binding::choose(passing.host, passing.functions) {
        Binding::ById => NixBinding::ById,
        Binding::ByAddress | Binding::ByHypervisor | Binding::Release => NixBinding::ByAddress,
    };
    let drivers: Vec<ModuleName> = host_drivers(passing.functions).into_iter().collect();
    let mut emitted = nixos::emit(&passing.vm, how, &drivers).map_err(failed(Target::NixOs))?;
    // A step, not a setting that is lost.
    let guest = format!("guest {}", passing.vm.name);
    emitted.not_converted.retain(|one| one.what != guest);
    let Passing { guest, drafts, .. } = passing;
    emitted::add(emitted, guest, drafts)?;
    guest.manual.push(by_hand(
        "nixos-guest",
        text!(
            "after the reboot, add the hostdevs of passthru plan --for libvirt to the guest's \
             domain"
        ),
    ));
    Ok(())
}
