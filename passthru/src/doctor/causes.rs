//! Faults that a message names, and whose causes the input does not show.

use super::messages::{Found, found, in_company};
use super::rule::{Context, Rule, Said};
use crate::messages::Fix;
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "cause-not-shown",
    meaning: "A message says that something failed, and neither the message nor another line of \
              the input shows the cause. The command shows what decides between the causes.",
    source: "passthru/data/messages/, with a source for each line",
    causes: &[],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Said> {
    let found = found(context);
    let mut said = Vec::new();
    for one in &found {
        let Found {
            message,
            devices,
            evidence,
            ..
        } = one;
        let Fix::Look(command) = message.fix else {
            continue;
        };
        let (verdict, _) = in_company(context, one, &found);
        // The reason is there, if unknown.
        if !verdict.is_fault()
            || message.is_general
            || (context.is_explained)(context, message.code)
        {
            continue;
        }
        let argv: Vec<&str> = command.split(' ').collect();
        let title = text!(
            "the cause is not shown: {title}",
            title = Text::of_table(message.title)
        );
        said.push(
            Said::new(Verdict::Unknown, title)
                .of(devices.iter().copied())
                .shown_by(evidence.first().cloned())
                .remedy(Remedy::look(&argv)),
        );
    }
    said
}
