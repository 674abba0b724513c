//! OpenStack Nova: `[pci]` of a compute host's configuration, and a flavor.

use host_tree::Edit;
use hvconf::nova;

use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::{Text, text};

pub(super) const NOVA: Hypervisor = Hypervisor::new(
    Target::Nova,
    GuestName::Machine(|| text!("the flavor name, of letters, digits and '-'")),
    Pass::By(pass),
)
.documented(PAGE);

const PAGE: Page = Page {
    reads: "`device_spec`, `passthrough_whitelist`",
    writes: "`[pci]` of `nova.conf`, flavor",
    edits: "`[pci]` of `nova.conf`, byte by byte",
    checked_by: "oslo.config; Nova's validators where `NOVA_PYTHON` names an interpreter that \
                 has Nova 34",
    versions: "`device_spec` from 26.0",
};

/// Nova's configuration on a compute host.
const NOVA_CONF: &str = "/etc/nova/nova.conf";

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let (vm, drafts) = (&passing.vm, &mut *passing.drafts);
    let mut emitted = nova::emit(vm).map_err(|error| PlanCause::edit(NOVA_CONF, error))?;
    if let Some(before) = drafts.text(NOVA_CONF)? {
        let after = nova::assign(&before, vm).map_err(|error| PlanCause::edit(NOVA_CONF, error))?;
        let mut edit = Edit::change(NOVA_CONF, before, after);
        for file in emitted.files.drain(..) {
            for line in file.lines {
                edit = edit.with_purpose(text!(
                    "{line}: {why}",
                    line = line.text,
                    why = Text::of_english(&line.purpose)
                ));
            }
        }
        drafts.set(edit);
    }
    passing.add(emitted)
}
