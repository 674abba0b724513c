//! Causes, and changes that helped, that sentences name.

use host_tree::Evidence;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::GoodNews;
use crate::remedy::Remedy;
use crate::text::{Text, listed, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "cause-reported",
        meaning: "A sentence names the cause of a failure as a fact. It is the writer's finding: \
                  no other line of the input proves or contradicts it.",
        source: "the sentence itself",
        causes: &[],
        check: causes,
    },
    Rule {
        code: "remedy-reported",
        meaning: "A sentence names a change with which the assignment works, or without which it \
                  fails. It is the writer's experience: the input does not prove it for other \
                  hosts.",
        source: "the sentence itself",
        causes: &[],
        check: remedies,
    },
    Rule {
        code: "attempt-without-effect-reported",
        meaning: "A sentence names a change after which the failure remained: another guest \
                  system, device, release or setting. What was changed is then not the cause, or \
                  not the only one.",
        source: "the sentence itself",
        causes: &[],
        check: attempts,
    },
    Rule {
        code: "done-reported",
        meaning: "Sentences name these settings and steps, most often as done or tried. Whether they \
                  are in effect, only the output of the host shows.",
        source: "the sentences themselves; passthru/data/done.tsv",
        causes: &[],
        check: done,
    },
];

fn done(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = &context.host.words.done;
    if all.is_empty() {
        return Vec::new();
    }
    let names = all.iter().map(|fact| Text::of_table(fact.value.name));
    let title = text!(
        "settings and steps that the text names: {names}",
        names = listed(names)
    );
    let mut shown: Vec<Evidence> = all.iter().map(|fact| fact.evidence.clone()).collect();
    shown.dedup();
    vec![Diagnostic::new(Verdict::Ok, title).evidence(shown)]
}

fn attempts(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.host.words.attempts.is_empty() || context.host.is_solved() {
        return Vec::new();
    }
    let title = text!(
        "the text says that the failure remains with these changes: what they change is not the \
         cause alone"
    );
    vec![
        Diagnostic::new(Verdict::NoEffect, title)
            .evidence(context.host.words.attempts.clone())
            .remedy(Remedy::Manual {
                step: "other-cause",
                text: text!(
                    "keep the settings that an assignment needs, and look for the cause elsewhere"
                ),
            }),
    ]
}

fn causes(context: &Context<'_>) -> Vec<Diagnostic> {
    reported(
        &context.host.words.explanations.causes,
        text!("the text names a cause in these lines; nothing else in the input proves it"),
        context,
    )
}

fn remedies(context: &Context<'_>) -> Vec<Diagnostic> {
    reported(
        &context.host.words.explanations.helped,
        text!("the text names a change that helped in these lines"),
        context,
    )
}

fn reported(shown: &[Evidence], title: Text, context: &Context<'_>) -> Vec<Diagnostic> {
    // A line of a solution is already listed.
    let is_solution = |line: &&Evidence| {
        let mut solved = context.host.words.solved.iter();
        solved.any(|one| one.shown == **line)
    };
    // `Without the card the guest boots.`
    let is_without = |line: &&Evidence| {
        let mut news = context.host.words.good_news.iter();
        news.any(|one| matches!(one, GoodNews::RunsWithout(shown) if *shown == **line))
    };
    // `failed because it couldn't communicate with the driver` of a program.
    let is_message = |line: &&Evidence| {
        let mut logged = context.host.log_messages.iter();
        logged.any(|one| one.evidence.line == line.line && one.evidence.source == line.source)
    };
    let lines: Vec<Evidence> = shown
        .iter()
        .filter(|line| !is_solution(line) && !is_message(line) && !is_without(line))
        .cloned()
        .collect();
    if lines.is_empty() {
        return Vec::new();
    }
    vec![Diagnostic::new(Verdict::Ok, title).evidence(lines)]
}
