//! The driver of NVIDIA's cards that lines state, by its branch.

use host_tree::{CommandText, Evidence, numbered_lines};

use super::super::sentences::clause;
use crate::host::fact::Fact;
use crate::host::words::phrases::statements::{DRIVER, MARKS, NVIDIA_CARDS};

/// The branch behind `driver version` of a sentence or of nvidia-smi's head.
pub(super) fn nvidia_branch(text: &CommandText) -> Option<Fact<u32>> {
    let is_of_nvidia = clause(&text.text.to_lowercase()).has(&NVIDIA_CARDS);
    numbered_lines(&text.text).find_map(|(number, line)| {
        let lower = line.to_lowercase();
        // A field of a list, in a text about a card of NVIDIA.
        let field = || {
            let bare = lower.trim_start_matches([' ', '\t', '-', '*', '>']);
            bare.strip_prefix("driver:").filter(|_| is_of_nvidia)
        };
        let mut marks = MARKS.iter();
        let marked = marks.find_map(|mark| release_behind(lower.split_once(mark)?.1));
        let branch = marked
            .or_else(|| release_behind(field()?))
            .or_else(|| is_of_nvidia.then(|| driver_in_words(&lower))?)?;
        let shown: String = line.trim().chars().take(200).collect();
        Some(Fact::new(
            branch,
            Evidence::new(&*text.command, number, shown),
        ))
    })
}

/// The row of a card that `nvidia-smi --query-gpu` prints: `NVIDIA GeForce RTX 4090, 575.57.08, 16`.
pub(super) fn queried_card(text: &CommandText) -> Option<Evidence> {
    if !text.text.contains("--query-gpu") && !text.command.contains("--query-gpu") {
        return None;
    }
    let mut lines = numbered_lines(&text.text);
    let (number, line) = lines.find(|(_, line)| {
        let mut fields = line.trim().split(", ");
        let is_release = |field: &str| release_behind(field).is_some_and(|branch| branch > 100);
        fields
            .next()
            .is_some_and(|name| name.starts_with("NVIDIA "))
            && fields.any(is_release)
    })?;
    Some(Evidence::new(&*text.command, number, line.trim()))
}

/// The branch of a release at the start of the words: `551.23`.
fn release_behind(rest: &str) -> Option<u32> {
    let rest = rest.trim_start_matches([':', ' ', '=', 'v', '|', '(', '：']);
    let word = rest
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .next()?;
    let (branch, minor) = word.split_once('.')?;
    let is_branch = branch.len() == 3 && !minor.is_empty();
    branch.parse().ok().filter(|_| is_branch)
}

/// The most bytes between the word for a driver and its release.
const BEFORE_RELEASE: usize = 16;

/// Branches of NVIDIA's drivers.
const BRANCHES: std::ops::Range<u32> = 340..700;

/// The branch behind the word for a driver in a sentence: `драйвер 551.23`, `驱动是最新的 560`.
fn driver_in_words(line: &str) -> Option<u32> {
    let mut words = DRIVER.iter().flat_map(|word| line.match_indices(word));
    words.find_map(|(at, word)| {
        let rest = line.get(at + word.len()..)?;
        let (before, number) = rest.split_at(rest.find(|c: char| c.is_ascii_digit())?);
        let is_of_other = ["rx", "gt", "cod", "err", "ker", ",", ".", "，", "。"]
            .iter()
            .any(|part| before.contains(part));
        let digits = number.split(|c: char| !c.is_ascii_digit()).next()?;
        let branch = digits.parse().ok()?;
        (before.len() <= BEFORE_RELEASE && !is_of_other && BRANCHES.contains(&branch))
            .then_some(branch)
    })
}
