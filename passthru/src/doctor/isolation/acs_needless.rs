//! A question for an ACS override that the card's group does not need.

use super::groups::{addresses, groups};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Device;
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "acs-override-not-needed",
    meaning: "The text asks about an ACS override, and the shown members of the card's IOMMU group \
              are the functions of the card and ports. Ports stay with their driver, and the \
              functions of one card belong together: nothing is to be separated.",
    source: "Linux Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs; \
             drivers/pci/pcie/portdrv.c, driver_managed_dma",
    causes: &[],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(line) = &host.words.statements.asks_about_acs else {
        return Vec::new();
    };
    let is_set = host.settings.kernel_option("pcie_acs_override");
    if is_set.into_iter().next().is_some() {
        return Vec::new();
    }
    let found = groups(context).into_iter().filter_map(|group| {
        let members: Vec<&Device> = host
            .members(group)
            .map(|(address, _)| host.devices.get(&address))
            .collect::<Option<_>>()?;
        let (ports, ends): (Vec<&Device>, Vec<&Device>) = members
            .into_iter()
            .partition(|device| device.is_pci_bridge());
        let slot = ends.first()?.address.slot();
        let is_card = |device: &&Device| device.address.slot() == slot && device.class.is_some();
        let is_asked = ends.iter().any(|device| context.is_asked(device.address));
        let is_whole = ends.iter().all(is_card) && is_asked && slot.bus() != 0;
        let stays = ports.iter().all(|port| port.does_not_block_group());
        let title = title(group, &ports, &ends);
        (is_whole && stays).then(|| {
            Diagnostic::new(Verdict::NoEffect, title)
                .of(ends.iter().map(|device| device.address))
                .evidence(ends.iter().chain(&ports).map(|device| device.shown.clone()))
                .evidence([line.clone()])
                .remedy(Remedy::Manual {
                    step: "leave-acs-override-out",
                    text: text!(
                        "leave pcie_acs_override= out, and bind all functions of the card, not the \
                         port, to vfio-pci"
                    ),
                })
        })
    });
    found.collect()
}

fn title(group: u32, ports: &[&Device], ends: &[&Device]) -> Text {
    let list = addresses(ends.iter().map(|device| device.address));
    match ports {
        [] => text!(
            "an ACS override is not needed: as shown, IOMMU group {group} contains only the \
             functions {list} of one card",
            group,
            list
        ),
        _ => text!(
            "an ACS override is not needed: as shown, IOMMU group {group} contains only the \
             functions {list} of one card, and {ports}, which stays with its driver and is not \
             assigned",
            group,
            list,
            ports = addresses(ports.iter().map(|device| device.address))
        ),
    }
}
