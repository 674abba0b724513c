//! The program's invocation, for the next commands that it prints.
//!
//! A remedy is data: words after `passthru`, or a text with commands of this program between
//! backticks. This module makes them complete commands: with the input (`--root`, `--from`,
//! `--host`) and the hypervisor (`--for`) of this invocation, quoted for a shell.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use host_tree::HostTree;
use iommu::IommuStatus;
use list_order::Inserts as _;
use pci_core::{Address, PciId};

use crate::doctor::Report;
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Device, Host, Processor};
use crate::plan::{self, Request};
use crate::remedy::{Remedy, shell_word};
use crate::requirement::{Requirement, State};
use crate::select;
use crate::target::{HostSystem, Target};
use crate::text::{Text, listed, text};

/// The arguments of this call that its next commands need, too.
///
/// ```
/// use passthru::{Invocation, Remedy, Target};
/// let words = ["--from", "my post.txt"].map(str::to_owned);
/// let call = Invocation::new(words, Some(Target::Proxmox));
/// assert_eq!(
///     call.command(&["plan", "01:00"]),
///     "passthru plan 01:00 --for proxmox --from 'my post.txt'"
/// );
/// assert_eq!(call.command(&["explain", "iommu-off"]), "passthru explain iommu-off");
/// let remedy = Remedy::Plan { arguments: vec!["01:00".to_owned()] };
/// assert!(call.remedy(&remedy).starts_with("run: passthru plan 01:00 --for proxmox"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    input: Vec<String>,
    target: Option<Target>,
    no_plan: Option<NoPlan>,
    /// What a plan for the functions in question would see to, as far as the input does not show it
    /// done, with the plan's words for them.
    preparation: Option<(String, Text)>,
}

/// What a plan for these functions sees to: each part that the input does not show done and that
/// concerns their class.
fn preparation(host: &Host, functions: &[Address], words: &str, is_of_files: bool) -> Option<Text> {
    let devices: Vec<&Device> = functions
        .iter()
        .filter_map(|address| host.devices.get(address))
        .collect();
    // A hypervisor that has opened the function shows both.
    let is_opened = |device: &&Device| {
        let is_free = device.driver.name().is_none_or(is_vfio_driver);
        is_free && host.has_been_with_guest(device.address.slot(), false)
    };
    let is_opened = !devices.is_empty() && devices.iter().all(is_opened);
    let mut parts: Vec<Text> = Vec::new();
    // Remapped interrupts show that the firmware offers the IOMMU.
    let is_offered = || {
        let remapping = Requirement::InterruptRemapping.evaluate(host);
        remapping.state == State::Met && host.settings.intel_iommu("on").is_some()
    };
    let is_bound = |device: &&Device| device.driver.is_bound_to(is_vfio_driver);
    // vfio-pci binds no function without an IOMMU group (Linux drivers/vfio/pci/vfio_pci.c, probe).
    let has_group = host.iommu.status == IommuStatus::Unknown && devices.iter().any(is_bound);
    if !is_opened && host.iommu.status != IommuStatus::Enabled && !has_group && !is_offered() {
        parts.push(match host.settings.intel_iommu("on") {
            Some(_) => text!("VT-d enabled in the firmware setup"),
            None => iommu_on(host),
        });
    }
    if !is_opened && (devices.is_empty() || !devices.iter().all(is_bound)) {
        let binding = Some(())
            .filter(|()| is_of_files)
            .and_then(|()| binding(host, functions));
        let is_virtual = |address: &Address| {
            let device = host.devices.get(address);
            device.is_some_and(|device| {
                host.is_virtual_function(device) || device.is_at_graphics_function()
            })
        };
        // A display that the host uses stays in use until a hook unbinds it.
        let statements = &host.words.statements;
        let is_only = statements.only_gpu.is_some()
            || statements.display_stopped.is_some()
            || statements.bound_by_hook.is_some();
        let has_display = devices.iter().any(|device| may_be_display(device));
        let is_taken_at_start = is_only && has_display;
        let all = devices.clone();
        let modules = modules_of(&all);
        // Of a card, of which a part is bound, the others.
        let others = devices.iter().filter(|device| !is_bound(device));
        let others: Vec<String> = others.map(|one| format!("{:#}", one.address)).collect();
        let devices = if others.len() < devices.len() {
            others.join(", ")
        } else {
            words.to_owned()
        };
        parts.push(match binding {
            // The ID may be that of the physical function.
            _ if functions.iter().any(is_virtual) => text!(
                "{devices} bound to vfio-pci by driver_override, after the function is created",
                devices
            ),
            _ if is_of_user_driver(host) => {
                text!("{devices} bound to vfio-pci again after the restart", devices)
            }
            _ if is_taken_at_start => text!(
                "{devices} unbound from the host driver by a hook at the guest's start",
                devices
            ),
            Some(binding) => text!(
                "{devices} bound to vfio-pci at boot ({binding} in /etc/modprobe.d, then a new \
                 initramfs)",
                devices,
                binding
            ),
            None if is_of_files && has_twin(host, functions) => text!(
                "{devices} bound to vfio-pci by address (driverctl set-override), since ids= matches \
                 other devices with the same ID, too",
                devices
            ),
            // The option may be right: the input does not have the functions' IDs.
            None if is_of_files && names_no_id(&all) && !host.boot.vfio_ids.is_empty() => text!(
                "{devices} bound to vfio-pci at boot (ids= of vfio-pci is set: compare it with the IDs in \
                 lspci -nn)",
                devices
            ),
            None if is_of_files && !modules.is_empty() => text!(
                "{devices} bound to vfio-pci at boot (options vfio-pci ids= with the IDs of all its \
                 functions from lspci -nn and {softdeps} in /etc/modprobe.d, or, where another device \
                 has the same ID, driverctl set-override; then a new initramfs)",
                devices,
                softdeps = softdeps(&modules)
            ),
            None if is_of_files => text!(
                "{devices} bound to vfio-pci at boot (options vfio-pci ids= with the IDs of all its \
                 functions from lspci -nn in /etc/modprobe.d, or, where another device has the same \
                 ID, driverctl set-override; then a new initramfs)",
                devices
            ),
            None => text!("{devices} bound to vfio-pci at boot", devices),
        });
    }
    // Other faults have nothing to do with the framebuffer.
    let mut logged = host.log_messages.iter();
    let is_reported = logged.any(|logged| logged.message.code.starts_with("bar-"));
    let may_display = |device: &&Device| {
        // A card that is bound may lack this alone.
        may_be_display(device) && (is_reported || parts.is_empty() || !is_bound(device))
    };
    let is_possible = devices.is_empty() || devices.iter().any(may_display);
    if is_possible && (parts.is_empty() || is_reported) {
        let is_of_sysfb = host.system.kernel.is_at_least(5, 15).map(|(is, _)| is);
        parts.push(match is_of_sysfb {
            Some(true) => text!("no boot framebuffer on the card (initcall_blacklist=sysfb_init)"),
            Some(false) => text!("no boot framebuffer on the card (video=efifb:off)"),
            None => text!(
                "no boot framebuffer on the card (initcall_blacklist=sysfb_init; before Linux 5.15 \
                 video=efifb:off)"
            ),
        });
    }
    let shown = host.system.hypervisor.as_ref().map(|found| found.value);
    let sets_option = parts.iter().any(|part| {
        let part = part.to_string();
        ["intel_iommu=on", "sysfb_init", "efifb:off"]
            .iter()
            .any(|option| part.contains(option))
    });
    // The other files of Harvester are those of its image (harvester-installer, grubenv).
    if shown == Some(Target::Harvester) && sets_option {
        parts.push(text!(
            "kernel options in third_party_kernel_args of /oem/grubenv, which a reboot keeps \
             (grub2-editenv /oem/grubenv list shows them)"
        ));
    }
    (!parts.is_empty()).then(|| listed(parts))
}

/// Whether the function is a display controller, or, where its class is not in the input, may be one:
/// on bus 0 of a host with PCIe that is Intel's graphics alone, at 00:02.0.
fn may_be_display(device: &Device) -> bool {
    let at = device.address;
    let is_place = at.function() == 0 && (at.bus() != 0 || at.device() == 2);
    device.is_display() || device.class.is_none() && is_place
}

/// Whether a program of DPDK or SPDK, which binds the function itself, and no guest is to have it.
fn is_of_user_driver(host: &Host) -> bool {
    let stated = &host.words.statements;
    let mut logged = host.log_messages.iter();
    let has_message = logged.any(|one| one.message.code.starts_with("dpdk-"));
    stated.user_driver.is_some() || has_message && stated.guest.is_none()
}

/// The settings that enable the IOMMU, by the processor.
fn iommu_on(host: &Host) -> Text {
    match host.system.processor.as_ref().map(|found| found.value) {
        _ if host.words.statements.arm.is_some() => text!("the SMMU on (in the firmware setup)"),
        Some(Processor::Intel) if host.firmware_iommu().next().is_some() => {
            // The kernels of RHEL, whose systems have grubby.
            let kernel = host.system.kernel.release.as_ref();
            let is_of_rhel = kernel.is_some_and(|one| one.value.to_string().contains(".el"));
            if is_of_rhel && host.system.manager.is_none() {
                text!("the IOMMU on (grubby --update-kernel=ALL --args=intel_iommu=on)")
            } else {
                text!("the IOMMU on (intel_iommu=on)")
            }
        }
        Some(Processor::Intel) => {
            text!("the IOMMU on (VT-d in the firmware setup, and intel_iommu=on)")
        }
        Some(Processor::Amd) => text!("the IOMMU on (IOMMU or AMD-Vi in the firmware setup)"),
        _ => text!(
            "the IOMMU on (VT-d or AMD-Vi in the firmware setup, and intel_iommu=on for Intel)"
        ),
    }
}

/// Whether another function has the ID of one of these.
fn has_twin(host: &Host, functions: &[Address]) -> bool {
    let devices = functions
        .iter()
        .filter_map(|address| host.devices.get(address));
    let mut others = host.devices.values();
    let devices: Vec<&Device> = devices.collect();
    others.any(|other| {
        !functions.contains(&other.address) && devices.iter().any(|device| device.same_id(other))
    })
}

/// The lines of modprobe.d that bind these functions to vfio-pci by their IDs: `options vfio-pci
/// ids=10de:1f91,10de:10fa, softdep nvidia pre: vfio-pci`. `None` if an ID is not in the input, or
/// another function has it.
fn binding(host: &Host, functions: &[Address]) -> Option<String> {
    let device = |address: &Address| host.devices.get(address);
    let devices: Vec<&Device> = functions.iter().filter_map(device).collect();
    let id = |device: &Device| device.id.as_ref().map(|id| id.value);
    let ids: Option<Vec<PciId>> = devices.iter().map(|device| id(device)).collect();
    let mut ids = ids.filter(|ids| !ids.is_empty())?;
    let is_other = |device: &&Device| !functions.contains(&device.address);
    let mut others = host.devices.values().filter(is_other).filter_map(id);
    if devices.len() != functions.len() || others.any(|other| ids.contains(&other)) {
        return None;
    }
    ids.dedup();
    let ids: Vec<String> = ids.iter().map(PciId::to_string).collect();
    let mut line = format!("options vfio-pci ids={}", ids.join(","));
    let modules = modules_of(&devices);
    if !modules.is_empty() {
        let _ = write!(line, ", {}", softdeps(&modules));
    }
    Some(line)
}

/// The modules of the host drivers that are bound to the functions.
fn modules_of(devices: &[&Device]) -> BTreeSet<String> {
    // A driver's name is not always its module's.
    let module = |device: &&Device| {
        let driver = device.driver.name()?;
        let module = device.driver_module.clone();
        let module = module.or_else(|| device.modules.iter().find(|one| *one == driver).cloned());
        module.or_else(|| device.modules.first().cloned())
    };
    let modules = devices.iter().filter_map(module);
    let of_host = modules.filter(|module| !module.starts_with("vfio"));
    of_host.into_set()
}

/// The lines of modprobe.d that load vfio-pci before these modules.
fn softdeps(modules: &BTreeSet<String>) -> String {
    let lines = modules
        .iter()
        .map(|module| format!("softdep {module} pre: vfio-pci"));
    lines.collect::<Vec<_>>().join(", ")
}

/// Whether the input has no ID of the functions.
fn names_no_id(devices: &[&Device]) -> bool {
    devices.iter().all(|device| device.id.is_none())
}

/// Reason why there is no plan for the cards in question.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NoPlan {
    /// Facts are missing.
    NotShown,
    /// The host is none that a plan covers.
    Refused(String),
}

/// The commands that read a host: those that use `--for`, too, first.
const WITH_TARGET: [&str; 5] = ["ask", "check", "doctor", "plan", "report"];
const WITH_INPUT: [&str; 8] = [
    "capture", "groups", "guest", "list", "lspci", "verify", "status", "release",
];

impl Invocation {
    /// An invocation with these arguments for the input, each word separate, and this hypervisor.
    #[must_use]
    pub fn new(input: impl IntoIterator<Item = String>, target: Option<Target>) -> Self {
        Self {
            input: input.into_iter().collect(),
            target,
            no_plan: None,
            preparation: None,
        }
    }

    /// The same invocation with knowledge of whether the plan that `report` suggests can be made.
    /// If facts are missing for it, `passthru ask` is the next command; if this host cannot have a
    /// plan, the reason replaces it. `host` and `report` are of `tree`.
    #[must_use]
    pub fn foreseen(mut self, tree: &dyn HostTree, host: &Host, report: &Report) -> Self {
        let mut remedies = report.findings.iter().filter_map(|one| one.remedy.as_ref());
        // Beside the ids of the card, all that a plan needs is of the host: one shows it.
        let arguments = remedies.find_map(|remedy| match remedy {
            Remedy::Plan { arguments } => Some(arguments.clone()),
            Remedy::Manual { text, .. } => quoted(text).find_map(planned),
            _ => None,
        });
        let devices = arguments.and_then(|words| {
            let devices = words.into_iter().take_while(|word| !word.starts_with('-'));
            let words: Vec<String> = devices.collect();
            Some((select::all(host, &words).ok()?, words.join(", ")))
        });
        if let Some((devices, words)) = devices {
            let shown = host.system.hypervisor.as_ref().map(|found| found.value);
            let is_of_files = matches!(
                self.target.or(shown),
                None | Some(Target::Libvirt | Target::Proxmox | Target::Qemu)
            );
            let system = self.target.or(shown).map(Target::system);
            let is_linux = system.is_none_or(|system| system == HostSystem::Linux)
                && host.system.platform.is_none();
            self.preparation = Some(())
                .filter(|()| is_linux)
                .and_then(|()| preparation(host, &devices, &words, is_of_files))
                .map(|parts| (words, parts));
            let request = Request {
                devices,
                target: self.target,
                ..Request::default()
            };
            self.no_plan = match plan::make(tree, host, &request) {
                Ok(_) => None,
                Err(error) if error.is_not_shown() => Some(NoPlan::NotShown),
                Err(error) => Some(NoPlan::Refused(error.to_string())),
            };
        }
        self
    }

    /// The command with these words after `passthru`, as a person types it into a shell. No
    /// words are the status of the host.
    #[must_use]
    pub fn command(&self, words: &[&str]) -> String {
        let mut line = "passthru".to_owned();
        for word in words {
            let _ = write!(line, " {}", shell_word(word));
        }
        self.complete(&mut line, words);
        line
    }

    /// Whether a command of [`Remedy::Plan`] makes a plan, which has checks of its own.
    pub(crate) const fn has_plan(&self) -> bool {
        self.no_plan.is_none()
    }

    /// The remedy in one line, without backticks.
    #[must_use]
    pub fn remedy(&self, remedy: &Remedy) -> Text {
        match remedy {
            Remedy::Plan { arguments } => match &self.no_plan {
                None => text!("run: {command}", command = self.plan(arguments)),
                Some(NoPlan::NotShown) => self.without_plan(arguments),
                Some(NoPlan::Refused(because)) => text!("no plan: {because}", because),
            },
            Remedy::Manual { text, .. } => self.step(text),
            Remedy::Inspect { argv } if is_program(argv) => {
                text!("run: {command}", command = self.look(argv))
            }
            other => other.sentence(),
        }
    }

    /// The change that a plan for these devices makes, and the line for the facts that it needs.
    fn without_plan(&self, arguments: &[String]) -> Text {
        let command = self.ask(arguments);
        let devices = arguments.iter().take_while(|word| !word.starts_with('-'));
        let devices: Vec<&str> = devices.map(String::as_str).collect();
        let devices = devices.join(", ");
        // Another card may need other settings.
        match &self.preparation {
            Some((words, parts)) if *words == devices => text!(
                "set what is missing of these: {parts}; the plan of the edits needs facts that the \
                 output of this line shows: {command}",
                parts = parts.clone(),
                command
            ),
            _ => text!(
                "run: {command}; a plan needs facts that the output of its line shows",
                command
            ),
        }
    }

    /// A step with complete commands of this program between backticks. For a refused plan, the
    /// next command or the reason is at the end.
    fn step(&self, step: &Text) -> Text {
        let foreseen = self.instead_of_plan(step);
        let mut message = step.clone();
        for line in quoted(step) {
            let is_refused = foreseen.is_some() && planned(line).is_some();
            let shown = if is_refused {
                line.to_owned()
            } else {
                self.completed(line)
            };
            message = message.with_word(&format!("`{line}`"), shown);
        }
        match (foreseen, &self.no_plan) {
            (Some(words), Some(NoPlan::NotShown)) => text!(
                "{step}; before that, run: {command}",
                step = message,
                command = self.ask(&words)
            ),
            (Some(_), Some(NoPlan::Refused(because))) => {
                text!(
                    "{step}; there is no plan: {because}",
                    step = message,
                    because
                )
            }
            _ => message,
        }
    }

    /// The commands of this program in the remedy, complete.
    #[must_use]
    pub fn commands(&self, remedy: &Remedy) -> Vec<String> {
        match remedy {
            Remedy::Plan { arguments } => match &self.no_plan {
                None => vec![self.plan(arguments)],
                Some(NoPlan::NotShown) => vec![self.ask(arguments)],
                Some(NoPlan::Refused(_)) => Vec::new(),
            },
            Remedy::Manual { text, .. } => {
                let (mut commands, foreseen) = (Vec::new(), self.instead_of_plan(text));
                for line in quoted(text) {
                    let is_refused = foreseen.is_some() && planned(line).is_some();
                    if !is_refused && !self.is_of_host(line) {
                        commands.push(self.completed(line));
                    }
                }
                if let (Some(words), Some(NoPlan::NotShown)) = (foreseen, &self.no_plan) {
                    commands.push(self.ask(&words));
                }
                commands
            }
            Remedy::Inspect { argv } if is_program(argv) => vec![self.look(argv)],
            _ => Vec::new(),
        }
    }

    /// Reason why there is no plan for these devices; if facts are missing, with the next command
    /// on a separate line.
    #[must_use]
    pub fn refusal(&self, error: &crate::Error, devices: &[String]) -> Text {
        if error.is_not_shown() {
            let ask = self.ask(devices);
            text!(
                "{error}\nnext: {command}; add its output to the input",
                error = error.text(),
                command = ask
            )
        } else {
            error.text()
        }
    }

    /// A text with complete commands of this program between backticks. For a refused plan, the
    /// next command or the reason is at the end.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.step(&text!("{text}", text)).to_string()
    }

    /// The arguments of the first plan that the text suggests, where a plan is refused.
    fn instead_of_plan(&self, text: &str) -> Option<Vec<String>> {
        self.no_plan.as_ref()?;
        quoted(text).find_map(planned)
    }

    fn plan(&self, arguments: &[String]) -> String {
        let words = arguments.iter().map(String::as_str);
        self.command(&std::iter::once("plan").chain(words).collect::<Vec<_>>())
    }

    /// The line for the facts that a plan for these devices needs. Options of the plan are
    /// none of it.
    fn ask(&self, arguments: &[String]) -> String {
        let words = arguments.iter().map(String::as_str);
        let devices = words.take_while(|word| !word.starts_with('-'));
        self.command(&std::iter::once("ask").chain(devices).collect::<Vec<_>>())
    }

    fn look(&self, argv: &[String]) -> String {
        self.command(&argv.iter().skip(1).map(String::as_str).collect::<Vec<_>>())
    }

    /// Whether the command reads a card or a file of a host that is not this one.
    fn is_of_host(&self, line: &str) -> bool {
        let is_elsewhere = self.input.iter().any(|word| word == "--from");
        is_elsewhere && (line.contains(" rom dump ") || line.contains(" rom verify /"))
    }

    fn completed(&self, line: &str) -> String {
        if self.is_of_host(line) {
            return format!("on the host {line}");
        }
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        let mut line = line.to_owned();
        if let (["rom", "verify", path, ..], Some(root)) = (words.as_slice(), self.root())
            && !path.starts_with('\'')
        {
            let place = format!("{}{path}", root.trim_end_matches('/'));
            line = line.replacen(path, &shell_word(&place), 1);
        }
        self.complete(&mut line, &words);
        line
    }

    /// The directory that the host is read from.
    fn root(&self) -> Option<&str> {
        let at = self.input.iter().position(|word| word == "--root")?;
        self.input.get(at + 1).map(String::as_str)
    }

    /// Adds the arguments that the command with these words needs.
    fn complete(&self, line: &mut String, words: &[&str]) {
        let name = words.first().copied().unwrap_or("status");
        let is_given = |option: &str| words.contains(&option);
        if let Some(target) = self.target
            && WITH_TARGET.contains(&name)
            && !is_given("--for")
        {
            let _ = write!(line, " --for {target}");
        }
        // The ids of the card are those of the host.
        let of_card = matches!(words, ["rom", "verify", ..]) && is_given("--for");
        if of_card
            || WITH_TARGET.contains(&name)
            || WITH_INPUT.contains(&name)
            || name.starts_with('-')
        {
            for word in &self.input {
                let _ = write!(line, " {}", shell_word(word));
            }
        } else if matches!(words, ["rom", "dump", ..]) || matches!(name, "apply" | "undo") {
            // The ROM of a card, and files, are of the host itself.
            if let Some(root) = self.root() {
                let _ = write!(line, " --root {}", shell_word(root));
            }
        }
    }
}

fn is_program(argv: &[String]) -> bool {
    argv.first().is_some_and(|program| program == "passthru")
}

fn is_ours(piece: &str) -> bool {
    piece == "passthru" || piece.starts_with("passthru ")
}

/// The arguments of a command that makes a plan.
fn planned(line: &str) -> Option<Vec<String>> {
    let words = line.strip_prefix("passthru plan ")?;
    Some(words.split(' ').map(str::to_owned).collect())
}

/// The commands of this program between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split('`').skip(1).step_by(2);
    pieces.filter(|piece| is_ours(piece))
}

#[cfg(test)]
mod tests;
