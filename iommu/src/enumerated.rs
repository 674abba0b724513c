//! Groups as printed by scripts, tools and people: `IOMMU Group 16:` above functions, `Group 16:
//! 0000:01:00.0` before one or several, `01:00.0 ... (IOMMU group 16)` after one, and tables with a
//! column for the group.

use std::collections::BTreeSet;

use host_tree::numbered_lines;
use pci_core::Address;

use crate::group::Completeness;
use crate::listed_member::ListedMember;

/// The members of the groups that `text` enumerates.
///
/// A group is complete if another group's heading follows its list with only functions between; if
/// each line names its group and no number is missing from 0 up, except for the last group; or if
/// lines of other groups directly precede and follow it and the functions have more classes than a
/// filter leaves. With a filter in the text, no group is complete.
pub(crate) fn enumerated(text: &str) -> Vec<ListedMember<'_>> {
    if !has_word(text) {
        return Vec::new();
    }
    let mut reader = Reader::default();
    for (number, line) in numbered_lines(text) {
        reader.line(number, line);
    }
    reader.finish()
}

/// The word for a group, in scripts of several languages.
const WORDS: [&str; 5] = ["gruppe", "groupe", "gruppo", "grupo", "group"];

/// Whether the text contains a word for a group, in any spelling.
fn has_word(text: &str) -> bool {
    ["roup", "ROUP", "rupp", "RUPP", "rupo", "RUPO"]
        .iter()
        .any(|part| text.contains(part))
}

/// A group whose members may follow.
struct Open {
    group: u32,
    /// Whether its heading is alone on its line.
    alone: bool,
    /// Whether its line has addresses and nothing else, as `echo "Group 1: $(ls ...)"` prints.
    bare: bool,
    /// Index of its first member among the found members.
    first: usize,
}

#[derive(Default)]
struct Reader<'a> {
    found: Vec<ListedMember<'a>>,
    open: Option<Open>,
    /// Index of the table's group column.
    column: Option<usize>,
    /// The groups that precede a function on the same line.
    inline: BTreeSet<u32>,
    rows: Rows,
    filter: Filter,
    /// Indexes of the members whose groups a filter may have cut.
    cut: BTreeSet<usize>,
    /// Whether the previous line is a field that `lspci -vv` prints above the group of a function.
    is_below_field: bool,
}

/// Whether the output was filtered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Filter {
    #[default]
    None,
    /// The command has a filter; its output follows.
    Named,
    /// Within the filtered output.
    Read,
}

impl<'a> Reader<'a> {
    fn line(&mut self, number: u32, line: &'a str) {
        let content = undecorated(line);
        let is_fence = unquoted(line).starts_with("```");
        if is_filter(line) {
            if line.trim() == "--" {
                self.cut.extend(0..self.found.len());
            }
            self.filter = Filter::Named;
        } else if self.filter == Filter::Read && (is_fence || is_prompt(line)) {
            self.filter = Filter::None;
        } else if self.filter == Filter::Named && !content.is_empty() && !is_fence {
            self.filter = Filter::Read;
        }
        if content.is_empty() || is_fence {
            if is_fence {
                self.rows.interrupt();
            }
            return;
        }
        // The function's own group, not the heading of those below.
        let is_field = self.is_below_field && content.starts_with("IOMMU group: ");
        self.is_below_field = is_field_above_group(content);
        if is_field {
            self.open = None;
            return;
        }
        // Most log lines are not list rows.
        let is_inside = self.open.is_some() || self.column.is_some();
        if !is_inside && !has_word(line) && !line.contains('|') {
            if !is_detail(content) {
                self.rows.interrupt();
            }
            return;
        }
        if self.row_of_table(number, line) {
            return;
        }
        // Paths belong to other listings.
        let marks = if line.contains("/iommu_group") || line.contains("/devices/") {
            Vec::new()
        } else {
            marks(content)
        };
        let Some(first) = marks.first().filter(|mark| mark.start == 0) else {
            if let [mark] = marks.as_slice() {
                self.open = None;
                return self.after(number, line, content, mark);
            }
            if !is_detail(content) {
                self.rows.interrupt();
            }
            return self.below(number, line, content);
        };
        let is_alone = marks.len() == 1 && after(content, first.end).is_empty();
        if is_alone {
            self.end(true);
            let first_member = self.found.len();
            self.open = Some(Open {
                group: first.group,
                alone: true,
                bare: false,
                first: first_member,
            });
            return;
        }
        self.open = None;
        let ends = marks.iter().skip(1).map(|mark| mark.start);
        for (mark, end) in marks.iter().zip(ends.chain([content.len()])) {
            let segment = content.get(mark.end..end).unwrap_or_default();
            let segment = before_other_number(segment);
            if leading(segment).is_none() {
                continue;
            }
            let first_member = self.found.len();
            self.inline.insert(mark.group);
            self.rows.row(mark.group, first_member, class(segment));
            for name in addresses(segment) {
                self.push(number, line, name, mark.group);
            }
            self.open = Some(Open {
                group: mark.group,
                alone: false,
                bare: is_bare(segment),
                first: first_member,
            });
        }
    }

    /// A line without a group number.
    fn below(&mut self, number: u32, line: &'a str, content: &'a str) {
        let Some(open) = &self.open else { return };
        let group = open.group;
        let is_indented = line.starts_with([' ', '\t']);
        let is_row = open.alone || is_indented || open.bare && is_bare(content);
        match leading(content).filter(|_| is_row) {
            Some(name) => self.push(number, line, name, group),
            None if is_detail(content) => {}
            None => self.open = None,
        }
    }

    /// `01:00.0 VGA ... (IOMMU group 16)`: a function followed by its group.
    fn after(&mut self, number: u32, line: &'a str, content: &'a str, mark: &Mark) {
        let before = content.get(..mark.start).unwrap_or_default();
        let Some(name) = leading(content) else { return };
        if addresses(before).count() == 1 && after(content, mark.end).is_empty() {
            self.push(number, line, name, mark.group);
        }
    }

    /// A row of a table with `|` between cells. Returns whether the line is a row or the header.
    fn row_of_table(&mut self, number: u32, line: &'a str) -> bool {
        let row = line.trim().trim_start_matches('>').trim();
        if !row.starts_with('|') || row.matches('|').count() < 3 {
            self.column = None;
            return false;
        }
        let cells = || row.trim_matches('|').split('|').map(str::trim);
        let is_group = |cell: &str| {
            let cell = cell.trim_matches(['*', '`', '#', ' ']).to_lowercase();
            let cell = cell.replace([' ', '-', '_'], "");
            GROUP_COLUMNS.contains(&&*cell)
        };
        if let Some(column) = cells().position(is_group) {
            self.column = Some(column);
            return true;
        }
        let Some(column) = self.column else {
            return false;
        };
        let cell = cells().nth(column).unwrap_or_default();
        if let (Ok(group), Some(name)) = (
            cell.trim_matches(['*', '`']).parse(),
            cells().find_map(|cell| addresses(cell).next()),
        ) {
            self.push(number, line, name, group);
        }
        true
    }

    fn push(&mut self, line: u32, text: &'a str, name: &'a str, group: u32) {
        if self.filter != Filter::None {
            self.cut.insert(self.found.len());
        }
        self.found.push(ListedMember {
            name,
            group,
            line,
            text,
            completeness: Completeness::MayHaveMore,
        });
    }

    /// Closes the open group before the next heading.
    fn end(&mut self, heading: bool) {
        let Some(open) = self.open.take().filter(|open| open.alone && heading) else {
            return;
        };
        for member in self.found.iter_mut().skip(open.first) {
            member.completeness = Completeness::Whole;
        }
    }

    fn finish(mut self) -> Vec<ListedMember<'a>> {
        let last = self.inline.last().copied();
        let count = u32::try_from(self.inline.len()).unwrap_or(u32::MAX);
        let has_all = last.is_some_and(|last| last.checked_add(1) == Some(count));
        // The list may have been cut after its last line.
        let end = self.found.last().map(|member| member.group);
        let between = self.rows.whole();
        for (at, member) in self.found.iter_mut().enumerate() {
            let is_inline = self.inline.contains(&member.group);
            let is_complete = has_all && Some(member.group) != end || between.contains(&at);
            if self.cut.contains(&at) {
                member.completeness = Completeness::MayHaveMore;
            } else if is_inline && is_complete {
                member.completeness = Completeness::Whole;
            }
        }
        self.found
    }
}

/// Whether the text has addresses and nothing else.
fn is_bare(text: &str) -> bool {
    let text = text.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    let mut words = text.split_ascii_whitespace();
    !text.is_empty() && words.all(|word| word.parse::<Address>().is_ok())
}

/// Consecutive rows of one group and one function each.
#[derive(Default)]
struct Rows {
    /// The group of the previous row, the index of its first function, and whether a row of another
    /// group precedes it.
    open: Option<(u32, usize, bool)>,
    /// Indexes of the functions between rows of other groups.
    between: BTreeSet<usize>,
    /// Groups that ended.
    ended: BTreeSet<u32>,
    /// Whether rows of a group are apart: the list is in another order.
    is_unordered: bool,
    classes: BTreeSet<String>,
}

/// A list of fewer classes may be the output of a filter.
const CLASSES: usize = 4;

impl Rows {
    fn row(&mut self, group: u32, place: usize, class: Option<&str>) {
        self.classes.extend(class.map(str::to_owned));
        let above = self.open.filter(|(open, ..)| *open != group);
        if let Some((ended, first, has_above)) = above {
            self.ended.insert(ended);
            if has_above {
                self.between.extend(first..place);
            }
        }
        if self.open.is_none_or(|(open, ..)| open != group) {
            self.is_unordered |= self.ended.contains(&group);
            self.open = Some((group, place, above.is_some()));
        }
    }

    /// A line between the rows.
    fn interrupt(&mut self) {
        self.ended.extend(self.open.take().map(|(group, ..)| group));
    }

    fn whole(&self) -> BTreeSet<usize> {
        if self.is_unordered || self.classes.len() < CLASSES {
            return BTreeSet::new();
        }
        self.between.clone()
    }
}

/// The class in `00:1f.3 SMBus [0c05]: …`: the words between the address and the colon.
fn class(segment: &str) -> Option<&str> {
    let rest = segment.trim_start().split_once(' ')?.1;
    let class = rest.split([':', '[']).next()?.trim();
    (!class.is_empty()).then_some(class)
}

/// The part before the number of another group: `0b:00.0 vga` of `0b:00.0 vga, 32 = 0b:00.1 audio`.
fn before_other_number(segment: &str) -> &str {
    let mut signs = segment.match_indices(" = ").map(|(at, _)| at);
    let end = signs.find_map(|at| {
        let front = segment
            .get(..at)?
            .trim_end_matches(|c: char| c.is_ascii_digit());
        let front = front.trim_end();
        (front.len() < at && front.ends_with([',', ';'])).then_some(front.len())
    });
    end.and_then(|end| segment.get(..end)).unwrap_or(segment)
}

/// Whether the line is one of those that `lspci -vv` prints between a function's first line and its
/// group (`show_verbose`, lspci.c, pciutils 3.7 to 3.14).
fn is_field_above_group(content: &str) -> bool {
    const FIELDS: [&str; 11] = [
        "Subsystem: ",
        "Physical Slot: ",
        "Device tree ",
        "DeviceName: ",
        "Control: ",
        "Status: ",
        "Latency: ",
        "BIST ",
        "Interrupt: ",
        "NUMA node: ",
        "!!! ",
    ];
    FIELDS.iter().any(|field| content.starts_with(field))
}

/// A line without leading blanks and quotation marks.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches([' ', '\t', '>'])
}

/// Whether the line is a shell prompt with a command.
fn is_prompt(line: &str) -> bool {
    let line = unquoted(line);
    let is_user = |word: &str| word.contains('@') && word.contains(':');
    let mut words = line.split_ascii_whitespace();
    // `[user@host ~]$ ls`
    let is_bracketed = line.starts_with('[') && line.contains('@') && {
        let mut parts = line.splitn(2, ']');
        let before = parts.next().unwrap_or_default();
        before.len() < 80
            && parts
                .next()
                .is_some_and(|rest| rest.starts_with(['$', '#']))
    };
    is_bracketed
        || words.next().is_some_and(|word| {
            matches!(word, "$" | "#" | "%") || is_user(word) && word.ends_with(['$', '#'])
        })
}

/// The span of a group number with its words in a line.
struct Mark {
    group: u32,
    start: usize,
    end: usize,
}

/// `IOMMU group 16`, `Group:  16` and the like in a line.
fn marks(line: &str) -> Vec<Mark> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices(['g', 'G']) {
        let is_there = |word: &&&str| {
            let found = line.get(at..at + word.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(word))
        };
        let Some(word) = WORDS.iter().find(is_there) else {
            continue;
        };
        let before = line.get(..at).unwrap_or_default();
        if before.ends_with(|last: char| last.is_alphanumeric()) {
            continue;
        }
        let rest = line.get(at + word.len()..).unwrap_or_default();
        // `groupe IOMMU 16`.
        let rest = match rest.get(..6) {
            Some(name) if name.eq_ignore_ascii_case(" iommu") => rest.get(6..).unwrap_or_default(),
            _ => rest,
        };
        let number = rest.trim_start_matches([' ', '\t', ':', '#', '=', '*', '`', '_']);
        let digits = number.len()
            - number
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .len();
        let after = number.get(digits..).unwrap_or_default();
        // `group 0000:01:00.0` names a function.
        let is_address = after
            .strip_prefix([':', '.'])
            .is_some_and(|after| after.starts_with(|first: char| first.is_ascii_hexdigit()));
        let is_word = after.starts_with(|first: char| first.is_alphanumeric() || first == '_');
        let group = number.get(..digits).and_then(|digits| digits.parse().ok());
        let (Some(group), false, false) =
            (group, is_address, is_word || number.len() == rest.len())
        else {
            continue;
        };
        let name = before.trim_end_matches([' ', '_', '-']);
        let iommu = name.len().checked_sub(5).and_then(|from| name.get(from..));
        let is_iommu = iommu.is_some_and(|word| word.eq_ignore_ascii_case("iommu"));
        found.push(Mark {
            group,
            start: if is_iommu { name.len() - 5 } else { at },
            end: line.len() - after.len(),
        });
    }
    found
}

/// Headers of a column with the numbers of groups, without blanks.
const GROUP_COLUMNS: [&str; 11] = [
    "group",
    "iommu",
    "iommugroup",
    "gruppe",
    "iommugruppe",
    "groupeiommu",
    "grupoiommu",
    "группаiommu",
    "iommu组",
    "iommu分组",
    "iommuグループ",
];

/// Marks of quotations, lists, headings and emphasis.
const DECORATION: [char; 12] = [' ', '\t', '>', '*', '#', '-', '=', '|', '`', '+', '•', '_'];

/// A line without such marks, a list number or a leading time.
fn undecorated(line: &str) -> &str {
    let content = line.trim_end().trim_start_matches(DECORATION);
    let content = match content
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        // A time; IDs have one colon and no blank.
        Some((inner, rest)) if is_time(inner) => rest,
        _ => content,
    };
    let word = content.split([' ', '\t']).next().unwrap_or_default();
    let rest = content.get(word.len()..).unwrap_or_default();
    let number = word.trim_end_matches(['.', ')', ':']);
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let content = if !rest.is_empty() && (is_number || is_time(word)) {
        rest
    } else {
        content
    };
    content.trim_start_matches(DECORATION)
}

/// Whether a word contains only the characters of a date or a time, such as `2026-11-20T07:00:00Z`
/// or `12.345678`, and is not an address.
fn is_time(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4
        && word.parse::<Address>().is_err()
        && (word.contains('-') || word.matches(':').count() == 2 || word.contains('.'))
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-:.,TZ+ ".contains(&byte))
}

/// The text after a group's number, without marks.
fn after(line: &str, end: usize) -> &str {
    let rest = line.get(end..).unwrap_or_default();
    rest.trim_matches([
        ' ', '\t', ':', '*', '#', '-', '=', '|', '`', '_', ')', ']', '.', ',',
    ])
}

/// The address at the start of `text`, optionally after marks, IDs and `[R]`.
fn leading(text: &str) -> Option<&str> {
    let first = addresses(text).next()?;
    let at = first.as_ptr().addr() - text.as_ptr().addr();
    let before = text.get(..at)?;
    let words = before.split(|c: char| !c.is_alphanumeric() && c != ':' && c != '.');
    let mut words = words.filter(|word| !word.trim_matches(':').is_empty());
    let is_id = |word: &str| word.len() == 9 && word.parse::<pci_core::PciId>().is_ok();
    words
        .all(|word| word == "R" || is_id(word))
        .then_some(first)
}

/// The addresses in `text` that are not within paths.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
    let words = text.split(move |c: char| !is_part(c));
    words.filter_map(move |word| {
        let word = word.trim_matches([':', '.']);
        let at = word.as_ptr().addr() - text.as_ptr().addr();
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + word.len()..).unwrap_or_default();
        let apart = !before.ends_with(|last: char| last.is_alphanumeric() || last == '/')
            && !after.starts_with(|first: char| first.is_alphanumeric() || first == '/');
        // With a domain of four digits, or of five (VMD).
        let is_long = matches!(word.len(), 7 | 12 | 13);
        (apart && is_long && word.parse::<Address>().is_ok()).then_some(word)
    })
}

/// Whether the line is a detail that lspci and scripts print below a function.
fn is_detail(content: &str) -> bool {
    const LABELS: [&str; 17] = [
        "Subsystem:",
        "Kernel driver in use:",
        "Kernel modules:",
        "DeviceName:",
        "Flags:",
        "Control:",
        "Status:",
        "Latency:",
        "Interrupt:",
        "Capabilities:",
        "Memory at ",
        "Region ",
        "I/O ports at ",
        "Expansion ROM at ",
        "Bus:",
        "USB:",
        "Driver:",
    ];
    LABELS.iter().any(|label| content.starts_with(label))
}

/// Whether lines were omitted: a command with a filter, or grep's separator between lines.
fn is_filter(line: &str) -> bool {
    let pipes = ["grep", "head", "tail", "awk", "sed"];
    line.trim() == "--"
        || line.split('|').skip(1).any(|stage| {
            pipes
                .iter()
                .any(|name| stage.trim_start().starts_with(name))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each function with its group, and whether the group is complete.
    fn rows(text: &str) -> Vec<(&str, u32, bool)> {
        let mut found = Vec::new();
        for member in enumerated(text) {
            let end = member.name.as_ptr().addr() - text.as_ptr().addr() + member.name.len();
            let whole = member.completeness == Completeness::Whole;
            found.push((text.get(end - 7..end).unwrap(), member.group, whole));
        }
        found
    }

    #[test]
    fn functions_below_headings() {
        let wanted = [
            ("00:01.0", 1, true),
            ("01:00.0", 1, true),
            ("02:00.0", 12, false),
        ];
        for (heading, row) in [
            ("IOMMU Group N:", "\tA VGA [0300]: x [10de:1e84]"),
            ("IOMMU GROUP N :", "    A VGA"),
            ("### IOMMU Group N", "- A VGA"),
            ("**IOMMU Group N**", "* A VGA"),
            ("## Group N", "* `0000:A` VGA"),
            ("----- IOMMU group N -----", "A"),
            ("=== Group N ===", "[10de:1e84] [R] A  VGA"),
            ("> Group N:", "> A VGA"),
            ("IOMMU Group N:\n", "\tA VGA\n\tKernel driver in use: x\n\n"),
            ("Group N:\n```", "A VGA"),
        ] {
            let head = |group: &str| heading.replace('N', group);
            let row = |address: &str| row.replacen('A', address, 1);
            let text = format!(
                "{}\n{}\n{}\n{}\n{}\n",
                head("1"),
                row("00:01.0"),
                row("01:00.0"),
                head("12"),
                row("02:00.0")
            );
            assert_eq!(rows(&text), wanted, "{text}");
        }
    }

    #[test]
    fn rows_between_rows_of_other_groups() {
        let list = "IOMMU Group 12 00:1f.2 RAID bus controller [0104]: x\n\
                    IOMMU Group 12 00:1f.3 SMBus [0c05]: x\n\
                    IOMMU Group 13 02:00.0 PCI bridge [0604]: x\n\
                    IOMMU Group 14 04:00.0 VGA compatible controller [0300]: x\n\
                    IOMMU Group 14 04:00.1 Audio device [0403]: x\n\
                    IOMMU Group 1 00:02.0 VGA compatible controller [0300]: x\n";
        let whole = |text: &str| -> Vec<u32> {
            let rows = rows(text).into_iter().filter(|(.., whole)| *whole);
            let mut groups: Vec<u32> = rows.map(|(_, group, _)| group).collect();
            groups.dedup();
            groups
        };
        assert_eq!(whole(list), [13, 14]);
        let of_another = "# dmesg | grep IOMMU\nDMAR: IOMMU enabled\n```\n\n```\n";
        assert_eq!(whole(&format!("{of_another}{list}")), [13, 14]);
        let quoted = format!("{of_another}{list}").replace('\n', "\n> ");
        assert_eq!(whole(&quoted), [13, 14]);
        let filtered = format!("lsiommu | grep -v USB\n\n```\n{list}");
        assert!(whole(&filtered).is_empty());
        // In a list by functions, and in one with few classes, rows may be elsewhere.
        let by_address = list.replace("Group 1 ", "Group 13 ");
        assert!(whole(&by_address).is_empty());
        let few = list.replace("RAID bus controller", "SMBus");
        assert!(whole(&few.replace("PCI bridge", "SMBus")).is_empty());
    }

    #[test]
    fn groups_before_functions() {
        let wanted = [
            ("00:00.0", 0, true),
            ("00:01.0", 1, false),
            ("01:00.0", 1, false),
        ];
        for row in [
            "IOMMU Group N A VGA: x [10de:1e84]",
            "Gruppe N: A VGA: x [10de:1e84]",
            "Groupe IOMMU N: A VGA: x [10de:1e84]",
            "Group N: A",
            "Group:  N   0000:A  VGA   Driver: x",
            "iommu group N: 0000:A",
            "7. IOMMU Group N: A VGA",
            "   12\tIOMMU Group N A VGA",
            "[2026-11-20 07:00:01] IOMMU Group N: A VGA",
            "2026-11-20T07:00:01Z IOMMU Group N A",
            "Group N:\t[10de:1e84] [R] A VGA",
        ] {
            let line = |group: &str, address: &str| {
                row.replacen(" N", &format!(" {group}"), 1)
                    .replacen('A', address, 1)
            };
            let text = [
                line("0", "00:00.0"),
                line("1", "00:01.0"),
                line("1", "01:00.0"),
            ];
            assert_eq!(rows(&text.join("\n")), wanted, "{text:?}");
        }
        let one = "IOMMU Group 0: 00:00.0  IOMMU Group 1: 00:01.0, 01:00.0";
        assert_eq!(rows(one), wanted);
        let table = "| IOMMU Group | Address |\n|---|---|\n| 3 | `0000:01:00.0` |\n| 4 | - |\n";
        assert_eq!(rows(table), [("01:00.0", 3, false)]);
        let after = "01:00.0 VGA: x [10de:1e84] (IOMMU group 3)\n0000:01:00.1 iommu_group 3\n";
        assert_eq!(rows(after), [("01:00.0", 3, false), ("01:00.1", 3, false)]);
    }

    #[test]
    fn a_group_is_whole_where_nothing_was_left_out() {
        let text = "Group 1:\n00:01.0 x\nGroup 2:\n00:02.0 x\n";
        assert!(rows(text)[0].2);
        for (from, to) in [
            ("Group 1", "$ ./groups.sh | grep -i nvidia\nGroup 1"),
            ("Group 2", "--\nGroup 2"),
            ("Group 2", "1:00.0 lost its first digit\nGroup 2"),
            ("Group 2", "[...]\nGroup 2"),
            ("Group 2", "And then:\nGroup 2"),
        ] {
            assert!(!rows(&text.replacen(from, to, 1))[0].2, "{to}");
        }
        // A group is missing.
        let text = "IOMMU Group 1 00:01.0\nIOMMU Group 3 00:02.0\nIOMMU Group 4 00:03.0\n";
        assert!(rows(text).iter().all(|row| !row.2));
    }

    #[test]
    fn a_folder_printed_after_its_group() {
        let text =
            "Group 0: 0000:00:01.0\nGroup 1: 0000:00:01.2\n0000:20:00.0\nGroup 2: 0000:21:00.0\n";
        let wanted = [
            ("00:01.0", 0, true),
            ("00:01.2", 1, true),
            ("20:00.0", 1, true),
            ("21:00.0", 2, false),
        ];
        assert_eq!(rows(text), wanted);
        let prose = text.replace("0000:20:00.0", "0000:20:00.0 is mine");
        assert_eq!(rows(&prose).len(), 3);
    }

    #[test]
    fn another_number_ends_a_group() {
        let found = rows("group 31 = 0b:00.0 vga, 32 = 0b:00.1 audio, 33 = 0b:00.2 usb\n");
        assert_eq!(found, [("0b:00.0", 31, false)]);
    }

    #[test]
    fn sentences_and_paths_enumerate_nothing() {
        for text in [
            "the volume group 1 is on 01:00.0",
            "vfio 0000:01:00.0: group 14 is not viable",
            "pci 0000:01:00.0: Adding to iommu group 1",
            "Group 1 is what 01:00.0 has",
            "Group 0000:01:00.0",
            "Group 5 settings\nfor 01:00.0 and more",
            "/sys/kernel/iommu_groups/1/devices/0000:01:00.0",
            "a group of 01:00.0",
        ] {
            assert_eq!(rows(text), [], "{text}");
        }
    }

    /// The group that `lspci -vv` prints last of a function is not the heading of the next one.
    #[test]
    fn the_group_of_a_verbose_listing() {
        let text = "00:00.0 Host bridge: Intel Corporation Device 1234\n\
                    \tControl: I/O- Mem+ BusMaster+\n\tLatency: 0\n\tIOMMU group: 1\n\n\
                    00:01.0 PCI bridge: Intel Corporation Device 1905\n\
                    \tInterrupt: pin A routed to IRQ 16\n\tIOMMU group: 2\n\n";
        assert!(enumerated(text).is_empty());
        // A script's heading above its functions is one.
        let script =
            "IOMMU group: 1\n\t00:00.0 Host bridge\nIOMMU group: 2\n\t00:01.0 PCI bridge\n";
        let groups: Vec<u32> = enumerated(script)
            .iter()
            .map(|member| member.group)
            .collect();
        assert_eq!(groups, [1, 2]);
    }
}
