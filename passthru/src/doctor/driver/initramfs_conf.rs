//! Configuration of vfio-pci for the initramfs generators.

use host_tree::Evidence;
use hostconf::binding::assignments::AssignmentFile;
use hostconf::binding::booster::BoosterConf;
use hostconf::binding::dracut::{ConfIssue, read_conf};
use hostconf::binding::mkinitcpio::{ConfFacts, Init};
use hostconf::binding::modprobe::same_module;
use pci_core::modules::ModuleName;

use crate::doctor::rule::{Context, Diagnostic, Rule, plan_remedy};
use crate::host::{ConfFile, Device, Initramfs, host_drivers, own_drivers};
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "dracut-list-words-joined",
        meaning: "A list in dracut's configuration loses words. bash joins the strings of all \
                  files without a separator: without a blank at both ends, the last word of one \
                  and the first word of the next become one word. With = instead of += the words \
                  of other files are lost.",
        source: "dracut.conf(5); measured with dracut 059",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: dracut_lists,
    },
    Rule {
        code: "dracut-vfio-late",
        meaning: "dracut's configuration adds vfio-pci to the image but does not load it before \
                  udev loads drivers, or omits it from the image. force_drivers does both; with \
                  add_drivers alone the order is undefined unless a softdep loads vfio-pci first.",
        source: "dracut.conf(5), force_drivers, add_drivers, omit_drivers",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: dracut_late,
    },
    Rule {
        code: "mkinitcpio-without-vfio",
        meaning: "vfio-pci is configured for a function by ID, but MODULES of mkinitcpio's \
                  configuration does not name vfio-pci: the image does not contain vfio-pci. The \
                  function's host driver, which the hook kms or autodetect adds, loads first.",
        source: "mkinitcpio(8), MODULES; mkinitcpio 41, install/kms",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: mkinitcpio_without,
    },
    Rule {
        code: "mkinitcpio-driver-first",
        meaning: "MODULES of mkinitcpio's configuration names a driver of the card before \
                  vfio-pci. With the hook udev, modules are loaded in that order, before anything \
                  else; vfio-pci must be first.",
        source: "mkinitcpio(8), MODULES; mkinitcpio 41, hooks/udev and init",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: mkinitcpio_order,
    },
    Rule {
        code: "mkinitcpio-without-modconf",
        meaning: "HOOKS of mkinitcpio's configuration lacks modconf, which adds modprobe.d to the \
                  image. In the initramfs vfio-pci then has no ids=, and no softdep takes effect.",
        source: "mkinitcpio(8); mkinitcpio 41, install/modconf",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: mkinitcpio_modconf,
    },
    Rule {
        code: "booster-driver-first",
        meaning: "booster loads modules in parallel and reads no softdep. vfio-pci reliably \
                  claims the card only if it is in modules_force_load and the card's drivers are \
                  excluded from the image, with a - before their names in modules.",
        source: "booster(1), modules_force_load and modules; booster 0.12, init/main.go",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: booster,
    },
    Rule {
        code: "initramfs-conf-not-literal",
        meaning: "A list in the configuration of the initramfs program contains variables or \
                  commands. Only the program itself can evaluate it, so neither the doctor nor a \
                  plan can determine the load order.",
        source: "bash(1), PARAMETERS; mkinitcpio(8); booster(1)",
        causes: &[],
        check: not_literal,
    },
];

/// Whether the host's images are made by this program, as far as is shown.
fn is_made_by(context: &Context<'_>, program: Initramfs) -> bool {
    let found = context.host.system.initramfs.as_ref();
    found.is_some_and(|found| found.value == program)
}

/// The functions for which modprobe.d configures vfio-pci.
fn by_modprobe<'a>(context: &Context<'a>) -> Vec<&'a Device> {
    let host = context.host;
    let last = host.boot.vfio_ids.last();
    if host.vfio_pci_built_in().is_some() || last.is_none_or(|list| list.value.on_command_line) {
        return Vec::new();
    }
    let taken = context
        .functions()
        .filter(|device| host.is_taken_by_id(device));
    taken.collect()
}

/// Whether a softdep puts vfio-pci before the driver.
fn is_behind(context: &Context<'_>, driver: &ModuleName) -> bool {
    let modprobe = &context.host.settings.modprobe;
    modprobe.loads_before("vfio-pci", driver.as_str()).is_some()
}

fn ids_evidence(context: &Context<'_>) -> Option<Evidence> {
    let last = context.host.boot.vfio_ids.last();
    last.map(|list| list.evidence.clone())
}

fn issues<'a>(context: &Context<'a>) -> Vec<(&'a ConfFile, ConfIssue)> {
    if !is_made_by(context, Initramfs::Dracut) {
        return Vec::new();
    }
    let files = context.host.boot.initramfs_conf.dracut.iter();
    let read: Vec<_> = files
        .filter(|file| file.text.contains("vfio"))
        .map(|file| (file, read_conf(&file.text, "vfio-pci")))
        .collect();
    let is_forced = read.iter().any(|(_, (forced, _))| *forced);
    let is_packed = |issue: &ConfIssue| matches!(issue, ConfIssue::PackedOnly { .. });
    let is_added = is_forced || read.iter().any(|(_, (_, all))| all.iter().any(is_packed));
    let all = read
        .into_iter()
        .flat_map(|(file, (_, issues))| issues.into_iter().map(move |issue| (file, issue)));
    // Another file may load the module, and dracut omits none that a list adds.
    all.filter(|(_, issue)| match issue {
        ConfIssue::PackedOnly { .. } => !is_forced,
        ConfIssue::Omitted { name, .. } if name == "omit_drivers" => !is_added,
        _ => true,
    })
    .collect()
}

fn of_file(file: &ConfFile, line: u32, verdict: Verdict, title: Text) -> Diagnostic {
    Diagnostic::new(verdict, title).evidence([file.line(line)])
}

fn dracut_lists(context: &Context<'_>) -> Vec<Diagnostic> {
    let lists = issues(context).into_iter().filter_map(|(file, issue)| {
        let path = &file.path;
        let (line, title, text) = match &issue {
            ConfIssue::Glued { line, name } => (
                *line,
                text!(
                    "{name} in line {line} of {path} lacks a blank at an end: dracut joins its \
                     words with those of other files",
                    name,
                    line,
                    path
                ),
                text!(
                    "write {name}+=\" … \" with a blank at both ends in line {line} of {path}",
                    name,
                    line,
                    path
                ),
            ),
            ConfIssue::Replaces { line, name } => (
                *line,
                text!(
                    "{name}= in line {line} of {path} discards the words of other files",
                    name,
                    line,
                    path
                ),
                text!(
                    "write {name}+= instead of = in line {line} of {path}",
                    name,
                    line,
                    path
                ),
            ),
            _ => return None,
        };
        let remedy = Remedy::Manual {
            step: "write-dracut-list",
            text,
        };
        Some(of_file(file, line, Verdict::Fix, title).remedy(remedy))
    });
    lists.collect()
}

fn dracut_late(context: &Context<'_>) -> Vec<Diagnostic> {
    let functions: Vec<&Device> = context.functions().collect();
    let drivers = host_drivers(&functions);
    let ordered = !drivers.is_empty() && drivers.iter().all(|one| is_behind(context, one));
    let late = issues(context).into_iter().filter_map(|(file, issue)| {
        let path = &file.path;
        let (line, title, remedy) = match &issue {
            ConfIssue::PackedOnly { line } if !ordered && !functions.is_empty() => (
                *line,
                text!(
                    "add_drivers in line {line} of {path} adds vfio-pci to the image but loads it \
                     late: force_drivers loads it first",
                    line,
                    path
                ),
                plan_remedy(context),
            ),
            ConfIssue::Omitted { line, name } => {
                let title = text!(
                    "{name} in line {line} of {path} omits vfio-pci from the image",
                    name,
                    line,
                    path
                );
                let text = text!(
                    "remove vfio-pci from {name} in line {line} of {path}",
                    name,
                    line,
                    path
                );
                let step = "write-dracut-list";
                (*line, title, Remedy::Manual { step, text })
            }
            _ => return None,
        };
        Some(of_file(file, line, Verdict::Fix, title).remedy(remedy))
    });
    late.collect()
}

/// mkinitcpio's lists as they count, with the file that has the last word.
fn mkinitcpio<'a>(context: &Context<'a>) -> Option<(&'a ConfFile, String)> {
    if !is_made_by(context, Initramfs::Mkinitcpio) {
        return None;
    }
    let conf = &context.host.boot.initramfs_conf;
    let main = conf.mkinitcpio.as_ref()?;
    let mut text = main.text.clone();
    for file in &conf.mkinitcpio_drop_ins {
        text.push('\n');
        text.push_str(&file.text);
    }
    Some((conf.mkinitcpio_drop_ins.last().unwrap_or(main), text))
}

/// The line that assigns a list last.
fn assigned(file: &ConfFile, name: &str) -> Evidence {
    let parsed = AssignmentFile::parse(&file.text);
    let found = parsed.assignments().iter().rfind(|one| one.name == name);
    file.line(found.map_or(1, |one| one.line))
}

fn mkinitcpio_facts<'a>(context: &Context<'a>) -> Option<(&'a ConfFile, ConfFacts)> {
    let (file, text) = mkinitcpio(context)?;
    Some((file, ConfFacts::read(&text).ok()?))
}

fn mkinitcpio_without(context: &Context<'_>) -> Vec<Diagnostic> {
    let taken = by_modprobe(context);
    let Some((file, facts)) = mkinitcpio_facts(context).filter(|_| !taken.is_empty()) else {
        return Vec::new();
    };
    if facts
        .modules
        .iter()
        .any(|name| same_module(name, "vfio-pci"))
    {
        return Vec::new();
    }
    let display = taken.iter().any(|device| device.is_display());
    let title = if display && facts.has_hook("kms") {
        text!(
            "MODULES of {path} lacks vfio-pci, and the hook kms adds drivers of display cards",
            path = file.path
        )
    } else {
        text!("MODULES of {path} lacks vfio-pci", path = file.path)
    };
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of(taken.iter().map(|device| device.address))
            .evidence([assigned(file, "MODULES")])
            .evidence(ids_evidence(context))
            .remedy(plan_remedy(context)),
    ]
}

fn mkinitcpio_order(context: &Context<'_>) -> Vec<Diagnostic> {
    let taken = by_modprobe(context);
    let Some((file, facts)) = mkinitcpio_facts(context).filter(|_| !taken.is_empty()) else {
        return Vec::new();
    };
    let packed = facts.has_hook("modconf");
    let mut drivers = host_drivers(&taken);
    drivers.retain(|driver| !(packed && is_behind(context, driver)));
    let has_vfio = facts
        .modules
        .iter()
        .any(|name| same_module(name, "vfio-pci"));
    let Some(first) = facts.loads_before_vfio(&drivers).filter(|_| has_vfio) else {
        return Vec::new();
    };
    let title = text!(
        "MODULES of {path} has {first} before vfio-pci",
        path = file.path,
        first
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of(taken.iter().map(|device| device.address))
            .evidence([assigned(file, "MODULES")])
            .remedy(plan_remedy(context)),
    ]
}

fn mkinitcpio_modconf(context: &Context<'_>) -> Vec<Diagnostic> {
    let taken = by_modprobe(context);
    let Some((file, facts)) = mkinitcpio_facts(context).filter(|_| !taken.is_empty()) else {
        return Vec::new();
    };
    let Some(ids) = ids_evidence(context) else {
        return Vec::new();
    };
    let files = AssignmentFile::parse(&file.text).words("FILES");
    let packed = files.is_ok_and(|files| files.contains(&ids.source));
    // Without an init that loads drivers, no driver in the image claims the card.
    if facts.has_hook("modconf") || packed || facts.init == Init::Neither {
        return Vec::new();
    }
    let title = text!(
        "HOOKS of {path} lacks modconf: {source} is not in the image",
        path = file.path,
        source = ids.source
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of(taken.iter().map(|device| device.address))
            .evidence([assigned(file, "HOOKS"), ids])
            .remedy(plan_remedy(context)),
    ]
}

fn booster(context: &Context<'_>) -> Vec<Diagnostic> {
    let taken = by_modprobe(context);
    if taken.is_empty() || !is_made_by(context, Initramfs::Booster) {
        return Vec::new();
    }
    let conf = &context.host.boot.initramfs_conf;
    let text = conf.booster.as_ref().map(|file| file.text.as_str());
    let parsed = BoosterConf::parse(text.unwrap_or_default());
    let Ok(forced) = parsed.forced() else {
        return Vec::new();
    };
    let forced = forced.iter().any(|name| same_module(name, "vfio-pci"));
    // Of the drivers that could be there, those that are.
    let mut packed: Vec<ModuleName> = taken.iter().flat_map(|one| own_drivers(one)).collect();
    packed.retain(|driver| !conf.booster_leaves_out(driver));
    let title = match packed.first() {
        Some(driver) if forced => {
            text!(
                "booster adds {driver}, which loads in parallel with vfio-pci",
                driver
            )
        }
        Some(driver) => {
            text!(
                "booster adds {driver} and does not load vfio-pci first",
                driver
            )
        }
        None if forced => return Vec::new(),
        None => text!("booster does not load vfio-pci first"),
    };
    let shown = conf.booster.as_ref().map(|file| file.line(1));
    let shown = shown.or_else(|| {
        let program = context.host.system.initramfs.as_ref();
        program.map(|program| program.evidence.clone())
    });
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of(taken.iter().map(|device| device.address))
            .evidence(shown)
            .evidence(ids_evidence(context))
            .remedy(plan_remedy(context)),
    ]
}

fn not_literal(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.cards.is_empty() {
        return Vec::new();
    }
    let mut reported = Vec::new();
    let mut add = |file: &ConfFile, line: u32, error: String| {
        let text = text!(
            "write the list in line {line} of {path} without variables and commands",
            line,
            path = file.path
        );
        let step = "write-out-list";
        let remedy = Remedy::Manual { step, text };
        let title = text!("{path}: {error}", path = file.path, error);
        reported.push(of_file(file, line, Verdict::Unknown, title).remedy(remedy));
    };
    if let Some((file, text)) = mkinitcpio(context) {
        if let Err(error) = ConfFacts::read(&text) {
            // Lines of several files are counted through; the last word is in the last.
            let line = error.line().filter(|_| file.text == text);
            add(file, line.unwrap_or(1), error.to_string());
        }
    }
    let booster = context.host.boot.initramfs_conf.booster.as_ref();
    if let Some(file) = booster.filter(|_| is_made_by(context, Initramfs::Booster)) {
        let conf = BoosterConf::parse(&file.text);
        if let Err(error) = conf.forced().and_then(|_| conf.modules()) {
            add(file, error.line().unwrap_or(1), error.to_string());
        }
    }
    reported
}
