use host_tree::CommandText;

use super::*;
use crate::host::words::sentences::Posts;

#[test]
fn the_index_finds_the_sentences_that_a_search_finds() {
    let text = "I pass the RTX 4060 and a network card through. The networks of the guest \
                    work. It needs vfio-pci. 显卡直通到虚拟机，用esxi。 The card is not on vfio-pci.";
    let texts = [CommandText::new("t", text)];
    let posts = Posts::read(&texts);
    let sentences: Vec<&Sentence> = posts.sentences().collect();
    let index = WordIndex::new(&sentences);
    let mut found = 0;
    for phrase in [
        "card",
        "cards",
        "net*",
        "network",
        "network card",
        "network car*",
        "rtx 40*",
        "rtx* card",
        "vfio-pci",
        "vfio",
        "on vfio-pci",
        "直通",
        "显卡直通",
        "esxi",
        "guest*",
        "直",
        "网卡",
        "the",
        "i",
        "zebra",
    ] {
        let searched = sentences.iter().enumerate();
        let searched = searched.filter(|(_, one)| one.whole.has(&[phrase]));
        let searched: Vec<usize> = searched.map(|(at, _)| at).collect();
        let mut indexed: Vec<usize> = index.with(phrase).collect();
        indexed.sort_unstable();
        indexed.dedup();
        assert_eq!(indexed, searched, "{phrase}");
        assert_eq!(index.has(phrase), !searched.is_empty(), "{phrase}");
        found += searched.len();
    }
    assert!(found > 15, "{found}");
}
