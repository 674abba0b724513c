//! Unified kernel images: the options are within the image, and are given to the
//! program that builds it.

use host_tree::lines::{spans, with_line};
use host_tree::{Edit, HostTree};

use super::change::OptionsChange;
use super::command_line::CommandLine;
use super::fragments::{self, Fragment};
use super::parameter::Parameter;
use super::step::{Steps, StepsRefused, names, read, refreshed, shown};
use super::{kernel_cmdline, kernel_install, running};

/// Files whose lines mkinitcpio puts together (mkinitcpio(8), "cmdline.d").
const CMDLINE_D: &str = "/etc/cmdline.d";

/// Our own file among them.
const CMDLINE_D_OWN: &str = "/etc/cmdline.d/passthru.conf";

/// mkinitcpio takes `/etc/cmdline.d/*.conf` or `/etc/kernel/cmdline`; where both are
/// there, its version decides, so nothing is changed.
pub(super) fn mkinitcpio(
    tree: &dyn HostTree,
    change: &OptionsChange,
) -> Result<Steps, StepsRefused> {
    let refresh = ["mkinitcpio", "-P"];
    let parts = directory(tree, CMDLINE_D)?;
    let line = kernel_cmdline::PATH;
    let has_line = shown(line, read(tree, line))?.is_some();
    let has_parts = parts.iter().any(|(path, _)| path != CMDLINE_D_OWN);
    match (has_line, has_parts) {
        (true, true) => Err(StepsRefused::file(
            CMDLINE_D,
            "is there beside /etc/kernel/cmdline, and which counts depends on mkinitcpio's \
             version; keep one of them",
        )),
        (true, false) => {
            let edit = kernel_install::edit(tree, change)?;
            Ok(refreshed(vec![edit], &refresh))
        }
        (false, true) => Ok(refreshed(in_files(&parts, change)?, &refresh)),
        (false, false) if tree.read(kernel_cmdline::PATH).is_absent() => Err(StepsRefused::file(
            kernel_cmdline::PATH,
            "expected the options of the image; without the file mkinitcpio takes those of \
             whatever runs. Write them there first, with root=",
        )),
        (false, false) => Err(StepsRefused::NotShown {
            path: kernel_cmdline::PATH.to_owned(),
        }),
    }
}

/// Each line that is no remark is a piece; what is new goes to a file of our own.
fn in_files(parts: &[(String, String)], change: &OptionsChange) -> Result<Vec<Edit>, StepsRefused> {
    let mut left = change.put.clone();
    let mut edits = Vec::new();
    for (path, text) in parts {
        let pieces = pieces(text);
        let refused = |error| StepsRefused::file(path, &error);
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

/// dracut's main file, and its drop-ins' directory (dracut.conf(5)).
const DRACUT: &str = "/etc/dracut.conf";
const DRACUT_D: &str = "/etc/dracut.conf.d";

/// Our own drop-in.
const DRACUT_OWN: &str = "/etc/dracut.conf.d/passthru-cmdline.conf";

/// dracut's `kernel_cmdline`, which joins what dracut finds out of the host; new
/// options go into a drop-in of our own.
pub(super) fn dracut(tree: &dyn HostTree, change: &OptionsChange) -> Result<Steps, StepsRefused> {
    let mut files = Vec::new();
    if let Some(text) = shown(DRACUT, read(tree, DRACUT))? {
        files.push((DRACUT.to_owned(), text));
    }
    files.extend(directory(tree, DRACUT_D)?);
    let mut left = change.put.clone();
    let mut edits = Vec::new();
    for (path, text) in &files {
        let refused = |error| StepsRefused::file(path, &error);
        let found =
            fragments::assignments(text, |left| left == "kernel_cmdline").map_err(refused)?;
        fragments::one_kernel_line(text, &found).map_err(refused)?;
        let now = OptionsChange {
            put: left.clone(),
            ..change.clone()
        };
        // A later file that does not add to it would take out what others say.
        if let Some(anew) = found.iter().find(|fragment| !fragment.appends) {
            let reason = format!(
                "line {}: expected kernel_cmdline+=\" ... \", for = takes out what other files \
                 add",
                anew.line
            );
            return Err(StepsRefused::file(path, &reason));
        }
        let changed = fragments::change(text, &found, &now).map_err(refused)?;
        left = changed.left;
        edits.push(Edit::change(path.clone(), text.clone(), changed.text));
    }
    // What dracut takes over from the running kernel cannot be taken out here.
    if let Some((text, _)) = running::options(tree) {
        let gone = change
            .removals()
            .difference(&CommandLine::parse(&text))?
            .gone;
        let own = edits
            .iter()
            .any(|edit| edit.before.as_deref() != Some(edit.after.as_str()));
        if let (Some(option), false) = (gone.first(), own) {
            return Err(StepsRefused::Tool(format!(
                "expected {option} in kernel_cmdline of dracut's files, where it could be taken \
                 out, found none"
            )));
        }
    }
    add_own(&mut edits, DRACUT_OWN, &left, |text, options| {
        with_line(text, &format!("kernel_cmdline+=\" {options} \""))
    });
    Ok(refreshed(edits, &["dracut", "--force", "--regenerate-all"]))
}

/// Adds options to our own file, new or among the edits.
fn add_own(
    edits: &mut Vec<Edit>,
    path: &str,
    options: &[Parameter],
    add: impl Fn(&str, &str) -> String,
) {
    if options.is_empty() {
        return;
    }
    let words: Vec<String> = options.iter().map(Parameter::to_string).collect();
    let words = words.join(" ");
    match edits.iter_mut().find(|edit| edit.path == path) {
        Some(edit) => edit.after = add(&edit.after, &words),
        None => edits.push(Edit::new_file(path, add("", &words))),
    }
}

/// The `.conf` files of a directory, in the order of their names.
fn directory(tree: &dyn HostTree, place: &str) -> Result<Vec<(String, String)>, StepsRefused> {
    let mut names = names(tree, place)?;
    names.sort();
    let mut found = Vec::new();
    for name in names.iter().filter(|name| name.ends_with(".conf")) {
        let path = format!("{place}/{name}");
        let text = super::step::text(tree, &path)?;
        found.push((path, text));
    }
    Ok(found)
}
