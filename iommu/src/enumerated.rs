//! Groups as printed by scripts, tools and people: `IOMMU Group 16:` above functions, `Group 16:
//! 0000:01:00.0` before one or several, `01:00.0 ... (IOMMU group 16)` after one, and tables with a
//! column for the group.

mod line;
mod numbers;
mod rows;

use std::collections::BTreeSet;

use host_tree::numbered_lines;

use line::{
    addresses, after, class, is_bare, is_detail, is_field_above_group, is_filter, is_prompt,
    leading, undecorated, unquoted,
};
use numbers::{GROUP_COLUMNS, Mark, before_other_number, has_word, marks};
use rows::Rows;

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

#[cfg(test)]
mod tests;
