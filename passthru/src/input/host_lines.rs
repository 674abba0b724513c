//! Lines of one of the hosts that a text shows.
//!
//! A thread includes output of several hosts. Only the prompts assign lines: the text after a
//! prompt belongs to the host that it names, up to the next prompt, the end of the code block, or
//! the heading of another post in forums and mails. All other lines are unassigned.

use std::borrow::Cow;

use crate::prompt::Prompt;

/// The host names in prompts before commands that describe a host, once for each.
pub(super) fn named(text: &str) -> impl Iterator<Item = &str> {
    let prompts = text.lines().filter_map(Prompt::read);
    prompts.filter_map(|prompt| prompt.host.filter(|_| prompt.shows_machine()))
}

/// The text with the lines of `host` only; other lines are empty, so that line numbers are
/// unchanged. A text whose prompts name no other host is complete.
pub(super) fn only<'a>(text: &'a str, host: &str) -> Cow<'a, str> {
    let is_other = |named: &str| !named.eq_ignore_ascii_case(host);
    if !named(text).any(is_other) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut place = Place::default();
    for line in text.split_inclusive('\n') {
        if place.is_of(line.trim_end(), host) {
            kept.push_str(line);
        } else if line.ends_with('\n') {
            kept.push('\n');
        }
    }
    Cow::Owned(kept)
}

/// The host of these lines.
#[derive(Default)]
struct Place {
    /// Whether they follow a prompt of the host.
    is_ours: bool,
    /// Whether they are in a code block.
    in_block: bool,
    /// Whether the last line was a prompt: its output may be in a separate block.
    after_prompt: bool,
}

impl Place {
    fn is_of(&mut self, line: &str, host: &str) -> bool {
        let after_prompt = std::mem::take(&mut self.after_prompt);
        if let Some(prompt) = Prompt::read(line) {
            // One that names no host may be of a shell anywhere.
            self.is_ours = prompt
                .host
                .is_some_and(|named| named.eq_ignore_ascii_case(host));
            self.after_prompt = true;
            return self.is_ours;
        }
        let bare = line.trim();
        let has_tag = |tag: &str| {
            let start = bare.get(..tag.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(tag))
        };
        let is_fence = bare.starts_with("```");
        if has_tag("[code") || (is_fence && !self.in_block) {
            self.in_block = true;
            self.is_ours &= after_prompt;
            // The next lines are the output of the prompt's command, or unassigned.
            return false;
        }
        if is_fence || bare.to_ascii_lowercase().ends_with("[/code]") {
            self.in_block = false;
            let is_ours = std::mem::take(&mut self.is_ours);
            return is_ours && !is_fence && !has_tag("[/code]");
        }
        if !self.in_block && [" wrote:", " said:"].iter().any(|by| bare.ends_with(by)) {
            self.is_ours = false;
        }
        if bare.is_empty() {
            self.after_prompt = after_prompt;
        }
        self.is_ours
    }
}

#[cfg(test)]
mod tests;
