//! The maker of the host's processor that a text names: in a field of a report, or in sentences.

use host_tree::{CommandText, Evidence, numbered_lines};

use super::processor::Processor;
use crate::host::fact::Fact;
use crate::host::named;
use crate::host::words::sentences::LONGEST_TEXT;

/// Words of a line about another machine, about any machine, or about a guest's processor.
const OTHERS: [&str; 26] = [
    "if ",
    "when ",
    "for ",
    "previous",
    "old ",
    "older ",
    "another",
    "other ",
    "friend",
    "future",
    "upgrad",
    "planning",
    "buy",
    "instead",
    "switch",
    "moved",
    "replaced",
    "used to",
    "<model",
    "-cpu ",
    "cputype",
    "cpu_model",
    "cpu model=",
    "/dev/disk/",
    "microcode",
    " or ",
];

/// The maker that all lines name: none where they differ.
pub(in crate::host) fn read(texts: &[CommandText]) -> Option<Fact<Processor>> {
    let mut found: Option<Fact<Processor>> = None;
    let posts = texts.iter().filter(|text| text.text.len() <= LONGEST_TEXT);
    for text in posts {
        for (number, line) in numbered_lines(&text.text) {
            for (maker, _) in sentences(line).flat_map(in_sentence) {
                match &found {
                    Some(fact) if fact.value != maker => return None,
                    Some(_) => {}
                    None => {
                        let evidence = Evidence::new(&*text.command, number, line.trim());
                        found = Some(Fact::new(maker, evidence));
                    }
                }
            }
        }
    }
    found
}

/// The sentences of a line: another one may be about another machine.
pub(super) fn sentences(line: &str) -> impl Iterator<Item = &str> {
    line.split(". ")
}

/// The makers of the host's processor in a sentence, each with the model if it names one.
pub(super) fn in_sentence(sentence: &str) -> Vec<(Processor, Option<String>)> {
    let found = named::processors(sentence);
    if found.is_empty() {
        return found;
    }
    let lower = sentence.to_ascii_lowercase();
    let is_other = OTHERS.iter().any(|word| lower.contains(word));
    if is_other { Vec::new() } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_the_maker_of_its_processor() {
        for (text, wanted) in [
            ("CPU: Ryzen 9 5950X\n", Some(Processor::Amd)),
            ("| CPU | AMD Ryzen 7 H255 |\n", Some(Processor::Amd)),
            (
                "This is a Ryzen system with an X570.\n",
                Some(Processor::Amd),
            ),
            ("a Threadripper 1950X here\n", Some(Processor::Amd)),
            ("2x EPYC 7302P\n", Some(Processor::Amd)),
            ("FX-8350, 32 GB\n", Some(Processor::Amd)),
            ("i5 3470, 16gb of ram, rx570 gpu\n", Some(Processor::Intel)),
            ("- CPU - i7-8700k\n", Some(Processor::Intel)),
            ("Intel e3-1245v6\n", Some(Processor::Intel)),
            ("Dual Xeon Gold\n", Some(Processor::Intel)),
            (
                "I am using intel CPU and nvidia GPU\n",
                Some(Processor::Intel),
            ),
            ("Core Ultra 7 265K\n", Some(Processor::Intel)),
            ("- Intel 7700k\n", Some(Processor::Intel)),
            ("设备是畅网的N5105\n", Some(Processor::Intel)),
            ("CPU: Ryzen 9 5950X\nIt ran on an i7-8700k too.\n", None),
            ("If you have an Intel CPU, add intel_iommu=on.\n", None),
            ("It worked with my previous i7-4770.\n", None),
            (
                "-cpu EPYC-Rome,+invtsc\n<model>EPYC</model>\ncpu: EPYC\n",
                None,
            ),
            ("AMD Radeon RX 6800, Intel NIC i350, i225-V\n", None),
            ("Intel 7260 and 9260NGW wireless\n", None),
            ("Intel(R) I210 Gigabit, AMD/ATI Navi 21\n", None),
        ] {
            let mut tree = host_tree::MemoryTree::partial();
            tree.insert_text("a.txt", text);
            let found = read(host_tree::HostTree::texts(&tree));
            assert_eq!(found.map(|fact| fact.value), wanted, "{text}");
        }
    }
}
