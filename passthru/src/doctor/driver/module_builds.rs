//! Modules outside the kernel, and the kernels that they are built for.

use pci_core::Address;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "module-not-built",
        meaning: "DKMS has a module that passthrough may need, but no build of it is installed for \
              the running kernel: modprobe does not find the module. DKMS builds a module when a \
              kernel is installed, if the headers of that kernel are installed.",
        source: "dkms(8), status and autoinstall",
        causes: &[],
        check: |context| not_built(context, &MODULES),
    },
    Rule {
        code: "sriov-module-not-built",
        meaning: "DKMS has i915-sriov-dkms, but no build of it is installed for the running kernel. \
              The kernel loads its own i915, which has no virtual functions: a number written to \
              sriov_numvfs is refused, and the virtual functions that guests have are missing.",
        source: "dkms(8), status and autoinstall; github.com/strongtz/i915-sriov-dkms",
        causes: &[
            "sriov-not-offered",
            "sriov-not-supported-by-driver",
            "proxmox-pci-not-found",
            "sriov-module-of-new-kernel",
            "i915-without-sriov",
            "sysfs-file-absent",
        ],
        check: |context| not_built(context, &[SRIOV]),
    },
];

/// The module with virtual functions of Intel's graphics.
const SRIOV: &str = "i915-sriov-dkms";

/// Modules that passthrough or shared memory with a guest need.
const MODULES: [&str; 2] = ["vendor-reset", "kvmfr"];

fn not_built(context: &Context<'_>, modules: &[&'static str]) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(release) = &host.system.kernel.release else {
        return Vec::new();
    };
    let running = release.value.to_string();
    let builds = host.lines.module_builds();
    let of = |module: &str| {
        let module = module.to_owned();
        builds
            .iter()
            .filter(move |build| build.value.module == module)
    };
    modules
        .iter()
        .filter_map(|module| {
            let first = of(module).next()?;
            let is_there = of(module).any(|build| {
                build.value.is_installed && build.value.kernel.as_deref() == Some(running.as_str())
            });
            let title = text!(
                "DKMS has no build of {module} installed for the running kernel {release}",
                module = *module,
                release = running.as_str()
            );
            let mut others = of(module).filter(|build| build.value.is_installed);
            let other = others.find_map(|build| build.value.kernel.clone());
            let text = match other {
                Some(other) if other.ends_with("-pve") => text!(
                    "install the headers of the kernel {release}, run dkms autoinstall (if the \
                     build fails, with a newer release of the module), and restart; until then \
                     start the kernel {other}, which has a build: proxmox-boot-tool kernel pin \
                     {other}",
                    release = running.as_str(),
                    other
                ),
                Some(other) => text!(
                    "install the headers of the kernel {release}, run dkms autoinstall (if the \
                     build fails, with a newer release of the module), and restart; until then \
                     start the kernel {other}, which has a build",
                    release = running.as_str(),
                    other
                ),
                None => text!(
                    "install the headers of the kernel {release}, then run dkms autoinstall",
                    release = running.as_str()
                ),
            };
            // The errors of other cards have other causes.
            let graphics = Address::new(0, 0, 2, 0).filter(|_| *module == SRIOV);
            let graphics = graphics.filter(|address| host.devices.contains_key(address));
            (!is_there).then(|| {
                Diagnostic::new(Verdict::Fix, title)
                    .of(graphics)
                    .evidence([first.evidence.clone(), release.evidence.clone()])
                    .remedy(Remedy::Manual {
                        step: "build-module",
                        text,
                    })
            })
        })
        .collect()
}
