//! How much of two texts is the same, and what is not.
#![allow(clippy::indexing_slicing, reason = "a test may fail so")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How much of a form is the same.
#[derive(Default)]
pub(crate) struct Score {
    /// How often `lspci` itself crashed.
    pub(crate) crashes: usize,
    pub(crate) same_texts: usize,
    pub(crate) texts: usize,
    pub(crate) same_lines: usize,
    pub(crate) lines: usize,
    /// Lines that differ, by what they are about.
    pub(crate) differing: BTreeMap<String, usize>,
    /// The first difference of each.
    pub(crate) examples: BTreeMap<String, String>,
}

impl Score {
    pub(crate) fn add(&mut self, name: &str, theirs: &str, ours: &str) {
        self.texts += 1;
        let lines = theirs.lines().count();
        self.lines += lines;
        if theirs == ours {
            self.same_texts += 1;
            self.same_lines += lines;
            return;
        }
        for (theirs, ours) in blocks(theirs)
            .iter()
            .zip(blocks(ours).iter().chain(std::iter::repeat(&vec![])))
        {
            let same = common(theirs, ours);
            self.same_lines += same.iter().filter(|same| **same).count();
            if theirs != ours {
                self.examples
                    .entry("lines beyond".to_owned())
                    .or_insert_with(|| example(name, theirs, ours));
            }
            let mut topic = "the header";
            for (line, same) in theirs.iter().zip(same) {
                if let Some((_, title)) = line.split_once("Capabilities: [") {
                    topic = title.split_once("] ").map_or(title, |(_, title)| title);
                    topic = topic
                        .split([':', '<', ',', '('])
                        .next()
                        .unwrap_or(topic)
                        .trim();
                }
                if !same {
                    *self.differing.entry(topic.to_owned()).or_default() += 1;
                    self.examples
                        .entry(topic.to_owned())
                        .or_insert_with(|| example(name, theirs, ours));
                }
            }
        }
    }
}

/// The first lines that only one of two texts of a function has.
fn example(name: &str, theirs: &[&str], ours: &[&str]) -> String {
    let mut example = format!("{name}: {}\n", theirs.first().unwrap_or(&""));
    let mut add = |sign, lines: &[&str], without: &[&str]| {
        for line in lines.iter().filter(|line| !without.contains(line)).take(8) {
            let _ = writeln!(example, "  {sign} {line}");
        }
    };
    add('-', theirs, ours);
    add('+', ours, theirs);
    example
}

/// The lines of each function.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    for line in text.lines() {
        match blocks.last_mut() {
            Some(block) if line.is_empty() || line.starts_with('\t') => block.push(line),
            _ => blocks.push(vec![line]),
        }
    }
    blocks
}

/// Which lines of `theirs` are in `ours`, in order: a longest common subsequence.
fn common(theirs: &[&str], ours: &[&str]) -> Vec<bool> {
    let width = ours.len() + 1;
    let mut longest = vec![0u32; (theirs.len() + 1) * width];
    for (row, left) in theirs.iter().enumerate().rev() {
        for (column, right) in ours.iter().enumerate().rev() {
            longest[row * width + column] = match left == right {
                true => longest[(row + 1) * width + column + 1] + 1,
                false => longest[(row + 1) * width + column].max(longest[row * width + column + 1]),
            };
        }
    }
    let mut column = 0;
    let mut same = Vec::new();
    for (row, left) in theirs.iter().enumerate() {
        let here = longest[row * width + column];
        // Leave lines of ours that are not on the longest way.
        while column < ours.len()
            && left != &ours[column]
            && longest[row * width + column + 1] == here
            && longest[(row + 1) * width + column] < here
        {
            column += 1;
        }
        let is_same = column < ours.len() && left == &ours[column];
        column += usize::from(is_same);
        same.push(is_same);
    }
    same
}
