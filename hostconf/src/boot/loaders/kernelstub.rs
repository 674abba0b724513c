//! systemd-boot by kernelstub; without arguments the program writes the entries.

use super::systemd_boot::written_by;
use crate::boot::change::OptionsChange;
use crate::boot::configured_options::ConfiguredOptions;
use crate::boot::kernelstub::{self, Configuration};
use crate::boot::loader::declaration::{BootLoader, Change, Page, Refresh, Sign};
use crate::boot::step::text;
use crate::boot::{grub_files, kernel_cmdline};
use crate::error::Error;
use host_tree::{Edit, HostTree};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[written_by(0, &[Sign::File(kernelstub::PATH)])],
    refresh: Refresh::Run(&["kernelstub"]),
    configured: Some(configured),
    unread: &[grub_files::MAIN, kernel_cmdline::PATH],
    ..BootLoader::new(
        "systemd-boot (kernelstub)",
        Change::Edits(edits),
        Page {
            found_by: "`/etc/kernelstub/configuration`",
            changes: "`user.kernel_options`",
            checked_by: "Python's JSON; run manually: its own reader of the file accepts our edit \
                         (commit 3fb4e06); the program: golden texts",
        },
    )
};

fn configured(tree: &dyn HostTree) -> Vec<ConfiguredOptions> {
    let path = kernelstub::PATH;
    let text = tree.read_text(path).found().unwrap_or_default();
    let file = Configuration::parse(&text);
    let line = file.command_line().ok();
    let found = line.and_then(|line| ConfiguredOptions::at(path, &text, file.line(), &line));
    found.into_iter().collect()
}

fn edits(tree: &dyn HostTree, change: &OptionsChange) -> Result<Vec<Edit>, Error> {
    let path = kernelstub::PATH;
    let before = text(tree, path)?;
    let mut file = Configuration::parse(&before);
    file.change(change).map_err(|error| error.in_file(path))?;
    Ok(vec![Edit::change(path, before, file.to_string())])
}
