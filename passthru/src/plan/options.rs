//! Kernel options that a plan adds or removes, and their place.

use host_tree::{MemoryTree, Overlay};
use hostconf::ErrorKind;
use hostconf::boot::change::OptionsChange;
use hostconf::boot::loader::{ByHand, Loader, LoaderKind};
use hostconf::boot::steps::{CommandUndo, LoaderCommand, refresh, steps};
use hostconf::boot::{Parameter, grub_layout};

use super::binding;
use super::document::{Command, ManualStep, Undo, When};
use super::drafts::Drafts;
use super::error::PlanCause;
use crate::file_settings::Intent;
use crate::host::{Device, Host, Initramfs};
use crate::remedy::shown;
use crate::requirement::Change;
use crate::text::{Text, text};

/// Changes of the kernel options.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    /// Options to add, with the reasons.
    pub(super) add: Vec<(Parameter, Text)>,
    /// Items to add to a comma-separated list.
    pub(super) join: Vec<(String, String)>,
    /// Items to remove from a comma-separated list.
    pub(super) leave: Vec<(String, String)>,
    /// Options to remove.
    pub(super) remove: Vec<Parameter>,
    /// Whether the loader's files are to be brought into effect where they do not change.
    refresh: bool,
}

impl Options {
    fn is_empty(&self) -> bool {
        let lists = self.join.is_empty() && self.leave.is_empty();
        lists && self.add.is_empty() && self.remove.is_empty() && !self.refresh
    }

    /// Whether the option is added.
    pub(super) fn adds(&self, text: &str) -> bool {
        self.add
            .iter()
            .any(|(parameter, _)| parameter.to_string() == text)
    }

    /// Whether the changes may enable the IOMMU at the next boot.
    pub(super) fn enable_iommu(&self) -> bool {
        let mut removed = self.remove.iter();
        let is_switch = |name: &str| ["iommu", "intel_iommu", "amd_iommu"].contains(&name);
        self.adds("intel_iommu=on")
            || removed.any(|one| is_switch(one.name()) && one.value() == Some("off"))
    }

    /// Adds a change of the kernel options; ignores other changes.
    pub(super) fn change_by(&mut self, change: &Change) {
        match change {
            Change::SetKernelOption {
                option,
                purpose: why,
            } => self.set(option, Text::of_english(why)),
            Change::RemoveKernelOption { option } => self.unset(option),
            Change::ReplaceKernelOption {
                option,
                replacement,
            } => {
                self.unset(option);
                self.set(replacement, text!("instead of {option}", option));
            }
            Change::RegenerateBootLoader => self.refresh = true,
            Change::RegenerateInitramfs
            | Change::MergeVfioIds { .. }
            | Change::RemoveModuleOption { .. }
            | Change::RemoveModule { .. }
            | Change::RemoveLine(_)
            | Change::SetGuestOptions { .. } => {}
        }
    }

    fn set(&mut self, option: &str, why: Text) {
        if let Ok(option) = option.parse::<Parameter>() {
            if self.add.iter().all(|(known, _)| *known != option) {
                self.add.push((option, why));
            }
        }
    }

    fn unset(&mut self, option: &str) {
        if let Ok(option) = option.parse::<Parameter>() {
            if !self.remove.contains(&option) {
                self.remove.push(option);
            }
        }
    }

    /// The items of a list are put together, in their order.
    fn change(&self) -> Result<OptionsChange, hostconf::Error> {
        let mut put: Vec<Parameter> = self.add.iter().map(|(option, _)| option.clone()).collect();
        let mut lists: Vec<(&str, Vec<&str>)> = Vec::new();
        for (name, item) in &self.join {
            match lists.iter_mut().find(|(known, _)| known == name) {
                Some((_, items)) => items.push(item),
                None => lists.push((name, vec![item])),
            }
        }
        for (name, items) in lists {
            put.push(Parameter::new(name, Some(&items.join(",")))?);
        }
        Ok(OptionsChange {
            put,
            remove: self.remove.clone(),
            remove_items: self.leave.clone(),
        })
    }

    /// The options that are added, or whose lists get an item.
    fn added(&self) -> impl Iterator<Item = String> {
        let added = self.add.iter().map(|(parameter, _)| parameter.to_string());
        let joined = self.join.iter();
        added.chain(joined.map(|(name, item)| format!("{name}={item}")))
    }

    fn list(&self) -> String {
        let removed = self
            .remove
            .iter()
            .map(|parameter| format!("without {parameter}"));
        self.added().chain(removed).collect::<Vec<_>>().join(", ")
    }
}

/// Whether vfio-pci reads its IDs from the kernel command line: a built-in one reads nothing else,
/// a module reads those on the command line last, and without a persistent `/etc` there is no other
/// place.
pub(super) fn hold_ids(host: &Host) -> bool {
    if host.boot.etc_not_kept.is_some() {
        return true;
    }
    let last = host
        .boot
        .vfio_ids
        .last()
        .is_some_and(|list| list.value.on_command_line);
    last || host.vfio_pci_built_in().is_some()
}

/// Writes `ids` as the only `vfio-pci.ids=` of the kernel command line, which takes precedence: at
/// the place of the last one. Those of the others are included.
pub(super) fn one_list(host: &Host, ids: &[String], options: &mut Options) {
    const NAME: &str = "vfio-pci.ids";
    for item in ids {
        let item = (NAME.to_owned(), item.clone());
        if !options.join.contains(&item) {
            options.join.push(item);
        }
    }
    let of_kernel = &host.settings.kernel_options;
    for (word, _) in host.cut_off_ids() {
        if of_kernel.iter().any(|option| option.text == word) {
            options.unset(word);
        }
    }
    let lists = host.boot.vfio_ids.iter().map(|list| &list.value);
    let lists: Vec<_> = lists.filter(|list| list.on_command_line).collect();
    let Some((_, earlier)) = lists.split_last() else {
        return;
    };
    let all = ids.join(",");
    for list in earlier.iter().filter(|list| list.text != all) {
        if let Ok(option) = Parameter::new(NAME, Some(&list.text)) {
            options.remove.push(option);
        }
    }
}

/// Removes the functions' IDs from the kernel command line: by ID vfio-pci would also bind another
/// card.
pub(super) fn release_ids(host: &Host, options: &mut Options, functions: &[&Device]) {
    for option in host.settings.kernel_option("vfio-pci.ids") {
        let entries = option.value.as_deref().unwrap_or_default().split(',');
        for entry in entries.filter(|entry| binding::is_of(entry, functions)) {
            if !options.leave.iter().any(|(_, known)| known == entry) {
                options.leave.push((option.name.clone(), entry.to_owned()));
            }
        }
    }
}

/// The steps that change the kernel options on the host.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Commands that apply the options, or change them.
    pub(super) commands: Vec<Command>,
    /// Manual steps.
    pub(super) manual: Vec<ManualStep>,
    /// Whether anything changes.
    pub(super) changed: bool,
}

impl Written {
    /// A change that a person makes.
    fn by_hand(text: Text) -> Self {
        Self {
            manual: vec![ManualStep {
                when: When::Now,
                step: "set-kernel-options".into(),
                text,
            }],
            changed: true,
            ..Self::default()
        }
    }
}

/// The manual change of a file that is not in the input.
fn unseen(path: &str, kind: LoaderKind, options: &Options) -> Text {
    let ByHand { place, refresh } = kind.by_hand();
    let refresh = match kind.refresh() {
        Some(argv) => text!("run {command}", command = argv.join(" ")),
        None => Text::of_english(refresh),
    };
    let loader = kind.name();
    let added = options.added().collect::<Vec<_>>().join(" ");
    let removed = options.remove.iter().map(ToString::to_string);
    let removed = removed.collect::<Vec<_>>().join(" ");
    match (added.is_empty(), removed.is_empty()) {
        (false, true) => text!(
            "in {path} ({loader}), add {added} to {place}, then {refresh}; the file is not in the \
             input, so the plan does not edit it",
            path,
            loader,
            added,
            place,
            refresh
        ),
        (true, false) => text!(
            "in {path} ({loader}), remove {removed} from {place}, then {refresh}; the file is not \
             in the input, so the plan does not edit it",
            path,
            loader,
            removed,
            place,
            refresh
        ),
        _ => text!(
            "in {path} ({loader}), add {added} to {place} and remove {removed}, then {refresh}; \
             the file is not in the input, so the plan does not edit it",
            path,
            loader,
            added,
            removed,
            place,
            refresh
        ),
    }
}

/// Writes the changes into the files of the host's boot loader, and returns the commands that apply
/// them, or that make the change themselves.
pub(super) fn write(
    host: &Host,
    options: &Options,
    drafts: &mut Drafts<'_>,
) -> Result<Written, PlanCause> {
    if options.is_empty() {
        return Ok(Written::default());
    }
    let kind = match &host.boot.loader {
        Loader::Known { kind, .. } => *kind,
        // The distribution is known, and its installer offers the loader.
        Loader::Unknown { would_tell, .. } if host.system.initramfs.is_some() => {
            let look = would_tell.last().copied().unwrap_or("bootctl status");
            let text = text!(
                "set the kernel options ({options}) with the host's boot loader, which is \
                   not in the input; {look} shows it",
                options = options.list(),
                look
            );
            return Ok(Written::by_hand(text));
        }
        Loader::Unknown { would_tell, .. } => {
            return Err(PlanCause::LoaderNotShown {
                options: options.list(),
                look: host.command_for_loader(would_tell).to_owned(),
            });
        }
    };
    let change = options
        .change()
        .map_err(|error| PlanCause::edit("the kernel options", error))?;
    let tree = drafts.host_tree();
    let mut known = MemoryTree::partial();
    // initramfs-tools is Debian's, and so is update-grub, which apply looks for.
    let is_debian = host.system.initramfs.as_ref().is_some_and(|found| {
        found.value == Initramfs::InitramfsTools && grub_layout::find(&tree).is_none()
    });
    if is_debian {
        known.insert_file("/usr/sbin/update-grub", "");
    }
    let tree = Overlay::new(&tree, known);
    let mut steps = match steps(&tree, kind, &change) {
        Ok(steps) => steps,
        Err(error) if error.kind() == ErrorKind::NotShown => {
            let path = error.path().unwrap_or_default();
            return Ok(Written::by_hand(unseen(path, kind, options)));
        }
        Err(error) => return Err(refused(kind, error)),
    };
    if options.refresh && steps.commands.is_empty() {
        // A loader without commands reads its files itself at the next boot.
        if let Ok(commands) = refresh(&tree, kind) {
            steps.commands = commands;
        } else {
            let name = kind.name();
            steps.manual.push(
                text!(
                    "bring the configured kernel options into effect with {name}; the running \
                   kernel does not have them",
                    name
                )
                .into(),
            );
        }
    }
    let changed = options.refresh
        || !steps.edits.is_empty()
        || !steps.commands.is_empty()
        || !steps.manual.is_empty();
    let why = why(options);
    let intents = Intent::of_options(&change);
    for edit in steps.edits {
        drafts.intend(&edit.path, intents.iter().cloned());
        drafts.set(edit.with_purpose(why.clone()));
    }
    let command = |command: LoaderCommand| Command {
        purpose: text!(
            "{command}: {why}",
            command = shown(&command.argv),
            why = Text::of_english(command.purpose)
        ),
        argv: command.argv,
        undo: match command.undo {
            CommandUndo::Repeat => Undo::Repeat,
            CommandUndo::Run(argv) => Undo::Run { argv },
        },
    };
    let by_hand = steps.manual.into_iter().map(|text| ManualStep {
        when: When::Now,
        step: "set-kernel-options".into(),
        text: Text::of_english(text),
    });
    Ok(Written {
        commands: steps.commands.into_iter().map(command).collect(),
        manual: by_hand.collect(),
        changed,
    })
}

fn refused(kind: LoaderKind, error: hostconf::Error) -> PlanCause {
    let path = error.path().map(str::to_owned);
    match path {
        Some(path) if error.kind() == ErrorKind::NotShown => PlanCause::FileNotShown { path },
        Some(path) => PlanCause::edit(&path, error.without_path()),
        None => PlanCause::edit(kind.name(), error),
    }
}

fn why(options: &Options) -> Text {
    let mut reasons: Vec<Text> = options
        .add
        .iter()
        .map(|(parameter, why)| text!("{parameter}: {why}", parameter, why))
        .collect();
    if options.refresh {
        reasons.push(text!("configured options are not in effect yet"));
    }
    if !options.join.is_empty() {
        reasons.push(text!(
            "vfio-pci.ids: the kernel command line takes precedence on this host"
        ));
    }
    for (name, item) in &options.leave {
        reasons.push(text!(
            "{name} without {item}: a function that stays with the host has this ID",
            name,
            item
        ));
    }
    for parameter in &options.remove {
        reasons.push(text!(
            "without {parameter}: it is needless on this host, or harmful",
            parameter
        ));
    }
    let mut reasons = reasons.into_iter();
    let first = reasons.next().unwrap_or_else(|| text!("kernel options"));
    reasons.fold(first, |before, next| before.then(&next))
}
