//! Finding the loader that started the host.

use host_tree::{Evidence, HostTree};
use list_order::Order as _;

use super::by_files::by_files;
use super::declaration::{Given, Program, Rule};
use super::kind::Loader;
use super::sign::{Answer, Seen, answer};
use super::started;
use crate::boot::kernel_cmdline::PROXMOX_BOOT_UUIDS;
use crate::boot::loaders::LoaderKind;

/// Finds the loader of the host that `tree` shows.
///
/// ```
/// use hostconf::boot::{loader::Loader, loader::LoaderKind, loader::find};
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// assert!(matches!(find(&tree), Loader::Unknown { .. }));
/// tree.insert_file("/etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
/// tree.insert_file("/proc/cmdline", "BOOT_IMAGE=/vmlinuz-6.1.0 root=/dev/sda1 quiet\n");
/// let kind = LoaderKind::Grub;
/// assert!(matches!(find(&tree), Loader::Known { kind: found, .. } if found == kind));
/// ```
#[must_use]
pub fn find(tree: &dyn HostTree) -> Loader {
    let known = |kind, evidence| Loader::Known { kind, evidence };
    let mut evidence = Vec::new();
    let seen = Seen { tree, by: None };
    match first(&seen, Given::WholeSystem) {
        Found::Loader(kind, evidence) => return known(kind, evidence),
        Found::NotShown(evidence) => return unknown(evidence),
        Found::None => {}
    }
    let started = started::find(tree, &programs(), &mut evidence);
    let seen = Seen {
        tree,
        by: started.by,
    };
    let given = match started.by.or(started.fits) {
        _ if started.unified => Some(Given::UnifiedImage),
        Some(program) => Some(Given::Started(program)),
        None => None,
    };
    for given in [Some(Given::Installer), given].into_iter().flatten() {
        if let Found::Loader(kind, shown) = first(&seen, given) {
            add(&mut evidence, shown);
            return known(kind, evidence);
        }
    }
    // Only where it is certain that `proxmox-boot-tool`, which has the common programs, is not used.
    let mut all = programs().into_iter();
    let is_other = all.all(|one| !one.is_common || started.excluded.contains(&one));
    let is_tool = !is_other && !tree.read_text(PROXMOX_BOOT_UUIDS).is_absent();
    if started.by.is_some() || is_tool {
        return unknown(evidence);
    }
    let (program, shown) = by_files(tree, &programs(), &started.excluded);
    add(&mut evidence, shown);
    match program.map(|program| first(&seen, Given::Started(program))) {
        Some(Found::Loader(kind, shown)) => {
            add(&mut evidence, shown);
            known(kind, evidence)
        }
        _ => unknown(evidence),
    }
}

/// Adds lines that are not there yet.
fn add(evidence: &mut Vec<Evidence>, shown: Vec<Evidence>) {
    for line in shown {
        if !evidence.contains(&line) {
            evidence.push(line);
        }
    }
}

/// The programs that the loaders' rules name.
fn programs() -> Vec<&'static Program> {
    let mut programs = Vec::new();
    for rule in LoaderKind::ALL
        .iter()
        .flat_map(|kind| kind.declaration().rules)
    {
        if let Given::Started(program) = rule.given {
            if !programs.contains(&program) {
                programs.push(program);
            }
        }
    }
    programs
}

/// The answer to a question.
enum Found {
    /// This loader, and the lines that show it.
    Loader(LoaderKind, Vec<Evidence>),
    /// A rule begins to match, and the rest of it is not in the tree.
    NotShown(Vec<Evidence>),
    /// No loader.
    None,
}

/// The loader of the first matching rule.
fn first(seen: &Seen<'_>, given: Given) -> Found {
    let mut rules: Vec<(LoaderKind, &Rule)> = LoaderKind::ALL
        .iter()
        .flat_map(|kind| kind.declaration().rules.iter().map(|rule| (*kind, rule)))
        .filter(|(_, rule)| rule.given == given)
        .collect();
    rules.order_by_key(|(_, rule)| rule.rank);
    let mut open = None;
    for (kind, rule) in rules {
        match answer(seen, rule.signs) {
            Answer::Holds(evidence) => return Found::Loader(kind, evidence),
            Answer::NotShown(evidence) if !evidence.is_empty() => {
                open = open.or(Some(evidence));
            }
            Answer::NotShown(_) | Answer::Fails => {}
        }
    }
    open.map_or(Found::None, Found::NotShown)
}

/// Evidence that changes of `/etc` are lost at a reboot or rebuild: NixOS generates it from the
/// configuration, Talos Linux and Unraid from an image.
#[must_use]
pub fn etc_not_kept(tree: &dyn HostTree, loader: &Loader) -> Option<Evidence> {
    let Loader::Known { kind, evidence } = loader else {
        return None;
    };
    let shown = kind.declaration().etc_not_kept?;
    shown(tree, evidence)
}

fn unknown(evidence: Vec<Evidence>) -> Loader {
    Loader::Unknown {
        evidence,
        would_tell: vec![
            "cat /proc/cmdline",
            "proxmox-boot-tool status",
            "bootctl status",
        ],
    }
}
