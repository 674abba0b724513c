//! Steps that change a host's kernel options, for each loader: edits of its files, and the commands
//! that apply them, or that make the change themselves.

use super::change::OptionsChange;
use super::loader::LoaderKind;
use super::loader::declaration::{Change, Refresh};
use super::menu;
use super::parameter::Parameter;
use super::step::refreshed;
pub use super::step::{CommandUndo, LoaderCommand, Steps};
use crate::error::Error;
use host_tree::HostTree;

/// Returns the steps that make `change` on the host of `tree`, which boots by `kind`.
///
/// Empty for a change that is already made.
///
/// ```
/// use hostconf::boot::change::OptionsChange;
/// use hostconf::boot::loader::LoaderKind;
/// use hostconf::boot::steps::steps;
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// tree.insert_file("/etc/kernel/cmdline", "root=ZFS=rpool/ROOT/pve-1 boot=zfs\n");
/// let change = OptionsChange { put: vec!["iommu=pt".parse()?], ..OptionsChange::default() };
/// let steps = steps(&tree, LoaderKind::ProxmoxSystemdBoot, &change)?;
/// assert_eq!(steps.edits[0].after, "root=ZFS=rpool/ROOT/pve-1 boot=zfs iommu=pt\n");
/// assert_eq!(steps.commands[0].argv, ["proxmox-boot-tool", "refresh"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If a file is not in the tree or cannot be changed correctly, or if the loader's program cannot
/// make the change; the message has the manual step.
pub fn steps(
    tree: &dyn HostTree,
    kind: LoaderKind,
    change: &OptionsChange,
) -> Result<Steps, Error> {
    if change.is_empty() {
        return Ok(Steps::default());
    }
    let loader = kind.declaration();
    let edits = match loader.change {
        Change::Menu(menu) => menu::edits(menu, tree, change)?,
        Change::Variable(file) => vec![file.edit(tree, change)?],
        Change::Edits(edits) => edits(tree, change)?,
        Change::Steps(steps) => return steps(tree, change),
    };
    let refresh = match loader.refresh {
        Refresh::Run(argv) => argv,
        Refresh::Not | Refresh::Found(_) => &[],
    };
    Ok(refreshed(edits, refresh))
}

/// Returns the commands that apply the loader's files as they are: if an option was written but the
/// menu or its entries were not regenerated since.
///
/// # Errors
///
/// As for [`steps`].
///
/// ```
/// use hostconf::boot::loader::LoaderKind;
/// use hostconf::boot::steps::refresh;
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// tree.insert_file("/etc/kernel/cmdline", "root=ZFS=rpool intel_iommu=on\n");
/// let commands = refresh(&tree, LoaderKind::ProxmoxSystemdBoot)?;
/// assert_eq!(commands[0].argv, ["proxmox-boot-tool", "refresh"]);
/// # Ok::<(), hostconf::Error>(())
/// ```
pub fn refresh(tree: &dyn HostTree, kind: LoaderKind) -> Result<Vec<LoaderCommand>, Error> {
    // Any change of the files is brought into effect by the same commands. An option without
    // a meaning is in no file yet.
    let any = Parameter::new("passthru.refresh", None)?;
    let change = OptionsChange {
        put: vec![any],
        ..OptionsChange::default()
    };
    let mut commands = steps(tree, kind, &change)?.commands;
    commands.retain(|command| command.undo == CommandUndo::Repeat);
    Ok(commands)
}

#[cfg(test)]
mod tests;
