//! Names of VFIO's modules that are written almost as they should be.

use hostconf::boot::command_line::same_name;

use crate::doctor::evidence::similar_names::{is_one_off, squeezed};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Host;
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::remedy::Remedy;
use crate::requirement::Change;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "module-misspelled",
    meaning: "A list of modules has a name that is almost that of a module of VFIO. There is no \
              such module: the boot log has an error line, and nothing is loaded.",
    source: "systemd-modules-load.service(8); Linux drivers/vfio",
    causes: &["module-not-found", "vfio-modules-not-loaded"],
    check: misspelled,
}];

/// The modules of VFIO that guides list, and those with similar names (Linux drivers/vfio).
const OF_VFIO: [&str; 6] = [
    "vfio",
    "vfio_pci",
    "vfio_pci_core",
    "vfio_iommu_type1",
    "vfio_virqfd",
    "vfio_mdev",
];

/// Whether nothing else loads vfio-pci: no list has the right name, the loaded modules lack it, and no
/// function is bound to it.
fn is_needed(host: &Host, meant: &str) -> bool {
    let mut listed = host.settings.modules.iter();
    let mut loaded = host.lines.loaded_modules().iter();
    meant == "vfio_pci"
        && !listed.any(|other| same_name(&other.module, meant))
        && !host.lines.loaded_modules().is_empty()
        && !loaded.any(|module| same_name(module.value, meant))
        && !host
            .devices
            .values()
            .any(|device| device.driver.is_bound_to(is_vfio_driver))
}

fn misspelled(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for listed in &context.host.settings.modules {
        let typed = &listed.module;
        let known = || OF_VFIO.into_iter();
        let is_near = |name: &&str| {
            // A short name is near too many others.
            let is_long = name.len() > "vfio".len();
            is_long && is_one_off(&squeezed(typed), &squeezed(name))
                || squeezed(typed) == squeezed(name)
        };
        if known().any(|name| same_name(typed, name)) {
            continue;
        }
        let Some(meant) = known().find(is_near) else {
            continue;
        };
        let title = text!(
            "{typed} is not a module and has no effect; the nearest known module is {meant}",
            typed,
            meant
        );
        let (verdict, remedy) = if is_needed(context.host, meant) {
            let text = text!(
                "write {meant} instead of {typed} in {path}",
                meant,
                typed,
                path = listed.path
            );
            let step = "correct-module-name";
            (Verdict::Fix, Remedy::Manual { step, text })
        } else {
            let remove = Change::RemoveModule {
                path: listed.path.clone(),
                module: typed.clone(),
            };
            (Verdict::NoEffect, remove.into())
        };
        reported.push(
            Diagnostic::new(verdict, title)
                .evidence([listed.evidence.clone()])
                .remedy(remedy),
        );
    }
    reported
}
