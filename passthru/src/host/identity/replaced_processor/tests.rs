use super::*;

fn maker(line: &str) -> Option<Processor> {
    let text = CommandText::new("post.md", format!("{line}\n"));
    read(&[text]).map(|found| found.value)
}

#[test]
fn a_sentence_names_the_maker_after_a_change() {
    for line in [
        "Then, previous motherboard+cpu was amd, currently one is intel",
        "I moved from AMD to an Intel board.",
        "Since I switched the machine from an AMD to an Intel CPU nothing works.",
        "It is an Intel CPU now.",
        "Ich bin mit dem Server von AMD auf Intel umgestiegen.",
        "Je suis passé d'AMD à Intel, la carte mère est neuve.",
        "Cambié la placa de AMD a Intel.",
        "我把主板从AMD换成了Intel",
        "My new motherboard is Intel.",
    ] {
        assert_eq!(maker(line), Some(Processor::Intel), "{line}");
    }
    for line in [
        "The old board was Intel, the current one is AMD.",
        "现在的处理器是AMD",
    ] {
        assert_eq!(maker(line), Some(Processor::Amd), "{line}");
    }
}

#[test]
fn other_things_and_wishes_name_none() {
    for line in [
        "I moved from an AMD to an Intel GPU in this machine.",
        "My new GPU in the host is from AMD.",
        "Should I move from AMD to an Intel board?",
        "I plan to replace the AMD CPU by an Intel one.",
        "The card was in an AMD system, and is not in an Intel board now.",
        "The kernel has AMD-Vi now on this host.",
        "The host has an Intel NIC now.",
        "Guides for AMD and for Intel differ on this board.",
    ] {
        assert_eq!(maker(line), None, "{line}");
    }
}
