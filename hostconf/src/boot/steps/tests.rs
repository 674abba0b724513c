//! Steps of each loader.

use host_tree::MemoryTree;

use super::super::loader;
use super::*;
use crate::ErrorKind;

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

/// The steps, which are empty once they are applied.
fn made(kind: LoaderKind, tree: &mut MemoryTree) -> Steps {
    let found = steps(tree, kind, &change()).unwrap_or_else(|error| panic!("{kind:?}: {error}"));
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
    assert_eq!(hidden.unwrap_err().kind(), ErrorKind::NotShown);
    let own = tree(&[
        ("/etc/kernel/cmdline", "root=a\n"),
        ("/etc/kernel/uki.conf", "[UKI]\nCmdline=x\n"),
    ]);
    let error = steps(&own, LoaderKind::KernelInstallUki, &change()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OtherSource);
    assert_eq!(error.path(), Some("/etc/kernel/uki.conf"));
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
    let without_edit = tree(&[("/etc/dracut.conf", "kernel_cmdline=\"a\"\n")]);
    assert!(steps(&without_edit, LoaderKind::DracutUki, &change()).is_err());
}

/// grubby replaces all options of a given name.
#[test]
fn kept_options_are_passed_to_grubby_with_added_ones() {
    let entry = "linux /v\noptions root=/dev/sda2 video=HDMI-A-1:e video=efifb:off\n";
    let host = tree(&[("/boot/loader/entries/a.conf", entry)]);
    let text = |words: &[&str]| words.iter().map(|word| word.parse().unwrap()).collect();
    for (put, remove, wanted, undo) in [
        (
            &[][..],
            &["video=efifb:off"][..],
            "--remove-args=video=efifb:off",
            "--args=video=HDMI-A-1:e video=efifb:off",
        ),
        (
            &["video=vesafb:off"],
            &[],
            "--args=video=HDMI-A-1:e video=efifb:off video=vesafb:off",
            "--remove-args=video=vesafb:off",
        ),
    ] {
        let change = OptionsChange {
            put: text(put),
            remove: text(remove),
            ..OptionsChange::default()
        };
        let found = steps(&host, LoaderKind::GrubBls, &change).unwrap();
        assert_eq!(argv(&found), format!("grubby --update-kernel=ALL {wanted}"));
        let CommandUndo::Run(back) = &found.commands[0].undo else {
            panic!("run")
        };
        assert_eq!(back[2..], [undo]);
    }
    let hidden = OptionsChange {
        put: text(&["xen-pciback.hide=(0000:01:00.0)"]),
        ..OptionsChange::default()
    };
    let refused = steps(&host, LoaderKind::GrubBls, &hidden);
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unsupported);
}

/// sdbootutil appends the files of a folder to `/etc/kernel/cmdline`.
#[test]
fn a_drop_in_that_counts_after_the_edit_is_named() {
    let line = ("/etc/kernel/cmdline", "root=/dev/sda2 quiet\n");
    let with = |text: &str| {
        let mut host = tree(&[line, ("/etc/kernel/cmdline.d/10-x", text)]);
        host.insert_directory("/etc/kernel/cmdline.d", true);
        steps(&host, LoaderKind::Sdbootutil, &change())
    };
    assert!(with("# amd_iommu=on\nsplash=silent\n").is_ok());
    for text in ["splash amd_iommu=on\n", "vfio-pci.ids=1:2\n"] {
        let refused = with(text).unwrap_err().to_string();
        assert!(refused.contains("/etc/kernel/cmdline.d/10-x"), "{refused}");
    }
}

#[test]
fn programs_get_removed_and_added_options() {
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
    let found = steps(&host, LoaderKind::GrubBls, &video).unwrap();
    assert_eq!(
        argv(&found),
        "grubby --update-kernel=ALL --args=video=efifb:off video=vesafb:off"
    );
    let found = steps(&host, LoaderKind::RpmOstree, &video).unwrap();
    assert_eq!(
        argv(&found),
        "rpm-ostree kargs --append=video=efifb:off --append=video=vesafb:off"
    );
    let found = steps(&host, LoaderKind::Bootc, &video).unwrap();
    assert!(found.manual[0].contains("kargs = [\"video=efifb:off\", \"video=vesafb:off\"]"));
    assert!(
        steps(&host, LoaderKind::Ostree, &video).unwrap().manual[0]
            .contains("--append-if-missing=video=efifb:off")
    );
}

#[test]
fn talos_is_changed_from_outside() {
    let uki = tree(&[("/proc/cmdline", "talos.platform=metal amd_iommu=on\n")]);
    let found = steps(&uki, LoaderKind::Talos, &change()).unwrap();
    assert!(found.manual[0].contains(
        "customization:\n  extraKernelArgs:\n    - \"-amd_iommu=on\"\n    - \"iommu=pt\"\n"
    ));
    let grub = tree(&[(
        "/proc/cmdline",
        "BOOT_IMAGE=/A/vmlinuz talos.platform=metal\n",
    )]);
    let found = steps(&grub, LoaderKind::Talos, &change()).unwrap();
    assert!(
        found.manual[0]
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
    let error = steps(&elsewhere, LoaderKind::NixOs, &change()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OtherSource);
}

#[test]
fn grub_options_are_written_where_the_host_has_them() {
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
    let both = main("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nGRUB_CMDLINE_LINUX=\"amd_iommu=on\"\n");
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
    // A drop-in has no effect where GRUB's own script does not read it.
    let drop_in = ("/etc/default/grub.d/x.cfg", "GRUB_CMDLINE_LINUX=\"\"\n");
    let mut host = tree(&[rhel, every, drop_in]);
    host.insert_directory("/etc/default/grub.d", true);
    assert!(steps(&host, LoaderKind::Grub, &change()).is_ok());
    host.insert_file(debian.0, debian.1);
    let error = steps(&host, LoaderKind::Grub, &change()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Overridden);
}

/// `kernel/params.c`, `parse_args`: what follows a lone `--` is for init.
#[test]
fn options_for_init_are_kept_and_have_no_effect() {
    let new = "iommu=pt vfio-pci.ids=10de:2d04";
    let init = "amd_iommu=on iommu=pt vfio-pci.ids=1:2";
    // GRUB writes the options for normal boots after those for every entry.
    for (before, after) in [
        (
            format!("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet -- {init}\"\n"),
            format!("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet {new} -- {init}\"\n"),
        ),
        (
            format!("GRUB_CMDLINE_LINUX_DEFAULT=\"{init}\"\nGRUB_CMDLINE_LINUX=\"root=a -- 3\"\n"),
            format!(
                "GRUB_CMDLINE_LINUX_DEFAULT=\"{init}\"\nGRUB_CMDLINE_LINUX=\"root=a {new} -- 3\"\n"
            ),
        ),
        (
            format!("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nGRUB_CMDLINE_LINUX=\"-- {init}\"\n"),
            format!(
                "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nGRUB_CMDLINE_LINUX=\"{new} -- {init}\"\n"
            ),
        ),
        (
            format!(
                "GRUB_CMDLINE_LINUX_DEFAULT=\"amd_iommu=on -- {init}\"\nGRUB_CMDLINE_LINUX=\"x amd_iommu=on\"\n"
            ),
            format!("GRUB_CMDLINE_LINUX_DEFAULT=\"{new} -- {init}\"\nGRUB_CMDLINE_LINUX=\"x\"\n"),
        ),
    ] {
        let mut host = tree(&[("/etc/default/grub", &before)]);
        host.insert_directory("/etc/default/grub.d", true);
        let found = made(LoaderKind::ProxmoxGrub, &mut host);
        assert_eq!(found.edits[0].after, after);
    }
    // Of several lines of one entry those after it.
    let entry = format!("linux /v\noptions root=a\noptions quiet -- 3\noptions {init}\n");
    let mut host = tree(&[("/boot/loader/entries/a.conf", &entry)]);
    let found = made(LoaderKind::SystemdBootEntries, &mut host);
    assert_eq!(
        found.edits[0].after,
        entry.replace("quiet", &format!("quiet {new}"))
    );
    // Where others are put together after it, and where a program appends.
    let parts = |first: &str| {
        let mut host = tree(&[
            ("/etc/cmdline.d/a.conf", first),
            ("/etc/cmdline.d/b.conf", "quiet\n"),
        ]);
        host.insert_directory("/etc/cmdline.d", true);
        host.insert_absent("/etc/kernel/cmdline");
        steps(&host, LoaderKind::MkinitcpioUki, &change())
    };
    assert!(parts("root=a\n").is_ok());
    let refused = parts("root=a -- 3\n").unwrap_err().to_string();
    assert!(
        refused.starts_with("/etc/cmdline.d/a.conf: line 1: a lone --"),
        "{refused}"
    );
    let host = tree(&[("/proc/cmdline", "root=a -- 3\n")]);
    for kind in [
        LoaderKind::GrubBls,
        LoaderKind::RpmOstree,
        LoaderKind::XenCmdline,
    ] {
        let refused = steps(&host, kind, &change()).unwrap_err().to_string();
        assert!(refused.contains("a lone --"), "{refused}");
    }
}
