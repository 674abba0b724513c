//! OpenStack Nova: `[pci]` of a compute host's configuration, and a flavor.

use host_tree::Edit;
use hvconf::nova;

use super::hypervisor::{GuestName, Hypervisor, Pass, Passing};
use crate::plan::error::PlanError;
use crate::target::Target;

pub(super) const NOVA: Hypervisor = Hypervisor::new(
    Target::Nova,
    GuestName::Machine("the flavor's name, of letters, digits and '-'"),
    Pass::By(pass),
);

/// Nova's configuration on a compute host.
const NOVA_CONF: &str = "/etc/nova/nova.conf";

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanError> {
    let (vm, drafts) = (&passing.vm, &mut *passing.drafts);
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
    passing.add(emitted)
}
