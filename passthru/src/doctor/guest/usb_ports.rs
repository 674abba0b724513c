//! Assigned USB controllers without a device at their ports.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "usb-root-hubs-alone",
    meaning: "The listing has root hubs alone: each USB controller of that system has its driver, \
              and no device is connected to its ports. A port of the board belongs to one \
              controller; on Intel boards of the series 7 to 9 the firmware connects the ports to \
              the xHCI or to the EHCI controllers.",
    source: "lsusb(8); Linux drivers/usb/host/pci-quirks.c, usb_enable_intel_xhci_ports",
    causes: &[],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let is_failing = host.words.complaint.is_some() || host.words.guest_failure.is_some();
    let Some(shown) = host.lines.root_hubs_alone().as_ref().filter(|_| is_failing) else {
        return Vec::new();
    };
    let title = text!(
        "the USB controllers of this listing have their driver, and no device is connected to \
         their ports"
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([shown.clone()])
            .remedy(Remedy::Manual {
                step: "usb-port",
                text: text!(
                    "connect the device to a port of the assigned controller: on the host lsusb -t \
                     shows the controller of each port; on older Intel boards set xHCI to enabled \
                     in the firmware setup, or assign the EHCI controllers as well"
                ),
            }),
    ]
}
