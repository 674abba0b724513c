//! Settings of the host: kernel options, module options, modules to load.

pub(super) mod binding_context;
pub(super) mod effective_options;
pub(super) mod initramfs_conf;
pub(super) mod kernel_arguments;
pub(super) mod nixos;
pub(super) mod quoted_options;
pub(super) mod setting_lines;
pub(super) mod unread_drop_ins;
pub(super) mod unread_files;
pub(super) mod vfio_assignment;

use std::collections::BTreeSet;

use host_tree::{Evidence, HostTree};
use hostconf::binding::modprobe::{Config, Directive, Document};
use hostconf::binding::modules::{ETC_MODULES, INITRAMFS_MODULES, ListKind, ModuleList};
use hostconf::boot::command_line::same_name;
use hostconf::boot::configured::configured;
use hostconf::boot::grub::{GrubDefaults, Value, Variable};
use hostconf::boot::grub_files::GrubFiles;
use hostconf::boot::kernel_cmdline::KernelCmdline;
use hostconf::boot::loader::{Loader, LoaderKind};
use hostconf::boot::{CommandLine, grub_files, kernel_cmdline, running};
use list_order::Inserts as _;

use self::kernel_arguments::listed;
use self::unread_drop_ins::UnreadDropIn;
use super::fact::Fact;
use crate::text::text;

/// Where a kernel option was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Seen {
    /// The kernel that runs got it.
    Running,
    /// Set in a boot loader's file for the next boot.
    Configured,
    /// Set in a file that the host's boot loader does not read.
    Unread,
}

/// One option of the kernel command line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KernelOption {
    /// The name before the first `=`.
    pub name: String,
    /// The value after it.
    pub value: Option<String>,
    /// The option as written.
    pub text: String,
    /// Whether it is in effect or configured.
    pub seen: Seen,
    /// The line.
    pub evidence: Evidence,
}

/// One option of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModuleOption {
    /// The module, as it is written.
    pub module: String,
    /// The option's name.
    pub name: String,
    /// Its value.
    pub value: Option<String>,
    /// Its place on a kernel command line; `None` for one in modprobe.d.
    pub on_command_line: Option<Seen>,
    /// The line.
    pub evidence: Evidence,
}

/// A module in a list of modules to load.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedModule {
    /// The list's path.
    pub path: String,
    /// The module.
    pub module: String,
    /// The line.
    pub evidence: Evidence,
}

/// Settings of the host.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// Options that the running kernel got and that boot loaders' files have.
    pub kernel_options: Vec<KernelOption>,
    /// Module options in the order in which they take effect: modprobe.d, then the kernel command
    /// line.
    pub module_options: Vec<ModuleOption>,
    /// Modules to load, from `/etc/modules` and its like.
    pub modules: Vec<ListedModule>,
    /// Modules that are blacklisted.
    pub blacklists: Vec<Fact<String>>,
    /// Modules on the blacklist of a NixOS configuration, one line of which has several.
    pub(crate) nixos_blacklists: Vec<Fact<String>>,
    /// Modules that the initrd of a NixOS configuration loads, in order.
    pub(crate) nixos_initrd: Vec<Fact<String>>,
    /// Lines of modprobe.d that kmod leaves out, and why.
    pub bad_modprobe_lines: Vec<Fact<String>>,
    /// Files in folders of configuration whose names their readers pass over.
    pub(crate) unread_drop_ins: Vec<Fact<UnreadDropIn>>,
    /// Errors in the boot loaders' files.
    pub boot_faults: Vec<Fact<String>>,
    /// The file in the input with all options of the next boot, and a line of the file.
    pub(crate) boot_file: Option<Evidence>,
    /// Configured kernel command lines that are longer than the kernel reads, with their bytes.
    pub long_lines: Vec<Fact<usize>>,
    /// modprobe.d as kmod reads it.
    pub modprobe: Config,
}

/// Bytes of the command line that Linux reads on x86 and Arm (`COMMAND_LINE_SIZE` of
/// arch/x86/include/asm/setup.h and arch/arm64/include/uapi/asm/setup.h, without the final NUL).
pub(crate) const READ_ON_X86: usize = 2047;

/// Bytes that it reads by default where it reads most (arch/s390/Kconfig,
/// arch/loongarch/include/uapi/asm/setup.h).
const READ_AT_MOST: usize = 4095;

/// The start of a text, in at most [`READ_AT_MOST`] bytes.
fn start(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let end = ends.take_while(|at| *at <= READ_AT_MOST).last();
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

/// The whole options in the start of a command line: a part of a value is not the value.
fn as_read(line: &str) -> &str {
    let start = start(line);
    if start.len() == line.len() {
        return line;
    }
    start.rsplit_once(' ').map_or("", |(whole, _)| whole)
}

/// Where an option of the file was seen.
fn seen(loader: &Loader, evidence: &Evidence) -> Seen {
    if unread_files::is_unread(loader, &evidence.source) {
        Seen::Unread
    } else {
        Seen::Configured
    }
}

impl Settings {
    pub(super) fn read(tree: &dyn HostTree, loader: &Loader) -> Self {
        let mut settings = Self {
            modprobe: Config::read(tree),
            ..Self::default()
        };
        settings.add_modprobe();
        settings.add_nixos_modprobe(tree);
        settings.unread_drop_ins = unread_drop_ins::read(tree);
        if let Some((options, evidence)) = running::options(tree) {
            settings.add_options(&options, Seen::Running, &evidence);
        }
        let kind = match loader {
            Loader::Known { kind, .. } => Some(*kind),
            Loader::Unknown { .. } => None,
        };
        settings.add_grub(tree, loader);
        settings.add_kernel_cmdline(tree, loader);
        let others = LoaderKind::ALL
            .into_iter()
            .filter(|other| other.is_only_system() && Some(*other) != kind);
        for found in kind
            .into_iter()
            .chain(others)
            .flat_map(|kind| configured(tree, kind))
        {
            settings.add_options(&found.options, Seen::Configured, &found.evidence);
            settings.boot_file = None;
        }
        settings.pass_over_copied(tree, loader);
        settings.add_listed(tree);
        settings.nixos_blacklists = nixos::blacklisted(tree.texts());
        settings.nixos_initrd = nixos::of_initrd(tree.texts());
        settings.add_modules(tree, ETC_MODULES, ListKind::ModulesLoad);
        let directory = "/etc/modules-load.d";
        for name in tree.list(directory).found().unwrap_or_default().names {
            // Debian's link to /etc/modules.
            if name.ends_with(".conf") && name != "modules.conf" {
                settings.add_modules(tree, &format!("{directory}/{name}"), ListKind::ModulesLoad);
            }
        }
        settings.add_modules(tree, INITRAMFS_MODULES, ListKind::InitramfsTools);
        settings
    }

    /// The kernel options named `name`, but for those in files that the boot loader does not read;
    /// `-` and `_` are the same.
    pub fn kernel_option<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a KernelOption> {
        self.kernel_options
            .iter()
            .filter(move |option| option.seen != Seen::Unread && same_name(&option.name, name))
    }

    /// The option `intel_iommu=` of the running kernel that has this word.
    pub(crate) fn intel_iommu(&self, word: &str) -> Option<&KernelOption> {
        let mut options = self.kernel_option("intel_iommu");
        options.find(|option| {
            let value = option.value.as_deref().unwrap_or_default();
            option.seen == Seen::Running && value.split(',').any(|one| one == word)
        })
    }

    /// The options `name` of `module`, in the order in which they take effect; `-` and `_` are
    /// equal.
    pub fn module_option<'a>(
        &'a self,
        module: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = &'a ModuleOption> {
        self.module_options
            .iter()
            .filter(move |option| same_name(&option.module, module) && option.name == name)
    }

    /// The running kernel's options, as the IOMMU's state is judged by.
    pub(super) fn running_options(&self) -> Vec<iommu::OptionWord<'_>> {
        self.kernel_options
            .iter()
            .filter(|option| option.seen == Seen::Running)
            .map(|option| iommu::OptionWord {
                word: &option.text,
                evidence: option.evidence.clone(),
            })
            .collect()
    }

    fn add_modprobe(&mut self) {
        let directives = self.modprobe.directives().to_vec();
        for located in directives {
            self.add_directive(&located.directive, &located.evidence());
        }
        for (evidence, why) in self.modprobe.bad_lines() {
            self.bad_modprobe_lines
                .push(Fact::new(why.to_string(), evidence.clone()));
        }
    }

    fn add_directive(&mut self, directive: &Directive, evidence: &Evidence) {
        match directive {
            Directive::Options { module, options } => {
                for option in CommandLine::parse(options).options() {
                    self.module_options.push(ModuleOption {
                        module: module.clone(),
                        name: option.name.clone(),
                        value: option.value.clone(),
                        on_command_line: None,
                        evidence: evidence.clone(),
                    });
                }
            }
            Directive::Blacklist { module } => {
                self.blacklists
                    .push(Fact::new(module.clone(), evidence.clone()));
            }
            _ => {}
        }
    }

    /// Adds the lines of modprobe.d in a configuration of NixOS, unless the file made of it is shown.
    fn add_nixos_modprobe(&mut self, tree: &dyn HostTree) {
        let has = |settings: &Self, text: &str| {
            let mut shown = settings.modprobe.directives().iter();
            shown.any(|located| located.text == text)
        };
        for evidence in nixos::modprobe_lines(tree.texts()) {
            for entry in Document::parse(&evidence.text).entries() {
                if let Ok(directive) = entry.directive.as_ref()
                    && !has(self, &entry.text)
                {
                    self.add_directive(directive, &evidence);
                }
            }
        }
    }

    fn add_options(&mut self, line: &str, seen: Seen, evidence: &Evidence) {
        if line.len() > READ_ON_X86 && seen == Seen::Configured {
            self.long_lines
                .push(Fact::new(line.len(), evidence.clone()));
        }
        // Each option has its line as evidence: of a line without bounds that would be memory
        // without bounds.
        let line = as_read(line);
        let mut evidence = evidence.clone();
        evidence.text.truncate(start(&evidence.text).len());
        for option in CommandLine::parse(line).options() {
            let module = option.name.split_once('.');
            if let Some((module, name)) = module.filter(|_| seen != Seen::Unread) {
                self.module_options.push(ModuleOption {
                    module: module.to_owned(),
                    name: name.to_owned(),
                    value: option.value.clone(),
                    on_command_line: Some(seen),
                    evidence: evidence.clone(),
                });
            }
            self.kernel_options.push(KernelOption {
                name: option.name.clone(),
                value: option.value.clone(),
                text: line.get(option.span.clone()).unwrap_or_default().to_owned(),
                seen,
                evidence: evidence.clone(),
            });
        }
    }

    fn add_grub(&mut self, tree: &dyn HostTree, loader: &Loader) {
        let files = GrubFiles::read(tree);
        for variable in files.of_kernel() {
            let effective = files.effective(variable);
            let Some((path, line)) = effective.place else {
                continue;
            };
            let text = tree.read_text(&path).found().unwrap_or_default();
            let evidence = Evidence::at(&*path, &text, line);
            match effective.value {
                Value::Known(options) => {
                    let seen = seen(loader, &evidence);
                    self.add_options(&options, seen, &evidence);
                    if seen == Seen::Configured && unread_files::is_chosen(loader) {
                        self.boot_file = Some(evidence.clone());
                    }
                    if let Some(glued) = glued(&evidence.text) {
                        let fault = text!(
                            "\"{glued}\" after the closing quote is part of the value: the kernel \
                             gets {options}",
                            glued,
                            options = options.clone()
                        );
                        self.boot_faults.push(Fact::new(fault.into(), evidence));
                    }
                }
                Value::Unknown(why) => match appended(&evidence.text) {
                    Some(options) => self.add_options(&options, seen(loader, &evidence), &evidence),
                    None => self
                        .boot_faults
                        .push(Fact::new(format!("{path}: {why}"), evidence)),
                },
                Value::Unset => {}
            }
        }
        let is_literal = |variable| files.command_line(variable).is_ok();
        if !files.of_kernel().into_iter().all(is_literal) {
            self.boot_file = None;
        }
        for file in &files.files {
            self.add_replaced(&file.path, &file.text);
            for stray in GrubDefaults::parse(&file.text).stray_commands() {
                let evidence = Evidence::at(&*file.path, &file.text, stray.line);
                let fault = text!("the shell runs \"{word}\" as a command", word = stray.name);
                self.boot_faults.push(Fact::new(fault.into(), evidence));
            }
        }
        debug_assert!(
            files
                .files
                .iter()
                .all(|file| file.path.starts_with(grub_files::MAIN))
        );
    }

    /// Assignments in one file whose options a later one omits.
    fn add_replaced(&mut self, path: &str, text: &str) {
        let file = GrubDefaults::parse(text);
        for variable in [Variable::Every, Variable::Normal] {
            let name = variable.name();
            let Value::Known(counts) = file.value(name) else {
                continue;
            };
            let counts = CommandLine::parse(&counts);
            let last = file
                .assignments(name)
                .last()
                .map(|assignment| assignment.line);
            for earlier in file.assignments(name) {
                let Value::Known(options) = &earlier.value else {
                    continue;
                };
                let is_kept = |text: &str| {
                    let mut kept = counts.options().iter();
                    kept.any(|option| option.is(text))
                };
                let lost = CommandLine::parse(options)
                    .options()
                    .iter()
                    .any(|option| !is_kept(&option.name));
                if let (true, Some(last)) = (lost && Some(earlier.line) != last, last) {
                    let fault = text!(
                        "{name} is assigned again in line {last}: this line has no effect",
                        name,
                        last
                    );
                    let evidence = Evidence::at(path, text, earlier.line);
                    self.boot_faults.push(Fact::new(fault.into(), evidence));
                }
            }
        }
    }

    fn add_kernel_cmdline(&mut self, tree: &dyn HostTree, loader: &Loader) {
        let path = kernel_cmdline::PATH;
        let Some(text) = tree.read_text(path).found() else {
            return;
        };
        let file = KernelCmdline::parse(&text);
        let first = Evidence::at(path, &text, 1);
        let seen = seen(loader, &first);
        self.add_options(&first.text, seen, &first);
        if seen == Seen::Configured && unread_files::is_chosen(loader) {
            self.boot_file = Some(first);
        }
        for issue in file.issues() {
            let evidence = Evidence::at(path, &text, issue.line);
            self.boot_faults
                .push(Fact::new(format!("{path}: {issue}"), evidence));
        }
    }

    /// Options of a file that tools copy into the loader's are unread where the loader's own
    /// options, or else the running kernel's, are shown without them.
    fn pass_over_copied(&mut self, tree: &dyn HostTree, loader: &Loader) {
        let is_copied = |option: &KernelOption| {
            option.seen == Seen::Configured
                && unread_files::is_copied(loader, &option.evidence.source)
        };
        let (copied, own): (Vec<_>, Vec<_>) =
            self.kernel_options.iter().cloned().partition(is_copied);
        let configured = own.iter().any(|option| option.seen == Seen::Configured);
        let counts = if configured {
            Seen::Configured
        } else {
            Seen::Running
        };
        let shown: Vec<&KernelOption> = own.iter().filter(|one| one.seen == counts).collect();
        if shown.is_empty() {
            return;
        }
        // `grubby --info=DEFAULT` shows an entry's options as `args="ro quiet"`.
        let lines = tree.texts().iter().flat_map(|text| text.text.lines());
        let entries: BTreeSet<&str> = lines
            .filter_map(|line| line.trim().strip_prefix("args=\""))
            .flat_map(|options| options.trim_end_matches('"').split(' '))
            .into_set();
        let lacks = |option: &KernelOption| {
            !entries.contains(&*option.text) && shown.iter().all(|one| one.text != option.text)
        };
        let lost: Vec<&KernelOption> = copied.iter().filter(|option| lacks(option)).collect();
        for option in &mut self.kernel_options {
            if lost.contains(&&*option) {
                option.seen = Seen::Unread;
            }
        }
        self.module_options.retain(|option| {
            let is_lost = |lost: &&KernelOption| {
                let name = lost.name.split_once('.');
                lost.evidence == option.evidence
                    && lost.value == option.value
                    && name == Some((&*option.module, &*option.name))
            };
            option.on_command_line.is_none() || !lost.iter().any(is_lost)
        });
    }

    /// Adds the kernel options in lists of the texts, but for those that a file has.
    fn add_listed(&mut self, tree: &dyn HostTree) {
        for text in tree.texts() {
            for found in listed(&text.text) {
                let is_known = |known: &KernelOption| {
                    known.seen == Seen::Configured && known.text == found.option
                };
                if !self.kernel_options.iter().any(is_known) {
                    let evidence = Evidence::new(&*text.command, found.number, found.line.trim());
                    self.add_options(&found.option, Seen::Configured, &evidence);
                }
            }
        }
    }

    fn add_modules(&mut self, tree: &dyn HostTree, path: &str, kind: ListKind) {
        let Some(text) = tree.read_text(path).found() else {
            return;
        };
        for entry in ModuleList::parse(&text, kind).entries() {
            self.modules.push(ListedModule {
                path: path.to_owned(),
                module: entry.name.clone(),
                evidence: Evidence::at(path, &text, entry.line),
            });
        }
    }
}

/// The options that an assignment adds to those of GRUB's variables, as in
/// `GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX iommu=pt"`: the shell inserts the variable's value
/// before them.
fn appended(line: &str) -> Option<String> {
    let (name, value) = line.trim().split_once('=')?;
    let value = value.strip_prefix('"')?.strip_suffix('"')?;
    let is_of_grub = |word: &str| {
        let variable = word.trim_start_matches(['$', '{']).trim_end_matches('}');
        word.starts_with('$')
            && matches!(
                variable,
                "GRUB_CMDLINE_LINUX" | "GRUB_CMDLINE_LINUX_DEFAULT"
            )
    };
    let (of_grub, own): (Vec<&str>, Vec<&str>) =
        value.split(' ').partition(|word| is_of_grub(word));
    let own = own.join(" ");
    let is_literal = !own.contains(['$', '`', '\\', '"']);
    (name.starts_with("GRUB_CMDLINE") && !of_grub.is_empty() && is_literal)
        .then(|| own.trim().to_owned())
}

/// Letters directly after the closing quote of an assignment, as in
/// `GRUB_CMDLINE_LINUX_DEFAULT="quiet"sh`.
fn glued(line: &str) -> Option<&str> {
    let (_, value) = line.split_once('=')?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let rest = value.get(1..)?;
    let (_, behind) = rest.rsplit_once(quote)?;
    // A number sign starts a comment only after a blank (POSIX shell, 2.3).
    let word = behind.split([' ', '\t', ';']).next()?;
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests;
