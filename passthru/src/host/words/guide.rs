//! Guides, which describe no host of their own.

use host_tree::Evidence;

use super::sentences::Posts;
use crate::host::words::phrases::guide::{GUIDE, HELP};

/// A guide says what it is in its first sentences.
const FIRST: usize = 12;

/// The sentence by which a text is a guide: its successes are those of its readers. A text that
/// reports a failure is none (`has_failure`), whatever it says of itself.
pub(in crate::host) fn read(posts: &Posts<'_>, has_failure: bool) -> Option<Evidence> {
    if has_failure {
        return None;
    }
    let mut sentences = posts.sentences().take(FIRST);
    let found = sentences.find(|sentence| !sentence.is_question && sentence.whole.has(&GUIDE))?;
    let seeks_help = posts.sentences().any(|sentence| sentence.whole.has(&HELP));
    (!seeks_help).then(|| found.shown.clone())
}

#[cfg(test)]
mod tests;
