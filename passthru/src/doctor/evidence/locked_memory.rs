//! The limit on locked memory, under which an earlier release works.

use crate::doctor::later_release::is_of_host_release;
use crate::doctor::rule::Context;
use crate::messages::Message;
use crate::remedy::Remedy;
use crate::text::text;

/// Messages about the limit on locked memory.
const OF_LIMIT: [&str; 2] = ["vfio-memlock-exceeded", "memlock-too-small"];

/// Whether the message is about the limit on locked memory, under which an earlier release works.
pub(super) fn is_limit_of_other_release(context: &Context<'_>, message: &Message) -> bool {
    OF_LIMIT.contains(&message.code) && is_of_host_release(context)
}

/// The remedy where an earlier release works under the limit.
pub(super) fn compare_limit() -> Remedy {
    Remedy::Manual {
        step: "compare-limit",
        text: text!(
            "compare the limit with the guest's memory: raise it only if it is smaller; a larger one \
             shows that the release counts memory that it does not lock"
        ),
    }
}

/// Whether the message follows from one about the limit that is in the input, as `is_there` says.
pub(super) fn follows(
    context: &Context<'_>,
    message: &Message,
    is_there: impl Fn(&str) -> bool,
) -> bool {
    let mut follows = message.follows.iter();
    follows.any(|code| OF_LIMIT.contains(code) && is_there(code)) && is_of_host_release(context)
}
