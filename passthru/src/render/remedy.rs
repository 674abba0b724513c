//! Remedies of findings, as lines.

use super::style::Style;
use super::wrap::paragraph_with;
use crate::invocation::Invocation;
use crate::remedy::{Remedy, looked};

/// The remedy in lines, of which the first starts with `first`. Its commands run as printed: each
/// is complete and on one line.
#[must_use]
pub fn remedy(first: &str, remedy: &Remedy, call: &Invocation, style: Style) -> String {
    let mut commands = call.commands(remedy);
    if let Remedy::Inspect { argv } = remedy {
        commands.push(looked(argv));
    }
    paragraph_with(
        first,
        &style.say(&call.remedy(remedy)),
        &commands,
        style.columns,
    )
}
