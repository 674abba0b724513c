//! Messages that the input quotes: each row of `data/messages.tsv` is a finding
//! where somebody printed it.

use pci_core::{Address, Evidence};

use super::rule::{Context, Rule, Said, plan_remedy};
use crate::host::Heard;
use crate::messages::{Message, Speaker, Step};
use crate::remedy::Remedy;

/// The code of the rule itself: its findings carry the codes of the table.
pub(super) const FAMILY: &str = "known-message";

pub(super) const RULES: &[Rule] = &[Rule {
    code: FAMILY,
    meaning: "A family of findings: each message of the table of known messages has its own \
              code, which says what it means and what to do.",
    source: "passthru/data/messages.tsv, with a source for each row",
    causes: &[],
    check,
}];

/// How many lines prove a message: a guest that was tried often prints it often.
const LINES: usize = 3;

fn check(context: &Context<'_>) -> Vec<Said> {
    let mut found: Vec<(&Message, Option<Address>, Vec<Evidence>)> = Vec::new();
    let heard = context.host.heard.iter();
    for heard in heard.filter(|heard| is_meant(context, heard)) {
        let same = |known: &&mut (&Message, Option<Address>, Vec<Evidence>)| {
            known.0.code == heard.message.code && known.1 == heard.device
        };
        match found.iter_mut().find(same) {
            Some((.., evidence)) if evidence.len() < LINES => {
                evidence.push(heard.evidence.clone());
            }
            Some(_) => {}
            None => found.push((heard.message, heard.device, vec![heard.evidence.clone()])),
        }
    }
    found
        .into_iter()
        .map(|(message, device, evidence)| {
            let title = match device {
                Some(device) => format!("{device:#}: {}", message.title),
                None => message.title.to_owned(),
            };
            let said = Said::new(message.verdict, title)
                .coded(message.code)
                .of(device)
                .shown_by(evidence);
            remedy(context, message).into_iter().fold(said, Said::mend)
        })
        .collect()
}

/// Whether the message is about what is to be passed through, or about nothing that
/// the input names.
fn is_meant(context: &Context<'_>, heard: &Heard) -> bool {
    match heard.device {
        None => heard.speaker != Speaker::Asked,
        Some(device) if context.is_asked(device) => true,
        // Without a card in question every function may be meant.
        Some(_) => context.cards.is_empty() && heard.speaker != Speaker::Asked,
    }
}

fn remedy(context: &Context<'_>, message: &Message) -> Option<Remedy> {
    match message.step {
        Step::None => None,
        Step::Look(command) => {
            let argv: Vec<&str> = command.split(' ').collect();
            Some(Remedy::look(&argv))
        }
        Step::Plan => Some(plan_remedy(context)),
        Step::Manual { step, text } => Some(Remedy::Manual {
            step,
            text: text.to_owned(),
        }),
    }
}
