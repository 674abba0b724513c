//! Boot loaders' other files against the programs that read their languages:
//! grub-mkconfig, nix-instantiate, bash, Python's JSON, YAML and TOML.

use std::path::Path;
use std::process::Output;

use host_tree::MemoryTree;
use hostconf::boot::change::OptionsChange;
use hostconf::boot::kernelstub::Configuration;
use hostconf::boot::limine_entry_tool::Defaults;
use hostconf::boot::loader::LoaderKind;
use hostconf::boot::steps::steps;
use hostconf::boot::{CommandLine, kargs_toml, talos};
use testkit::Scratch;
use testkit::program::{find, run};
use testkit::random::{Random, seed};
use testkit::skipped::missing;

fn change() -> OptionsChange {
    OptionsChange {
        put: vec![
            "iommu=pt".parse().unwrap(),
            "vfio-pci.ids=10de:2d04,10de:22eb".parse().unwrap(),
            "xen-pciback.hide=(0000:01:00.0)".parse().unwrap(),
        ],
        remove: vec!["amd_iommu=on".parse().unwrap()],
        ..OptionsChange::default()
    }
}

/// Whether the change shows in `options`, as the kernel would get them.
fn is_made(options: &str) -> bool {
    let line = CommandLine::parse(options);
    change().difference(&line).unwrap() == hostconf::boot::change::Difference::default()
}

fn text_of(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Puts a scratch `/etc/default`, `/boot` and `/etc/grub.d` in the place of the
/// machine's for one run of grub-mkconfig. What grub-probe would find out about disks
/// is made up.
const MKCONFIG: &str = "set -e; mount --bind \"$1/default\" /etc/default
mount --bind \"$1/boot\" /boot; mount --bind \"$1/grub-probe\" \"$2\"
mount --bind \"$1/grub.d\" /etc/grub.d; exec grub-mkconfig";

const PROBE: &str = "#!/bin/sh\ncase \"$*\" in *fs_uuid*) echo 0000-0000;; *target=fs*) echo ext2;; \
                     *target=device*) echo /dev/sda1;; *) echo unknown;; esac\n";

#[test]
fn grub_mkconfig_writes_our_options_to_each_usual_entry() {
    let (Some(_), Some(probe), Some(unshare), Some(check)) = (
        find("grub-mkconfig"),
        find("grub-probe"),
        find("unshare"),
        find("grub-script-check"),
    ) else {
        return;
    };
    if !run(&unshare, &["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
        .status
        .success()
    {
        return missing("a mount namespace for grub-mkconfig");
    }
    for (main, drop_in) in [
        (
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet amd_iommu=on\"\nGRUB_CMDLINE_LINUX=\"amd_iommu=on ro\"\n",
            "",
        ),
        (
            "GRUB_CMDLINE_LINUX_DEFAULT=quiet\nGRUB_CMDLINE_LINUX=\n",
            "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX console=ttyS0\"\n",
        ),
        (
            "GRUB_TIMEOUT=1\nexport GRUB_CMDLINE_LINUX_DEFAULT='a=b' # x",
            "",
        ),
        ("GRUB_TIMEOUT=1\n", ""),
    ] {
        let mut tree = MemoryTree::complete();
        tree.insert_file("/etc/debian_version", "12\n");
        tree.insert_file("/etc/default/grub", main);
        tree.insert_file("/etc/default/grub.d/x.cfg", drop_in);
        let found = steps(&tree, LoaderKind::Grub, &change()).unwrap();
        let scratch = Scratch::new();
        scratch.write("default/grub", &found.edits[0].after);
        scratch.write("default/grub.d/x.cfg", drop_in);
        scratch.write("boot/vmlinuz-6.1.0", "");
        scratch.write("boot/initrd.img-6.1.0", "");
        scratch.write("grub-probe", PROBE);
        let script = std::fs::read_to_string("/etc/grub.d/10_linux").unwrap();
        scratch.write("grub.d/10_linux", &script);
        for executable in ["grub-probe", "grub.d/10_linux"] {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(scratch.path().join(executable), mode).unwrap();
        }
        let (place, probe) = (scratch.path().to_str().unwrap(), probe.to_str().unwrap());
        let output = run(&unshare, &["-rm", "sh", "-c", MKCONFIG, "sh", place, probe]);
        assert!(output.status.success(), "{output:?}");
        let menu = text_of(&output);
        let kernels = menu
            .lines()
            .filter_map(|line| line.trim().strip_prefix("linux\t"));
        let (recovery, usual): (Vec<&str>, Vec<&str>) =
            kernels.partition(|line| line.contains(" single"));
        assert_eq!((recovery.len(), usual.len()), (1, 2), "{menu}");
        assert!(
            usual.iter().all(|line| is_made(line)),
            "{main:?}: {usual:?}"
        );
        assert!(!recovery[0].contains("iommu="), "{recovery:?}");
        let file = scratch.write("grub.cfg", &menu);
        assert!(
            run(&check, &[file.to_str().unwrap()]).status.success(),
            "{menu}"
        );
    }
}

/// What an expression comes to, with two modules beside it.
fn nix(nix: &Path, expression: &str, modules: [&str; 2]) -> String {
    let scratch = Scratch::new();
    scratch.write("hardware-configuration.nix", "{ }");
    scratch.write("configuration.nix", modules[0]);
    scratch.write("passthru.nix", modules[1]);
    let file = scratch.write("test.nix", expression);
    let file = file.to_str().unwrap();
    let arguments = ["--eval", "--strict", "--json", "--store", "dummy://", file];
    let output = std::process::Command::new(nix)
        .args(arguments)
        .env("HOME", scratch.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{modules:?}: {output:?}");
    text_of(&output)
}

#[test]
fn nix_reads_our_module_and_the_import() {
    let Some(program) = find("nix-instantiate") else {
        return;
    };
    let mut random = Random::new(seed(23));
    let heads = [
        "",
        "{ config, pkgs, ... }:\n",
        "args@{ ... }:\n",
        "{ pkgs ? null, ... }@args: ",
        "# x\nargs:\n",
    ];
    let pieces = [
        "  environment.etc.a = ''\n    imports = [ ]; ${\"}\"} ''${ ''' \"\n  '';\n",
        "  /* boot.kernelParams = [ */\n",
        "  x.y = rec { a = [ (b { c = 1; }) ]; b = x: \"a\\\"]\"; };\n",
        "  networking.hostName = \"desk\"; # ]\n",
        "  services.z = { enable = true; };\n",
    ];
    let imports = [
        "",
        "  imports =\n    [ # x ]\n      ./hardware-configuration.nix\n    ];\n",
        "  imports = [ ./hardware-configuration.nix ];\n",
        "  imports = [];\n",
    ];
    let params = [
        "",
        "  boot.kernelParams = [ \"quiet\" \"amd_iommu=on\" ];\n",
        "  boot = { kernelParams = [ \"amd_iommu=on\"\n    \"q\" ]; };\n",
    ];
    for _ in 0..25 {
        let mut text = format!("{}{{\n", random.pick(&heads));
        let mut parts = vec![
            random.pick(&imports).to_owned(),
            random.pick(&params).to_owned(),
        ];
        for _ in 0..random.below(3) {
            let piece = random.pick(&pieces).to_owned();
            if !parts.contains(&piece) {
                parts.insert(random.below(parts.len() + 1), piece);
            }
        }
        text.push_str(&parts.concat());
        text.push_str("}\n");
        let mut tree = MemoryTree::complete();
        tree.insert_file("/etc/nixos/configuration.nix", text.as_bytes());
        let found = steps(&tree, LoaderKind::NixOs, &change());
        let found = found.unwrap_or_else(|error| panic!("{text}: {error}"));
        let after = |path: &str| {
            let edit = found.edits.iter().find(|edit| edit.path == path);
            edit.map_or(text.as_str(), |edit| edit.after.as_str())
                .to_owned()
        };
        let configuration = after("/etc/nixos/configuration.nix");
        let module = after("/etc/nixos/passthru.nix");
        let expression = "let m = import ./configuration.nix; \
             c = if builtins.isFunction m then m { config = 1; pkgs = 1; } else m; \
             p = (import ./passthru.nix) { }; in { \
             imports = map baseNameOf c.imports; all = (c.boot.kernelParams or [ ]) ++ p.boot.kernelParams; \
             modules = p.boot.initrd.kernelModules; }";
        let value = nix(&program, expression, [&configuration, &module]);
        assert!(value.contains("\"passthru.nix\""), "{text}: {value}");
        let hardware = text.contains("./hardware-configuration.nix");
        assert_eq!(
            value.contains("\"hardware-configuration.nix\""),
            hardware,
            "{text}: {value}"
        );
        assert!(
            value.contains("[\"vfio_pci\",\"vfio\",\"vfio_iommu_type1\"]"),
            "{value}"
        );
        let (_, list) = value.split_once("\"all\":[").unwrap();
        let (list, _) = list.split_once(']').unwrap();
        let options = list.replace("\",\"", " ");
        assert!(is_made(options.trim_matches('"')), "{text}: {value}");
        // Done twice it is done once.
        let mut again = MemoryTree::complete();
        again.insert_file("/etc/nixos/configuration.nix", configuration.as_bytes());
        again.insert_file("/etc/nixos/passthru.nix", module.as_bytes());
        let again = steps(&again, LoaderKind::NixOs, &change()).unwrap();
        assert!(again.edits.is_empty(), "{:?}", again.edits);
    }
}

#[test]
fn bash_reads_the_elements_of_limine_entry_tool() {
    let Some(bash) = find("bash") else { return };
    for before in [
        "KERNEL_CMDLINE[default]=\"root=/dev/sda2 quiet amd_iommu=on\"\n",
        "ESP_PATH=\"/boot\"\nKERNEL_CMDLINE[default]=\"x\"\nKERNEL_CMDLINE[default]='root=/dev/sda2'\nKERNEL_CMDLINE[default]+=\" quiet\" # y\n",
        "KERNEL_CMDLINE[\"default\"]+=\"root=/dev/sda2 rw vfio-pci.ids=10de:1234\"\nENABLE_UKI=yes",
    ] {
        let read = |text: &str| {
            let scratch = Scratch::new();
            let file = scratch.write("limine", text);
            let script =
                "declare -A KERNEL_CMDLINE; . \"$1\"; printf %s \"${KERNEL_CMDLINE[default]}\"";
            text_of(&run(&bash, &["-c", script, "bash", file.to_str().unwrap()]))
        };
        let mut file = Defaults::parse(before);
        let ours = file.command_line("default").unwrap().to_string();
        assert_eq!(
            ours.split_whitespace().collect::<Vec<_>>(),
            read(before).split_whitespace().collect::<Vec<_>>()
        );
        file.change(&change()).unwrap();
        let after = read(&file.to_string());
        assert!(
            is_made(&after) && after.contains("root=/dev/sda2"),
            "{before:?}: {after}"
        );
    }
}

#[test]
fn the_shell_reads_the_variables_of_other_programs() {
    let Some(dash) = find("dash") else { return };
    for (kind, path, variable, before) in [
        (
            LoaderKind::SdbootManage,
            "/etc/sdboot-manage.conf",
            "LINUX_OPTIONS",
            "#LINUX_OPTIONS=\"\"\nLINUX_OPTIONS=\"quiet amd_iommu=on\"\n",
        ),
        (
            LoaderKind::SdbootManage,
            "/etc/sdboot-manage.conf",
            "LINUX_OPTIONS",
            "REMOVE_EXISTING=\"yes\"\n",
        ),
        (
            LoaderKind::UpdateExtlinux,
            "/etc/update-extlinux.conf",
            "default_kernel_opts",
            "timeout=3\ndefault_kernel_opts=quiet\n",
        ),
    ] {
        let mut tree = MemoryTree::partial();
        tree.insert_file(path, before);
        let found = steps(&tree, kind, &change()).unwrap();
        let scratch = Scratch::new();
        let file = scratch.write("file", &found.edits[0].after);
        let script = format!(". \"$1\"; printf %s \"${variable}\"");
        let options = text_of(&run(&dash, &["-c", &script, "sh", file.to_str().unwrap()]));
        assert!(is_made(&options), "{before:?}: {options}");
    }
}

/// What a Python program prints about a text.
fn python(program: &str, input: &str) -> Option<String> {
    let python = find("python3")?;
    let scratch = Scratch::new();
    let file = scratch.write("input", input);
    let output = run(&python, &["-c", program, file.to_str()?]);
    assert!(output.status.success(), "{input:?}: {output:?}");
    Some(text_of(&output))
}

#[test]
fn json_yaml_and_toml_are_read_as_what_we_meant() {
    let file = "{\n  \"default\": {\"kernel_options\": [\"a\"]},\n  \"user\": {\n    \"kernel_options\": [\n      \"quiet\",\n      \"amd_iommu=on\"\n    ],\n    \"config_rev\": 3\n  }\n}";
    let mut configuration = Configuration::parse(file);
    configuration.change(&change()).unwrap();
    let program =
        "import json,sys; print(' '.join(json.load(open(sys.argv[1]))['user']['kernel_options']))";
    let Some(options) = python(program, &configuration.to_string()) else {
        return;
    };
    assert!(
        options.starts_with("quiet ") && is_made(&options),
        "{options}"
    );

    let new: Vec<String> = change().put.iter().map(ToString::to_string).collect();
    let gone = ["amd_iommu=on".to_owned()];
    let program =
        "import tomllib,sys; print(' '.join(tomllib.load(open(sys.argv[1],'rb'))['kargs']))";
    assert_eq!(
        python(program, &kargs_toml(&new)).unwrap().trim(),
        new.join(" ")
    );

    let yaml = "import sys\ntry:\n import yaml\nexcept ImportError:\n print('missing'); sys.exit()\n\
                d=yaml.safe_load(open(sys.argv[1]))\n\
                d=d.get('customization') or d['machine']['install']\nprint(' '.join(d['extraKernelArgs']))";
    for document in [
        talos::schematic(&new, &gone),
        talos::machine_patch(&new, &gone),
    ] {
        let read = python(yaml, &document).unwrap();
        if read.trim() == "missing" {
            return missing("python3-yaml");
        }
        assert_eq!(read.trim(), format!("-amd_iommu=on {}", new.join(" ")));
    }
}

#[test]
fn ostree_knows_the_option_that_we_name() {
    let Some(ostree) = find("ostree") else { return };
    let help = text_of(&run(
        &ostree,
        &["admin", "kargs", "edit-in-place", "--help"],
    ));
    assert!(help.contains("--append-if-missing="), "{help}");
    let mut tree = MemoryTree::partial();
    tree.insert_file("/proc/cmdline", "ostree=/ostree/boot.1 quiet\n");
    let found = steps(&tree, LoaderKind::Ostree, &change()).unwrap();
    assert!(
        found.manual[0].contains("ostree admin kargs edit-in-place --append-if-missing=iommu=pt")
    );
    tree.insert_file("/proc/cmdline", "ostree=/ostree/boot.1 amd_iommu=on\n");
    // No subcommand removes options.
    assert!(!help.contains("delete"), "{help}");
    let error = steps(&tree, LoaderKind::Ostree, &change()).unwrap_err();
    assert_eq!(error.kind(), hostconf::ErrorKind::Unsupported);
}
