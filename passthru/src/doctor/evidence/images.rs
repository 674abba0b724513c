//! Images of outputs and messages, which are not read.

use crate::doctor::option_lines::setting_lines::host_output;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::{plural, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "image-not-read",
    meaning: "The text has an image. Only text is read: an output or a message in an \
              image is no evidence, and no search finds it.",
    source: "the text itself",
    causes: &[],
    check,
}];

/// So many images are quoted.
const SHOWN: usize = 2;

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let images = &host.words.images;
    let mut logged = host.log_messages.iter();
    let is_known = logged.any(|one| one.message.verdict.is_fault() && !one.is_over);
    let is_open = host.states_failure() || !host_output::is_shown(host);
    if images.is_empty() || is_known || !is_open || host.words.statements.confirms {
        return Vec::new();
    }
    let title = plural!(
        images.len(),
        "not in the input: the text of an image, which is not read",
        "not in the input: the text of {count} images, which are not read",
    );
    let remedy = Remedy::Manual {
        step: "image-not-read",
        text: text!("paste the output or the message as text"),
    };
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .evidence(images.iter().take(SHOWN).cloned())
            .remedy(remedy),
    ]
}
