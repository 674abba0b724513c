//! Processors with two kinds of cores, by their name.

use host_tree::{Evidence, HostTree};

use crate::host::fact::Fact;
use crate::host::words::lines_with::{finder, lines_with};
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// The part of a name that all these processors have.
const NAME: &str = "Core(TM)";

/// The name of the processor in a text of the host, if it certainly has two kinds of cores.
pub(super) fn read(tree: &dyn HostTree) -> Option<Fact<String>> {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder([NAME]));
    let words = WORDS.as_ref()?;
    tree.texts().iter().find_map(|text| {
        let mut lines = lines_with(words, &text.text);
        lines.find_map(|(number, line)| {
            let model = hybrid(line)?.to_owned();
            let evidence = Evidence::new(&*text.command, number, line.trim());
            Some(Fact::new(model, evidence))
        })
    })
}

/// The model in the line, if its cores differ (Intel's product specifications, "Performance-cores"
/// and "Efficient-cores"): Core Ultra; Core i5, i7 and i9 of generations 13 and 14; of generation
/// 12 i7, i9 and those i5 whose number ends in K, KF, or H and more. Models with a number that ends
/// in 01 have performance cores alone.
fn hybrid(line: &str) -> Option<&str> {
    let (_, name) = line.split_once(NAME)?;
    let mut words = name.split_ascii_whitespace();
    let word = words.next()?.trim_end_matches(['"', ',', ';']);
    if word == "Ultra" {
        return Some(word);
    }
    let (tier, number) = word.split_once('-')?;
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, suffix) = number.split_at_checked(digits)?;
    let generation = digits.get(..2).filter(|_| digits.len() == 5)?;
    let is_hybrid = match (generation, tier) {
        ("13" | "14", "i5" | "i7" | "i9") => !digits.ends_with("01"),
        ("12", "i7" | "i9") => true,
        ("12", "i5") => suffix.starts_with(['K', 'H']),
        _ => false,
    };
    is_hybrid.then_some(word)
}

#[cfg(test)]
mod tests;
