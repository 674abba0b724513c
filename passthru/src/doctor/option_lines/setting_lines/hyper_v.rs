//! Commands of PowerShell that assign a device to a guest of Hyper-V.

use host_tree::Evidence;

use super::{each, rule};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::SettingLine;
use crate::text::text;
use crate::verdict::Verdict;

const DDA: &str = "Microsoft Learn, Deploy graphics devices by using Discrete Device Assignment";

pub(super) const RULES: &[Rule] = &[
    rule(
        "dda-order-valid",
        "A device is assigned to a Hyper-V guest in this order: disable it, dismount it from the host, add it to the virtual machine, which is powered off.",
        DDA,
        dda_order,
    ),
    rule(
        "dda-dismount-forced",
        "Without -Force the device is dismounted only if its vendor provides a mitigation driver. With -Force the device is assigned without that protection of the host.",
        DDA,
        |c| {
            each(
                c,
                |s| *s == SettingLine::DdaDismount(true),
                Verdict::Security,
                text!("-Force dismounts the device without a mitigation driver of its vendor"),
                Some((
                    "mitigation-driver",
                    text!(
                        "install the vendor's mitigation driver if there is one, and dismount \
                         without -Force"
                    ),
                )),
            )
        },
    ),
];

fn dda_order(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.lines.setting_lines().iter();
    let steps: Vec<(u8, &Evidence)> = all
        .filter_map(|fact| match fact.value {
            SettingLine::DdaDisable => Some((0, &fact.evidence)),
            SettingLine::DdaDismount(_) => Some((1, &fact.evidence)),
            SettingLine::DdaAdd => Some((2, &fact.evidence)),
            _ => None,
        })
        .collect();
    let is_complete = (0..3).all(|step| steps.iter().any(|(own, _)| *own == step));
    if !is_complete || !steps.is_sorted_by_key(|(step, _)| *step) {
        return Vec::new();
    }
    let shown = steps
        .iter()
        .map(|(_, evidence)| (*evidence).clone())
        .take(8);
    vec![
        Diagnostic::new(
            Verdict::Ok,
            text!("the order of the commands is correct: disable, dismount, add"),
        )
        .evidence(shown),
    ]
}
