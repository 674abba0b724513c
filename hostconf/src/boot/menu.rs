//! Files of boot menus with an entry for each kernel: their edits, and the options that their
//! entries share.

use std::collections::BTreeSet;

use host_tree::{Edit, Evidence, HostTree, Lookup};
use list_order::Inserts as _;

use super::change::OptionsChange;
use super::command_line::CommandLine;
use super::configured_options::ConfiguredOptions;
use super::entries::{EntryFile, Format};
use super::place::Place;
use super::step::shown;
use crate::error::{Cause, Error};

/// The files of a menu.
pub(super) struct Menu {
    /// Where they are, and in which format.
    pub(super) files: &'static [(Place, Format)],
    /// The path that is named where none is shown.
    pub(super) usual: &'static str,
}

impl Menu {
    /// Path, format and text of the files that can be read.
    pub(super) fn files(&self, tree: &dyn HostTree) -> Vec<(String, Format, String)> {
        let read = self.looked_at(tree).into_iter();
        read.filter_map(|(path, format, found)| Some((path, format, found.found()?)))
            .collect()
    }

    /// Path and format of the files, and the content of each path.
    fn looked_at(&self, tree: &dyn HostTree) -> Vec<(String, Format, Lookup<String>)> {
        let mut all = Vec::new();
        for (place, format) in self.files {
            let files = place.looked_at(tree).into_iter();
            all.extend(files.map(|(path, text)| (path, *format, text)));
        }
        all
    }
}

/// Files that the loader reads directly, without a refresh.
pub(super) fn edits(
    menu: &Menu,
    tree: &dyn HostTree,
    change: &OptionsChange,
) -> Result<Vec<Edit>, Error> {
    let mut files = Vec::new();
    for (path, format, found) in menu.looked_at(tree) {
        if let Some(text) = shown(&path, found)? {
            files.push((path, format, text));
        }
    }
    let Some((first, _, _)) = files.first() else {
        return Err(Cause::NotShown.in_file(menu.usual.to_owned()));
    };
    let mut edits = Vec::new();
    for (path, format, before) in &files {
        let mut file = EntryFile::parse(*format, before);
        // Other systems' entries, memory tests.
        if file.options().is_empty() && files.len() > 1 {
            continue;
        }
        let all_back = file
            .options()
            .iter()
            .all(|options| options.is_recovery_entry());
        if all_back && files.len() > 1 {
            continue;
        }
        file.change(change).map_err(|error| error.in_file(path))?;
        edits.push(Edit::change(path.clone(), before.clone(), file.to_string()));
    }
    if edits.is_empty() {
        return Err(Cause::NoOptions.in_file(first));
    }
    Ok(edits)
}

/// The options that all usual entries of a menu have.
pub(super) fn configured(menu: &Menu, tree: &dyn HostTree) -> Vec<ConfiguredOptions> {
    let mut first: Option<(CommandLine, Evidence)> = None;
    let mut shared: Option<BTreeSet<String>> = None;
    for (path, format, text) in menu.files(tree) {
        let file = EntryFile::parse(format, &text);
        let usual: Vec<_> = file.usual().collect();
        for entry in usual.chunk_by(|a, b| a.entry == b.entry) {
            let lines: Vec<String> = entry
                .iter()
                .map(|o| file.command_line(o).to_string())
                .collect();
            let line = CommandLine::parse(&lines.join(" "));
            let words: BTreeSet<String> = line.words().map(str::to_owned).into_set();
            shared = Some(match shared {
                Some(shared) => shared.intersection(&words).cloned().into_set(),
                None => words,
            });
            if let (None, Some(options)) = (&first, entry.last()) {
                first = Some((line, Evidence::at(path.clone(), &text, options.line)));
            }
        }
    }
    let (Some((line, evidence)), Some(shared)) = (first, shared) else {
        return Vec::new();
    };
    let kept = line.words().filter(|word| shared.contains(*word));
    vec![ConfiguredOptions {
        options: kept.collect::<Vec<_>>().join(" "),
        evidence,
    }]
}
