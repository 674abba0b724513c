//! Lines of modprobe.d without their intended effect.

use crate::doctor::option_lines::settings::remove_line;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "blacklist-glob",
        meaning: "A blacklist line names one module exactly. A pattern such as nvidia* matches no \
                  module there; options, install, remove and softdep lines do accept patterns.",
        source: "kmod libkmod/libkmod-config.c and modprobe.d(5), measured with kmod 30",
        causes: &[],
        check: blacklist_glob,
    },
    Rule {
        code: "vfio-pci-install-line",
        meaning: "An install line makes modprobe run a command instead of loading vfio-pci. In \
                  the initramfs, where the card's driver loads, the command is missing unless it \
                  was added, and vfio-pci then loads too late or not at all.",
        source: "modprobe.d(5), install; initramfs-tools(7)",
        causes: &["host-driver-bound"],
        check: install_line,
    },
    Rule {
        code: "modprobe-line-invalid",
        meaning: "modprobe does not understand this line and ignores it.",
        source: "modprobe.d(5)",
        causes: &["host-driver-bound"],
        check: bad_line,
    },
    Rule {
        code: "modprobe-file-not-read",
        meaning: "modprobe reads only the files of /etc/modprobe.d whose names end in .conf, also \
                  in the initramfs.",
        source: "modprobe.d(5); kmod libkmod/libkmod-config.c",
        causes: &["host-driver-bound"],
        check: unread_file,
    },
];

fn unread_file(context: &Context<'_>) -> Vec<Diagnostic> {
    let files = context.host.settings.unread_modprobe_files.iter();
    files
        .map(|file| {
            let path = &file.value;
            let title = text!(
                "modprobe does not read {path}: the file's name does not end in .conf",
                path
            );
            Diagnostic::new(Verdict::Fix, title)
                .evidence([file.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "rename-modprobe-file",
                    text: text!(
                        "rename the file (mv {path} {path}.conf), make a new initramfs, and restart",
                        path
                    ),
                })
        })
        .collect()
}

fn blacklist_glob(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .host
        .settings
        .blacklists
        .iter()
        .filter(|blacklist| blacklist.value.contains(['*', '?', '[']))
        .map(|blacklist| {
            let title = text!(
                "blacklist {blacklist} matches no module: blacklist supports no patterns",
                blacklist = blacklist.value
            );
            Diagnostic::new(Verdict::NoEffect, title)
                .evidence([blacklist.evidence.clone()])
                .remedy(remove_line(&blacklist.evidence))
        })
        .collect()
}

fn install_line(context: &Context<'_>) -> Vec<Diagnostic> {
    // The module was loaded in spite of the line, or by its command.
    if !context.host.added_ids.is_empty() {
        return Vec::new();
    }
    let line = context.host.settings.modprobe.install("vfio-pci");
    line.map(|line| {
        let evidence = line.evidence();
        let title = text!(
            "modprobe runs a command instead of loading vfio-pci; the command may be missing in \
             the initramfs"
        );
        Diagnostic::new(Verdict::Fix, title)
            .remedy(remove_line(&evidence))
            .evidence([evidence])
    })
    .into_iter()
    .collect()
}

fn bad_line(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .host
        .settings
        .bad_modprobe_lines
        .iter()
        .map(|line| {
            Diagnostic::new(
                Verdict::Fix,
                text!("kmod ignores this line: {line}", line = line.value),
            )
            .evidence([line.evidence.clone()])
            .remedy(remove_line(&line.evidence))
        })
        .collect()
}
