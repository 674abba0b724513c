//! The lines of a text that are of a diff.

use std::ops::RangeInclusive;

/// The lines of a text on which `+` and `-` are those of a diff.
pub(super) enum DiffLines {
    All,
    /// Those of code blocks of the language `diff`.
    Within(Vec<RangeInclusive<u32>>),
}

impl DiffLines {
    pub(super) fn of(text: &str) -> Self {
        let is_head = |line: &str| line.starts_with("@@ ") || line.starts_with("+++ ");
        if text.lines().any(is_head) {
            return Self::All;
        }
        let mut blocks = Vec::new();
        let mut start = None;
        for (number, line) in host_tree::numbered_lines(text) {
            let Some(language) = line.trim_start().strip_prefix("```") else {
                continue;
            };
            match start.take() {
                Some(first) => blocks.push(first..=number),
                None if language.trim() == "diff" => start = Some(number),
                None => {}
            }
        }
        blocks.extend(start.map(|first| first..=u32::MAX));
        Self::Within(blocks)
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        match self {
            Self::All => true,
            Self::Within(blocks) => {
                let at = blocks.partition_point(|block| *block.end() < number);
                blocks.get(at).is_some_and(|block| block.contains(&number))
            }
        }
    }
}
