//! Loaders whose own program changes the options: it is told what goes and what
//! comes.

use host_tree::HostTree;

use super::change::{Difference, OptionsChange};
use super::command_line::CommandLine;
use super::entries::EntryFile;
use super::grubenv::{self, GrubEnv};
use super::loader::{self, LoaderKind};
use super::step::{CommandUndo, LoaderCommand, Steps, StepsRefused, running};
use super::{efi_variables, entry_steps};

/// The commands, and how each is taken back.
pub(super) fn steps(
    tree: &dyn HostTree,
    kind: LoaderKind,
    change: &OptionsChange,
) -> Result<Steps, StepsRefused> {
    let line = match kind {
        LoaderKind::GrubBls => match entry_options(tree) {
            Some(line) => line,
            None => running(tree)?,
        },
        _ => running(tree)?,
    };
    let difference = change.difference(&line)?;
    if difference == Difference::default() {
        return Ok(Steps::default());
    }
    let mut after = line.clone();
    change.apply(&mut after)?;
    if line.ends_kernel_options() && kind != LoaderKind::EfiStub {
        return Err(StepsRefused::Tool(
            "the kernel options have a lone --, and what follows it is for init: the boot \
             loader's program adds options at the end, where the kernel would not see them; add \
             them before the -- by hand"
                .to_owned(),
        ));
    }
    match kind {
        LoaderKind::GrubBls => grubby(&difference, &line, &after),
        LoaderKind::RpmOstree => Ok(command(
            rpm_ostree(&difference, &after),
            rpm_ostree(&reversed(&difference), &line),
            "rpm-ostree makes a new deployment with the options; the one before stays in the menu",
        )),
        LoaderKind::Ostree => ostree(&difference),
        LoaderKind::Bootc => bootc(&difference),
        LoaderKind::XenCmdline => xen_cmdline(&difference, &line, &after),
        _ => efi_stub(tree, &after),
    }
}

fn command(argv: Vec<String>, undo: Vec<String>, why: &str) -> Steps {
    Steps {
        commands: vec![LoaderCommand {
            argv,
            why: why.to_owned(),
            undo: CommandUndo::Run(undo),
        }],
        ..Steps::default()
    }
}

fn reversed(difference: &Difference) -> Difference {
    Difference {
        gone: difference.new.clone(),
        new: difference.gone.clone(),
    }
}

fn name(option: &str) -> &str {
    option.split_once('=').map_or(option, |(name, _)| name)
}

/// The options of the first usual entry, with `$kernelopts` from GRUB's
/// environment block.
pub(super) fn entry_options(tree: &dyn HostTree) -> Option<CommandLine> {
    let files = entry_steps::files(tree, LoaderKind::GrubBls);
    let lines = files.iter().find_map(|(path, format, text)| {
        let file = EntryFile::parse(*format, text);
        let rescue = path.contains("-rescue");
        let usual = file.options().iter().any(|options| !options.is_way_back()) && !rescue;
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

/// grubby changes all entries, GRUB's environment block where they refer to it, and
/// the files that new kernels' entries are made from (grubby(8)). What it adds replaces
/// all options of that name, so those that stay are named too; what is to go it takes
/// for a regular expression. Seen in grubby 8.40-70, `grubby-bls`.
fn grubby(
    difference: &Difference,
    before: &CommandLine,
    after: &CommandLine,
) -> Result<Steps, StepsRefused> {
    let argv = |difference: &Difference, wanted: &CommandLine| {
        let mut put: Vec<&str> = Vec::new();
        for option in &difference.new {
            let all: Vec<&str> = wanted.words_of(name(option)).collect();
            if !all.iter().all(|word| put.contains(word)) {
                put.extend(all);
            }
        }
        for option in difference
            .gone
            .iter()
            .map(String::as_str)
            .chain(put.iter().copied())
        {
            if option.contains(['(', ')', '*', '+', '"', '[', '|', '\\', '$', '^', '#']) {
                return Err(StepsRefused::Tool(format!(
                    "grubby reads {option} as a pattern; change the entries in \
                     /boot/loader/entries by hand"
                )));
            }
        }
        let mut argv = vec!["grubby".to_owned(), "--update-kernel=ALL".to_owned()];
        if !difference.gone.is_empty() {
            argv.push(format!("--remove-args={}", difference.gone.join(" ")));
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

/// `rpm-ostree kargs` (rpm-ostree(1)). An option of which others are to stay beside
/// it is appended; else only where it is missing.
fn rpm_ostree(difference: &Difference, after: &CommandLine) -> Vec<String> {
    let mut argv = vec!["rpm-ostree".to_owned(), "kargs".to_owned()];
    argv.extend(
        difference
            .gone
            .iter()
            .map(|option| format!("--delete-if-present={option}")),
    );
    argv.extend(difference.new.iter().map(|option| {
        let alone = after.all(name(option)).count() == 1;
        let how = if alone { "append-if-missing" } else { "append" };
        format!("--{how}={option}")
    }));
    argv
}

/// `ostree admin kargs edit-in-place` can only append (ostree 2022.7).
fn ostree(difference: &Difference) -> Result<Steps, StepsRefused> {
    if let Some(option) = difference.gone.first() {
        return Err(StepsRefused::Tool(format!(
            "ostree admin kargs edit-in-place cannot take out {option}; deploy again with ostree \
             admin deploy --karg-none and all options"
        )));
    }
    let mut text = "as root: ostree admin kargs edit-in-place".to_owned();
    for option in &difference.new {
        text.push_str(&format!(" --append-if-missing={option}"));
    }
    text.push_str(
        ". It changes all deployments, so none is left as a way back: note the options line of \
         /boot/loader/entries first",
    );
    Ok(Steps {
        by_hand: vec![text],
        ..Steps::default()
    })
}

/// bootc takes options from the image (bootc documentation, "Kernel arguments").
fn bootc(difference: &Difference) -> Result<Steps, StepsRefused> {
    if let Some(option) = difference.gone.first() {
        return Err(StepsRefused::Tool(format!(
            "take {option} out of /usr/lib/bootc/kargs.d/*.toml where the image is built"
        )));
    }
    Ok(Steps {
        by_hand: vec![format!(
            "where the image is built, add /usr/lib/bootc/kargs.d/10-passthru.toml:\n{}then build \
             the image, and: bootc upgrade",
            kargs_toml(&difference.new)
        )],
        ..Steps::default()
    })
}

/// A file of `/usr/lib/bootc/kargs.d`.
///
/// ```
/// use hostconf::boot::kargs_toml;
/// assert_eq!(kargs_toml(&["iommu=pt".to_owned()]), "kargs = [\"iommu=pt\"]\n");
/// ```
#[must_use]
pub fn kargs_toml(options: &[String]) -> String {
    let escaped = |option: &String| {
        let option = option.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{option}\"")
    };
    let options: Vec<String> = options.iter().map(escaped).collect();
    format!("kargs = [{}]\n", options.join(", "))
}

/// XCP-ng's program sets or deletes one option of dom0's kernel by its name (XCP-ng
/// documentation, "PCI Passthrough").
fn xen_cmdline(
    difference: &Difference,
    before: &CommandLine,
    after: &CommandLine,
) -> Result<Steps, StepsRefused> {
    let set = |option: &str| {
        [loader::XEN_CMDLINE, "--set-dom0", option]
            .map(str::to_owned)
            .to_vec()
    };
    let delete = |option: &str| {
        [loader::XEN_CMDLINE, "--delete-dom0", name(option)]
            .map(str::to_owned)
            .to_vec()
    };
    let mut steps = Steps::default();
    let mut add = |argv, undo| {
        steps.commands.push(LoaderCommand {
            argv,
            why: "sets the options of dom0's kernel in GRUB's menu".to_owned(),
            undo: CommandUndo::Run(undo),
        });
    };
    for option in difference.gone.iter().chain(&difference.new) {
        if before.all(name(option)).count() > 1 || after.all(name(option)).count() > 1 {
            return Err(StepsRefused::Tool(format!(
                "xen-cmdline keeps one value of each option, and {} is there more than once; edit \
                 /boot/grub/grub.cfg by hand",
                name(option)
            )));
        }
    }
    for option in &difference.new {
        let old = difference
            .gone
            .iter()
            .find(|gone| name(gone) == name(option));
        add(
            set(option),
            old.map_or_else(|| delete(option), |old| set(old)),
        );
    }
    for option in &difference.gone {
        if difference.new.iter().all(|new| name(new) != name(option)) {
            add(delete(option), set(option));
        }
    }
    Ok(steps)
}

/// The firmware's own entry cannot be changed, only made anew: beside the old one,
/// which stays as a way back (efibootmgr(8)).
fn efi_stub(tree: &dyn HostTree, after: &CommandLine) -> Result<Steps, StepsRefused> {
    let option = efi_variables::booted_option(tree);
    let Some((option, file)) = option.and_then(|o| o.file.clone().map(|file| (o, file))) else {
        return Err(StepsRefused::Tool(
            "the entry of the firmware's menu that the host boots by is not shown; this shows it: \
             efibootmgr -v"
                .to_owned(),
        ));
    };
    let odd = |text: &str| text.contains(['\'', '\n', '\0']);
    let mut line = CommandLine::parse(&option.options);
    // The kernel adds nothing of its own: the entry's options are those that run.
    if line.options().is_empty() || odd(&after.to_string()) || odd(&file) {
        return Err(StepsRefused::Tool(
            "expected the kernel options in the firmware's entry, found none".to_owned(),
        ));
    }
    line.clone_from(after);
    let label = option.description.replace(['\'', '\n'], "");
    let (part, guid) = option.partition.map_or_else(
        || ("N".to_owned(), "the EFI system partition".to_owned()),
        |(number, guid)| (number.to_string(), format!("/dev/disk/by-partuuid/{guid}")),
    );
    Ok(Steps {
        by_hand: vec![format!(
            "as root, with the disk that holds {guid} for DISK: efibootmgr --create --disk DISK \
             --part {part} --label '{label} (passthru)' --loader '{file}' --unicode '{line}'. The \
             new entry is booted first; Boot{:04X}, as it is now, stays as a way back, and \
             efibootmgr --bootorder puts it first again",
            option.number
        )],
        ..Steps::default()
    })
}
