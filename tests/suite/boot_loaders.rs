//! Hosts with different boot loaders: what a plan changes so that their kernels get
//! the options, as one who knows the host would do it.

use crate::command::passthru;

/// Host, loader, files with what they say afterwards, commands, and what is left to
/// a person.
struct Expected {
    host: &'static str,
    target: &'static str,
    edits: &'static [(&'static str, &'static str)],
    commands: &'static [&'static str],
    by_hand: &'static str,
}

const HOSTS: [Expected; 6] = [
    Expected {
        host: "zfs-systemd-boot",
        target: "proxmox",
        edits: &[(
            "/etc/kernel/cmdline",
            "root=ZFS=rpool/ROOT/pve-1 boot=zfs initcall_blacklist=sysfb_init\n",
        )],
        commands: &["proxmox-boot-tool refresh"],
        by_hand: "",
    },
    Expected {
        host: "lvm-grub",
        target: "libvirt",
        edits: &[(
            "/etc/default/grub",
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on initcall_blacklist=sysfb_init\"\n",
        )],
        commands: &["update-grub"],
        by_hand: "",
    },
    Expected {
        host: "unraid",
        target: "libvirt",
        edits: &[
            (
                "/boot/syslinux/syslinux.cfg",
                "  append initrd=/bzroot initcall_blacklist=sysfb_init\n\
                 label Unraid OS GUI Mode\n  kernel /bzimage\n  \
                 append initrd=/bzroot,/bzroot-gui initcall_blacklist=sysfb_init\n\
                 label Unraid OS Safe Mode (no plugins, no GUI)\n  kernel /bzimage\n  append initrd=/bzroot unraidsafemode\n",
            ),
            (
                "/boot/config/vfio-pci.cfg",
                "BIND=0000:01:00.0|10de:2504 0000:01:00.1|10de:228e\n",
            ),
        ],
        commands: &[],
        by_hand: "",
    },
    Expected {
        host: "nixos",
        target: "libvirt",
        edits: &[
            (
                "/etc/nixos/passthru.nix",
                "{\n  boot.initrd.kernelModules = [ \"vfio_pci\" \"vfio\" \"vfio_iommu_type1\" ];\n  \
                 boot.kernelParams = [\"initcall_blacklist=sysfb_init\" \"vfio-pci.ids=10de:2504,10de:228e\" ];\n}\n",
            ),
            (
                "/etc/nixos/configuration.nix",
                "      ./hardware-configuration.nix ./passthru.nix\n    ];\n",
            ),
            (
                "/etc/nixos/configuration.nix",
                "  boot.kernelParams = [ \"quiet\" ];\n",
            ),
        ],
        commands: &["nixos-rebuild boot"],
        by_hand: "",
    },
    Expected {
        host: "talos",
        target: "libvirt",
        edits: &[],
        commands: &[],
        by_hand: "customization:\n  extraKernelArgs:\n    - \"initcall_blacklist=sysfb_init\"\n    \
                  - \"vfio-pci.ids=10de:2504,10de:228e\"\n",
    },
    Expected {
        host: "popos",
        target: "libvirt",
        edits: &[(
            "/etc/kernelstub/configuration",
            "      \"splash\",\n      \"initcall_blacklist=sysfb_init\",\n      \
             \"vfio-pci.ids=10de:2504,10de:228e\"\n    ],\n",
        )],
        commands: &["kernelstub"],
        by_hand: "",
    },
];

#[test]
fn each_hosts_options_are_written_where_its_loader_reads_them() {
    for expected in &HOSTS {
        let root = format!("examples/hosts/{}/before", expected.host);
        let run = passthru(&[
            "plan",
            "01:00.0",
            "--for",
            expected.target,
            "--json",
            "--root",
            &root,
        ]);
        assert!(run.status < 2, "{}: {}", expected.host, run.err);
        let plan = run.json();
        for (path, part) in expected.edits {
            let edits = plan["edits"].as_array().unwrap();
            let edit = edits.iter().find(|edit| edit["path"] == *path);
            let edit =
                edit.unwrap_or_else(|| panic!("{}: no edit of {path}: {plan}", expected.host));
            let after = edit["after"].as_str().unwrap();
            assert!(after.contains(part), "{}: {path}:\n{after}", expected.host);
        }
        let commands: Vec<String> = plan["commands"]
            .as_array()
            .unwrap()
            .iter()
            .map(|command| {
                let words = command["argv"].as_array().unwrap().iter();
                words
                    .map(|word| word.as_str().unwrap())
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        for wanted in expected.commands {
            assert!(
                commands.iter().any(|command| command == wanted),
                "{}: {commands:?}",
                expected.host
            );
        }
        let manual = plan["manual_steps"]
            .to_string()
            .replace("\\n", "\n")
            .replace("\\\"", "\"");
        assert!(
            manual.contains(expected.by_hand),
            "{}: {manual}",
            expected.host
        );
        assert!(plan["reboot_reason"].is_string(), "{}", expected.host);
    }
}

/// Where `/etc` is not kept, no file of it is edited.
#[test]
fn hosts_that_are_made_from_elsewhere_keep_their_etc() {
    for host in ["unraid", "nixos", "talos"] {
        let root = format!("examples/hosts/{host}/before");
        let run = passthru(&[
            "plan", "01:00.0", "--for", "libvirt", "--json", "--root", &root,
        ]);
        let plan = run.json();
        for edit in plan["edits"].as_array().unwrap() {
            let path = edit["path"].as_str().unwrap();
            let own = path.starts_with("/boot/") || path.starts_with("/etc/nixos/");
            assert!(own, "{host}: {path}");
        }
    }
}

/// The kernel options alone: of hosts whose initramfs is another matter.
#[test]
fn fedora_and_centos_have_their_own_commands() {
    use hostconf::boot::change::OptionsChange;
    use hostconf::boot::loader::{Loader, LoaderKind, find};
    use hostconf::boot::steps::steps;
    let change = OptionsChange {
        put: vec!["intel_iommu=on".parse().unwrap()],
        remove: vec!["video=efifb:off".parse().unwrap()],
        ..OptionsChange::default()
    };
    for (host, kind, argv) in [
        (
            "fedora-bls",
            LoaderKind::GrubBls,
            "grubby --update-kernel=ALL --remove-args=video=efifb:off --args=intel_iommu=on",
        ),
        (
            "centos7-uefi",
            LoaderKind::Grub,
            "grub2-mkconfig -o /boot/efi/EFI/centos/grub.cfg",
        ),
    ] {
        let root = format!(
            "{}/../examples/hosts/{host}/before",
            env!("CARGO_MANIFEST_DIR")
        );
        let tree = host_tree::DirTree::open(&root).unwrap();
        let Loader::Known {
            kind: found,
            evidence,
        } = find(&tree)
        else {
            panic!("{host}: {:?}", find(&tree));
        };
        assert_eq!(found, kind, "{host}: {evidence:?}");
        let steps = steps(&tree, kind, &change).unwrap();
        assert_eq!(steps.commands[0].argv.join(" "), argv);
        for edit in steps.edits {
            let options = "GRUB_CMDLINE_LINUX=\"crashkernel=auto rd.lvm.lv=centos/root rhgb quiet intel_iommu=on\"\n";
            assert!(edit.after.contains(options), "{}", edit.after);
        }
    }
}
