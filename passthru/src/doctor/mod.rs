//! The doctor: looks at a host and says what is wrong, what is needless and what
//! is not known, each with the line that proves it.
//!
//! ```
//! use passthru::doctor::{self, Question};
//! use pci_core::tree::MemoryTree;
//! let mut tree = MemoryTree::partial();
//! tree.insert_file("/proc/cmdline", "root=/dev/sda1 amd_iommu=on\n");
//! let host = passthru::Host::read(&tree);
//! let report = doctor::examine(&host, &Question::default());
//! assert!(report.findings.iter().any(|finding| finding.code == "amd-iommu-on"));
//! ```

mod acs_override;
mod addresses;
mod asked;
mod binding;
mod boot;
mod boot_files;
mod commands;
mod display;
mod drivers;
mod esxi;
mod esxi_owner;
mod explain;
mod groups;
mod initramfs_conf;
mod input;
mod iommu;
mod late;
mod messages;
mod mmio;
mod modprobe;
mod near;
mod new_id;
mod override_script;
mod placeholders;
mod reported;
mod reset;
mod rom_files;
mod rule;
mod settings;
mod spelling;
mod table;
mod tools;
mod use_of_card;
mod vfio_ids;
mod virtual_machine;

pub use explain::{explain, near_codes};
pub use rule::{Question, Rule};
pub use table::rules;
pub use table::{codes, page};

use pci_core::Address;
use serde::Serialize;

use crate::ask::Shell;
use crate::finding::Finding;
use crate::host::Host;
use crate::target::Target;
use rule::Context;

/// The version of the report's JSON form.
pub const SCHEMA: &str = "passthru-findings/1";

/// All findings of one look, worst first, and among equals in the order in which
/// things depend on each other: firmware, kernel, groups, drivers, guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of this form.
    pub schema: &'static str,
    /// The functions that the findings are about beside the host itself: those
    /// of the question's cards or, without any, those that the host's settings
    /// mean to pass through.
    pub devices: Vec<Address>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether anything stands in the way: a blocker, a fix, a security fault or
    /// something impossible.
    #[must_use]
    pub fn has_fault(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.verdict.is_fault())
    }
}

/// Looks at a host.
#[must_use]
pub fn examine(host: &Host, question: &Question) -> Report {
    let context = Context::new(host, question);
    let mut findings: Vec<Finding> = Vec::new();
    let judged = |rule: &&Rule| is_judged(&context, rule);
    for rule in rules().filter(judged) {
        for said in (rule.check)(&context) {
            let finding = said.finding(rule);
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    tools::fit(Shell::of(host, context.target), &mut findings);
    tie_consequences(host, &mut findings);
    // Stable: rules stand in the order of dependency.
    findings.sort_by_key(|finding| finding.verdict);
    let devices = context.functions().map(|device| device.address).collect();
    Report {
        schema: SCHEMA,
        devices,
        findings,
    }
}

/// Whether a rule is about hosts such as this. Of a system that is neither Linux with
/// KVM nor ESXi only the input is judged, and of several machines only what stands on
/// one line; ESXi has no IOMMU groups to show, and no vfio-pci.
fn is_judged(context: &Context<'_>, rule: &Rule) -> bool {
    let is_in = |rules: &[Rule]| rules.iter().any(|own| own.code == rule.code);
    if context.host.system.platform.is_some() {
        return [
            input::RULES,
            reported::RULES,
            commands::RULES,
            messages::RULES,
        ]
        .into_iter()
        .any(is_in);
    }
    if context.host.machines.are_several() {
        return is_in(input::RULES) || is_in(messages::RULES);
    }
    let of_linux = [groups::RULES, vfio_ids::RULES, drivers::RULES, reset::RULES];
    // A virtual machine without an IOMMU of its own assigns nothing: its functions are to
    // be with the drivers that use them.
    let is_guest = context.host.guest.is_some() && context.host.iommu.power != ::iommu::Power::On;
    if is_guest && (is_in(iommu::RULES) || is_in(binding::RULES)) {
        return false;
    }
    (context.target != Some(Target::Esxi) && !is_guest) || !of_linux.into_iter().any(is_in)
}

/// Notes in each cause which of the other findings follow from it.
fn tie_consequences(host: &Host, findings: &mut [Finding]) {
    let others: Vec<(&'static str, Vec<Address>)> = findings
        .iter()
        .map(|finding| (finding.code, finding.devices.clone()))
        .collect();
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.verdict.is_fault())
    {
        let Some(rule) = rules().find(|rule| rule.code == finding.code) else {
            continue;
        };
        for (code, devices) in &others {
            let related = finding.devices.is_empty()
                || devices.is_empty()
                || finding.devices.iter().any(|one| {
                    let mut others = devices.iter();
                    others.any(|other| host.belong_together(*one, *other))
                });
            if related && rule.causes.contains(code) && !finding.cause_of.contains(code) {
                finding.cause_of.push(code);
            }
        }
    }
}
