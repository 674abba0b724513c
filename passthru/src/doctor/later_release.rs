//! A change that broke the assignment, and that the text names: a release, a commit.

use host_tree::Evidence;

use super::rule::{Context, Diagnostic};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

/// The text names the change with which the assignment fails.
pub(super) fn later_release(context: &Context<'_>, line: Evidence) -> Diagnostic {
    Diagnostic::new(
        Verdict::Fix,
        text!(
            "a change broke the assignment: the text names it, and says that it works without the \
             change"
        ),
    )
    .evidence([line])
    .evidence(context.host.explanations.causes.iter().cloned())
    .remedy(Remedy::Manual {
        step: "earlier-release",
        text: text!(
            "use the earlier release, or one without this change, until it is corrected; report \
             both releases to the project"
        ),
    })
}

/// Whether the line has the number of a release, `6.8` or `v23.9.6`, and no address alone.
pub(super) fn names_release(line: &Evidence) -> bool {
    let is_edge = |c: char| c.is_whitespace() || !c.is_ascii() || "(),;\"'`".contains(c);
    let mut words = line.text.split(is_edge);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    words.any(|word| {
        let word = word.trim_end_matches(['.', ':', '!', '?']);
        // `0000:0a:00.0` is an address.
        let word = if word.contains(':') { "" } else { word };
        let mut parts = word.split('-').map(|part| part.trim_start_matches('v'));
        parts.any(|part| {
            let mut numbers = part.split('.');
            let first = numbers.next().is_some_and(is_number);
            first && numbers.next().is_some_and(is_number)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_numbers_and_addresses_are_not() {
        let names = |text: &str| names_release(&Evidence::new("t", 1, text));
        for release in [
            "fails since kernel 6.8",
            "works on v1.13.10, not later",
            "kernel 6.5 -> 6.8.",
            "更新到23.9.6（之后）",
            "with pve-kernel-6.2.16 it works",
        ] {
            assert!(names(release), "{release}");
        }
        for none in [
            "since the update 0000:0a:00.0 fails",
            "since the update of 2 hosts",
            "since the update, e.g. of the BIOS",
        ] {
            assert!(!names(none), "{none}");
        }
    }
}
