//! Modules that a configuration of NixOS does not load.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "nixos-vfio-module-missing",
    meaning: "vfio-pci.ids= is an option of the module vfio-pci: it has an effect when the module \
              loads, and loads nothing. NixOS loads a module in the initrd only if \
              boot.initrd.kernelModules names it. Without that the card's driver claims the card \
              first, or no driver is bound to it until libvirt loads vfio-pci.",
    source: "NixOS manual, chapter Linux Kernel; Linux drivers/vfio/pci/vfio_pci.c, \
             vfio_pci_fill_ids",
    causes: &[],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(line) = context.host.lines.without_vfio_module() else {
        return Vec::new();
    };
    // A bound card shows that another file loads the module.
    let mut cards = context.functions();
    if !context.host.commands.added_ids.is_empty()
        || cards.any(|function| function.driver.name() == Some("vfio-pci"))
    {
        return Vec::new();
    }
    let title = text!(
        "vfio-pci.ids= is set, and no list of modules in this NixOS configuration has vfio_pci: \
         the option has no effect until the module loads"
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([line.clone()])
            .remedy(Remedy::Manual {
                step: "load-vfio-in-initrd",
                text: text!(
                    "add \"vfio_pci\", \"vfio\" and \"vfio_iommu_type1\" to \
                     boot.initrd.kernelModules, run nixos-rebuild boot, and reboot"
                ),
            }),
    ]
}
