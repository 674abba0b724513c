//! FreeBSD: functions that no driver has, although a guest is to have them.

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Driver, Platform};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "ppt-not-attached",
    meaning: "pciconf lists the function as noneN: no driver is attached to it, so ppt is not \
              either. bhyve assigns only functions that ppt has. The boot log may show ppt for an \
              earlier moment.",
    source: "FreeBSD pciconf(8); vmm(4), pptdevs; devctl(8), set driver",
    causes: &[],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let platform = host.system.platform.as_ref();
    if !platform.is_some_and(|found| found.value == Platform::FreeBsd) {
        return Vec::new();
    }
    // A function without a driver is of interest where the text has ppt for its bus, or gives it
    // to a guest.
    let mut logged = host.log_messages.iter();
    let has_ppt = logged.any(|one| one.message.code == "freebsd-ppt-attached");
    let unattached: Vec<_> = host
        .devices
        .values()
        .filter_map(|device| match &device.driver {
            Driver::Unbound(line) if line.text.contains("@pci") => Some((device.address, line)),
            _ => None,
        })
        .filter(|(address, _)| {
            let mut given = host
                .lines
                .given_to_bhyve()
                .iter()
                .chain(host.lines.reserved_for_bhyve());
            has_ppt && context.is_asked(*address) || given.any(|one| one.value == *address)
        })
        .collect();
    if unattached.is_empty() {
        return Vec::new();
    }
    let functions = || unattached.iter().map(|(address, _)| *address);
    let title = text!(
        "pciconf shows no driver for {functions}: ppt is not attached",
        functions = addresses(functions())
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of(functions())
            .evidence(unattached.iter().map(|(_, line)| (*line).clone()))
            .remedy(Remedy::Manual {
                step: "attach-ppt",
                text: text!(
                    "name the function in pptdevs of /boot/loader.conf (bus/slot/function in \
                     decimal) and reboot, or attach it now: devctl set driver -f pciBUS:SLOT:FUNCTION \
                     ppt"
                ),
            }),
    ]
}
