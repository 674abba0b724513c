//! Limine by limine-entry-tool; `limine-update` writes the entries.

use super::limine;
use crate::boot::change::OptionsChange;
use crate::boot::configured_options::ConfiguredOptions;
use crate::boot::grub_files;
use crate::boot::limine_entry_tool::{self, Defaults};
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Refresh, Rule, Sign};
use crate::boot::step::{names, read, shown, text};
use crate::error::{Error, ErrorKind};
use host_tree::{Edit, HostTree};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::Started(&limine::PROGRAM),
        rank: 0,
        signs: &[Sign::File(limine_entry_tool::PATH)],
    }],
    refresh: Refresh::Run(&["limine-update"]),
    configured: Some(configured),
    unread: &[grub_files::MAIN],
    ..BootLoader::new(
        "Limine (limine-entry-tool)",
        Change::Edits(edits),
        Page {
            found_by: "`/etc/default/limine`",
            changes: "`KERNEL_CMDLINE[...]`",
            checked_by: "bash; the program: golden texts",
        },
    )
};

fn configured(tree: &dyn HostTree) -> Vec<ConfiguredOptions> {
    let path = limine_entry_tool::PATH;
    let text = tree.read_text(path).found().unwrap_or_default();
    let file = Defaults::parse(&text);
    let line = file.command_line("default").ok();
    let found =
        line.and_then(|line| ConfiguredOptions::at(path, &text, file.line("default"), &line));
    found.into_iter().collect()
}

fn edits(tree: &dyn HostTree, change: &OptionsChange) -> Result<Vec<Edit>, Error> {
    let path = limine_entry_tool::PATH;
    let before = text(tree, path)?;
    let drop_ins = limine_entry_tool::DROP_INS;
    for name in names(tree, drop_ins)? {
        let drop_in = format!("{drop_ins}/{name}");
        let text = shown(&drop_in, read(tree, &drop_in))?.unwrap_or_default();
        if !Defaults::parse(&text).names().is_empty() {
            let message = format!("sets kernel options beside {path}; move them to {path} first");
            return Err(Error::other(ErrorKind::OtherSource, message).in_file(drop_in));
        }
    }
    let mut file = Defaults::parse(&before);
    file.change(change).map_err(|error| error.in_file(path))?;
    Ok(vec![Edit::change(path, before, file.to_string())])
}
