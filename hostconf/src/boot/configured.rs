//! The options that a boot loader's files hold for the next boot.

use std::collections::BTreeSet;

use host_tree::{Evidence, HostTree};

use super::command_line::CommandLine;
use super::entries::EntryFile;
use super::grub::{GrubDefaults, Value, Variable};
use super::kernelstub::{self, Configuration};
use super::limine_entry_tool::{self, Defaults};
use super::loader::{self, LoaderKind};
use super::nixos::{CONFIGURATION, MODULE, Module};
use super::{by_tool, entry_steps};

/// Options in a boot loader's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configured {
    /// The options, as one line.
    pub options: String,
    /// The line that shows them.
    pub evidence: Evidence,
}

/// The options that the files of `kind` hold, but for `/etc/default/grub` and
/// `/etc/kernel/cmdline`, which are read on their own
/// ([`grub_files`](super::grub_files), [`kernel_cmdline`](super::kernel_cmdline)).
///
/// Of a menu with several entries, those that all of the usual ones have.
///
/// ```
/// use hostconf::boot::configured::configured;
/// use hostconf::boot::loader::LoaderKind;
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// let file = "label a\nkernel /bzimage\nappend initrd=/bzroot iommu=pt\n";
/// tree.insert_file("/boot/syslinux/syslinux.cfg", file);
/// let found = configured(&tree, LoaderKind::Syslinux);
/// assert_eq!(found[0].options, "initrd=/bzroot iommu=pt");
/// assert_eq!(found[0].evidence.line, Some(3));
/// ```
#[must_use]
pub fn configured(tree: &dyn HostTree, kind: LoaderKind) -> Vec<Configured> {
    let text = |path: &str| tree.read_text(path).found().unwrap_or_default();
    let at = |path: &str, text: &str, line: Option<u32>, options: CommandLine| {
        let evidence = Evidence::at(path, text, line.unwrap_or(1));
        let options = options.to_string();
        (!options.is_empty()).then_some(Configured { options, evidence })
    };
    let one = match kind {
        LoaderKind::SystemdBootEntries
        | LoaderKind::Refind
        | LoaderKind::Limine
        | LoaderKind::Syslinux => return menu(tree, kind),
        LoaderKind::GrubBls => {
            let files = entry_steps::files(tree, kind);
            let file = files.iter().find(|(path, _, _)| !path.contains("-rescue"));
            file.and_then(|(path, format, text)| {
                let line = EntryFile::parse(*format, text)
                    .options()
                    .first()
                    .map(|o| o.line);
                at(path, text, line, by_tool::entry_options(tree)?)
            })
        }
        LoaderKind::Kernelstub => {
            let text = text(kernelstub::PATH);
            let file = Configuration::parse(&text);
            let line = file.command_line();
            line.ok()
                .and_then(|line| at(kernelstub::PATH, &text, file.line(), line))
        }
        LoaderKind::LimineEntryTool => {
            let text = text(limine_entry_tool::PATH);
            let file = Defaults::parse(&text);
            let line = file.command_line("default");
            line.ok()
                .and_then(|line| at(limine_entry_tool::PATH, &text, file.line("default"), line))
        }
        LoaderKind::SdbootManage => assigned(tree, loader::SDBOOT_MANAGE, Variable::SdbootManage),
        LoaderKind::UpdateExtlinux => assigned(tree, loader::UPDATE_EXTLINUX, Variable::Extlinux),
        LoaderKind::NixOs => {
            let modules = [CONFIGURATION, MODULE].map(|path| {
                let text = text(path);
                let module = Module::parse(&text);
                at(path, &text, module.line(), module.command_line())
            });
            return modules.into_iter().flatten().collect();
        }
        _ => None,
    };
    one.into_iter().collect()
}

fn assigned(tree: &dyn HostTree, path: &str, variable: Variable) -> Option<Configured> {
    let text = tree.read_text(path).found()?;
    let file = GrubDefaults::parse(&text);
    let line = file.assignments(variable.name()).last()?.line;
    let Value::Known(options) = file.value(variable.name()) else {
        return None;
    };
    Some(Configured {
        options,
        evidence: Evidence::at(path, &text, line),
    })
}

/// The options that all usual entries of a menu have.
fn menu(tree: &dyn HostTree, kind: LoaderKind) -> Vec<Configured> {
    let mut first: Option<(CommandLine, Evidence)> = None;
    let mut shared: Option<BTreeSet<String>> = None;
    for (path, format, text) in entry_steps::files(tree, kind) {
        let file = EntryFile::parse(format, &text);
        let usual: Vec<_> = file.usual().collect();
        for entry in usual.chunk_by(|a, b| a.entry == b.entry) {
            let lines: Vec<String> = entry
                .iter()
                .map(|o| file.command_line(o).to_string())
                .collect();
            let line = CommandLine::parse(&lines.join(" "));
            let words: BTreeSet<String> = words(&line).into_iter().collect();
            shared = Some(match shared {
                Some(shared) => shared.intersection(&words).cloned().collect(),
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
    let kept = words(&line)
        .into_iter()
        .filter(|word| shared.contains(word));
    vec![Configured {
        options: kept.collect::<Vec<_>>().join(" "),
        evidence,
    }]
}

fn words(line: &CommandLine) -> Vec<String> {
    let text = line.to_string();
    let raw =
        |span: &core::ops::Range<usize>| text.get(span.clone()).unwrap_or_default().to_owned();
    line.options()
        .iter()
        .map(|option| raw(&option.span))
        .collect()
}
