//! One setting of a file, and how readers gather them.

use core::ops::Range;
use std::collections::BTreeMap;

use host_tree::lines::spans;
use hostconf::binding::vfio_ids;
use hostconf::boot::CommandLine;
use hostconf::boot::command_line::same_name;
use hostconf::boot::known_options::{Repeats, repeats};
use pci_core::notation::HideList;

use list_order::Order as _;

/// One setting of a file. A list is a setting for each of its items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct FileSetting {
    /// The part of the file that contains it: a variable, a section, an entry of a menu; empty for
    /// the file itself.
    pub place: String,
    /// Its name as written; empty for a line that no reader parses as a setting, such as a comment.
    pub name: String,
    /// Its value, or the line.
    pub value: String,
    /// Its line, from 1; 0 if the format's reader does not return it.
    pub line: u32,
}

/// The settings of a text, as a reader finds them.
pub(super) struct Found<'a> {
    pub(super) text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
    settings: Vec<FileSetting>,
    /// The lines with settings.
    covered: Vec<bool>,
    /// Where the last setting of a line ends.
    ends: BTreeMap<usize, usize>,
}

impl<'a> Found<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let starts: Vec<usize> = spans(text).map(|(_, span, _)| span.start).collect();
        Self {
            covered: vec![false; starts.len()],
            text,
            starts,
            settings: Vec::new(),
            ends: BTreeMap::new(),
        }
    }

    /// Adds a setting at `span`.
    pub(super) fn add(&mut self, place: &str, name: &str, value: &str, span: Range<usize>) {
        let line = self.line(span.start);
        self.cover(span);
        self.push(place, name, value, line);
    }

    /// A setting on a line, of which only the number is known.
    pub(super) fn add_on(&mut self, place: &str, name: &str, value: &str, line: u32) {
        if let Some(covered) = index(line).and_then(|at| self.covered.get_mut(at)) {
            *covered = true;
        }
        self.push(place, name, value, line);
    }

    /// Adds a setting whose line, if known, is covered separately.
    pub(super) fn note(&mut self, place: &str, name: &str, value: &str, line: u32) {
        self.push(place, name, value, line);
    }

    fn push(&mut self, place: &str, name: &str, value: &str, line: u32) {
        self.settings.push(FileSetting {
            place: place.to_owned(),
            name: name.to_owned(),
            value: value.to_owned(),
            line,
        });
    }

    /// Adds the kernel options in `line`, which is at `span`: each item of a list is one.
    pub(super) fn add_options(&mut self, place: &str, line: &str, span: Range<usize>) {
        self.cover(span.clone());
        let number = self.line(span.start);
        let line = CommandLine::parse(line);
        for option in line.options() {
            let name = &option.name;
            for item in items(name, option.value.as_deref()) {
                self.push(place, name, &item, number);
            }
        }
        for argument in line.init_arguments() {
            self.push(place, "--", argument, number);
        }
    }

    /// Marks the lines that `span` touches as covered.
    pub(super) fn cover(&mut self, span: Range<usize>) {
        let last = span.end.saturating_sub(1).max(span.start);
        let (first, last) = (self.index(span.start), self.index(last));
        for covered in self.covered.iter_mut().take(last + 1).skip(first) {
            *covered = true;
        }
        let end = self.ends.entry(last).or_default();
        *end = span.end.max(*end);
    }

    /// The number, from 1, of the line that `offset` is on.
    fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.index(offset) + 1).unwrap_or(u32::MAX)
    }

    fn index(&self, offset: usize) -> usize {
        let after = self.starts.partition_point(|start| *start <= offset);
        after.saturating_sub(1)
    }

    /// The settings alone, in the order in which they were found.
    pub(super) fn unsorted(self) -> Vec<FileSetting> {
        self.settings
    }

    /// Returns the settings; each uncovered line, and each comment after a setting, is a separate
    /// setting.
    pub(super) fn finish(mut self) -> Vec<FileSetting> {
        let covered = core::mem::take(&mut self.covered);
        let text = self.text;
        let ends = core::mem::take(&mut self.ends);
        for (at, (line, span, content)) in spans(text).enumerate() {
            let is_covered = covered.get(at).copied().unwrap_or_default();
            let rest = ends.get(&at).and_then(|end| text.get(*end..span.end));
            // The quote that ends a value may be between.
            let rest = rest
                .unwrap_or_default()
                .trim_start_matches(['"', '\'', ')', ' ', '\t']);
            if !is_covered && !content.trim().is_empty() {
                self.push("", "", content.trim(), line);
            } else if rest.starts_with('#') {
                self.push("", "", rest.trim(), line);
            }
        }
        self.settings.order_by_key(|setting| setting.line);
        self.settings
    }
}

fn index(line: u32) -> Option<usize> {
    usize::try_from(line).ok()?.checked_sub(1)
}

/// Functions that pciback hides, each with its domain.
fn hidden(value: &str) -> Vec<String> {
    let items = value.split_inclusive(')').map(|item| {
        let list: Result<HideList, _> = item.parse();
        list.map_or_else(|_| item.to_owned(), |list| list.to_string())
    });
    items.collect()
}

/// The items of an option's value if it is a list, which may be empty; otherwise the value.
pub(super) fn items(name: &str, value: Option<&str>) -> Vec<String> {
    let Some(value) = value else {
        return vec![String::new()];
    };
    let own = |items: Vec<&str>| -> Vec<String> {
        let items = items.into_iter().filter(|item| !item.is_empty());
        items.map(str::to_owned).collect()
    };
    let items = match repeats(name) {
        _ if same_name(name, "xen-pciback.hide") => hidden(value),
        Some(Repeats::List | Repeats::Words) => own(value.split(',').collect()),
        _ => vec![value.to_owned()],
    };
    if name.ends_with(".ids") {
        items.iter().map(|id| vfio_ids::normal(id)).collect()
    } else {
        items
    }
}
