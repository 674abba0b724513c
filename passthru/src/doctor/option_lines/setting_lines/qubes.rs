//! Options of devices in Qubes OS.

use super::{LINES, each, rule};
use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::SettingLine;
use crate::text::text;
use crate::verdict::Verdict;

const QUBES: &str = "Qubes OS documentation, PCI devices; qvm-pci(1)";

pub(super) const RULES: &[Rule] = &[
    rule(
        "qubes-functions-hidden",
        "rd.qubes.hide_pci on dom0's kernel command line reserves functions for qubes at boot: the initramfs binds them to pciback.",
        "Qubes OS documentation, PCI devices, rd.qubes.hide_pci",
        hidden,
    ),
    rule(
        "qubes-isolation-weakened",
        "permissive lets a qube write to the whole configuration space of the device; no-strict-reset assigns a device that cannot be reset between qubes.",
        QUBES,
        |c| {
            each(
                c,
                |s| *s == SettingLine::QubesWeakened,
                Verdict::Security,
                text!("permissive and no-strict-reset weaken the isolation of the qube"),
                Some((
                    "only-where-needed",
                    text!(
                        "set these options only if the device does not work without them, and \
                         attach the device to no other qube"
                    ),
                )),
            )
        },
    ),
    rule(
        "qubes-strict-reset-set",
        "no-strict-reset=False is the default: a device without a reset is refused.",
        QUBES,
        |c| {
            each(
                c,
                |s| *s == SettingLine::QubesStrict,
                Verdict::Fix,
                text!("no-strict-reset=False still requires a reset"),
                Some((
                    "write-true",
                    text!("if the device has no reset, write no-strict-reset=True"),
                )),
            )
        },
    ),
];

fn hidden(context: &Context<'_>) -> Vec<Diagnostic> {
    let lines = context.host.lines.setting_lines().iter();
    let found = lines.filter_map(|fact| match &fact.value {
        SettingLine::QubesHide(functions) => Some((functions, &fact.evidence)),
        _ => None,
    });
    let found = found.take(LINES).map(|(functions, line)| {
        let title = text!(
            "rd.qubes.hide_pci reserves {functions} for qubes",
            functions = addresses(functions.iter().copied())
        );
        Diagnostic::new(Verdict::Ok, title)
            .of(functions.iter().copied())
            .evidence([line.clone()])
    });
    found.collect()
}
