//! Kernel options: which the plan needs, which it takes out, and where they go.

use hvconf::binding::kernel_facts::{BootFramebuffer, IntelIommuDefault};
use hvconf::boot::Parameter;
use hvconf::boot::change::OptionsChange;
use hvconf::boot::grub_layout;
use hvconf::boot::loader::{Loader, LoaderKind};
use hvconf::boot::parameter::ParameterError;
use hvconf::boot::steps::{CommandUndo, LoaderCommand, StepsRefused, steps};
use hvconf::settings::Intent;
use iommu::{Membership, Power};
use pci_core::tree::{MemoryTree, Overlay};

use super::binding;
use super::document::{Command, ManualStep, Moment, Undo};
use super::drafts::Drafts;
use super::request::PlanError;
use crate::host::{Device, Host, Initramfs, Processor};
use crate::remedy::shown;

/// Changes of the kernel options.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    /// To be there, each with the reason.
    pub(super) add: Vec<(Parameter, String)>,
    /// To be in a comma-separated list.
    pub(super) join: Vec<(String, String)>,
    /// To be out of a comma-separated list.
    pub(super) leave: Vec<(String, String)>,
    /// To be gone.
    pub(super) remove: Vec<Parameter>,
}

impl Options {
    fn is_empty(&self) -> bool {
        let lists = self.join.is_empty() && self.leave.is_empty();
        lists && self.add.is_empty() && self.remove.is_empty()
    }

    /// Whether the option is to be there.
    pub(super) fn adds(&self, text: &str) -> bool {
        self.add
            .iter()
            .any(|(parameter, _)| parameter.to_string() == text)
    }

    /// Leaves out what would take the boot framebuffer off the card.
    pub(super) fn keep_framebuffer(&mut self) {
        self.add.retain(|(option, _)| {
            let option = option.to_string();
            option != "initcall_blacklist=sysfb_init" && !option.starts_with("video=")
        });
    }

    /// The items of a list are put together, in their order.
    fn change(&self) -> Result<OptionsChange, ParameterError> {
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

    fn list(&self) -> String {
        let added = self.add.iter().map(|(parameter, _)| parameter.to_string());
        let joined = self
            .join
            .iter()
            .map(|(name, item)| format!("{name}={item}"));
        let removed = self
            .remove
            .iter()
            .map(|parameter| format!("without {parameter}"));
        added
            .chain(joined)
            .chain(removed)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// The options that the host lacks for these functions.
pub(super) fn needed(host: &Host, functions: &[&Device]) -> Options {
    let mut options = Options::default();
    let mut add = |text: &str, why: &str| {
        if let Ok(parameter) = text.parse::<Parameter>() {
            options.add.push((parameter, why.to_owned()));
        }
    };
    let by_log = host.iommu.vendor == Some(iommu::Vendor::Intel);
    let intel = by_log
        || host
            .system
            .processor
            .as_ref()
            .is_some_and(|p| p.value == Processor::Intel);
    // Where the kernel leaves the processor's graphics out, it has no group.
    let left_out = functions
        .iter()
        .any(|device| matches!(host.groups.group_of(device.address), Membership::InNone(_)));
    let off = off_options(host);
    if (host.iommu.power != Power::On || left_out) && intel && !is_set(host, "intel_iommu", "on") {
        let default = host.system.kernel.intel_iommu_default.as_ref();
        match default.map(|default| default.value) {
            // What keeps it off is then no missing option.
            Some(IntelIommuDefault::On) if host.iommu.power != Power::Off => {}
            Some(IntelIommuDefault::OnExceptGraphics)
                if host.iommu.power != Power::Off
                    && !left_out
                    && !functions
                        .iter()
                        .any(|f| f.is_display() && f.address.bus() == 0) => {}
            Some(IntelIommuDefault::Off) => add(
                "intel_iommu=on",
                "this kernel does not switch Intel's IOMMU on by itself",
            ),
            Some(_) | None => add(
                "intel_iommu=on",
                "not every kernel switches Intel's IOMMU on by itself",
            ),
        }
    }
    options.remove = off;
    let may_be_boot_display = functions.iter().any(|device| {
        device.is_display() && device.boot_display.as_ref().is_none_or(|fact| fact.value)
    });
    if may_be_boot_display {
        let why = if functions.iter().any(|device| device.boot_display.is_some()) {
            "the card is the boot display: no boot framebuffer may lie in its memory"
        } else {
            "the card may be the boot display (the input does not show it): no boot framebuffer \
             may lie in its memory"
        };
        // The configuration decides; the version tells only what is usual.
        let by_config = host.system.kernel.boot_framebuffer.as_ref();
        let by_config = by_config.map(|found| found.value != BootFramebuffer::Older);
        let by_version = || host.system.kernel.is_at_least(5, 15).map(|(is, _)| is);
        let why = match by_config {
            Some(_) => why.to_owned(),
            None => format!("{why}; which option does it is judged by the kernel's version alone"),
        };
        match by_config.or_else(by_version) {
            Some(true) if !is_set(host, "initcall_blacklist", "sysfb_init") => {
                add("initcall_blacklist=sysfb_init", &why);
            }
            Some(false) => {
                for driver in ["efifb:off", "vesafb:off"] {
                    if !is_set(host, "video", driver) {
                        add(&format!("video={driver}"), &why);
                    }
                }
            }
            _ => {}
        }
    }
    options
}

/// The options that keep the IOMMU or interrupt remapping off, now or from the next
/// boot on.
fn off_options(host: &Host) -> Vec<Parameter> {
    let off = ["iommu", "intel_iommu", "amd_iommu", "intremap"];
    host.settings
        .kernel_options
        .iter()
        .filter(|option| off.contains(&option.name.as_str()))
        .filter(|option| option.value.as_deref() == Some("off"))
        .filter_map(|option| option.text.parse().ok())
        .collect()
}

/// Whether an option with this value runs, or is configured where the boot loader reads it.
fn is_set(host: &Host, name: &str, value: &str) -> bool {
    let options = host.settings.kernel_option(name);
    let mut read = options.filter(|option| !host.is_unread(option));
    read.any(|option| {
        option
            .value
            .as_deref()
            .is_some_and(|v| v.split(',').any(|v| v == value))
    })
}

/// Whether vfio-pci takes its ids from the kernel command line: a built-in one reads
/// nothing else, of a module's options those on the command line come last, and
/// where `/etc` is not kept there is no other place.
pub(super) fn hold_ids(host: &Host) -> bool {
    if host.etc_not_kept.is_some() {
        return true;
    }
    let last = host
        .vfio_ids
        .last()
        .is_some_and(|list| list.value.on_command_line);
    last || host.vfio_pci_built_in().is_some()
}

/// Writes `ids` as the one `vfio-pci.ids=` of the kernel command line, which has the last
/// word: in the place of the last one. What others have is among them.
pub(super) fn one_list(host: &Host, ids: &[String], options: &mut Options) {
    const NAME: &str = "vfio-pci.ids";
    for item in ids {
        let item = (NAME.to_owned(), item.clone());
        if !options.join.contains(&item) {
            options.join.push(item);
        }
    }
    let lists = host.vfio_ids.iter().map(|list| &list.value);
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

/// Takes the functions' ids off the kernel command line: by id vfio-pci would take
/// another card too.
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

/// What a change of the kernel options comes to on the host.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Commands that bring the options into effect, or change them.
    pub(super) commands: Vec<Command>,
    /// What only a person can do.
    pub(super) manual: Vec<ManualStep>,
    /// Whether anything changes.
    pub(super) changed: bool,
}

impl Written {
    /// A change that a person makes.
    fn by_hand(text: String) -> Self {
        Self {
            manual: vec![ManualStep {
                moment: Moment::Now,
                step: "set-kernel-options".into(),
                text,
            }],
            changed: true,
            ..Self::default()
        }
    }
}

/// The change of a file that the input does not show.
fn unseen(path: &str, kind: LoaderKind, options: &Options) -> String {
    let list = options.list();
    let rest = match kind {
        LoaderKind::Grub => {
            "to GRUB_CMDLINE_LINUX_DEFAULT, and run update-grub (grub-mkconfig -o \
             /boot/grub/grub.cfg where that is not installed)"
        }
        LoaderKind::ProxmoxGrub => {
            "to GRUB_CMDLINE_LINUX_DEFAULT, and run proxmox-boot-tool refresh"
        }
        LoaderKind::ProxmoxSystemdBoot | LoaderKind::ProxmoxEither => {
            "to the line of options, and run proxmox-boot-tool refresh"
        }
        _ => "to the kernel options, and bring them into effect as the loader does",
    };
    format!(
        "add {list} in {path} ({}) {rest}; the input does not show the file, so that the plan \
         does not edit it",
        kind.name()
    )
}

/// Writes the changes into the files of the host's boot loader, and gives the
/// commands that bring them into effect, or that make the change themselves.
pub(super) fn write(
    host: &Host,
    options: &Options,
    drafts: &mut Drafts<'_>,
) -> Result<Written, PlanError> {
    if options.is_empty() {
        return Ok(Written::default());
    }
    let kind = match &host.loader {
        Loader::Known { kind, .. } => *kind,
        // The distribution is known, and its installer asks for the loader.
        Loader::Unknown { would_tell, .. } if host.system.initramfs.is_some() => {
            let look = would_tell.last().copied().unwrap_or("bootctl status");
            let text = format!(
                "set the kernel options ({}) with the boot loader of the host, which the input \
                 does not show; {look} shows it",
                options.list()
            );
            return Ok(Written::by_hand(text));
        }
        Loader::Unknown { would_tell, .. } => {
            return Err(PlanError::LoaderNotShown {
                options: options.list(),
                look: would_tell
                    .first()
                    .copied()
                    .unwrap_or("cat /proc/cmdline")
                    .to_owned(),
            });
        }
    };
    let change = options
        .change()
        .map_err(|error| PlanError::edit("the kernel options", error))?;
    let tree = drafts.host_tree();
    let mut known = MemoryTree::partial();
    // initramfs-tools is Debian's, and so is update-grub, which apply looks for.
    let is_debian = host.system.initramfs.as_ref().is_some_and(|found| {
        found.value == Initramfs::InitramfsTools && grub_layout::find(&tree).is_none()
    });
    if is_debian {
        known.insert_file("/usr/sbin/update-grub", "");
    }
    let steps = match steps(&Overlay::new(&tree, known), kind, &change) {
        Ok(steps) => steps,
        Err(StepsRefused::NotShown { path }) => {
            return Ok(Written::by_hand(unseen(&path, kind, options)));
        }
        Err(error) => return Err(refused(kind, error)),
    };
    let changed =
        !steps.edits.is_empty() || !steps.commands.is_empty() || !steps.by_hand.is_empty();
    let why = why(options);
    let intents = Intent::of_options(&change);
    for edit in steps.edits {
        drafts.intend(&edit.path, intents.iter().cloned());
        drafts.set(edit.because(why.clone()));
    }
    let command = |command: LoaderCommand| Command {
        why: format!("{}: {}", shown(&command.argv), command.why),
        argv: command.argv,
        undo: match command.undo {
            CommandUndo::Again => Undo::Again,
            CommandUndo::Run(argv) => Undo::Run { argv },
        },
    };
    let by_hand = steps.by_hand.into_iter().map(|text| ManualStep {
        moment: Moment::Now,
        step: "set-kernel-options".into(),
        text,
    });
    Ok(Written {
        commands: steps.commands.into_iter().map(command).collect(),
        manual: by_hand.collect(),
        changed,
    })
}

fn refused(kind: LoaderKind, error: StepsRefused) -> PlanError {
    match error {
        StepsRefused::NotShown { path } => PlanError::FileNotShown { path },
        StepsRefused::File { path, reason } => PlanError::edit(&path, reason),
        other => PlanError::edit(kind.name(), other),
    }
}

fn why(options: &Options) -> String {
    let mut reasons: Vec<String> = options
        .add
        .iter()
        .map(|(parameter, why)| format!("{parameter}: {why}"))
        .collect();
    if !options.join.is_empty() {
        reasons.push(
            "vfio-pci.ids: on this host the kernel command line has the last word".to_owned(),
        );
    }
    for (name, item) in &options.leave {
        reasons.push(format!(
            "{name} without {item}: a function that stays with the host has this id"
        ));
    }
    for parameter in &options.remove {
        reasons.push(format!(
            "without {parameter}: it does nothing here, or harms"
        ));
    }
    reasons.join("; ")
}
