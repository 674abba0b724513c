//! Unified kernel images by mkinitcpio.

use host_tree::lines::{spans, with_line};
use host_tree::{Edit, HostTree};

use crate::boot::change::OptionsChange;
use crate::boot::fragments::{self, Fragment};
use crate::boot::image_files::{add_own, directory};
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Refresh, Rule, Sign};
use crate::boot::place::Place;
use crate::boot::step::{read, shown};
use crate::boot::{kernel_cmdline, kernel_install};
use crate::error::{Cause, Error, ErrorKind};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::UnifiedImage,
        rank: 0,
        signs: &[Sign::Line(
            &[Place::Directory("/etc/mkinitcpio.d", ".preset")],
            |line| {
                line.split_once('=')
                    .is_some_and(|(name, _)| name.ends_with("_uki") && !name.starts_with('#'))
            },
        )],
    }],
    refresh: Refresh::Run(&["mkinitcpio", "-P"]),
    ..BootLoader::new(
        "unified kernel image (mkinitcpio)",
        Change::Edits(edits),
        Page {
            found_by: "`StubInfo` or an entry in `\\EFI\\Linux\\`, and `_uki=` of a preset",
            changes: "`/etc/kernel/cmdline` or `/etc/cmdline.d`",
            checked_by: "golden texts",
        },
    )
};

/// Directory of files whose lines mkinitcpio joins (mkinitcpio(8), "cmdline.d").
const CMDLINE_D: &str = "/etc/cmdline.d";

/// passthru's file among them.
const CMDLINE_D_OWN: &str = "/etc/cmdline.d/passthru.conf";

/// mkinitcpio reads `/etc/cmdline.d/*.conf` or `/etc/kernel/cmdline`; if both exist, its version
/// decides, so nothing is changed.
fn edits(tree: &dyn HostTree, change: &OptionsChange) -> Result<Vec<Edit>, Error> {
    let parts = directory(tree, CMDLINE_D)?;
    let line = kernel_cmdline::PATH;
    let has_line = shown(line, read(tree, line))?.is_some();
    let has_parts = parts.iter().any(|(path, _)| path != CMDLINE_D_OWN);
    match (has_line, has_parts) {
        (true, true) => Err(Error::other(
            ErrorKind::OtherSource,
            "exists beside /etc/kernel/cmdline, and mkinitcpio's version decides which of them \
             takes effect; keep one",
        )
        .in_file(CMDLINE_D)),
        (true, false) => {
            let edit = kernel_install::edit(tree, change)?;
            Ok(vec![edit])
        }
        (false, true) => in_files(&parts, change),
        (false, false) if tree.read(kernel_cmdline::PATH).is_absent() => Err(Error::other(
            ErrorKind::Missing,
            "expected the options of the image; without the file mkinitcpio uses those of the \
             running kernel. Write them there first, with root=",
        )
        .in_file(kernel_cmdline::PATH)),
        (false, false) => Err(Cause::NotShown.in_file(kernel_cmdline::PATH.to_owned())),
    }
}

/// Each line that is not a comment is a piece; additions are written to a separate file.
fn in_files(parts: &[(String, String)], change: &OptionsChange) -> Result<Vec<Edit>, Error> {
    let mut left = change.put.clone();
    let mut edits = Vec::new();
    for (path, text) in parts {
        let pieces = pieces(text);
        let refused = |error: Error| error.in_file(path);
        fragments::one_kernel_line(text, &pieces).map_err(refused)?;
        let now = OptionsChange {
            put: left.clone(),
            ..change.clone()
        };
        let changed = fragments::change(text, &pieces, &now).map_err(refused)?;
        left = changed.left;
        edits.push(Edit::change(path.clone(), text.clone(), changed.text));
    }
    add_own(&mut edits, CMDLINE_D_OWN, &left, |text, options| {
        with_line(text, options)
    });
    Ok(edits)
}

fn pieces(text: &str) -> Vec<Fragment> {
    let pieces = spans(text).filter_map(|(line, span, content)| {
        let inner = content.trim();
        if inner.is_empty() || inner.starts_with('#') {
            return None;
        }
        let start = span.start + (content.len() - content.trim_start().len());
        Some(Fragment {
            line,
            span: start..start + inner.len(),
            appends: true,
        })
    });
    pieces.collect()
}
