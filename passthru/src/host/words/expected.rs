//! Lines that a guide expects of a working host: they show nothing of the reader's host.

use std::ops::RangeInclusive;

use host_tree::numbered_lines;

use crate::host::words::phrases::expected::PHRASES;
use crate::input::is_logged;

/// Phrases of somebody whose host does not show the lines: `I should see X, but get`.
const OWN: [&str; 5] = ["but ", "i see", "i get", "instead", "не вижу"];

/// The longest line that announces others, in bytes.
const LONGEST: usize = 400;

fn expects(line: &str) -> bool {
    if line.len() > LONGEST || is_logged(line.trim()) {
        return false;
    }
    let lower = line.to_lowercase();
    PHRASES.iter().any(|phrase| lower.contains(phrase))
        && !OWN.iter().any(|phrase| lower.contains(phrase))
}

/// Whether the line is an item of a list.
fn is_item(line: &str) -> bool {
    line.trim_start().starts_with(['-', '*', '•'])
}

/// The parts of a text with expected lines: the sentences that quote them, and the blocks that a
/// sentence with a colon at its end announces.
pub(in crate::host) fn parts(text: &str) -> Vec<RangeInclusive<u32>> {
    let mut parts: Vec<RangeInclusive<u32>> = Vec::new();
    // The first line of a block, and whether a fence began it.
    let mut block: Option<(u32, bool)> = None;
    let mut is_announced = false;
    let mut is_fenced = false;
    for (number, line) in numbered_lines(text) {
        let is_fence = line.trim_start().starts_with("```");
        let is_blank = line.trim().is_empty();
        is_fenced ^= is_fence;
        if let Some((first, by_fence)) = block {
            if is_fence || is_blank && !by_fence {
                parts.push(first..=number);
                block = None;
            }
            continue;
        }
        if !is_fenced && !is_fence && expects(line) {
            parts.push(number..=number);
            is_announced = line.trim_end().ends_with([':', '：']);
        } else if is_announced && !is_blank {
            // Prose without a fence may be of the host again.
            if is_fence || is_logged(line.trim()) || is_item(line) {
                block = Some((number, is_fence));
            }
            is_announced = false;
        }
    }
    if let Some((first, _)) = block {
        parts.push(first..=u32::MAX);
    }
    parts
}

#[cfg(test)]
mod tests;
