//! The members of groups in one line, as people write them: `IOMMU group 8: 03:00.0, 04:00.0 Realtek`,
//! `group 31 = 0b:00.0 vga, 32 = 0b:00.1 audio`, `group 1 has 00:01.0 PCI bridge and 01:00.0`.

use host_tree::{CommandText, Evidence, numbered_lines};
use iommu::Completeness;
use pci_core::Address;

use crate::host::model::{Entry, Member, Naming, Source, Value};
use crate::host::words::class_words::class;
use crate::host::words::outputs::is_whole_log;
use crate::host::words::phrases::bound::DRIVERS;

/// As many members of a line are read.
const MOST: usize = 64;

/// The longest line that is looked at, in bytes.
const LONGEST: usize = 4096;

/// The members of such lines.
pub(in crate::host) fn members(texts: &[CommandText]) -> Vec<Member> {
    let lines = texts.iter().flat_map(rows);
    let members = lines.flat_map(|row| {
        let line = row.line;
        row.members.into_iter().map(move |one| Member {
            device: Ok(one.device),
            group: one.group,
            line: line.clone(),
            completeness: Completeness::MayHaveMore,
        })
    });
    members.collect()
}

/// The functions of such lines, each with the class and the driver that its words name.
pub(super) fn entries(text: &CommandText) -> Vec<Entry> {
    let mut entries = Vec::new();
    for row in rows(text) {
        for member in row.members {
            let line = row.line.clone();
            let mut entry = Entry::named(member.device, Source::Prose, line, Naming::Mention);
            if let Some(class) = class(&member.name) {
                entry.suppose(Value::Class(class), None);
            }
            if let Some(driver) = driver(&member.name) {
                entry.suppose(Value::Driver(Some(driver.to_owned())), None);
            }
            entries.push(entry);
        }
    }
    entries
}

/// Drivers whose names are those of makers and kinds of devices, too.
const AMBIGUOUS: [&str; 7] = ["nvidia", "radeon", "nvme", "ahci", "ice", "xe", "igb"];

/// The driver in parentheses: a name outside of them may be the maker's, or that of a driver that
/// people want.
fn driver(name: &str) -> Option<&str> {
    let mut inside = name.split('(').skip(1);
    inside.find_map(|text| {
        let (word, _) = text.split_once(')')?;
        let is_driver = word == "pcieport" || DRIVERS.contains(&word);
        (is_driver && !AMBIGUOUS.contains(&word)).then_some(word)
    })
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
            let named = named.filter(|one| words.iter().any(|word| one.name.contains(word)));
            let mut slots: Vec<_> = named.map(|one| one.device.slot()).collect();
            slots.dedup();
            slots.len()
        };
        let network = slots(&NETWORK);
        let first = row.members.first().map(|one| one.group);
        let is_one_group = row.members.iter().all(|one| Some(one.group) == first);
        is_one_group && (network > 1 || network == 1 && slots(&GRAPHICS) > 0)
    });
    found.map(|row| row.line)
}

/// The numbers of such lines.
pub(crate) fn lines(text: &str) -> Vec<u32> {
    let text = CommandText::new(String::new(), text);
    let rows = rows(&text);
    rows.iter().filter_map(|row| row.line.line).collect()
}

struct Row {
    members: Vec<Named>,
    line: Evidence,
}

/// A member of a group.
struct Named {
    group: u32,
    device: Address,
    /// The text behind the function, in lower case.
    name: String,
}

/// Words before the number of a group, in lower case.
const MARKS: [&str; 12] = [
    "group ",
    "group #",
    "group#",
    "groupe ",
    "grupo ",
    "gruppe ",
    "gruppo ",
    "grupa ",
    "группа ",
    "группе ",
    "группы ",
    "组",
];

/// Words between the number of a group and its members, in lower case.
const OPENINGS: [&str; 22] = [
    ":",
    "：",
    "=",
    "->",
    "has ",
    "have ",
    "contains ",
    "includes ",
    "holds ",
    "is ",
    "with ",
    "enthält ",
    "hat ",
    "beinhaltet ",
    "il y a ",
    "contient ",
    "comprend ",
    "tiene ",
    "contiene ",
    "hay ",
    "содержит ",
    "есть ",
];

/// Words between two members, in lower case.
const JOINTS: [&str; 10] = [
    "、", "，", ";", " and ", " und ", " et ", " y ", " и ", " plus ", " + ",
];

fn rows(text: &CommandText) -> Vec<Row> {
    let mut found = Vec::new();
    let has_group = |text: &str| {
        ["roup", "ruppe", "rupo", "rupp", "rupa", "рупп", "组"]
            .iter()
            .any(|word| text.contains(word))
    };
    if is_whole_log(text) || !has_group(&text.text) {
        return found;
    }
    for (number, line) in numbered_lines(&text.text) {
        if line.len() > LONGEST || !line.contains([':', '：']) || !has_group(line) {
            continue;
        }
        let lower = line.to_lowercase();
        let starts = MARKS.iter().flat_map(|mark| lower.match_indices(mark));
        let mut rests = starts
            .take(MOST)
            .filter_map(|(at, mark)| lower.get(at + mark.len()..));
        let members = rests.find_map(|rest| {
            let members = members_of(rest);
            (members.len() > 1).then_some(members)
        });
        if let Some(members) = members {
            let line = Evidence::new(&*text.command, number, line.trim());
            found.push(Row { members, line });
        }
    }
    found
}

/// The members at the start of a text from the number of a group on, each with the latest number.
fn members_of(text: &str) -> Vec<Named> {
    let Some((mut group, rest)) = numbered(text.trim_start()) else {
        return Vec::new();
    };
    let plain = JOINTS
        .iter()
        .fold(rest.to_owned(), |text, joint| text.replace(joint, ","));
    let chunks = plain
        .split(',')
        .map(str::trim)
        .filter(|chunk| !chunk.is_empty());
    let mut found = Vec::new();
    for chunk in chunks.take(MOST) {
        let rest = numbered(chunk).map_or(chunk, |(number, rest)| {
            group = number;
            rest
        });
        let (word, name) = rest.split_once([' ', '(']).unwrap_or((rest, ""));
        let Ok(device) = word.trim_end_matches(['.', '。']).parse() else {
            break;
        };
        found.push(Named {
            group,
            device,
            name: name.to_owned(),
        });
    }
    found
}

/// The number of a group and the text from its first member on: `31 = 0b:00.0 vga`.
fn numbered(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = text.split_at_checked(end)?;
    let rest = rest.trim_start();
    let opening = OPENINGS
        .iter()
        .find(|opening| rest.starts_with(**opening))?;
    let rest = rest.get(opening.len()..)?.trim_start();
    // `00:1f.0` begins with a number and a colon, too.
    let is_address = text
        .split([' ', '('])
        .next()
        .is_some_and(|word| word.parse::<Address>().is_ok());
    (!is_address).then_some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests;
