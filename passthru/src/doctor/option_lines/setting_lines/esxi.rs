//! Lines of a .vmx file of ESXi.

use host_tree::Evidence;

use super::{LINES, each, lines, rule};
use crate::doctor::guest::guest_window::is_too_small_for_esxi;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::SettingLine;
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

const VMX: &str = "VMware knowledge base, articles 2142307 and 1010789; hvconf's reader of .vmx";

pub(super) const RULES: &[Rule] = &[
    rule(
        "vmx-functions-assigned",
        "pciPassthruN.id names a function of the host in decimal numbers, as ESXi writes them.",
        VMX,
        vmx_passed,
    ),
    rule(
        "vmx-id-form",
        "ESXi writes pciPassthruN.id with decimal numbers: 00000:066:00.0 is 42:00.0 of lspci. The value has another form or is not in the text, so the intended function is unknown.",
        VMX,
        |c| {
            each(
                c,
                |s| *s == SettingLine::VmxUnclear,
                Verdict::Unknown,
                text!(
                    "not in the input: the function of pciPassthruN.id in ESXi's decimal form \
                     (00000:003:00.0)"
                ),
                Some((
                    "select-device-again",
                    text!(
                        "add the device in the settings of the virtual machine, and copy the \
                         value that ESXi writes"
                    ),
                )),
            )
        },
    ),
    rule(
        "vmx-64bit-mmio-on",
        "With pciPassthru.use64bitMMIO the guest's firmware places large BARs of the card above 4 GiB. The guest must boot with UEFI.",
        VMX,
        mmio_on,
    ),
    rule(
        "vmx-size-alone",
        "pciPassthru.64bitMMIOSizeGB is the size of the window for large BARs of cards. It takes effect only with pciPassthru.use64bitMMIO = TRUE, which is not in the input.",
        VMX,
        size_alone,
    ),
    rule(
        "vmx-isolation-weakened",
        "pciPassthru.RelaxACSCheck and allowP2P let devices exchange data without IOMMU translation: the isolation between guests is weaker.",
        VMX,
        |c| {
            each(
                c,
                |s| *s == SettingLine::VmxIsolation,
                Verdict::Security,
                text!("the option weakens the isolation between devices"),
                Some((
                    "remove-option",
                    text!(
                        "remove the line unless two devices of one guest must exchange data \
                         directly"
                    ),
                )),
            )
        },
    ),
    rule(
        "vmx-cpuid-hidden-line",
        "hypervisor.cpuid.v0 = FALSE hides the hypervisor from the guest. NVIDIA drivers before 465 refused consumer cards without it; later drivers do not need it.",
        "NVIDIA, GeForce GPU Passthrough for Windows Virtual Machine (Beta), driver 465",
        |c| {
            let branch = c.host.words.statements.nvidia_branch.as_ref();
            if branch.is_some_and(|branch| branch.value < 465) {
                return Vec::new();
            }
            each(
                c,
                |s| *s == SettingLine::VmxHidden,
                Verdict::NoEffect,
                text!("hypervisor.cpuid.v0 = FALSE is needed only with NVIDIA drivers before 465"),
                Some((
                    "remove-line",
                    text!("remove the line if the guest's driver is newer"),
                )),
            )
        },
    ),
    rule(
        "vmx-hypervisor-shown",
        "hypervisor.cpuid.v0 = TRUE is the default: the guest detects the hypervisor. FALSE hides it, which NVIDIA drivers before 465 need and few others.",
        "NVIDIA, GeForce GPU Passthrough for Windows Virtual Machine (Beta), driver 465",
        |c| {
            each(
                c,
                |s| *s == SettingLine::VmxShown,
                Verdict::NoEffect,
                text!("hypervisor.cpuid.v0 = TRUE hides nothing: the guest detects the hypervisor"),
                Some((
                    "write-false",
                    text!(
                        "write FALSE to hide the hypervisor from an NVIDIA driver before 465, \
                         otherwise remove the line"
                    ),
                )),
            )
        },
    ),
];

fn vmx_passed(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.lines.setting_lines().iter();
    let (names, shown): (Vec<&str>, Vec<Evidence>) = all
        .filter_map(|fact| match &fact.value {
            SettingLine::VmxFunction(name) => Some((name.as_str(), fact.evidence.clone())),
            _ => None,
        })
        .take(8)
        .unzip();
    if names.is_empty() {
        return Vec::new();
    }
    let title = text!(
        "the virtual machine has {names}, in ESXi's decimal form",
        names = names.join(", ")
    );
    vec![Diagnostic::new(Verdict::Ok, title).evidence(shown)]
}

fn mmio_on(context: &Context<'_>) -> Vec<Diagnostic> {
    // A line of a file is that of its reader, which may refuse it.
    let files = &context.host.guests.vmx_files;
    let is_of_file = |line: &str| {
        let line = line.trim_start_matches(['>', ' ']);
        files.iter().any(|file| file.text.contains(line))
    };
    let in_lines = lines(context, |line| *line == SettingLine::VmxMmio)
        .filter(|fact| !is_of_file(&fact.evidence.text));
    let mut shown: Vec<Evidence> = in_lines.map(|fact| fact.evidence.clone()).collect();
    for file in files {
        let entry = file.vmx.get("pciPassthru.use64bitMMIO");
        let on = entry.filter(|entry| entry.value.eq_ignore_ascii_case("TRUE"));
        shown.extend(on.map(|entry| Evidence::at(&*file.path, &file.text, entry.line)));
    }
    if shown.is_empty() || is_too_small_for_esxi(context) {
        return Vec::new();
    }
    let mut lines = context.host.lines.setting_lines().iter();
    let size = lines.find_map(|fact| match fact.value {
        SettingLine::VmxMmioSize(Some(size)) => Some((size, fact.evidence.clone())),
        _ => None,
    });
    let title = match &size {
        Some((size, _)) => text!(
            "64-bit MMIO is enabled for the guest, with a window of {size} GB for large BARs",
            size
        ),
        None => text!("64-bit MMIO is enabled for the guest"),
    };
    let shown = shown
        .into_iter()
        .chain(size.map(|(_, line)| line))
        .take(LINES);
    vec![Diagnostic::new(Verdict::Ok, title).evidence(shown)]
}

fn size_alone(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = || context.host.lines.setting_lines().iter();
    let is_on = all().any(|fact| fact.value == SettingLine::VmxMmio);
    if is_on || !mmio_on(context).is_empty() {
        return Vec::new();
    }
    let sizes = all().filter(|fact| matches!(fact.value, SettingLine::VmxMmioSize(_)));
    sizes
        .take(1)
        .map(|fact| {
            let title = text!(
                "not in the input: pciPassthru.use64bitMMIO = TRUE, without which the size has no \
                 effect"
            );
            Diagnostic::new(Verdict::Unknown, title)
                .evidence([fact.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "vmx-mmio",
                    text: text!(
                        "set pciPassthru.use64bitMMIO = \"TRUE\" as well, with firmware = \"efi\""
                    ),
                })
        })
        .collect()
}
