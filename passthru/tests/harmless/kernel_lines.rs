//! Boot loaders' files.

use host_tree::MemoryTree;
use hostconf::boot::loader::LoaderKind;
use hostconf::boot::steps::steps;
use passthru::file_settings::Intent;

use crate::maker::{Maker, change, is_harmless, notices, report, rounds, sourced};

/// Makes the loader's file over and over, and changes its options.
fn go_through(kind: LoaderKind, path: &str, least: usize, make: impl Fn(&mut Maker) -> String) {
    let rounds = rounds();
    let mut done = 0;
    for seed in 1..=rounds as u64 {
        let mut maker = Maker::new(seed);
        let text = make(&mut maker);
        let change = change(&mut maker);
        let mut tree = MemoryTree::partial();
        tree.insert_file(path, text.as_bytes());
        let Ok(steps) = steps(&tree, kind, &change) else {
            continue;
        };
        done += 1;
        let intents = Intent::of_options(&change);
        let all: Vec<&str> = steps.edits.iter().map(|edit| edit.after.as_str()).collect();
        for edit in &steps.edits {
            if let Some(before) = &edit.before {
                is_harmless(&edit.path, before, &edit.after, &intents, &all);
                notices(&mut maker, &edit.path, before, &edit.after, &intents);
            }
        }
    }
    report(path, done, rounds, least);
}

#[test]
fn grub() {
    let names = ["GRUB_CMDLINE_LINUX_DEFAULT", "GRUB_CMDLINE_LINUX"];
    let others = ["GRUB_TIMEOUT", "GRUB_DISTRIBUTOR", "GRUB_CMDLINE_XEN"];
    go_through(LoaderKind::ProxmoxGrub, "/etc/default/grub", 80, |maker| {
        sourced(maker, &names, &others)
    });
}

#[test]
fn other_sourced_files() {
    go_through(
        LoaderKind::SdbootManage,
        "/etc/sdboot-manage.conf",
        80,
        |maker| {
            sourced(
                maker,
                &["LINUX_OPTIONS"],
                &["LINUX_FALLBACK_OPTIONS", "ENTRY_ROOT"],
            )
        },
    );
    go_through(
        LoaderKind::UpdateExtlinux,
        "/etc/update-extlinux.conf",
        80,
        |maker| {
            sourced(
                maker,
                &["default_kernel_opts"],
                &["root", "modules", "timeout"],
            )
        },
    );
}

#[test]
fn one_line() {
    go_through(
        LoaderKind::ProxmoxSystemdBoot,
        "/etc/kernel/cmdline",
        60,
        |maker| {
            let line = maker.line(true);
            let end = maker.pick(&["\n", "\n", "\n", "", " \n", "\n\n"]);
            format!("{line}{end}")
        },
    );
    go_through(
        LoaderKind::MkinitcpioUki,
        "/etc/cmdline.d/a.conf",
        80,
        |maker| {
            let mut text = String::new();
            for _ in 0..1 + maker.below(3) {
                text.push_str(&maker.remark());
                text.push_str(&format!("{}\n", maker.line(true)));
            }
            text
        },
    );
}

#[test]
fn entries() {
    let path = "/boot/loader/entries/a.conf";
    go_through(LoaderKind::SystemdBootEntries, path, 60, |maker| {
        let mut text = format!("title {}\nlinux /{}\n", maker.mark(), maker.mark());
        for _ in 0..1 + maker.below(3) {
            text.push_str(&maker.remark());
            let blank = maker.blank();
            text.push_str(&format!("options{blank}{}\n", maker.line(true)));
        }
        text + &format!("initrd /{}\n", maker.mark())
    });
    go_through(
        LoaderKind::Syslinux,
        "/boot/syslinux/syslinux.cfg",
        60,
        |maker| {
            let mut text = format!("DEFAULT {}\n", maker.mark());
            for _ in 0..1 + maker.below(3) {
                text.push_str(&maker.remark());
                let title = maker.pick(&["Linux", "Linux", "Safe Mode", "fallback"]);
                let key = maker.pick(&["append", "APPEND"]);
                let (kernel, line) = (maker.mark(), maker.line(true));
                text.push_str(&format!(
                    "label {title} {}\n  kernel /{kernel}\n  {key} {line}\n",
                    maker.mark()
                ));
            }
            text
        },
    );
    go_through(LoaderKind::Limine, "/boot/limine.conf", 60, |maker| {
        let mut text = format!("timeout: {}\n", maker.mark());
        for _ in 0..1 + maker.below(3) {
            text.push_str(&maker.remark());
            let title = maker.pick(&["/Linux", "/+Linux", "//fallback"]);
            let (kernel, line) = (maker.mark(), maker.line(true));
            text.push_str(&format!(
                "{title} {}\n    protocol: linux\n    path: boot():/{kernel}\n    cmdline: {line}\n",
                maker.mark()
            ));
        }
        text
    });
    go_through(LoaderKind::Limine, "/boot/limine.cfg", 60, |maker| {
        let mut text = format!("TIMEOUT={}\n", maker.mark());
        for _ in 0..1 + maker.below(3) {
            text.push_str(&maker.remark());
            let (kernel, line) = (maker.mark(), maker.line(true));
            text.push_str(&format!(
                ":Linux {}\nPROTOCOL=linux\nKERNEL_PATH=boot:///{kernel}\nKERNEL_CMDLINE={line}\n",
                maker.mark()
            ));
        }
        text
    });
    go_through(LoaderKind::Refind, "/boot/refind_linux.conf", 60, |maker| {
        let mut text = String::new();
        for _ in 0..1 + maker.below(3) {
            text.push_str(&maker.remark());
            let title = maker.pick(&["Boot", "Boot to single-user mode", "Minimal"]);
            let line = maker.line(true).replace('"', "\"\"");
            let blank = maker.blank();
            text.push_str(&format!("\"{title} {}\"{blank}\"{line}\"\n", maker.mark()));
        }
        text
    });
}

#[test]
fn documents() {
    go_through(
        LoaderKind::Kernelstub,
        "/etc/kernelstub/configuration",
        60,
        |maker| {
            let options: Vec<String> = (0..maker.below(7))
                .map(|_| format!("\"{}\"", maker.option(false)))
                .collect();
            let between = maker.pick(&[", ", ",", ",\n      "]);
            let (other, rev) = (maker.mark(), maker.below(9));
            format!(
                "{{\n  \"default\": {{\"kernel_options\": [\"{other}\"]}},\n  \"user\": {{\n    \
             \"kernel_options\": [{}],\n    \"config_rev\": {rev},\n    \"{}\": \"{}\"\n  }}\n}}\n",
                options.join(between),
                maker.mark(),
                maker.mark()
            )
        },
    );
    go_through(
        LoaderKind::NixOs,
        "/etc/nixos/configuration.nix",
        60,
        |maker| {
            let options: Vec<String> = (0..maker.below(6))
                .map(|_| format!("\"{}\"", maker.option(false)))
                .collect();
            let between = maker.pick(&[" ", "\n    "]);
            let imports = maker.pick(&["", "  imports = [ ./hardware-configuration.nix ];\n"]);
            format!(
                "{}{{ config, pkgs, ... }}:\n{{\n{imports}{}  networking.hostName = \"{}\";\n  \
             boot.kernelParams = [ {} ]; # {}\n  {} = {{ enable = true; }};\n}}\n",
                maker.remark(),
                maker.remark(),
                maker.mark(),
                options.join(between),
                maker.mark(),
                maker.mark()
            )
        },
    );
    go_through(
        LoaderKind::LimineEntryTool,
        "/etc/default/limine",
        60,
        |maker| {
            let mut text = format!("ESP_PATH=\"/{}\"\n", maker.mark());
            let root = maker.mark();
            text.push_str(&format!(
                "KERNEL_CMDLINE[default]=\"root=/dev/{root} {}\"\n",
                maker.line(false)
            ));
            for _ in 0..maker.below(3) {
                text.push_str(&maker.remark());
                let name = maker.pick(&["default", "\"linux-lts\"", "fallback"]);
                text.push_str(&format!(
                    "KERNEL_CMDLINE[{name}]+=\" {}\"\n",
                    maker.line(false)
                ));
            }
            text
        },
    );
    go_through(
        LoaderKind::DracutUki,
        "/etc/dracut.conf.d/a.conf",
        60,
        |maker| {
            let mut text = String::new();
            for _ in 0..1 + maker.below(4) {
                text.push_str(&maker.remark());
                match maker.below(3) {
                    0 => text.push_str(&format!(
                        "add_drivers+=\" {} {} \"\n",
                        maker.mark(),
                        maker.mark()
                    )),
                    1 => text.push_str(&format!("compress=\"{}\"\n", maker.mark())),
                    _ => text.push_str(&format!("kernel_cmdline+=\" {} \"\n", maker.line(false))),
                }
            }
            text
        },
    );
}
