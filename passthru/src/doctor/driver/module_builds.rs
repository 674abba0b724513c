//! Modules outside the kernel, and the kernels that they are built for.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "module-not-built",
    meaning: "DKMS has a module that passthrough may need, but no build of it is installed for \
              the running kernel: modprobe does not find the module. DKMS builds a module when a \
              kernel is installed, if the headers of that kernel are installed.",
    source: "dkms(8), status and autoinstall",
    causes: &[],
    check: not_built,
}];

/// Modules that passthrough, virtual functions or shared memory with a guest need.
const MODULES: [&str; 3] = ["vendor-reset", "i915-sriov-dkms", "kvmfr"];

fn not_built(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(release) = &host.system.kernel.release else {
        return Vec::new();
    };
    let running = release.value.to_string();
    let builds = &host.module_builds;
    let of = |module: &str| {
        let module = module.to_owned();
        builds
            .iter()
            .filter(move |build| build.value.module == module)
    };
    MODULES
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
            (!is_there).then(|| {
                Diagnostic::new(Verdict::Fix, title)
                    .evidence([first.evidence.clone(), release.evidence.clone()])
                    .remedy(Remedy::Manual {
                        step: "build-module",
                        text,
                    })
            })
        })
        .collect()
}
