//! The kind of the device in sentences about an assignment, where no model is named: `直通sata控制器`.

use std::sync::LazyLock;

use super::named_phrases::{NamedPhrases, rows};
use super::sentences::{Clause, Posts, Sentence};

/// The kind that the first sentence about an assignment names, or else the first other sentence of
/// such a text.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Option<&'static str> {
    let sentences = posts.sentences().filter(|one| one.is_in_passthrough_text);
    let is_of_assignment = |one: &&Sentence| one.whole.is_of_assignment();
    let of_assignment = sentences.clone().filter(is_of_assignment);
    // A device that is new beside the assigned one.
    let is_new = |one: &&Sentence| one.whole.has(&["added", "inserted", "加了", "新增"]);
    of_assignment
        .chain(sentences.filter(|one| !is_new(one)))
        .find_map(|sentence| kind(&sentence.whole))
}

/// The kind, if the sentence names one alone.
fn kind(clause: &Clause) -> Option<&'static str> {
    static KINDS: LazyLock<Vec<NamedPhrases>> =
        LazyLock::new(|| rows(include_str!("../../../data/device-kinds.tsv")));
    let mut named = KINDS.iter().filter(|kind| clause.has(&kind.phrases));
    let first = named.next()?;
    named.next().is_none().then_some(first.name)
}

#[cfg(test)]
mod tests {
    use host_tree::CommandText;

    use super::*;

    fn found(text: &str) -> Option<&'static str> {
        let text = CommandText {
            command: "t".to_owned(),
            text: text.to_owned(),
        };
        read(&Posts::read(&[text]))
    }

    #[test]
    fn the_sentence_about_the_assignment_names_the_kind() {
        for (text, kind) in [
            ("当我直通sata控制器，就会出现硬盘错误。", "SATA controller"),
            (
                "My GPU is fine. PCI passthrough of the NIC to the VM fails.",
                "network card",
            ),
            (
                "Passthrough fails. The GPU stays dark in the VM.",
                "graphics card",
            ),
        ] {
            assert_eq!(found(text), Some(kind), "{text}");
        }
        assert_eq!(found("The network card of my PC is slow."), None);
        assert_eq!(found("PCI passthrough to the VM fails."), None);
        let beside = "Added a second NVMe. PCI passthrough to the VM fails now.";
        assert_eq!(found(beside), None);
    }
}
