//! The members of a group in one line, as people write them: `IOMMU group 8: 03:00.0, 04:00.0 Realtek`.

use host_tree::{CommandText, Evidence, numbered_lines};
use iommu::Completeness;
use pci_core::Address;

use crate::host::model::Member;

/// As many members of a line are read.
const MOST: usize = 64;

/// The members of such lines.
pub(in crate::host) fn members(texts: &[CommandText]) -> Vec<Member> {
    let lines = texts.iter().flat_map(rows);
    let members = lines.flat_map(|row| {
        let (group, line) = (row.group, row.line);
        let of_row = row.members.into_iter().map(|(device, _)| device);
        of_row.map(move |device| Member {
            device: Ok(device),
            group,
            line: line.clone(),
            completeness: Completeness::MayHaveMore,
        })
    });
    members.collect()
}

/// Names of network cards and their makers, in lower case.
const NETWORK: [&str; 14] = [
    "realtek", "rtl8", "r8125", "ethernet", "i210", "i211", "i219", "i225", "i226", "i350", "x520",
    "x710", "nic", "网卡",
];

/// Names of graphics cards, in lower case.
const GRAPHICS: [&str; 8] = [
    "nvidia", "geforce", "rtx", "gtx", "radeon", "vga", "gpu", "显卡",
];

/// The line in which a network card is beside a card of another slot that is assigned: a network card or a
/// graphics card.
pub(in crate::host) fn with_network_card(texts: &[CommandText]) -> Option<Evidence> {
    let mut lines = texts.iter().flat_map(rows);
    let found = lines.find(|row| {
        let slots = |words: &[&str]| {
            let named = row.members.iter();
            let named = named.filter(|(_, name)| words.iter().any(|word| name.contains(word)));
            let mut slots: Vec<_> = named.map(|(device, _)| device.slot()).collect();
            slots.dedup();
            slots.len()
        };
        let network = slots(&NETWORK);
        network > 1 || network == 1 && slots(&GRAPHICS) > 0
    });
    found.map(|row| row.line)
}

/// The numbers of such lines.
pub(crate) fn lines(text: &str) -> Vec<u32> {
    let text = CommandText {
        command: String::new(),
        text: text.to_owned(),
    };
    let rows = rows(&text);
    rows.iter().filter_map(|row| row.line.line).collect()
}

struct Row {
    group: u32,
    /// The functions, and the text behind each in lower case.
    members: Vec<(Address, String)>,
    line: Evidence,
}

fn rows(text: &CommandText) -> Vec<Row> {
    let mut found = Vec::new();
    let has_group = |text: &str| {
        ["roup", "ruppe", "组"]
            .iter()
            .any(|word| text.contains(word))
    };
    if !has_group(&text.text) {
        return found;
    }
    for (number, line) in numbered_lines(&text.text) {
        if !line.contains([',', '、', '，']) || !has_group(line) {
            continue;
        }
        let lower = line.to_lowercase();
        let marks = ["iommu group ", "iommu组", "iommu 组", "iommu-gruppe "];
        let rest = marks
            .iter()
            .find_map(|mark| Some(lower.split_once(mark)?.1.trim_start()));
        let Some((head, rest)) = rest.and_then(|rest| rest.split_once([':', '：'])) else {
            continue;
        };
        let Ok(group) = head.trim().parse() else {
            continue;
        };
        let chunks = rest.split([',', '、', '，', ';']).map(str::trim).take(MOST);
        let members: Vec<_> = chunks.map_while(member).collect();
        if members.len() > 1 {
            let line = Evidence::new(&*text.command, number, line.trim());
            found.push(Row {
                group,
                members,
                line,
            });
        }
    }
    found
}

/// The function at the start of a part, and the text behind it.
fn member(part: &str) -> Option<(Address, String)> {
    let (word, rest) = part.split_once([' ', '(']).unwrap_or((part, ""));
    let device = word.trim_end_matches(['.', '。']).parse().ok()?;
    Some((device, rest.to_owned()))
}

#[cfg(test)]
mod tests;
