//! GRUB with entries of the Boot Loader Specification, changed by grubby.

use super::grub;
use super::systemd_boot_entries::MENU as ENTRIES;
use crate::boot::by_tool::{Options, command, name, reversed, steps};
use crate::boot::change::Difference;
use crate::boot::command_line::CommandLine;
use crate::boot::configured_options::ConfiguredOptions;
use crate::boot::entries::EntryFile;
use crate::boot::grub_files;
use crate::boot::grubenv::{self, GrubEnv};
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Rule, Sign};
use crate::boot::running;
use crate::boot::step::{Steps, running as running_options};
use crate::error::{Error, ErrorKind};
use host_tree::{Evidence, HostTree, Lookup};

/// Debian's GRUB does not know the variable; it is in no file there.
pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[
        Rule {
            given: Given::Started(&grub::PROGRAM),
            rank: 1,
            signs: &[Sign::Variable(
                grub_files::MAIN,
                "GRUB_ENABLE_BLSCFG",
                &["true"],
            )],
        },
        Rule {
            given: Given::Started(&grub::PROGRAM),
            rank: 2,
            signs: &[Sign::Found(booted_entry)],
        },
    ],
    configured: Some(configured),
    copied: &[grub_files::MAIN],
    ..BootLoader::new(
        "GRUB with boot loader entries (grubby)",
        Change::Steps(|tree, change| {
            let line = match entry_options(tree) {
                Some(line) => line,
                None => running_options(tree)?,
            };
            steps(line, change, grubby)
        }),
        Page {
            found_by: "`GRUB_ENABLE_BLSCFG=true`, `BOOT_IMAGE=(`",
            changes: "`grubby --update-kernel=ALL` changes entries and the files of later kernels",
            checked_by: "bootctl (entries), grub-editenv (`$kernelopts`); the command, and the one \
                         that undoes it: run manually with `grubby-bls` of Fedora (grubby commit \
                         d696710) on the entries of `fedora-bls`",
        },
    )
};

/// The options of a running kernel of Fedora or RHEL whose path has a device, as GRUB's `blscfg`
/// writes it for entries and `grub2-mkconfig` does not (Fedora's GRUB 2.06, `blscfg.c`,
/// `create_entry`); only where the file that enables entries is not shown.
fn booted_entry(tree: &dyn HostTree) -> Vec<Evidence> {
    if !matches!(tree.read_text(grub_files::MAIN), Lookup::NotShown) {
        return Vec::new();
    }
    let Some((text, proof)) = running::options(tree) else {
        return Vec::new();
    };
    let line = CommandLine::parse(&text);
    let mut images = line.all("BOOT_IMAGE");
    let is_entry = images.any(|image| {
        let image = image.value.as_deref().unwrap_or_default();
        let is_kernel = [".fc", ".el"].iter().any(|mark| image.contains(mark));
        image.starts_with('(') && is_kernel
    });
    is_entry.then_some(proof).into_iter().collect()
}

fn configured(tree: &dyn HostTree) -> Vec<ConfiguredOptions> {
    let files = ENTRIES.files(tree);
    let file = files.iter().find(|(path, _, _)| !path.contains("-rescue"));
    let found = file.and_then(|(path, format, text)| {
        let entries = EntryFile::parse(*format, text);
        let line = entries.options().first().map(|options| options.line);
        ConfiguredOptions::at(path, text, line, &entry_options(tree)?)
    });
    found.into_iter().collect()
}

/// The options of the first usual entry, with `$kernelopts` from GRUB's
/// environment block.
fn entry_options(tree: &dyn HostTree) -> Option<CommandLine> {
    let files = ENTRIES.files(tree);
    let lines = files.iter().find_map(|(path, format, text)| {
        let file = EntryFile::parse(*format, text);
        let rescue = path.contains("-rescue");
        let usual = file
            .options()
            .iter()
            .any(|options| !options.is_recovery_entry())
            && !rescue;
        let lines: Vec<String> = file
            .options()
            .iter()
            .map(|o| file.command_line(o).to_string())
            .collect();
        usual.then(|| lines.join(" "))
    })?;
    let text = tree.read_text(grubenv::PATH).found();
    let block = text.and_then(|text| GrubEnv::parse(&text).ok());
    let mut words = Vec::new();
    for word in lines.split(' ') {
        match word.strip_prefix('$') {
            None => words.push(word.to_owned()),
            Some("tuned_params") => {}
            Some(variable) => words.push(block.as_ref()?.get(variable)?),
        }
    }
    Some(CommandLine::parse(words.join(" ").trim()))
}

/// grubby changes all entries, GRUB's environment block if they refer to it, and the templates of
/// new kernels' entries (grubby(8)). An added option replaces all options of that name, so the
/// remaining ones are named too; removals are regular expressions. Seen in grubby 8.40-70,
/// `grubby-bls`.
fn grubby(
    Options {
        difference,
        before,
        after,
    }: &Options,
) -> Result<Steps, Error> {
    let argv = |difference: &Difference, wanted: &CommandLine| {
        let mut put: Vec<&str> = Vec::new();
        for option in &difference.added {
            let all: Vec<&str> = wanted.words_of(name(option)).collect();
            if !all.iter().all(|word| put.contains(word)) {
                put.extend(all);
            }
        }
        for option in difference
            .removed
            .iter()
            .map(String::as_str)
            .chain(put.iter().copied())
        {
            if option.contains(['(', ')', '*', '+', '"', '[', '|', '\\', '$', '^', '#']) {
                let message = format!(
                    "grubby reads {option} as a pattern; change the entries in /boot/loader/entries manually"
                );
                return Err(Error::other(ErrorKind::Unsupported, message));
            }
        }
        let mut argv = vec!["grubby".to_owned(), "--update-kernel=ALL".to_owned()];
        if !difference.removed.is_empty() {
            argv.push(format!("--remove-args={}", difference.removed.join(" ")));
        }
        if !put.is_empty() {
            argv.push(format!("--args={}", put.join(" ")));
        }
        Ok(argv)
    };
    Ok(command(
        argv(difference, after)?,
        argv(&reversed(difference), before)?,
        "grubby changes the options of all entries, and of those of later kernels",
    ))
}
