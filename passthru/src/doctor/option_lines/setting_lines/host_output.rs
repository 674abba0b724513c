//! A text without output of a host.

use host_tree::Evidence;

use super::{LINES, rule};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Host;
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(super) const RULES: &[Rule] = &[rule(
    "host-output-missing",
    "The input has settings, commands or a guide but no output of a host: it does not prove that the settings are in effect, nor the state of the host.",
    "the input itself",
    no_output,
)];

/// Whether the input has output of a host about its devices, kernel or modules.
pub(in crate::doctor) fn is_shown(host: &Host) -> bool {
    host.devices.values().any(|device| !device.is_only_named)
        || !host.log_facts.is_empty()
        || !host.groups.is_empty()
        || host.iommu.evidence.iter().any(is_of_group)
        || host.boot.running_options_shown
        || !host.without_address.is_empty()
        || !host.log_messages.is_empty()
        || !host.lines.loaded_modules().is_empty()
}

fn no_output(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let is_shown = is_shown(host)
        // The rules about the card, and about complete files, report unknown facts.
        || !context.cards.is_empty()
        || !host.guests.vmx_files.is_empty();
    if is_shown {
        return Vec::new();
    }
    let mut shown: Vec<Evidence> = Vec::new();
    let settings = host.lines.setting_lines().iter().map(|fact| &fact.evidence);
    let options = host.words.quoted_options.iter().map(|fact| &fact.evidence);
    // A failure that the text mentions asks for the same output.
    let is_failing = host.words.complaint.is_some()
        || host.words.code_43_statement.is_some()
        || !host.words.symptoms.is_empty();
    let subject = host.words.subject.iter().filter(|_| !is_failing);
    for evidence in settings.chain(options).chain(subject) {
        if shown.len() < LINES && !shown.contains(evidence) {
            shown.push(evidence.clone());
        }
    }
    if shown.is_empty() {
        return Vec::new();
    }
    vec![
        Diagnostic::new(
            Verdict::Unknown,
            text!(
                "no output in the input shows the host's devices, kernel options or log: nothing proves the state"
            ),
        )
        .evidence(shown)
        .remedy(Remedy::Manual {
            step: "show-output",
            text: text!("run `passthru ask` for the commands whose output shows the host"),
        }),
    ]
}

/// Whether the line is one of a list of groups, if only with the names of functions.
fn is_of_group(line: &Evidence) -> bool {
    let text = line.text.trim_start().to_ascii_lowercase();
    text.starts_with("iommu group")
}
