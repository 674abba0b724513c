//! Unified kernel images by dracut.

use crate::boot::change::OptionsChange;
use crate::boot::command_line::CommandLine;
use crate::boot::image_files::{add_own, directory};
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Refresh, Rule, Sign};
use crate::boot::place::Place;
use crate::boot::step::{read, shown};
use crate::boot::{fragments, running};
use crate::error::{Error, ErrorKind};
use host_tree::lines::with_line;
use host_tree::{Edit, HostTree};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::UnifiedImage,
        rank: 2,
        signs: &[Sign::Line(
            &[Place::File(DRACUT), Place::Directory(DRACUT_D, ".conf")],
            |line| matches!(line, "uefi=yes" | "uefi=\"yes\"" | "uefi='yes'"),
        )],
    }],
    refresh: Refresh::Run(&["dracut", "--force", "--regenerate-all"]),
    ..BootLoader::new(
        "unified kernel image (dracut)",
        Change::Edits(edits),
        Page {
            found_by: "the same, with `uefi=yes` of `dracut.conf`",
            changes: "`kernel_cmdline` in a file of `/etc/dracut.conf.d`",
            checked_by: "dracut: its images have our options",
        },
    )
};

/// dracut's main file, and its drop-ins' directory (dracut.conf(5)).
const DRACUT: &str = "/etc/dracut.conf";
const DRACUT_D: &str = "/etc/dracut.conf.d";

/// passthru's drop-in.
const DRACUT_OWN: &str = "/etc/dracut.conf.d/passthru-cmdline.conf";

/// dracut's `kernel_cmdline`, which is added to the options that dracut detects; new options are
/// written to a separate drop-in.
fn edits(tree: &dyn HostTree, change: &OptionsChange) -> Result<Vec<Edit>, Error> {
    let mut files = Vec::new();
    if let Some(text) = shown(DRACUT, read(tree, DRACUT))? {
        files.push((DRACUT.to_owned(), text));
    }
    files.extend(directory(tree, DRACUT_D)?);
    let mut left = change.put.clone();
    let mut edits = Vec::new();
    for (path, text) in &files {
        let refused = |error: Error| error.in_file(path);
        let found =
            fragments::assignments(text, |left| left == "kernel_cmdline").map_err(refused)?;
        fragments::one_kernel_line(text, &found).map_err(refused)?;
        let now = OptionsChange {
            put: left.clone(),
            ..change.clone()
        };
        // A later file that does not append to it would override the others.
        if let Some(replaces) = found.iter().find(|fragment| !fragment.appends) {
            let message =
                "expected kernel_cmdline+=\" ... \": = discards the options of other files";
            let error = Error::other(ErrorKind::OtherSource, message);
            return Err(error.at(replaces.line).in_file(path));
        }
        let changed = fragments::change(text, &found, &now).map_err(refused)?;
        left = changed.left;
        edits.push(Edit::change(path.clone(), text.clone(), changed.text));
    }
    // Options that dracut copies from the running kernel cannot be removed here.
    if let Some((text, _)) = running::options(tree) {
        let gone = change
            .removals()
            .difference(&CommandLine::parse(&text))?
            .removed;
        let own = edits
            .iter()
            .any(|edit| edit.before.as_deref() != Some(edit.after.as_str()));
        if let (Some(option), false) = (gone.first(), own) {
            let message = format!(
                "expected {option} in kernel_cmdline of dracut's files, to remove it there, found \
                 none"
            );
            return Err(Error::other(ErrorKind::OtherSource, message));
        }
    }
    add_own(&mut edits, DRACUT_OWN, &left, |text, options| {
        with_line(text, &format!("kernel_cmdline+=\" {options} \""))
    });
    Ok(edits)
}
