//! What changes a host's kernel options: edits of the loader's files, and the
//! commands that bring them into effect, or that make the change themselves.

use pci_core::tree::{HostTree, Lookup};

use super::change::OptionsChange;
use super::command_line::CommandLine;
use super::loader::{self, LoaderKind};
use super::option_edit::CommandLineError;
use super::{
    by_tool, entry_steps, grub_steps, image_steps, kernel_cmdline, kernel_install, nixos_steps,
    talos,
};
use crate::Edit;

/// How kernel options are changed on a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Changes of files, in order; those that change nothing are left out.
    pub edits: Vec<Edit>,
    /// Commands that follow.
    pub commands: Vec<LoaderCommand>,
    /// What only a person can do, instead: each a whole instruction.
    pub by_hand: Vec<String>,
}

/// A command of a boot loader's tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoaderCommand {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// What it does.
    pub why: String,
    /// How its effect is taken back.
    pub undo: CommandUndo,
}

/// How the effect of a command is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandUndo {
    /// By the same command, once the files are as they were.
    Again,
    /// By this command.
    Run(Vec<String>),
}

impl LoaderCommand {
    /// A command that brings files into effect.
    pub(super) fn refresh<S: AsRef<str>>(argv: &[S]) -> Self {
        Self {
            argv: argv.iter().map(|word| word.as_ref().to_owned()).collect(),
            why: "writes the options where the boot loader reads them".to_owned(),
            undo: CommandUndo::Again,
        }
    }
}

/// Why a host's kernel options cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepsRefused {
    /// The tree does not show a file that is to be changed.
    #[error("{path} is not shown, and the kernel options are in it")]
    NotShown {
        /// The file.
        path: String,
    },
    /// A file cannot be changed as it is.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The loader's own program cannot make the change.
    #[error("{0}")]
    Tool(String),
    /// The options themselves cannot be changed.
    #[error(transparent)]
    Options(#[from] CommandLineError),
}

impl StepsRefused {
    pub(super) fn file<R: ToString + ?Sized>(path: &str, reason: &R) -> Self {
        Self::File {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// How `change` is made on the host that `tree` shows, which boots by `kind`.
///
/// Nothing comes out for a change that is made already.
///
/// ```
/// use hvconf::boot::change::OptionsChange;
/// use hvconf::boot::loader::LoaderKind;
/// use hvconf::boot::steps::steps;
/// use pci_core::tree::MemoryTree;
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

/// Both files count until it is known which loader the firmware starts; of the
/// two, one is enough to be there.
fn proxmox_either(tree: &dyn HostTree, change: &OptionsChange) -> Result<Steps, StepsRefused> {
    let mut edits = Vec::new();
    if tree.read(kernel_cmdline::PATH).found().is_some() {
        edits.push(kernel_install::edit(tree, change)?);
    }
    if tree.read(super::grub_files::MAIN).found().is_some() {
        edits.push(grub_steps::edit(tree, change)?);
    }
    if edits.is_empty() {
        return Err(StepsRefused::NotShown {
            path: kernel_cmdline::PATH.to_owned(),
        });
    }
    Ok(refreshed(edits, &["proxmox-boot-tool", "refresh"]))
}

/// Edits, and the command that brings them into effect where there are any.
pub(super) fn refreshed<S: AsRef<str>>(edits: Vec<Edit>, argv: &[S]) -> Steps {
    let edits: Vec<Edit> = edits.into_iter().filter(|edit| !edit.is_noop()).collect();
    let needed = !edits.is_empty() && !argv.is_empty();
    let commands = needed.then(|| LoaderCommand::refresh(argv));
    Steps {
        edits,
        commands: commands.into_iter().collect(),
        by_hand: Vec::new(),
    }
}

/// The text of a file that has to be there.
pub(super) fn text(tree: &dyn HostTree, path: &str) -> Result<String, StepsRefused> {
    match tree.read(path) {
        Lookup::Found(bytes) => {
            String::from_utf8(bytes).map_err(|_| StepsRefused::file(path, "is not UTF-8"))
        }
        Lookup::Unreadable(reason) => Err(StepsRefused::file(path, &reason)),
        Lookup::Absent => Err(StepsRefused::file(path, "expected the file, found none")),
        Lookup::NotShown => Err(StepsRefused::NotShown {
            path: path.to_owned(),
        }),
    }
}

/// The running kernel's options, for programs that are told what goes and what
/// comes.
pub(super) fn running(tree: &dyn HostTree) -> Result<CommandLine, StepsRefused> {
    match super::running::options(tree) {
        Some((text, _)) => Ok(CommandLine::parse(&text)),
        None => Err(StepsRefused::NotShown {
            path: loader::RUNNING_OPTIONS.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pci_core::tree::MemoryTree;

    fn change() -> OptionsChange {
        OptionsChange {
            put: ["iommu=pt", "vfio-pci.ids=10de:2d04"]
                .map(|text| text.parse().unwrap())
                .to_vec(),
            remove: vec!["amd_iommu=on".parse().unwrap()],
            ..OptionsChange::default()
        }
    }

    fn tree(files: &[(&str, &str)]) -> MemoryTree {
        let mut tree = MemoryTree::partial();
        for (path, text) in files {
            tree.insert_file(path, *text);
        }
        tree
    }

    /// The steps, which come to nothing once they are done.
    fn made(kind: LoaderKind, tree: &mut MemoryTree) -> Steps {
        let found =
            steps(tree, kind, &change()).unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        for edit in &found.edits {
            tree.insert_file(&edit.path, edit.after.as_bytes());
        }
        if !found.edits.is_empty() {
            let again = steps(tree, kind, &change()).unwrap();
            assert_eq!(again, Steps::default(), "{kind:?}");
        }
        found
    }

    fn argv(steps: &Steps) -> String {
        let all = steps.commands.iter().map(|command| command.argv.join(" "));
        all.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn each_loader_has_its_file_and_its_command() {
        let new = "iommu=pt vfio-pci.ids=10de:2d04";
        for (kind, path, before, after, command) in [
            (
                LoaderKind::SdbootManage,
                "/etc/sdboot-manage.conf",
                "#LINUX_OPTIONS=\"\"\nLINUX_OPTIONS=\"quiet amd_iommu=on\"\n",
                "#LINUX_OPTIONS=\"\"\nLINUX_OPTIONS=\"quiet NEW\"\n",
                "sdboot-manage gen",
            ),
            (
                LoaderKind::UpdateExtlinux,
                "/etc/update-extlinux.conf",
                "default_kernel_opts=quiet\nroot=x\n",
                "default_kernel_opts=quiet\\ iommu=pt\\ vfio-pci.ids=10de:2d04\nroot=x\n",
                "update-extlinux",
            ),
            (
                LoaderKind::Sdbootutil,
                "/etc/kernel/cmdline",
                "root=/dev/sda2 quiet\n",
                "root=/dev/sda2 quiet NEW\n",
                "sdbootutil update-all-entries",
            ),
            (
                LoaderKind::Kernelstub,
                "/etc/kernelstub/configuration",
                "{\"user\":{\"kernel_options\":[\"quiet\"]}}",
                "{\"user\":{\"kernel_options\":[\"quiet\", \"iommu=pt\", \"vfio-pci.ids=10de:2d04\"]}}",
                "kernelstub",
            ),
            (
                LoaderKind::LimineEntryTool,
                "/etc/default/limine",
                "KERNEL_CMDLINE[default]=\"root=/dev/sda2\"\n",
                "KERNEL_CMDLINE[default]=\"root=/dev/sda2 NEW\"\n",
                "limine-update",
            ),
            (
                LoaderKind::Limine,
                "/boot/limine.conf",
                "/A\nprotocol: linux\ncmdline: root=/dev/sda2\n",
                "/A\nprotocol: linux\ncmdline: root=/dev/sda2 NEW\n",
                "",
            ),
            (
                LoaderKind::Refind,
                "/boot/refind_linux.conf",
                "\"a\" \"root=/dev/sda2\"\n",
                "\"a\" \"root=/dev/sda2 NEW\"\n",
                "",
            ),
            (
                LoaderKind::Syslinux,
                "/boot/extlinux/extlinux.conf",
                "label a\nlinux /v\nappend root=/dev/sda2\n",
                "label a\nlinux /v\nappend root=/dev/sda2 NEW\n",
                "",
            ),
            (
                LoaderKind::SystemdBootEntries,
                "/boot/loader/entries/arch.conf",
                "linux /v\noptions root=/dev/sda2\n",
                "linux /v\noptions root=/dev/sda2 NEW\n",
                "",
            ),
        ] {
            let found = made(kind, &mut tree(&[(path, before)]));
            assert_eq!(found.edits[0].path, path);
            assert_eq!(found.edits[0].after, after.replace("NEW", new), "{kind:?}");
            assert_eq!(
                (argv(&found).as_str(), found.edits.len()),
                (command, 1),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn kernel_install_writes_the_entries_of_the_kernels_that_are_shown() {
        let mut host = tree(&[(
            "/proc/cmdline",
            "initrd=\\a\\6.1.0\\i root=/dev/sda2 ro amd_iommu=on\n",
        )]);
        host.insert_absent("/etc/kernel/cmdline");
        let found = made(LoaderKind::SystemdBoot, &mut host);
        assert_eq!(found.edits[0].before, None);
        assert_eq!(
            found.edits[0].after,
            "root=/dev/sda2 ro iommu=pt vfio-pci.ids=10de:2d04\n"
        );
        assert!(argv(&found).starts_with("sh -c for k in"));
        let mut host = tree(&[
            ("/etc/kernel/cmdline", "root=/dev/sda2\n"),
            ("/lib/modules/6.1.0/vmlinuz", ""),
        ]);
        host.insert_directory("/lib/modules", true);
        let found = made(LoaderKind::SystemdBoot, &mut host);
        assert_eq!(
            argv(&found),
            "kernel-install add 6.1.0 /lib/modules/6.1.0/vmlinuz"
        );
        let hidden = steps(&MemoryTree::partial(), LoaderKind::SystemdBoot, &change());
        assert!(matches!(hidden, Err(StepsRefused::NotShown { .. })));
        let own = tree(&[
            ("/etc/kernel/cmdline", "root=a\n"),
            ("/etc/kernel/uki.conf", "[UKI]\nCmdline=x\n"),
        ]);
        assert!(matches!(
            steps(&own, LoaderKind::KernelInstallUki, &change()),
            Err(StepsRefused::File { .. })
        ));
    }

    #[test]
    fn images_have_the_options_of_their_builders_files() {
        let mut host = tree(&[(
            "/etc/cmdline.d/root.conf",
            "# root\nroot=/dev/sda2 amd_iommu=on\n",
        )]);
        host.insert_directory("/etc/cmdline.d", true);
        host.insert_absent("/etc/kernel/cmdline");
        let found = made(LoaderKind::MkinitcpioUki, &mut host);
        assert_eq!(found.edits[0].after, "# root\nroot=/dev/sda2\n");
        assert_eq!(found.edits[1].path, "/etc/cmdline.d/passthru.conf");
        assert_eq!(found.edits[1].after, "iommu=pt vfio-pci.ids=10de:2d04\n");
        assert_eq!(argv(&found), "mkinitcpio -P");
        let both = tree(&[
            ("/etc/cmdline.d/a.conf", "a\n"),
            ("/etc/kernel/cmdline", "root=a\n"),
        ]);
        assert!(steps(&both, LoaderKind::MkinitcpioUki, &change()).is_err());

        let mut host = tree(&[(
            "/etc/dracut.conf.d/a.conf",
            "uefi=\"yes\"\nkernel_cmdline+=\" quiet amd_iommu=on \"\n",
        )]);
        host.insert_directory("/etc/dracut.conf.d", true);
        let found = made(LoaderKind::DracutUki, &mut host);
        assert_eq!(
            found.edits[0].after,
            "uefi=\"yes\"\nkernel_cmdline+=\" quiet \"\n"
        );
        assert_eq!(
            found.edits[1].after,
            "kernel_cmdline+=\" iommu=pt vfio-pci.ids=10de:2d04 \"\n"
        );
        let anew = tree(&[("/etc/dracut.conf", "kernel_cmdline=\"a\"\n")]);
        assert!(steps(&anew, LoaderKind::DracutUki, &change()).is_err());
    }

    #[test]
    fn programs_are_told_what_goes_and_what_comes() {
        let running = (
            "/proc/cmdline",
            "BOOT_IMAGE=(hd0,gpt2)/v root=/dev/sda2 amd_iommu=on vfio-pci.ids=1:2\n",
        );
        let entry = (
            "/boot/loader/entries/a.conf",
            "linux /v\noptions $kernelopts $tuned_params\n",
        );
        let env = format!(
            "# GRUB Environment Block\nkernelopts=root=/dev/sda2 amd_iommu=on \n{}",
            "#".repeat(900)
        );
        let host = tree(&[running, entry, ("/boot/grub2/grubenv", &env)]);
        let found = steps(&host, LoaderKind::GrubBls, &change()).unwrap();
        assert_eq!(
            argv(&found),
            "grubby --update-kernel=ALL --remove-args=amd_iommu=on --args=iommu=pt vfio-pci.ids=10de:2d04"
        );
        let CommandUndo::Run(undo) = &found.commands[0].undo else {
            panic!("run")
        };
        assert_eq!(
            undo[2..],
            [
                "--remove-args=iommu=pt vfio-pci.ids=10de:2d04",
                "--args=amd_iommu=on"
            ]
        );

        let found = steps(&host, LoaderKind::RpmOstree, &change()).unwrap();
        assert_eq!(
            argv(&found),
            "rpm-ostree kargs --delete-if-present=amd_iommu=on --delete-if-present=vfio-pci.ids=1:2 \
             --append-if-missing=vfio-pci.ids=1:2,10de:2d04 --append-if-missing=iommu=pt"
        );
        let found = steps(&host, LoaderKind::XenCmdline, &change()).unwrap();
        let program = loader::XEN_CMDLINE;
        assert_eq!(
            argv(&found),
            format!(
                "{program} --set-dom0 vfio-pci.ids=1:2,10de:2d04; {program} --set-dom0 iommu=pt; \
                     {program} --delete-dom0 amd_iommu"
            )
        );
        assert!(steps(&host, LoaderKind::Ostree, &change()).is_err());
        assert!(steps(&host, LoaderKind::Bootc, &change()).is_err());
        assert!(steps(&host, LoaderKind::EfiStub, &change()).is_err());
        let video = OptionsChange {
            put: ["video=efifb:off", "video=vesafb:off"]
                .map(|text| text.parse().unwrap())
                .to_vec(),
            ..OptionsChange::default()
        };
        assert!(matches!(
            steps(&host, LoaderKind::GrubBls, &video),
            Err(StepsRefused::Tool(_))
        ));
        let found = steps(&host, LoaderKind::RpmOstree, &video).unwrap();
        assert_eq!(
            argv(&found),
            "rpm-ostree kargs --append=video=efifb:off --append=video=vesafb:off"
        );
        let found = steps(&host, LoaderKind::Bootc, &video).unwrap();
        assert!(found.by_hand[0].contains("kargs = [\"video=efifb:off\", \"video=vesafb:off\"]"));
        assert!(
            steps(&host, LoaderKind::Ostree, &video).unwrap().by_hand[0]
                .contains("--append-if-missing=video=efifb:off")
        );
    }

    #[test]
    fn talos_is_changed_from_outside() {
        let uki = tree(&[("/proc/cmdline", "talos.platform=metal amd_iommu=on\n")]);
        let found = steps(&uki, LoaderKind::Talos, &change()).unwrap();
        assert!(found.by_hand[0].contains(
            "customization:\n  extraKernelArgs:\n    - \"-amd_iommu=on\"\n    - \"iommu=pt\"\n"
        ));
        let grub = tree(&[(
            "/proc/cmdline",
            "BOOT_IMAGE=/A/vmlinuz talos.platform=metal\n",
        )]);
        let found = steps(&grub, LoaderKind::Talos, &change()).unwrap();
        assert!(
            found.by_hand[0]
                .contains("machine:\n  install:\n    extraKernelArgs:\n      - \"iommu=pt\"\n")
        );
    }

    #[test]
    fn nixos_gets_a_module_and_an_import() {
        let configuration = "{ config, ... }:\n{\n  imports = [ ./hardware-configuration.nix ];\n  boot.kernelParams = [ \"amd_iommu=on\" \"quiet\" ];\n}\n";
        let mut host = tree(&[
            ("/etc/nixos/configuration.nix", configuration),
            (
                "/proc/cmdline",
                "init=/nix/store/x/init amd_iommu=on quiet\n",
            ),
        ]);
        host.insert_absent("/etc/nixos/passthru.nix");
        let found = steps(&host, LoaderKind::NixOs, &change()).unwrap();
        assert_eq!(
            found.edits[0].after,
            "# Written by passthru, imported by configuration.nix.\n{ ... }:\n{\n  \
             boot.initrd.kernelModules = [ \"vfio_pci\" \"vfio\" \"vfio_iommu_type1\" ];\n  \
             boot.kernelParams = [\"iommu=pt\" \"vfio-pci.ids=10de:2d04\" ];\n}\n"
        );
        assert!(found.edits[1].after.contains(
            "[ ./hardware-configuration.nix ./passthru.nix ];\n  boot.kernelParams = [ \"quiet\" ];"
        ));
        assert_eq!(argv(&found), "nixos-rebuild boot");
        let elsewhere = tree(&[
            ("/etc/nixos/configuration.nix", "{ }\n"),
            ("/proc/cmdline", "init=/nix/store/x/init amd_iommu=on\n"),
        ]);
        assert!(matches!(
            steps(&elsewhere, LoaderKind::NixOs, &change()),
            Err(StepsRefused::File { .. })
        ));
    }

    #[test]
    fn grub_options_go_where_the_host_has_them() {
        let debian = ("/etc/os-release", "ID=debian\n");
        let rhel = (
            "/etc/os-release",
            "ID=\"centos\"\nID_LIKE=\"rhel fedora\"\n",
        );
        let main = |text: &'static str| (super::super::grub_files::MAIN, text);
        let after = |files: &[(&str, &str)]| {
            let found = made(LoaderKind::Grub, &mut tree(files));
            (found.edits[0].after.clone(), argv(&found))
        };
        let both =
            main("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nGRUB_CMDLINE_LINUX=\"amd_iommu=on\"\n");
        let new = "iommu=pt vfio-pci.ids=10de:2d04";
        assert_eq!(
            after(&[debian, both]),
            (
                format!("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet {new}\"\nGRUB_CMDLINE_LINUX=\"\"\n"),
                "update-grub".to_owned()
            )
        );
        let every = main("GRUB_CMDLINE_LINUX=\"rhgb\"\n");
        assert_eq!(
            after(&[rhel, every]),
            (
                format!("GRUB_CMDLINE_LINUX=\"rhgb {new}\"\n"),
                "grub2-mkconfig -o /boot/grub2/grub.cfg".to_owned()
            )
        );
        let xen = main(
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nGRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT=\"x\"\n",
        );
        let dom0 = ("/sys/hypervisor/type", "xen\n");
        assert!(
            after(&[debian, xen])
                .0
                .starts_with(&format!("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet {new}\"\n"))
        );
        assert!(
            after(&[debian, xen, dom0])
                .0
                .ends_with(&format!("DEFAULT=\"x {new}\"\n"))
        );
        // A drop-in does not count where GRUB's own script does not read it.
        let drop_in = ("/etc/default/grub.d/x.cfg", "GRUB_CMDLINE_LINUX=\"\"\n");
        let mut host = tree(&[rhel, every, drop_in]);
        host.insert_directory("/etc/default/grub.d", true);
        assert!(steps(&host, LoaderKind::Grub, &change()).is_ok());
        host.insert_file(debian.0, debian.1);
        assert!(matches!(
            steps(&host, LoaderKind::Grub, &change()),
            Err(StepsRefused::Tool(_))
        ));
    }
}
