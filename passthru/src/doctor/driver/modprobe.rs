//! Lines of modprobe.d without their intended effect.

use std::collections::BTreeSet;

use hostconf::binding::modprobe::{Directive, glued_lists, same_module};
use hostconf::boot::command_line::same_name;
use list_order::Inserts as _;

use crate::doctor::evidence::similar_names::is_one_off;
use crate::doctor::option_lines::settings::remove_line;
use crate::doctor::rule::{Context, Diagnostic, Rule, plan_remedy};
use crate::host::UnreadDropIn;
use crate::remedy::Remedy;
use crate::requirement::Change;
use crate::text::text;
use crate::typos::nearest_directive;
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
        code: "blacklist-words-ignored",
        meaning: "A blacklist line names one module. kmod ignores the other words of the line: \
                  the modules that they name are not blacklisted.",
        source: "modprobe.d(5), blacklist; kmod libkmod/libkmod-config.c, kmod_config_parse",
        causes: &["host-driver-bound"],
        check: blacklist_words,
    },
    Rule {
        code: "vfio-pci-blacklisted",
        meaning: "vfio-pci is on a blacklist: udev and systemd-modules-load do not load the \
                  module, and with module_blacklist= the kernel refuses it. The functions stay \
                  with the host drivers, or without a driver.",
        source: "modprobe.d(5), blacklist; systemd src/shared/module-util.c, \
                 KMOD_PROBE_APPLY_BLACKLIST; Linux kernel/module/main.c, module_blacklist",
        causes: &["host-driver-bound"],
        check: vfio_pci_blacklisted,
    },
    Rule {
        code: "module-name-invalid",
        meaning: "A line of modprobe.d has a name with a character that no name of a module has, \
                  as in nvidia: or radeon; or nouveau.ko. kmod compares the names character by \
                  character, so that the line has no effect.",
        source: "kmod libkmod/libkmod-util.c, modname_normalize; Linux scripts/Makefile.lib, \
                 name-fix",
        causes: &["host-driver-bound"],
        check: invalid_name,
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
        code: "softdep-blank-missing",
        meaning: "In a softdep line pre: and post: begin the lists of modules, each after a blank \
                  and before one. kmod reads pre:vfio-pci as the name of a module, or not at all: \
                  vfio-pci does not load before the driver.",
        source: "modprobe.d(5), softdep; kmod libkmod/libkmod-config.c, kmod_config_add_softdep",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: glued_softdep,
    },
    Rule {
        code: "drop-in-file-not-read",
        meaning: "A folder of configuration has files whose names must end in one way: .conf in \
                  modprobe.d, dracut.conf.d, modules-load.d and mkinitcpio.conf.d, .rules in \
                  udev's rules.d. The reader passes over each other file without a message.",
        source: "modprobe.d(5); dracut.conf(5); modules-load.d(5); mkinitcpio(8); udev(7)",
        causes: &["host-driver-bound"],
        check: unread_file,
    },
];

/// Lines that have more than their directive.
pub(in crate::doctor) const JOINED: &[Rule] = &[
    Rule {
        code: "modprobe-lines-joined",
        meaning: "A line of modprobe.d is one directive. A second one in the same line is a part of \
                  the first: its words are options, or modules, of the first directive's module. \
                  The kernel logs them as unknown parameters and ignores them.",
        source: "kmod libkmod/libkmod-config.c, kmod_config_parse; Linux kernel/module/main.c, \
                 unknown_module_param_cb",
        causes: &[],
        check: joined_lines,
    },
    Rule {
        code: "modprobe-comment-in-line",
        meaning: "In modprobe.d only a whole line is a comment, with # as its first character. \
                  After other words # has no meaning: the words of the comment are options of the \
                  module, or in a softdep line modules to load.",
        source: "modprobe.d(5); kmod libkmod/libkmod-config.c, kmod_config_parse",
        causes: &[],
        check: comments_in_lines,
    },
];

fn unread_file(context: &Context<'_>) -> Vec<Diagnostic> {
    let files = context.host.settings.unread_drop_ins.iter();
    files
        .map(|file| {
            let UnreadDropIn {
                path,
                read_path,
                ending,
                reader,
            } = &file.value;
            let title = text!(
                "{reader} does not read {path}: the file's name does not end in {ending}",
                reader,
                path,
                ending
            );
            Diagnostic::new(Verdict::Fix, title)
                .evidence([file.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "rename-drop-in-file",
                    text: text!(
                        "rename the file (mv {path} {read_path}), make a new initramfs, and \
                         restart",
                        path,
                        read_path
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

fn blacklist_words(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for located in context.host.settings.modprobe.directives() {
        let Directive::Blacklist { module } = &located.directive else {
            continue;
        };
        // The keyword and the module are the first words.
        let words = located.text.split_ascii_whitespace().skip(2);
        let ignored: Vec<&str> = words
            .take_while(|word| is_module_name(&word.replace('-', "_")))
            .collect();
        if ignored.is_empty() {
            continue;
        }
        let title = text!(
            "kmod reads {module} in this blacklist line, and ignores {ignored}",
            module,
            ignored = ignored.join(" ")
        );
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .evidence([located.evidence()])
                .remedy(Remedy::Manual {
                    step: "write-module-name",
                    text: text!("write a blacklist line for each module"),
                }),
        );
    }
    reported
}

/// The options of the kernel command line that blacklist modules.
const BLACKLISTS: [&str; 3] = [
    "modprobe.blacklist",
    "module_blacklist",
    "rd.driver.blacklist",
];

fn vfio_pci_blacklisted(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let is_named = |name: &str| same_module(name, "vfio-pci");
    let mut devices = host.devices.values();
    if devices.any(|device| device.driver.is_bound_to(is_named)) {
        return Vec::new();
    }
    let title = || text!("vfio-pci is on a blacklist, and is not loaded");
    let in_files = host.settings.blacklists.iter();
    let in_files = in_files
        .filter(|line| is_named(&line.value))
        .map(|line| (line.evidence.clone(), remove_line(&line.evidence)));
    let options = host.settings.kernel_options.iter();
    let options = options.filter_map(|option| {
        let is_blacklist = BLACKLISTS.iter().any(|name| same_name(name, &option.name));
        let value = option.value.as_deref().filter(|_| is_blacklist)?;
        let (named, kept): (Vec<&str>, Vec<&str>) =
            value.split(',').partition(|name| is_named(name));
        named.first()?;
        let change = match kept.is_empty() {
            true => Change::RemoveKernelOption {
                option: option.text.clone(),
            },
            false => Change::ReplaceKernelOption {
                option: option.text.clone(),
                replacement: format!("{}={}", option.name, kept.join(",")),
            },
        };
        Some((option.evidence.clone(), Remedy::from(change)))
    });
    in_files
        .chain(options)
        .map(|(evidence, remedy)| {
            Diagnostic::new(Verdict::Fix, title())
                .evidence([evidence])
                .remedy(remedy)
        })
        .collect()
}

/// Whether a module may have this name: kbuild makes names of letters, digits and underscores.
fn is_module_name(name: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !name.is_empty() && name.bytes().all(is_of_name)
}

/// The driver of a display whose name the name almost is: other modules have names as near to each
/// other, such as `r8168` and `r8169`.
fn meant<'a>(context: &Context<'a>, name: &str) -> Option<&'a str> {
    let displays = context.host.devices.values();
    let displays = displays.filter(|device| device.is_display());
    let modules = displays.flat_map(|device| device.modules.iter().map(String::as_str));
    let modules: BTreeSet<&str> = modules.into_set();
    let is_module = modules.iter().any(|module| same_module(module, name));
    // A short name is near too many others.
    let is_near = |module: &&str| module.len() > 4 && is_one_off(name, module);
    modules.into_iter().find(is_near).filter(|_| !is_module)
}

fn invalid_name(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for located in context.host.settings.modprobe.directives() {
        let name = match &located.directive {
            Directive::Blacklist { module } | Directive::Options { module, .. } => module,
            Directive::Install { pattern, .. }
            | Directive::Remove { pattern, .. }
            | Directive::Softdep { pattern, .. } => pattern,
            _ => continue,
        };
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric();
        // Patterns have classes of characters.
        if name.contains('[') || !name.bytes().any(is_letter) {
            continue;
        }
        let title = match meant(context, name) {
            Some(meant) => text!(
                "no module has the name {name} of this line; the nearest is {meant}",
                name,
                meant
            ),
            None if is_module_name(&name.replace(['*', '?'], "")) => continue,
            None => text!("no module has the name {name} of this line", name),
        };
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .evidence([located.evidence()])
                .remedy(Remedy::Manual {
                    step: "write-module-name",
                    text: text!(
                        "write the name as lsmod prints it: letters, digits and underscores alone"
                    ),
                }),
        );
    }
    reported
}

fn install_line(context: &Context<'_>) -> Vec<Diagnostic> {
    // The module was loaded in spite of the line, or by its command.
    if !context.host.commands.added_ids.is_empty() {
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
    let lines = context.host.settings.bad_modprobe_lines.iter();
    lines
        .map(|line| {
            let typed = line.evidence.text.split_ascii_whitespace().next();
            let typed = typed.unwrap_or_default();
            let title = match nearest_directive(typed) {
                Some(meant) => text!(
                    "kmod ignores this line: {typed} is not a directive, and the nearest one is \
                     {meant}",
                    typed,
                    meant
                ),
                None => text!("kmod ignores this line: {line}", line = line.value),
            };
            // A plan writes such lines, and removes those that it replaces.
            let mut words = line.evidence.text.split_ascii_whitespace();
            let remedy = match words.any(|word| same_module(word, "vfio-pci")) {
                true => plan_remedy(context),
                false => remove_line(&line.evidence),
            };
            Diagnostic::new(Verdict::Fix, title)
                .evidence([line.evidence.clone()])
                .remedy(remedy)
        })
        .collect()
}

fn glued_softdep(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for located in context.host.settings.modprobe.directives() {
        let evidence = located.evidence();
        for (list, modules) in glued_lists(&evidence.text) {
            let typed = format!("{list}{modules}");
            let title = text!(
                "kmod does not read {typed} as a list: a blank is missing after {list}",
                typed = typed.clone(),
                list
            );
            let meant = format!("{list} {modules}");
            reported.push(
                Diagnostic::new(Verdict::Fix, title)
                    .evidence([evidence.clone()])
                    .remedy(Remedy::Manual {
                        step: "write-softdep",
                        text: text!("write {meant} instead of {typed}", meant, typed),
                    }),
            );
        }
    }
    reported
}

/// The module of a line that has words behind it, and these words.
fn module_and_words(directive: &Directive, line: &str) -> Option<(String, String)> {
    let module = match directive {
        Directive::Options { module, .. } => module,
        Directive::Softdep { pattern, .. } => pattern,
        _ => return None,
    };
    let mut words = line.trim_start().splitn(3, [' ', '\t']).skip(2);
    Some((module.clone(), words.next()?.to_owned()))
}

/// The second directive of the words behind a module, and whether no blank is before it.
fn second_directive(words: &str) -> Option<(&str, bool)> {
    const DIRECTIVES: [&str; 3] = ["options ", "softdep ", "blacklist "];
    let words = words.split(" #").next().unwrap_or(words);
    let found = DIRECTIVES.iter().filter_map(|directive| {
        let (at, _) = words.match_indices(directive).find(|(at, _)| {
            let before = words.get(..*at).and_then(|before| before.chars().last());
            // Another word may end with the name: `module_options `.
            let is_apart = before.is_none_or(|c| c.is_ascii_whitespace() || c.is_alphanumeric());
            let mut rest = words
                .get(at + directive.len()..)
                .unwrap_or("")
                .split_whitespace();
            let module = rest.next().unwrap_or_default().replace('-', "_");
            let is_whole = *directive == "blacklist "
                || rest.next().is_some_and(|word| word.contains(['=', ':']));
            is_apart && is_module_name(&module) && is_whole
        })?;
        let is_glued = words.get(..at)?.ends_with(|c: char| c.is_alphanumeric());
        Some((at, words.get(at..)?, is_glued))
    });
    let first = found.min_by_key(|(at, ..)| *at);
    first.map(|(_, second, is_glued)| (second.trim_end(), is_glued))
}

fn joined_lines(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for located in context.host.settings.modprobe.directives() {
        let Some((module, words)) = module_and_words(&located.directive, &located.text) else {
            continue;
        };
        let Some((second, is_glued)) = second_directive(&words) else {
            continue;
        };
        // A text that lost its line ends may have the file's lines apart by blanks.
        let verdict = match is_glued {
            true => Verdict::Fix,
            false => Verdict::Check,
        };
        let mut words = second.split_whitespace().take(2);
        let second = format!(
            "{} {}",
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default()
        );
        let title = text!(
            "two directives are in one line: kmod reads {second} as a part of the line for {module}",
            second = second.clone(),
            module
        );
        reported.push(
            Diagnostic::new(verdict, title)
                .evidence([located.evidence()])
                .remedy(Remedy::Manual {
                    step: "split-modprobe-line",
                    text: text!(
                        "begin a new line before {second}, and make a new initramfs",
                        second
                    ),
                }),
        );
    }
    reported
}

fn comments_in_lines(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for located in context.host.settings.modprobe.directives() {
        let Some((module, words)) = module_and_words(&located.directive, &located.text) else {
            continue;
        };
        let mut words = words.split_whitespace().skip(1);
        let Some(word) = words.find(|word| word.starts_with('#')) else {
            continue;
        };
        let title = match located.directive {
            Directive::Softdep { .. } => text!(
                "kmod reads {word} and the words after it as modules, not as a comment: only a \
                 whole line is one",
                word
            ),
            _ => text!(
                "kmod reads {word} and the words after it as options of {module}, not as a comment: \
                 only a whole line is one",
                word,
                module
            ),
        };
        reported.push(
            Diagnostic::new(Verdict::Check, title)
                .evidence([located.evidence()])
                .remedy(Remedy::Manual {
                    step: "move-comment",
                    text: text!("move the comment to a line of its own that begins with #"),
                }),
        );
    }
    reported
}
