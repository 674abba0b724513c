//! The remedy of a message that fits the host: what another remedy presupposes is not so, or is done.

use host_tree::Evidence;

use crate::doctor::rule::Context;
use crate::host::Platform;
use crate::messages::{Circumstance, Fix, Message};
use crate::target::Target;

/// The remedy of the first circumstance that the input shows.
pub(super) fn fitting(context: &Context<'_>, message: &Message, lines: &[Evidence]) -> Option<Fix> {
    let mut fixes = message.fix_if.iter();
    let found = fixes.find(|(circumstance, _)| is_shown(context, *circumstance, lines));
    found.map(|(_, fix)| *fix)
}

/// Whether the input shows the circumstance.
fn is_shown(context: &Context<'_>, circumstance: Circumstance, lines: &[Evidence]) -> bool {
    let host = context.host;
    let all_have = |text: &str| {
        let has = |line: &Evidence| line.text.to_ascii_lowercase().contains(text);
        !lines.is_empty() && lines.iter().all(has)
    };
    match circumstance {
        Circumstance::Xen => context.host_is_xen(),
        Circumstance::Qubes => {
            let name = host.system.name.as_deref();
            name.is_some_and(|name| name.starts_with("Qubes OS"))
        }
        Circumstance::Arm => host.statements.arm.is_some(),
        Circumstance::Root => host.statements.as_root.is_some(),
        Circumstance::VendorReset => {
            let mut logged = host.log_messages.iter();
            logged.any(|logged| logged.message.code == "vendor-reset-hooked")
        }
        Circumstance::MediatedDevice => all_have("/mdev"),
        Circumstance::HostVf => {
            // A guest has the function at another address, or alone as 00:02.0.
            let mut names = (1..=7).map(|function| format!("00:02.{function}"));
            names.any(|name| lines.iter().any(|line| line.text.contains(&name)))
        }
        Circumstance::AccessDenied => all_have("access is denied"),
        Circumstance::Vmware => {
            let target = host.system.hypervisor.as_ref().map(|found| found.value);
            let of_guest = host.hypervisor_of_guest();
            target == Some(Target::Esxi) || of_guest.is_some_and(|name| name.starts_with("VMware"))
        }
        Circumstance::Kata => host.system.manager == Some("Kata Containers"),
        Circumstance::HyperV => {
            let platform = host.system.platform.as_ref();
            platform.is_some_and(|found| found.value == Platform::Windows)
        }
        Circumstance::Container => host.statements.in_container.is_some(),
        Circumstance::NotPermitted => all_have("operation not permitted"),
    }
}
