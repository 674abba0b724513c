//! Drivers in guests, as messages and sentences show them.

use host_tree::Evidence;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{LogMessage, SettingLine};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "guest-nvidia-driver-not-loaded",
        meaning: "nvidia-smi in the guest finds no loaded NVIDIA driver. The driver is not \
                  installed, its module is not built for the guest's kernel, Secure Boot refuses \
                  it, or nouveau is bound to the card.",
        source: "NVIDIA Linux driver README, chapter Common problems",
        causes: &["nvidia-smi-no-driver"],
        check: nvidia_not_loaded,
    },
    Rule {
        code: "nvidia-driver-before-465",
        meaning: "NVIDIA drivers before branch 465 refuse GeForce cards with code 43 when they \
                  detect a hypervisor. Branch 465 and later accept a virtual machine. Quadro and \
                  Tesla cards are not affected.",
        source: "NVIDIA, GeForce GPU Passthrough for Windows Virtual Machine (Beta), driver 465",
        causes: &["code-43-reported"],
        check: old_branch,
    },
    Rule {
        code: "stock-module-loaded-first",
        meaning: "The kernel's own module failed at boot, and a module from outside the kernel \
                  with the same name was loaded later. The initramfs has the kernel's own module, \
                  which is loaded before the other one is available.",
        source: "Linux kernel/module/main.c, module_augment_kernel_taints; initramfs-tools(7)",
        causes: &[
            "i915-registers-all-ones",
            "i915-probe-failed",
            "amdgpu-init-failed",
            "driver-probe-failed",
        ],
        check: stock_first,
    },
];

fn nvidia_not_loaded(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut logged = context.host.log_messages.iter();
    let failed = logged.find(|logged| {
        let is_of_guest = logged.is_of_guest || context.host.guest.is_some();
        is_of_guest && logged.message.code == "nvidia-smi-no-driver"
    });
    let Some(failed) = failed else {
        return Vec::new();
    };
    vec![
        Diagnostic::new(
            Verdict::Fix,
            text!("in the guest the NVIDIA driver is not loaded"),
        )
        .evidence([failed.evidence.clone()])
        .remedy(Remedy::Manual {
            step: "guest-driver",
            text: text!(
                "install NVIDIA's driver in the guest; if it is installed, read dmesg, dkms \
                 status, lsmod and uname -r there: no module for this kernel, Secure Boot, or \
                 nouveau"
            ),
        }),
    ]
}

/// The first branch that accepts a hypervisor with GeForce cards.
const ACCEPTS_HYPERVISOR: u32 = 465;

fn old_branch(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(branch) = &host.statements.nvidia_branch else {
        return Vec::new();
    };
    // The lines that hide the hypervisor show that the driver is a guest's.
    let mut lines = host.setting_lines.iter();
    let hidden = lines.find(|line| line.value == SettingLine::VmxHidden);
    let is_of_guest = hidden.is_some() || host.code_43_statement.is_some() || host.guest.is_some();
    if branch.value >= ACCEPTS_HYPERVISOR || !is_of_guest {
        return Vec::new();
    }
    let title = text!(
        "NVIDIA branch {branch} refuses GeForce cards when it detects a hypervisor; branch 465 and \
         later do not",
        branch = branch.value
    );
    let mut reported = vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([branch.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "newer-nvidia-driver",
                text: text!("install branch 465 or later in the guest"),
            }),
    ];
    if let Some(hidden) = hidden {
        let title = text!(
            "the hypervisor is hidden from the guest, as NVIDIA branch {branch} needs",
            branch = branch.value
        );
        let lines = [hidden.evidence.clone(), branch.evidence.clone()];
        reported.push(Diagnostic::new(Verdict::Ok, title).evidence(lines));
    }
    reported
}

/// The module that a line of the kernel says to be from outside the kernel.
fn out_of_tree(line: &str) -> Option<&str> {
    let (before, _) = line.split_once(": loading out-of-tree module taints kernel")?;
    before
        .rsplit([' ', ']'])
        .next()
        .filter(|name| !name.is_empty())
}

/// Whether a line is a failure of the module's own driver.
fn is_failure_of(logged: &LogMessage, module: &str) -> bool {
    let text = &logged.evidence.text;
    logged.message.verdict.is_problem()
        && (text.contains(&format!("{module}: probe of "))
            || text.contains(&format!(" {module} 0")))
}

fn stock_first(context: &Context<'_>) -> Vec<Diagnostic> {
    let logged = &context.host.log_messages;
    let place = |line: &Evidence| (line.source.clone(), line.line);
    logged
        .iter()
        .filter_map(|tainting| Some((out_of_tree(&tainting.evidence.text)?, tainting)))
        .filter_map(|(module, tainting)| {
            let (source, line) = place(&tainting.evidence);
            let failed = logged.iter().find(|logged| {
                let (of, at) = place(&logged.evidence);
                of == source && at < line && is_failure_of(logged, module)
            })?;
            let title = text!(
                "{module} failed at boot before the module from outside the kernel was loaded: \
                 the initramfs has the kernel's own {module}",
                module
            );
            let lines = [failed.evidence.clone(), tainting.evidence.clone()];
            Some(
                Diagnostic::new(Verdict::Fix, title)
                    .of(failed.device)
                    .evidence(lines)
                    .remedy(Remedy::Manual {
                        step: "rebuild-initramfs",
                        text: text!(
                            "rebuild the initramfs of that system with the installed module \
                             (update-initramfs -u or dracut -f), or keep {module} out of it",
                            module
                        ),
                    }),
            )
        })
        .take(1)
        .collect()
}
