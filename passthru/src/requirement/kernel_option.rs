//! The running kernel has an option.

use super::Evaluation;
use crate::host::{Host, Seen};

pub(super) fn evaluate(host: &Host, wanted: &str) -> Evaluation {
    let options = host.settings.kernel_options.iter();
    let running = || {
        options
            .clone()
            .filter(|option| option.seen == Seen::Running)
    };
    if let Some(option) = running().find(|option| option.text == wanted) {
        let said = format!("the running kernel has the option {wanted}");
        return Evaluation::met(said, [option.evidence.clone()]);
    }
    if host.running_options_shown {
        let said = format!("the running kernel does not have the option {wanted}");
        let line = running().next().map(|option| option.evidence.clone());
        return Evaluation::unmet(said, line);
    }
    Evaluation::unknown(format!(
        "the input does not show whether the running kernel has the option {wanted}"
    ))
}
