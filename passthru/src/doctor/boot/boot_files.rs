//! Files of the boot loader that are not the ones that count.

use std::collections::BTreeMap;

use hostconf::boot::CommandLine;
use hostconf::boot::command_line::same_name;

use hostconf::boot::loader::{Loader, LoaderKind};

use super::matters;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{KernelOption, Seen};
use crate::remedy::Remedy;
use crate::target::Target;
use crate::text::{Text, listed, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "boot-options-in-unread-file",
        meaning: "A kernel option is set in a file that this host's boot loader does not read. \
                  Proxmox VE with systemd-boot reads /etc/kernel/cmdline but not \
                  /etc/default/grub; with GRUB it is the reverse.",
        source: "Proxmox VE documentation, Host Bootloader; kernel-install(8)",
        causes: &[
            "boot-options-not-running",
            "proxmox-zfs-boot-loader",
            "iommu-off",
            "hypervisor-without-iommu",
        ],
        check: unread,
    },
    Rule {
        code: "edited-file-not-read",
        meaning: "The text says that a file of kernel options was edited, and the running kernel \
                  has none of the options for an IOMMU or VFIO. The host's boot loader does not \
                  read that file: on Proxmox VE systemd-boot reads /etc/kernel/cmdline alone, and \
                  GRUB /etc/default/grub alone.",
        source: "Proxmox VE documentation, Host Bootloader",
        causes: &[
            "iommu-off",
            "hypervisor-without-iommu",
            "iommu-absent-reported",
        ],
        check: edited,
    },
    Rule {
        code: "kernel-option-set-twice",
        meaning: "A kernel option is set more than once with different values, and only the last \
                  value takes effect.",
        source: "hostconf/data/kernel-options.tsv, with a source for each option; Linux \
                 kernel/params.c",
        causes: &[],
        check: twice,
    },
    Rule {
        code: "generated-files",
        meaning: "The files of this system are generated from another description, or are \
                  read-only: manual changes do not persist. Set kernel options and modules in \
                  that description.",
        source: "passthru/data/generated-systems.tsv, with a source for each system",
        causes: &[],
        check: generated,
    },
];

fn unread(context: &Context<'_>) -> Vec<Diagnostic> {
    let Loader::Known { kind, evidence } = &context.host.boot.loader else {
        return Vec::new();
    };
    let is_unread = |option: &KernelOption| option.seen == Seen::Unread;
    let options = &context.host.settings.kernel_options;
    // The kernel's options came from another place, too.
    let elsewhere = |option: &KernelOption| {
        let mut others = options.iter().filter(|other| !is_unread(other));
        others.any(|other| other.text == option.text)
    };
    let unread = options
        .iter()
        .filter(|option| is_unread(option))
        .filter(|option| matters(&option.name) && !elsewhere(option));
    let mut files: BTreeMap<&str, Vec<&KernelOption>> = BTreeMap::new();
    for option in unread {
        let file = files.entry(&option.evidence.source).or_default();
        if file.iter().all(|known| known.text != option.text) {
            file.push(option);
        }
    }
    files
        .into_iter()
        .map(|(source, options)| {
            let title = text!(
                "{kind} does not read {source}, which sets {options}",
                kind = kind.name(),
                source,
                options = listed(options.iter().map(|option| option.text.as_str()))
            );
            Diagnostic::new(Verdict::Fix, title)
                .evidence(options.iter().map(|option| option.evidence.clone()))
                .evidence(evidence.iter().cloned())
                .remedy(Remedy::Manual {
                    step: "move-boot-options",
                    text: to_read_file(*kind),
                })
        })
        .collect()
}

fn edited(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(file) = &host.words.statements.edited_file else {
        return Vec::new();
    };
    let options = host.settings.kernel_options.iter();
    let running: Vec<&KernelOption> = options
        .filter(|option| option.seen == Seen::Running)
        .collect();
    // Elsewhere kernel-install makes GRUB's entries of /etc/kernel/cmdline.
    if !host.is_proxmox() || running.iter().any(|option| matters(&option.name)) {
        return Vec::new();
    }
    let mut started = running
        .iter()
        .filter_map(|option| Some((started_by(option)?, option)));
    let Some(((kind, own, refresh), option)) = started.next() else {
        return Vec::new();
    };
    if own == file.value {
        return Vec::new();
    }
    let title = text!(
        "{kind} does not read {file}, which was edited: the running kernel has no option of it",
        kind = kind.name(),
        file = file.value
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([file.evidence.clone(), option.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "move-boot-options",
                text: text!(
                    "set the options that are needed in {file}, which {kind} reads, then run \
                     {refresh} and reboot",
                    file = own,
                    kind = kind.name(),
                    refresh
                ),
            }),
    ]
}

/// The loader of Proxmox VE that sets the option by itself, its file and the command that applies it.
fn started_by(option: &KernelOption) -> Option<(LoaderKind, &'static str, &'static str)> {
    let value = option.value.as_deref().unwrap_or_default();
    match option.name.as_str() {
        // update-grub calls proxmox-boot-tool where GRUB is on its partitions.
        "BOOT_IMAGE" => Some((LoaderKind::Grub, "/etc/default/grub", "update-grub")),
        "initrd" if value.contains("EFI\\proxmox") => {
            let kind = LoaderKind::ProxmoxSystemdBoot;
            Some((kind, "/etc/kernel/cmdline", "proxmox-boot-tool refresh"))
        }
        _ => None,
    }
}

/// The step that sets the options where the boot loader reads them.
fn to_read_file(kind: LoaderKind) -> Text {
    match (kind.file(), kind.refresh()) {
        (Some(file), Some(refresh)) => text!(
            "set the options that are needed in {file}, which {kind} reads, then run {refresh} and \
             reboot",
            file,
            kind = kind.name(),
            refresh = refresh.join(" ")
        ),
        _ => text!(
            "set the options that are needed in the file that {kind} reads: a plan writes its \
             options there",
            kind = kind.name()
        ),
    }
}

fn twice(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    let options = &context.host.settings.kernel_options;
    let mut lines: Vec<Vec<&KernelOption>> = Vec::new();
    for option in options {
        let is_of = |line: &&mut Vec<&KernelOption>| {
            let same = |one: &&KernelOption| {
                one.seen == option.seen && one.evidence.source == option.evidence.source
            };
            line.first().is_some_and(same)
        };
        match lines.iter_mut().find(is_of) {
            Some(line) => line.push(option),
            None => lines.push(vec![option]),
        }
    }
    for line in &lines {
        let texts: Vec<&str> = line.iter().map(|option| option.text.as_str()).collect();
        let parsed = CommandLine::parse(&texts.join(" "));
        for dead in parsed.overridden() {
            // The list of IDs has a separate finding.
            if same_name(&dead.name, "vfio-pci.ids") {
                continue;
            }
            let is_it = |option: &&&KernelOption| same_name(&option.name, &dead.name);
            let option = line
                .iter()
                .filter(is_it)
                .find(|one| one.value == dead.value);
            let (Some(option), Some(later)) = (option, line.iter().rfind(is_it)) else {
                continue;
            };
            let title = text!(
                "{option} has no effect: {later} comes later",
                option = option.text,
                later = later.text
            );
            reported.push(
                Diagnostic::new(Verdict::NoEffect, title)
                    .evidence([option.evidence.clone(), later.evidence.clone()])
                    .remedy(Remedy::Manual {
                        step: "write-option-once",
                        text: text!("keep only one {option}=", option = option.name),
                    }),
            );
        }
    }
    reported
}

/// Systems with generated files: `ID` of os-release, and the way to change settings.
fn systems() -> impl Iterator<Item = [&'static str; 4]> {
    include_str!("../../../data/generated-systems.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some([
                columns.next()?,
                columns.next()?,
                columns.next()?,
                columns.next()?,
            ])
        })
}

/// The way to change settings on a host whose files are generated or read-only, by its ID or its name.
pub(in crate::doctor) fn change_of_generated(context: &Context<'_>) -> Option<&'static str> {
    let system = &context.host.system;
    let target = context.target.map_or("", Target::name);
    let ids = [&system.id, &system.variant].into_iter().flatten();
    let ids: Vec<&str> = ids.map(|fact| fact.value.as_str()).collect();
    let named = system.name.as_deref().unwrap_or_default();
    let mut rows = systems();
    let [.., change, _] = rows.find(|[id, name, ..]| {
        let is_named = [named, target].iter().any(|own| own.starts_with(name));
        is_named || ids.iter().any(|own| own.eq_ignore_ascii_case(id))
    })?;
    Some(change)
}

fn generated(context: &Context<'_>) -> Vec<Diagnostic> {
    let system = &context.host.system;
    let names = [&system.id, &system.variant];
    for fact in names.into_iter().flatten() {
        let found = systems().find(|[id, ..]| fact.value.eq_ignore_ascii_case(id));
        let Some([_, name, todo, _]) = found else {
            continue;
        };
        let title = text!(
            "{name} generates its boot options and lists of modules from its own configuration",
            name
        );
        return vec![
            Diagnostic::new(Verdict::Harmless, title)
                .evidence([fact.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "system-description",
                    text: Text::of_table(todo),
                }),
        ];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_system_is_read_and_has_a_source() {
        let text = include_str!("../../../data/generated-systems.tsv");
        let rows = text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(super::systems().count(), rows);
        assert!(super::systems().all(|[id, _, todo, source]| {
            !id.is_empty() && todo.len() > 20 && source.len() > 10
        }));
    }
}
