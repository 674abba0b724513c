//! Changes of boot menus' own files, and of the files that programs write them
//! from.

use host_tree::{Edit, HostTree, Lookup};

use super::change::OptionsChange;
use super::entries::{EntryFile, Format};
use super::kernelstub::{self, Configuration};
use super::limine_entry_tool::{self, Defaults};
use super::loader::{self, LoaderKind, PARTITIONS, SYSLINUX_FILES};
use super::refind;
use super::step::{Steps, StepsRefused, names, read, refreshed, shown, text};

/// Files that the loader itself reads: nothing has to be refreshed.
pub(super) fn steps(
    tree: &dyn HostTree,
    kind: LoaderKind,
    change: &OptionsChange,
) -> Result<Steps, StepsRefused> {
    let mut files = Vec::new();
    for (path, format, found) in looked_at(tree, kind) {
        if let Some(text) = shown(&path, found)? {
            files.push((path, format, text));
        }
    }
    let Some((first, _, _)) = files.first() else {
        return Err(StepsRefused::NotShown {
            path: usual_path(kind).to_owned(),
        });
    };
    let mut edits = Vec::new();
    for (path, format, before) in &files {
        let mut file = EntryFile::parse(*format, before);
        // Other systems' entries, memory tests.
        if file.options().is_empty() && files.len() > 1 {
            continue;
        }
        let all_back = file.options().iter().all(|options| options.is_way_back());
        if all_back && files.len() > 1 {
            continue;
        }
        file.change(change)
            .map_err(|error| StepsRefused::file(path, &error))?;
        edits.push(Edit::change(path.clone(), before.clone(), file.to_string()));
    }
    if edits.is_empty() {
        let reason = "expected the kernel options of an entry that boots Linux, found none";
        return Err(StepsRefused::file(first, reason));
    }
    Ok(refreshed::<&str>(edits, &[]))
}

/// Path, format and text of the loader's files that can be read.
pub(super) fn files(tree: &dyn HostTree, kind: LoaderKind) -> Vec<(String, Format, String)> {
    let read = looked_at(tree, kind).into_iter();
    read.filter_map(|(path, format, found)| Some((path, format, found.found()?)))
        .collect()
}

/// Path and format of the loader's files, and what each of these paths holds.
fn looked_at(tree: &dyn HostTree, kind: LoaderKind) -> Vec<(String, Format, Lookup<String>)> {
    let file = |path: String, format| {
        let text = read(tree, &path);
        (path, format, text)
    };
    match kind {
        LoaderKind::SystemdBootEntries | LoaderKind::GrubBls => {
            let format = Format::BootLoaderSpecification;
            let mut found = Vec::new();
            for place in loader::ENTRIES {
                match tree.list(place) {
                    Lookup::Found(listing) => {
                        let names = listing.names.iter().filter(|name| name.ends_with(".conf"));
                        found.extend(names.map(|name| file(format!("{place}/{name}"), format)));
                    }
                    closed => found.push((place.to_owned(), format, closed.map(|_| String::new()))),
                }
            }
            found
        }
        LoaderKind::Refind => {
            let mut found = vec![file(refind::LINUX_CONF.to_owned(), Format::RefindLinux)];
            for place in PARTITIONS {
                for name in ["refind", "BOOT"] {
                    let path = format!("{place}/EFI/{name}/refind.conf");
                    found.push(file(path, Format::Refind));
                }
            }
            found
        }
        LoaderKind::Limine => {
            // Which of several Limine finds first depends on its drive: all change.
            let format = |path: &str| {
                if path.ends_with(".cfg") {
                    Format::LimineCfg
                } else {
                    Format::Limine
                }
            };
            loader::limine_files()
                .map(|path| {
                    let format = format(&path);
                    file(path, format)
                })
                .collect()
        }
        LoaderKind::Syslinux => {
            let paths = SYSLINUX_FILES.into_iter();
            paths
                .map(|path| file(path.to_owned(), Format::Syslinux))
                .collect()
        }
        _ => Vec::new(),
    }
}

const fn usual_path(kind: LoaderKind) -> &'static str {
    match kind {
        LoaderKind::Refind => refind::LINUX_CONF,
        LoaderKind::Limine => "/boot/limine.conf",
        LoaderKind::Syslinux => "/boot/syslinux/syslinux.cfg",
        _ => "/boot/loader/entries",
    }
}

/// kernelstub's list of options; without arguments the program writes the entries.
pub(super) fn kernelstub(
    tree: &dyn HostTree,
    change: &OptionsChange,
) -> Result<Steps, StepsRefused> {
    let path = kernelstub::PATH;
    let before = text(tree, path)?;
    let mut file = Configuration::parse(&before);
    file.change(change)
        .map_err(|error| StepsRefused::file(path, &error))?;
    Ok(refreshed(
        vec![Edit::change(path, before, file.to_string())],
        &["kernelstub"],
    ))
}

/// limine-entry-tool's defaults; `limine-update` writes the entries.
pub(super) fn limine_entry_tool(
    tree: &dyn HostTree,
    change: &OptionsChange,
) -> Result<Steps, StepsRefused> {
    let path = limine_entry_tool::PATH;
    let before = text(tree, path)?;
    let drop_ins = limine_entry_tool::DROP_INS;
    for name in names(tree, drop_ins)? {
        let drop_in = format!("{drop_ins}/{name}");
        let text = shown(&drop_in, read(tree, &drop_in))?.unwrap_or_default();
        if !Defaults::parse(&text).names().is_empty() {
            let reason =
                format!("sets kernel options beside {path}; bring them together in {path} first");
            return Err(StepsRefused::file(&drop_in, &reason));
        }
    }
    let mut file = Defaults::parse(&before);
    file.change(change)
        .map_err(|error| StepsRefused::file(path, &error))?;
    Ok(refreshed(
        vec![Edit::change(path, before, file.to_string())],
        &["limine-update"],
    ))
}
