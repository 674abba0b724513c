//! FreeBSD: whether ppt(4) has the functions that the loader is told of.

use pci_core::{Address, Evidence};

use super::groups::addresses;
use super::rule::{Context, Rule, Said};
use crate::finding::Verdict;
use crate::host::Driver;
use crate::remedy::Remedy;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "pptdevs",
    meaning: "pptdevs in /boot/loader.conf names the functions that ppt(4) takes before their \
              drivers, as bus/slot/function in decimal. A driver that has one of them all the \
              same shows that the loader did not read the line: a fault in a line above it, \
              another file, or no restart since. vmm_load=\"YES\" has to be there too.",
    source: "FreeBSD vmm(4), pptdevs; sys/amd64/vmm/io/ppt.c; loader.conf(5)",
    causes: &[],
    check,
}];

/// What holds of hosts with Xen and FreeBSD.
pub(super) const HELD: &[Rule] = &[Rule {
    code: "held-for-guests",
    meaning: "The driver that keeps functions for guests has the function: xen-pciback in Xen's \
              dom0, ppt(4) on FreeBSD. lspci of dom0 goes on listing such a function, with that \
              driver.",
    source: "Linux drivers/xen/xen-pciback/pci_stub.c; FreeBSD vmm(4)",
    causes: &[],
    check: held,
}];

fn held(context: &Context<'_>) -> Vec<Said> {
    let devices = context.host.devices.values();
    let mut found: Vec<(Address, Evidence)> = Vec::new();
    for device in devices {
        if let Driver::Bound(driver) = &device.driver
            && matches!(driver.value.as_str(), "pciback" | "xen-pciback" | "ppt")
        {
            found.push((device.address, driver.evidence.clone()));
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let list = addresses(found.iter().map(|(address, _)| *address));
    let title = format!("the driver for guests has {list}: these can be assigned");
    vec![
        Said::new(Verdict::Ok, title)
            .of(found.iter().map(|(address, _)| *address))
            .shown_by(found.into_iter().map(|(_, line)| line)),
    ]
}

fn check(context: &Context<'_>) -> Vec<Said> {
    let host = context.host;
    let mut said = Vec::new();
    for setting in &host.pptdevs {
        let mut held: Vec<Address> = Vec::new();
        let mut others: Vec<(Address, String)> = Vec::new();
        let mut open: Vec<Address> = Vec::new();
        let mut lines: Vec<Evidence> = Vec::new();
        for address in &setting.value {
            match host.devices.get(address).map(|device| &device.driver) {
                Some(Driver::Bound(driver)) if driver.value == "ppt" => held.push(*address),
                Some(Driver::Bound(driver)) => {
                    others.push((*address, driver.value.clone()));
                    lines.push(driver.evidence.clone());
                }
                _ if is_heard(context, *address) => held.push(*address),
                _ => open.push(*address),
            }
        }
        if !others.is_empty() {
            let list: Vec<String> = others
                .iter()
                .map(|(address, driver)| format!("{address:#} by {driver}"))
                .collect();
            let title = format!(
                "pptdevs names functions that drivers of the host hold: {}",
                list.join(", ")
            );
            said.push(
                Said::new(Verdict::Blocker, title)
                    .of(others.iter().map(|(address, _)| *address))
                    .shown_by([setting.evidence.clone()])
                    .shown_by(lines)
                    .mend(Remedy::Manual {
                        step: "pptdevs",
                        text: "check each line of /boot/loader.conf above pptdevs for a missing \
                               quote, add vmm_load=\"YES\" and restart; the loader's prompt shows \
                               the value with: show pptdevs"
                            .to_owned(),
                    }),
            );
        }
        if !held.is_empty() {
            let title = format!("ppt(4) holds {}", addresses(held.iter().copied()));
            said.push(
                Said::new(Verdict::Ok, title)
                    .of(held)
                    .shown_by([setting.evidence.clone()]),
            );
        }
        if !open.is_empty() {
            let title = format!(
                "whether ppt(4) holds {}, as pptdevs orders: the input does not show the drivers",
                addresses(open.iter().copied())
            );
            said.push(
                Said::new(Verdict::Unknown, title)
                    .of(open)
                    .shown_by([setting.evidence.clone()])
                    .mend(Remedy::look(&["pciconf", "-lv"])),
            );
        }
    }
    said
}

/// Whether a line of pciconf names the function beside ppt.
fn is_heard(context: &Context<'_>, address: Address) -> bool {
    let name = format!(
        "@pci0:{}:{}:{}",
        address.bus(),
        address.slot().device(),
        address.function()
    );
    let heard = context.host.heard.iter();
    let mut of_ppt = heard.filter(|heard| heard.message.code == "bhyve-ppt-attached");
    of_ppt.any(|heard| {
        heard
            .evidence
            .text
            .split(|c: char| !(c.is_ascii_alphanumeric() || "@:".contains(c)))
            .any(|word| word.starts_with("ppt") && word.ends_with(&name))
    })
}
