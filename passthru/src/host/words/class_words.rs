//! Classes of functions by the words of people.

use pci_core::ClassCode;

/// Words for classes of functions, in lower case, with the base class and the subclass. The first
/// in a name counts.
const CLASSES: [(&[&str], u8, u8); 13] = [
    (
        &[
            "pci bridge",
            "pcie bridge",
            "root port",
            "pci-bridge",
            "pcieport",
        ],
        0x06,
        0x04,
    ),
    (&["isa bridge", "lpc"], 0x06, 0x01),
    (&["host bridge"], 0x06, 0x00),
    (&["smbus"], 0x0c, 0x05),
    (&["ucsi", "spi", "serial bus controller"], 0x0c, 0x80),
    (&["audio", "sound", "hda", "snd_hda_intel"], 0x04, 0x03),
    (&["usb", "xhci"], 0x0c, 0x03),
    (&["sata", "ahci"], 0x01, 0x06),
    (&["nvme"], 0x01, 0x08),
    (&["sas", "hba"], 0x01, 0x07),
    (&["wifi", "wi-fi", "wlan", "wireless"], 0x02, 0x80),
    (&["ethernet", "nic", "网卡"], 0x02, 0x00),
    (&["vga", "gpu", "显卡"], 0x03, 0x00),
];

/// The class that the words name, in lower case.
pub(in crate::host) fn class(name: &str) -> Option<ClassCode> {
    let mut known = CLASSES.iter();
    let (_, base, sub) = known.find(|(words, ..)| words.iter().any(|word| has_word(name, word)))?;
    Some(ClassCode::new(*base, *sub, None))
}

/// Whether the word is in the text, not as a part of another.
pub(in crate::host) fn has_word(text: &str, word: &str) -> bool {
    let mut places = text.match_indices(word);
    places.any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text
            .get(at + word.len()..)
            .and_then(|after| after.chars().next());
        ![before, after]
            .into_iter()
            .flatten()
            .any(|c| c.is_ascii_alphanumeric())
    })
}
