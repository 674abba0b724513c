//! Messages that the input quotes, of the table `data/messages.tsv`.

use iommu::KernelLog;
use pci_core::tree::{CommandText, HostTree};
use pci_core::{Address, Evidence, PciId, numbered_lines};

use super::fact::Fact;

use crate::messages::{self, Message, Speaker};

/// A message that somebody printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Which.
    pub message: &'static Message,
    /// Who printed it.
    pub speaker: Speaker,
    /// The host's function that it names; none where the addresses may be a guest's.
    pub device: Option<Address>,
    /// The line.
    pub evidence: Evidence,
}

const OF_LOG: [Speaker; 3] = [Speaker::Kernel, Speaker::Asked, Speaker::Driver];

/// A host's log can repeat a message without end.
const MOST: usize = 256;

impl Heard {
    /// What the texts of the input quote; `logs` are what they show of the kernel's log.
    pub(super) fn read(texts: &[CommandText], logs: &[KernelLog<'_>]) -> Vec<Self> {
        let mut heard = Vec::new();
        for (text, log) in texts.iter().zip(logs) {
            for line in &log.lines {
                let found = messages::find(line.message, &OF_LOG);
                heard.extend(found.map(|found| Self::new(found, line.message, log.evidence(line))));
            }
            for (number, line) in numbered_lines(&text.text) {
                let found = messages::find(line, &[Speaker::Program]);
                heard.extend(found.map(|found| {
                    let evidence = Evidence::new(&*text.command, number, line.trim());
                    Self::new(found, line, evidence)
                }));
            }
            heard.truncate(MOST);
        }
        heard
    }

    fn new(found: (&'static Message, Speaker), line: &str, evidence: Evidence) -> Self {
        let (message, speaker) = found;
        let device = if speaker == Speaker::Driver {
            None
        } else {
            address_in(line)
        };
        Self {
            message,
            speaker,
            device,
            evidence,
        }
    }
}

/// The ids that the kernel's log says vfio-pci was given, of logs that show all of them;
/// none where the log shows none.
pub(super) fn added_ids(logs: &[KernelLog<'_>]) -> Vec<Fact<PciId>> {
    let mut added = Vec::new();
    for log in logs {
        for line in &log.lines {
            // `vfio_pci_fill_ids`, drivers/vfio/pci/vfio_pci.c.
            let Some(rest) = line.message.strip_prefix("vfio_pci: add [") else {
                continue;
            };
            // Another filter may have dropped the others.
            let command = log.command(line);
            let keeps_all = command.is_none_or(|command| {
                !command.filtered || command.text.to_ascii_lowercase().contains("vfio")
            });
            let id = rest.split('[').next().and_then(|id| id.parse().ok());
            if let (Some(id), true) = (id, keeps_all) {
                added.push(Fact::new(id, log.evidence(line)));
            }
        }
    }
    added
}

/// The ids that commands of the input write to vfio-pci's `new_id`.
pub(super) fn new_ids(tree: &dyn HostTree) -> Vec<Fact<PciId>> {
    let mut written = Vec::new();
    for text in tree.texts() {
        for (number, line) in numbered_lines(&text.text) {
            if let Some(id) = new_id(line) {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                written.push(Fact::new(id, evidence));
            }
            if written.len() == MOST {
                return written;
            }
        }
    }
    written
}

/// The functions that commands of the input give to pcieport, the driver of ports.
pub(super) fn given_to_pcieport(tree: &dyn HostTree) -> Vec<Fact<Address>> {
    let mut given = Vec::new();
    for text in tree.texts() {
        for (number, line) in numbered_lines(&text.text) {
            let command = line.split_once("/drivers/pcieport/bind");
            if let Some(address) = command.and_then(|(before, _)| address_in(before)) {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                given.push(Fact::new(address, evidence));
            }
            if given.len() == MOST {
                return given;
            }
        }
    }
    given
}

/// The id that a command such as `echo 10de 1b06 > /sys/bus/pci/drivers/vfio-pci/new_id`
/// writes: what echo or printf is given before the file's name (`new_id_store`,
/// drivers/pci/pci-driver.c, reads two numbers in hexadecimal).
pub(super) fn new_id(line: &str) -> Option<PciId> {
    let (before, _) = line.split_once("/drivers/vfio-pci/new_id")?;
    let (_, said) = before
        .rsplit_once("echo ")
        .or_else(|| before.rsplit_once("printf "))?;
    let hex = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let mut numbers = said
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(|word| word.trim_start_matches("0x"))
        .filter(|word| hex(word));
    let (vendor, device) = (numbers.next()?, numbers.next()?);
    format!("{vendor}:{device}").parse().ok()
}

/// The first address of a function in a line, with or without its domain.
fn address_in(line: &str) -> Option<Address> {
    let words = line.split(|c: char| !c.is_ascii_hexdigit() && c != ':' && c != '.');
    words
        .map(|word| word.trim_matches(['.', ':']))
        .filter(|word| word.len() >= 7 && word.contains(':') && word.contains('.'))
        .find_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pci_core::tree::MemoryTree;

    fn codes(text: &str) -> Vec<(&'static str, Option<String>)> {
        let mut tree = MemoryTree::partial();
        tree.insert_text("a.txt", text);
        let texts = tree.texts();
        let log = KernelLog::parse(&texts[0].command, &texts[0].text);
        let heard = Heard::read(texts, &[log]);
        let address = |heard: &Heard| heard.device.map(|device| format!("{device:#}"));
        heard
            .iter()
            .map(|heard| (heard.message.code, address(heard)))
            .collect()
    }

    #[test]
    fn the_function_of_a_message_is_read() {
        let text = "kvm: -device vfio-pci,host=01:00.0,id=hostdev0: vfio 0000:01:00.0: group 1 is \
                    not viable\n";
        assert_eq!(
            codes(text),
            [("group-not-viable", Some("01:00.0".to_owned()))]
        );
        let text =
            "[   30.000001] NVRM: GPU 0000:0b:00.0: RmInitAdapter failed! (0x24:0x65:1185)\n";
        assert_eq!(codes(text), [("nvidia-init-failed", None)]);
    }

    #[test]
    fn an_id_is_read_from_the_command_that_writes_it() {
        let file = "/sys/bus/pci/drivers/vfio-pci/new_id";
        for (command, wanted) in [
            ("# echo \"10de 1b06\" > ", Some("10de:1b06")),
            ("echo 10DE 10EF | sudo tee ", Some("10de:10ef")),
            ("sudo sh -c 'echo 0x10de 0x1b06 > ", Some("10de:1b06")),
            ("echo $vendor $device > ", None),
            ("cat ", None),
        ] {
            let id = new_id(&format!("{command}{file}")).map(|id| id.to_string());
            assert_eq!(id.as_deref(), wanted, "{command}");
        }
        assert_eq!(
            new_id("echo 10de 1b06 > /sys/bus/pci/drivers/e1000e/new_id"),
            None
        );
    }

    #[test]
    fn a_kernel_line_counts_where_the_kernel_printed_it() {
        let said = "vfio-pci 0000:01:00.0: BAR 1: can't reserve [mem 0xc0000000-0xcfffffff]";
        assert!(codes(said).is_empty());
        assert_eq!(codes(&format!("[  100.000001] {said}\n")).len(), 1);
    }
}
