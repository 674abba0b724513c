//! The running kernel has an option.

use super::Evaluation;
use crate::host::{Host, Seen};
use crate::text::text;

pub(super) fn evaluate(host: &Host, wanted: &str) -> Evaluation {
    let options = host.settings.kernel_options.iter();
    let running = || {
        options
            .clone()
            .filter(|option| option.seen == Seen::Running)
    };
    if let Some(option) = running().find(|option| option.text == wanted) {
        let sentence = text!("the running kernel has the option {wanted}", wanted);
        return Evaluation::met(sentence, [option.evidence.clone()]);
    }
    if host.boot.running_options_shown {
        let sentence = text!(
            "the running kernel does not have the option {wanted}",
            wanted
        );
        let line = running().next().map(|option| option.evidence.clone());
        return Evaluation::unmet(sentence, line);
    }
    Evaluation::unknown(text!(
        "not in the input: whether the running kernel has the option {wanted}",
        wanted
    ))
}
