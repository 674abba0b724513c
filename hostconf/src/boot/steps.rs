//! What changes a host's kernel options, loader by loader: edits of its files, and the
//! commands that bring them into effect, or that make the change themselves.

use host_tree::HostTree;

use super::change::OptionsChange;
use super::loader::LoaderKind;
use super::parameter::Parameter;
pub use super::step::{CommandUndo, LoaderCommand, Steps, StepsRefused};
use super::step::{read, refreshed, shown};
use super::{
    by_tool, entry_steps, grub_steps, image_steps, kernel_cmdline, kernel_install, nixos_steps,
    talos,
};

/// How `change` is made on the host that `tree` shows, which boots by `kind`.
///
/// Nothing comes out for a change that is made already.
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
/// When a file is not shown or cannot be changed without a lie, or when the
/// loader's program cannot make the change; the message says what to do.
pub fn steps(
    tree: &dyn HostTree,
    kind: LoaderKind,
    change: &OptionsChange,
) -> Result<Steps, StepsRefused> {
    if change.is_empty() {
        return Ok(Steps::default());
    }
    let proxmox: &[&str] = &["proxmox-boot-tool", "refresh"];
    match kind {
        LoaderKind::Grub => grub_steps::grub(tree, change),
        LoaderKind::ProxmoxGrub => {
            let edit = grub_steps::edit(tree, change)?;
            Ok(refreshed(vec![edit], proxmox))
        }
        LoaderKind::ProxmoxSystemdBoot => {
            let edit = kernel_install::edit(tree, change)?;
            Ok(refreshed(vec![edit], proxmox))
        }
        LoaderKind::ProxmoxEither => proxmox_either(tree, change),
        LoaderKind::SystemdBoot | LoaderKind::KernelInstallUki => {
            kernel_install::steps(tree, change)
        }
        LoaderKind::Sdbootutil => {
            kernel_install::drop_ins(tree, change)?;
            let edit = kernel_install::edit(tree, change)?;
            Ok(refreshed(vec![edit], &["sdbootutil", "update-all-entries"]))
        }
        LoaderKind::SystemdBootEntries
        | LoaderKind::Refind
        | LoaderKind::Limine
        | LoaderKind::Syslinux => entry_steps::steps(tree, kind, change),
        LoaderKind::LimineEntryTool => entry_steps::limine_entry_tool(tree, change),
        LoaderKind::SdbootManage | LoaderKind::UpdateExtlinux => {
            grub_steps::variable(tree, kind, change)
        }
        LoaderKind::Kernelstub => entry_steps::kernelstub(tree, change),
        LoaderKind::MkinitcpioUki => image_steps::mkinitcpio(tree, change),
        LoaderKind::DracutUki => image_steps::dracut(tree, change),
        LoaderKind::NixOs => nixos_steps::steps(tree, change),
        LoaderKind::Talos => talos::steps(tree, change),
        LoaderKind::GrubBls
        | LoaderKind::EfiStub
        | LoaderKind::RpmOstree
        | LoaderKind::Ostree
        | LoaderKind::Bootc
        | LoaderKind::XenCmdline => by_tool::steps(tree, kind, change),
    }
}

/// The commands that bring the loader's files into effect as they are: where an option was
/// written and its menu or its entries were not generated since.
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
/// # Ok::<(), hostconf::boot::steps::StepsRefused>(())
/// ```
pub fn refresh(tree: &dyn HostTree, kind: LoaderKind) -> Result<Vec<LoaderCommand>, StepsRefused> {
    // Any change of the files is brought into effect by the same commands. An option without
    // a meaning is in no file yet.
    let any = Parameter::new("passthru.refresh", None);
    let any = any.map_err(|error| StepsRefused::Tool(error.to_string()))?;
    let change = OptionsChange {
        put: vec![any],
        ..OptionsChange::default()
    };
    let mut commands = steps(tree, kind, &change)?.commands;
    commands.retain(|command| command.undo == CommandUndo::Again);
    Ok(commands)
}

/// Both files count until it is known which loader the firmware starts; of the
/// two, one is enough to be there.
fn proxmox_either(tree: &dyn HostTree, change: &OptionsChange) -> Result<Steps, StepsRefused> {
    let mut edits = Vec::new();
    let is_shown = |path| shown(path, read(tree, path)).map(|text| text.is_some());
    if is_shown(kernel_cmdline::PATH)? {
        edits.push(kernel_install::edit(tree, change)?);
    }
    if is_shown(super::grub_files::MAIN)? {
        edits.push(grub_steps::edit(tree, change)?);
    }
    if edits.is_empty() {
        return Err(StepsRefused::NotShown {
            path: kernel_cmdline::PATH.to_owned(),
        });
    }
    Ok(refreshed(edits, &["proxmox-boot-tool", "refresh"]))
}

#[cfg(test)]
mod tests;
