//! XCP-ng and XenServer: functions hidden from dom0, and a parameter of the machine.

use hvconf::xen::xcp_ng;

use super::emitted;
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use super::steps::check;
use crate::plan::document::When;
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::text;

pub(super) const XCP_NG: Hypervisor = Hypervisor::new(
    Target::XcpNg,
    GuestName::Own(|| text!("the VM's uuid: xe vm-list shows it")),
    Pass::By(pass),
)
.documented(PAGE);

const PAGE: Page = Page {
    reads: "`xen-pciback.hide=`",
    writes: "`xen-cmdline`, `xe vm-param-set`",
    edits: "",
    checked_by: "golden commands",
    versions: "XenServer 7.0",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let Passing {
        host,
        request,
        vm,
        guest,
        drafts,
        ..
    } = passing;
    let uuid = request.vm.as_deref().and_then(xcp_ng::VmUuid::new);
    let uuid = uuid.ok_or_else(|| XCP_NG.bad_guest(request))?;
    let option = host.settings.kernel_option("xen-pciback.hide").last();
    let hidden = option.and_then(|option| option.value.clone());
    let hidden = hidden
        .unwrap_or_default()
        .parse()
        .map_err(|error| PlanCause::edit("xen-pciback.hide", error))?;
    let emitted = xcp_ng::emit(&vm, &uuid, &hidden)
        .map_err(|error| PlanCause::edit(Target::XcpNg.name(), error))?;
    if option.is_none() {
        guest.checks.push(check(
            When::Before,
            &[
                "/opt/xensource/libexec/xen-cmdline",
                "--get-dom0",
                "xen-pciback.hide",
            ],
            text!(
                "nothing: other hidden functions are not in the input, and the list \
                   replaces theirs"
            ),
        ));
    }
    guest.checks.extend(super::xen::assignable(&vm));
    emitted::add(emitted, guest, drafts)
}
