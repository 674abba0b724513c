use super::*;

fn typed(text: &str) -> Vec<String> {
    let text = CommandText::new("t", text);
    let entries = read(&text, &[]);
    let entries = entries.iter();
    entries
        .map(|entry| format!("{:#}", entry.address))
        .collect()
}

#[test]
fn a_sentence_names_the_card_in_question() {
    let is_named = |line: &str| {
        let text = CommandText::new("t", line);
        !named(&[text]).is_empty()
    };
    for line in [
        "The drive that I want in the guest is PCI device 0000:65:00.0.",
        "My card is at 65:00.0",
        "PCI address: 0000:65:00.0 (GPU) + 0000:65:00.1 (audio)",
    ] {
        assert!(is_named(line), "{line}");
    }
    for line in [
        "The host uses PCI device 0000:65:00.0.",
        "My card is at 65:00.0, and the host's at 66:00.0",
        "65:00.0 Subsystem: [1043:2233]",
    ] {
        assert!(!is_named(line), "{line}");
    }
}

#[test]
fn a_typed_line_has_a_function_and_its_id() {
    for line in [
        "65:00.0 VGA  [RTX A5500] [10de:2233]   ← the first card",
        "- GPU: RTX 3090 at 0000:65:00.0 (10de:2204)",
        "| 65:00.0 | 10de:2204 | RTX 3090 |",
        "65:00.0 VGA [10de:2233] Kernel driver in use: vfio-pci",
    ] {
        assert_eq!(typed(line), ["65:00.0"], "{line}");
    }
    for line in [
        "65:00.0 and 66:00.0 [10de:2233]",
        "65:00.0 [10de:2233] [10de:2204]",
        "65:00.0 with options vfio-pci ids=10de:2233",
        "If 65:00.0 is [10de:2233], bind it",
        "65:00.0 Subsystem: [1043:2233]",
        "echo 10de 2233 > new_id, at 65:00.0",
        "65:00.0 at 10:22:33",
    ] {
        assert!(typed(line).is_empty(), "{line}");
    }
}
