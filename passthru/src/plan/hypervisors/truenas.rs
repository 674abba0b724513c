//! TrueNAS: calls of its middleware.

use hvconf::truenas::{self, DeviceCall, VmNumber};

use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::text;

pub(super) const TRUENAS: Hypervisor = Hypervisor::new(
    Target::TrueNas,
    GuestName::Own(|| text!("the VM number: midclt call vm.query shows it as id")),
    Pass::By(pass),
)
.binds()
.documented(PAGE);

const PAGE: Page = Page {
    reads: "",
    writes: "`midclt` calls",
    edits: "",
    checked_by: "the middleware's models (25.04 to 27.0) where `HYPERVISOR_SOURCES` has them; \
        golden commands",
    versions: "`vm.device.create` of the host's release; as from 25.04 where that is unknown",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let number = passing.request.vm.as_deref().unwrap_or_default().parse();
    let number = number.map_err(|_| TRUENAS.bad_guest(passing.request))?;
    let release = passing.host.system.hypervisor_version.as_ref();
    let year = release.and_then(|release| release.value.get(..2)?.parse::<u8>().ok());
    let call = match year {
        Some(..25) => DeviceCall::Separate,
        _ => DeviceCall::InAttributes,
    };
    let emitted = truenas::emit(&passing.vm, VmNumber(number), &[], call);
    passing.add(emitted)
}
