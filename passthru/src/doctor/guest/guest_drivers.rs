//! Drivers in guests, as messages and sentences show them.

use host_tree::Evidence;
use pci_core::VendorId;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, LogMessage, SettingLine};
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
        causes: &REFUSALS,
        check: old_branch,
    },
    Rule {
        code: "hyperv-vendor-not-set",
        meaning: "The guest's KVM signature is hidden, and its Hyper-V enlightenments still name \
                  the vendor Microsoft Hv. NVIDIA drivers before branch 465 refuse GeForce cards \
                  with code 43 then. The finding needs a driver of such a branch, or a host \
                  kernel from before that branch.",
        source: "QEMU docs/system/i386/hyperv.rst, hv-vendor-id; NVIDIA, GeForce GPU Passthrough \
                 for Windows Virtual Machine (Beta), driver 465",
        causes: &["code-43-reported"],
        check: hyperv_vendor,
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
        let is_of_guest = logged.is_of_guest || context.host.of_guest.is_some();
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
pub(in crate::doctor) const ACCEPTS_HYPERVISOR: u16 = 465;

/// Reports of a guest's driver that refuses a card.
const REFUSALS: [&str; 3] = [
    "code-43-reported",
    "nvidia-init-failed",
    "nvidia-smi-handle-failed",
];

fn old_branch(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(branch) = &host.words.statements.nvidia_branch else {
        return Vec::new();
    };
    // The lines that hide the hypervisor show that the driver is a guest's.
    let mut lines = host.lines.setting_lines().iter();
    let hidden = lines.find(|line| line.value == SettingLine::VmxHidden);
    let mut logged = host.log_messages.iter();
    let has_failed = logged.any(|one| one.is_of_guest && REFUSALS.contains(&one.message.code));
    let is_of_guest = hidden.is_some()
        || has_failed
        || host.words.code_43_statement.is_some()
        || host.of_guest.is_some();
    if branch.value >= u32::from(ACCEPTS_HYPERVISOR) || !is_of_guest {
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
                text: match context.host_is_xen() {
                    true => text!("install branch 465 or later in the guest"),
                    false if context.host.words.statements.kepler.is_some() => text!(
                        "install branch 470, the last one for Kepler (GeForce 600 and 700), in the guest; an \
                         earlier one needs a hidden hypervisor (kvm=off) and another Hyper-V vendor \
                         (hv_vendor_id)"
                    ),
                    false => text!(
                        "install a branch from 465 on that still supports the card (GeForce 600 \
                         and 700 of Kepler: up to 470) in the guest; an earlier one needs a hidden \
                         hypervisor (kvm=off) and another Hyper-V vendor (hv_vendor_id)"
                    ),
                },
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

/// The first Linux release after that branch: a host with an earlier one is of its time.
const KERNEL_OF_BRANCH: (u32, u32) = (5, 11);

fn hyperv_vendor(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let of = |code: &'static str| {
        let logged = host.log_messages.iter();
        logged.filter(move |one| one.message.code == code)
    };
    let enlightened = of("hyperv-enlightenments-set").find(|one| !has_vendor(&one.evidence.text));
    let hides = |one: &&LogMessage| !has_vendor(&one.evidence.text);
    let (Some(enlightened), Some(hidden)) = (enlightened, of("hypervisor-hidden").find(hides))
    else {
        return Vec::new();
    };
    let has_other_vendor = of("hypervisor-hidden").any(|one| has_vendor(&one.evidence.text));
    let is_old_branch = || {
        let branch = host.words.statements.nvidia_branch.as_ref();
        branch.map(|branch| branch.value < u32::from(ACCEPTS_HYPERVISOR))
    };
    let is_old_host = || {
        let (major, minor) = KERNEL_OF_BRANCH;
        let is_later = host.system.kernel.is_at_least(major, minor);
        is_later.is_some_and(|(is_later, _)| !is_later)
    };
    let is_old = is_old_branch().unwrap_or_else(is_old_host);
    if has_other_vendor || host.words.code_43_statement.is_none() || !is_old {
        return Vec::new();
    }
    let title = text!(
        "the guest's Hyper-V enlightenments identify a hypervisor, although KVM is hidden: NVIDIA \
         drivers before 465 refuse a GeForce card with code 43"
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([enlightened.evidence.clone(), hidden.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "hyperv-vendor",
                text: text!(
                    "set another Hyper-V vendor, in libvirt <vendor_id state='on' \
                     value='123456789ab'/> in <hyperv>, in QEMU hv_vendor_id=123456789ab; or \
                     install branch 465 or later in the guest"
                ),
            }),
    ]
}

/// Whether the line sets a vendor for the leaves of Hyper-V.
fn has_vendor(line: &str) -> bool {
    ["hv_vendor_id", "hv-vendor-id", "<vendor_id"]
        .iter()
        .any(|name| line.contains(name))
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

/// Whether the graphics cards are of other makers than NVIDIA, whose message has repairs of its own.
pub(in crate::doctor) fn is_of_other_maker(context: &Context<'_>) -> bool {
    let vendor = |device: &Device| Some(device.id.as_ref()?.value.vendor);
    let is_other = |device: &Device| vendor(device).is_some_and(|one| one != VendorId::NVIDIA);
    let mut cards = context.functions().filter(|one| one.is_display());
    cards.next().is_some_and(is_other) && cards.all(is_other)
}

/// Whether the guest's driver is NVIDIA's, and of a release that accepts a virtual machine.
pub(in crate::doctor) fn has_current_driver(context: &Context<'_>) -> bool {
    let stated = &context.host.words.statements;
    let branch = stated.nvidia_branch.as_ref();
    let is_of_others = stated.amd_graphics.is_some() || stated.intel_graphics.is_some();
    branch.is_some_and(|branch| branch.value >= u32::from(ACCEPTS_HYPERVISOR))
        || branch.is_none() && stated.latest_nvidia_driver.is_some() && !is_of_others
}
