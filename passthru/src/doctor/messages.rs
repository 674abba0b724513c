//! Messages of the catalogue `data/messages/`: each is a finding where the input has it.

use iommu::KernelLog;
use pci_core::{Address, Evidence};

use super::placeholders::filled;
use super::rule::{Context, Rule, Said, plan_remedy};
use crate::finding::Verdict;
use crate::host::Heard;
use crate::messages::{About, Fix, Message};
use crate::remedy::Remedy;

/// The code of the rule itself: its findings carry the codes of the table.
pub(super) const FAMILY: &str = "known-message";

pub(super) const RULES: &[Rule] = &[Rule {
    code: FAMILY,
    meaning: "A family of findings: each message of the table of known messages has its own \
              code, which says what it means and what to do.",
    source: "passthru/data/messages/, with a source for each line",
    causes: &[],
    check,
}];

/// How many lines prove a message: a guest that was tried often prints it often.
const LINES: usize = 3;

fn check(context: &Context<'_>) -> Vec<Said> {
    let mut found: Vec<(&Message, Vec<Address>, Vec<Evidence>)> = Vec::new();
    // A line of the same message without a function is about one that another line names.
    let named = context
        .host
        .heard
        .iter()
        .filter(|heard| heard.device.is_some());
    let unnamed = context
        .host
        .heard
        .iter()
        .filter(|heard| heard.device.is_none());
    for heard in named
        .chain(unnamed)
        .filter(|heard| is_meant(context, heard))
    {
        let folds = is_folded(heard.message.verdict);
        // A rule about the IOMMU has said it already.
        if folds && is_log_fact(&heard.evidence) {
            continue;
        }
        let same = |known: &&mut (&Message, Vec<Address>, Vec<Evidence>)| {
            let is_same_device = known.1 == heard.device.as_slice();
            let is_same = folds || is_same_device || heard.device.is_none();
            known.0.code == heard.message.code && is_same
        };
        match found.iter_mut().find(same) {
            Some((_, devices, evidence)) => {
                let device = heard.device.filter(|device| !devices.contains(device));
                devices.extend(device);
                if evidence.len() < LINES {
                    evidence.push(heard.evidence.clone());
                }
            }
            None => found.push((
                heard.message,
                heard.device.into_iter().collect(),
                vec![heard.evidence.clone()],
            )),
        }
    }
    found
        .into_iter()
        .map(|(message, devices, evidence)| {
            let title = match devices.as_slice() {
                [device] => format!("{device:#}: {}", message.title),
                _ => message.title.to_owned(),
            };
            let remedy = remedy(context, message, &devices);
            let said = Said::new(message.verdict, title)
                .coded(message.code)
                .of(devices)
                .shown_by(evidence);
            remedy.into_iter().fold(said, Said::mend)
        })
        .collect()
}

/// Whether the line is one that the rules about the IOMMU rest on.
fn is_log_fact(line: &Evidence) -> bool {
    !iommu::facts(&KernelLog::parse("dmesg", &line.text)).is_empty()
}

/// Whether one finding is enough for all functions.
const fn is_folded(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Harmless | Verdict::Ok | Verdict::Unknown)
}

/// Whether the message is about a function that is to be assigned, or about none that the
/// question excludes.
fn is_meant(context: &Context<'_>, heard: &Heard) -> bool {
    let is_of_assigned = heard.message.about == About::Assigned;
    let Some(device) = heard.device else {
        return true;
    };
    if context.is_asked(device) {
        return true;
    }
    let known = context.host.devices.get(&device);
    let is_bridge = known.is_some_and(|device| device.is_bridge());
    // Where no card is in question every function may be meant; the settings of the host
    // say no more than which cards were tried.
    !is_bridge && context.asked.is_empty() && (!is_of_assigned || context.cards.is_empty())
}

fn remedy(context: &Context<'_>, message: &Message, about: &[Address]) -> Option<Remedy> {
    match message.fix {
        Fix::None => None,
        Fix::Look(command) => {
            let command = filled(context, about, command);
            Some(Remedy::Look {
                argv: words(&command),
            })
        }
        Fix::Plan => Some(plan_remedy(context)),
        Fix::Step { name, text } => Some(Remedy::Manual {
            step: name,
            text: filled(context, about, text),
        }),
    }
}

/// The words of a command, in which double quotes keep several together.
fn words(command: &str) -> Vec<String> {
    let pieces = command.split('"').enumerate();
    pieces
        .flat_map(|(index, piece)| match index % 2 {
            1 => vec![piece.to_owned()],
            _ => piece.split_whitespace().map(str::to_owned).collect(),
        })
        .collect()
}
