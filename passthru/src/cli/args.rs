//! The command line, from which `--help` is generated.

use std::path::{Path, PathBuf};

#[cfg(not(target_family = "wasm"))]
use clap::CommandFactory;
use clap::{Args, Parser, Subcommand, ValueEnum};
use hostconf::binding::method::Method;

#[cfg(target_os = "linux")]
use super::apply::{Apply, Keep, Undo};
use super::convert::Convert;
#[cfg(not(target_family = "wasm"))]
use super::generate::Generate;
use super::guest::Guest;
use super::input::Input;
#[cfg(not(target_family = "wasm"))]
use super::lspci::Lspci;
use super::rom::Rom;
use super::values::{listed, listed_by, suggested};
use super::vm_options::VmOptionArgs;
use super::words::files_and_words;
use crate::doctor::codes;
use crate::render::{Detail, DrawingFormat, View};
use crate::target::Target;
use crate::text::{Language, text};
use crate::verdict::Verdict;

/// The words of all targets.
fn targets() -> Vec<&'static str> {
    Target::ALL.map(Target::word).to_vec()
}

/// The words of all binding methods.
fn methods() -> Vec<&'static str> {
    Method::ALL.iter().map(|method| method.word()).collect()
}

/// The command line as typed.
#[derive(Debug, Parser)]
#[command(
    name = "passthru",
    version,
    about = "Find and fix what prevents PCI passthrough: findings with their evidence, and plans \
             with exact edits",
    after_help = "\
Examples:
  passthru                                    this host in one screen
  passthru doctor 01:00.0                     findings about 01:00.0
  passthru doctor lspci.txt dmesg.txt         findings about a pasted host
  passthru post.txt                           the same for one file
  lspci -nnk | passthru doctor --from -       the same from a pipe
  passthru doctor thread.md --host pve        the same for one host of a thread
  passthru ask post.txt                       a shell line for missing facts
  passthru plan 01:00.0 --for proxmox --vm 100
  passthru plan 01:00.0 --for proxmox --vm 100 -o plan.json
  passthru apply plan.json                    apply it; passthru undo undoes it
  passthru explain amd_iommu=on

Exit status: 0 no blocker, fix, security or impossible finding; 1 one of these, or no
plan is possible; 2 wrong usage or unreadable input.
Only apply, undo, keep, -o and rom dump write."
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) input: Input,
    /// Output JSON (stable schema)
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Do not use a pager (PASSTHRU_PAGER, PAGER or less) for long output
    #[arg(long, global = true)]
    pub(super) no_pager: bool,
    /// Set the language of the output: en, zh-CN or de; the default is that of LC_ALL,
    /// LC_MESSAGES or LANG. JSON is in English
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = language)]
    pub(super) lang: Option<Language>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

impl Cli {
    /// Whether the command examines a host, and no argument names another than this machine.
    pub(super) fn reads_this_machine(&self) -> bool {
        let named = match &self.command {
            None
            | Some(
                Command::List { .. }
                | Command::Groups { .. }
                | Command::Plan { .. }
                | Command::Capture { .. }
                | Command::Report { .. },
            ) => &[],
            // Standard input may be the plan.
            #[cfg(not(target_family = "wasm"))]
            Some(Command::Verify { plan }) if plan.as_deref() != Some(Path::new("-")) => &[],
            Some(
                Command::Doctor { devices, .. }
                | Command::Check { devices, .. }
                | Command::Ask { devices, .. },
            ) => devices.as_slice(),
            Some(_) => return false,
        };
        // Words that name files are read; others that name none are refused.
        let names_files = |words: &[String]| {
            files_and_words(words.to_vec()).map_or(true, |(files, _)| !files.is_empty())
        };
        !self.input.is_given() && self.input.host.is_none() && !names_files(named)
    }

    /// Whether the command prints and asks nothing before its end, so that a progress line does not
    /// interfere.
    pub(super) fn is_quiet(&self) -> bool {
        let stdin = Path::new("-");
        let named = match &self.command {
            #[cfg(target_os = "linux")]
            Some(Command::Apply(_) | Command::Undo(_)) => return false,
            Some(Command::Rom(_)) => return false,
            #[cfg(not(target_family = "wasm"))]
            Some(Command::Lspci(_)) => return false,
            Some(Command::Doctor { devices, .. }) => devices.as_slice(),
            _ => &[],
        };
        let is_typed = self.input.from.iter().any(|path| path == stdin)
            || named.iter().any(|word| word == "-");
        !is_typed
    }
}

/// The output form of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DoctorFormat {
    /// For people
    Text,
    /// One JSON document, as --json
    Json,
    /// JSON lines, one finding per line
    Jsonl,
    /// Metrics for the textfile collector of node_exporter
    Prometheus,
}

// The printed part of the report.
#[derive(Debug, Args)]
pub(super) struct ViewArgs {
    /// Print all findings with all evidence
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Print only the verdicts and titles of problems
    #[arg(short, long)]
    quiet: bool,
    /// Print only findings with these verdicts: blocker,fix
    #[arg(long, value_name = "VERDICT", value_delimiter = ',', value_parser = listed_by(verdict, verdicts), hide_possible_values = true)]
    only: Vec<Verdict>,
}

impl From<ViewArgs> for View {
    fn from(view: ViewArgs) -> Self {
        Self {
            detail: match (view.verbose, view.quiet) {
                (true, _) => Detail::Verbose,
                (_, true) => Detail::Quiet,
                _ => Detail::Normal,
            },
            only: view.only,
        }
    }
}

/// A language by its tag or its locale's name.
fn language(name: &str) -> Result<Language, String> {
    Language::of_locale(name).ok_or_else(|| {
        let tags = Language::ALL.map(Language::tag);
        let tags = tags.to_vec();
        text!("expected a language: {tags}", tags).into()
    })
}

fn verdicts() -> Vec<&'static str> {
    Verdict::ALL.iter().map(|verdict| verdict.word()).collect()
}

/// A verdict by its word.
fn verdict(word: &str) -> Result<Verdict, String> {
    Verdict::from_word(word)
        .ok_or_else(|| text!("expected a verdict: {words}", words = verdicts()).into())
}

// Drawings.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct DrawnArgs {
    /// Draw the PCI tree with IOMMU groups as an SVG file
    #[arg(long, conflicts_with = "json")]
    svg: bool,
    /// Draw the PCI tree with IOMMU groups for Graphviz
    #[arg(long, conflicts_with_all = ["json", "svg"])]
    dot: bool,
}

impl DrawnArgs {
    /// The format of the requested drawing.
    pub(super) const fn format(self) -> Option<DrawingFormat> {
        match (self.svg, self.dot) {
            (true, _) => Some(DrawingFormat::Svg),
            (_, true) => Some(DrawingFormat::Dot),
            _ => None,
        }
    }
}

#[derive(Debug, Subcommand)]
// The arguments of the other commands are not built: that is most of the work of a start. A doc
// comment of their structs would then be the description of the command.
#[command(defer = true)]
pub(super) enum Command {
    /// List PCI devices with ID, IOMMU group, driver and name; details of a single device
    #[command(
        after_help = "Examples:\n  passthru list\n  passthru list nic\n  passthru list 01:00\n  passthru list 'rtx 3060' --json\n  passthru list --tree\n  passthru list --svg > host.svg"
    )]
    List {
        /// Select by address (01:00.0), slot (01:00), ID (10de:2d04), kind (gpu, nic, nvme,
        /// usb, hba, audio) or words of the name
        #[arg(value_name = "DEVICE")]
        devices: Vec<String>,
        /// Show the PCI tree; with devices, the path to them
        #[arg(long, conflicts_with_all = ["json", "svg", "dot"])]
        tree: bool,
        #[command(flatten)]
        drawn: DrawnArgs,
    },
    /// Show the IOMMU groups, or predict them
    #[command(after_help = "\
A prediction follows the rules of Linux 6.1 to 7.2 and needs the configuration space of
all functions: run it as root, or on the output of `sudo lspci -vvvnnxxxx`. On the
running host it resumes suspended functions.

Examples:
  passthru groups
  passthru groups --from dmesg.txt --from lspci.txt
  sudo passthru groups --predict
  sudo passthru groups 01:00 --predict        why devices share a group
  sudo passthru groups --with pcie_acs_override=downstream
  sudo passthru groups --with card=00:1c.4,like=01:00   a second card like 01:00
  sudo passthru groups --with pcie_acs_override=downstream --svg > groups.svg
  sudo passthru groups 01:00 --with moved=01:00,00:1c.4
  passthru groups --with port=00:1c.5,like=00:1c.4 --with card=00:1c.5,10de:2d04
  passthru groups --predict --kernel 6.12.80 --from lspci.txt")]
    Groups {
        /// Show only the groups of these devices, or of a kind (gpu, nic, nvme, usb, hba,
        /// audio); with a prediction, also the other members, the reasons, and isolation options
        #[arg(value_name = "DEVICE")]
        devices: Vec<String>,
        /// Predict the groups that Linux forms, with the reason for each member
        #[arg(long)]
        predict: bool,
        /// Predict the groups with a kernel option: pcie_acs_override=,
        /// pci=disable_acs_redir= or pci=config_acs=; or with other hardware:
        /// card=PORT for a card in the slot of a port, card=PORT,ID,ID with these IDs,
        /// card=PORT,like=SLOT like another card; moved=SLOT,PORT for a moved card;
        /// port=ADDRESS,like=PORT for another root port. Repeatable
        #[arg(long, value_name = "CHANGE")]
        with: Vec<String>,
        /// Predict the groups of another kernel, or of one with the series "Fix incorrect
        /// iommu_groups with PCIe ACS": pcie-acs-2025
        #[arg(long, value_name = "RELEASE")]
        kernel: Option<String>,
        #[command(flatten)]
        drawn: DrawnArgs,
    },
    /// Diagnose the host: findings with evidence and remedy, worst first
    #[command(after_help = "\
Examples:
  passthru doctor
  passthru doctor 01:00.0 --for proxmox
  passthru doctor post.txt
  passthru doctor post.txt --show-input
  passthru doctor --root examples/hosts/proxmox-rtx5060ti/after 01:00.0
  passthru doctor --format jsonl              one finding per line, for logs
  passthru doctor --format prometheus > passthru.prom")]
    Doctor {
        /// Select the devices to pass through; a file is read as --from
        #[arg(value_name = "DEVICE|FILE")]
        devices: Vec<String>,
        /// Set the hypervisor: proxmox, libvirt, esxi, xen and others (passthru generate
        /// targets); the default is the host's
        #[arg(long = "for", value_name = "TARGET", value_parser = listed::<Target>(targets), hide_possible_values = true)]
        target: Option<Target>,
        /// Set the output format: text, JSON, JSON lines, or metrics for Prometheus
        #[arg(long, value_enum, value_name = "FORMAT", conflicts_with = "json")]
        format: Option<DoctorFormat>,
        /// Print the pasted texts, each line with its source in the margin; ? marks lines
        /// that no source recognizes
        #[arg(long, conflicts_with_all = ["json", "format"])]
        show_input: bool,
        #[command(flatten)]
        view: ViewArgs,
    },
    /// Check which cards this host can pass through, and the host impact
    #[command(after_help = "\
The verdicts are: ready, no-problem-found, not-prepared (a plan prepares the host),
not-enough-input, needs-fix, blocked, impossible. Exit status: 0 at least one card is
ready, no-problem-found or not-prepared; 1 none is; 2 wrong usage or unreadable input.

Examples:
  passthru check
  passthru check post.txt
  passthru check 'rtx 3060' --for proxmox")]
    Check {
        /// Check only these devices; a file is read as --from
        #[arg(value_name = "DEVICE|FILE")]
        devices: Vec<String>,
        /// Set the hypervisor; the default is the host's
        #[arg(long = "for", value_name = "TARGET", value_parser = listed::<Target>(targets), hide_possible_values = true)]
        target: Option<Target>,
    },
    /// Print one shell line that gathers the facts that are not in the input
    #[command(after_help = "\
The line only reads, runs installed programs only, and masks serial numbers, MAC
addresses, UUIDs, passwords and keys; as root it gathers more. Its output is valid
input. Without an input it gathers all relevant facts. --for hyper-v prints a line for
PowerShell, --for esxi one for ESXi.

Examples:
  passthru ask
  passthru ask post.txt
  passthru ask 01:00.0 --from post.txt
  passthru ask | ssh root@host sh | passthru doctor --from -
  passthru ask --for hyper-v")]
    Ask {
        /// Select the devices to pass through; a file is read as --from
        #[arg(value_name = "DEVICE|FILE")]
        devices: Vec<String>,
        /// Set the hypervisor; the default is the input's
        #[arg(long = "for", value_name = "TARGET", value_parser = listed::<Target>(targets), hide_possible_values = true)]
        target: Option<Target>,
    },
    /// Plan the edits, commands and checks that pass a device through
    #[command(after_help = "\
Examples:
  passthru plan 01:00.0 --for proxmox --vm 100
  passthru plan 'rtx 3060' --for libvirt --vm win11
  passthru plan 01:00.0 --for proxmox --vm 100 --rom card.rom --primary --hide
  passthru plan 01:00.0 --for libvirt --vm win11 --looking-glass 2560x1440
  passthru plan 01:00.0 --for proxmox --patch | patch -p1 -d ROOT
  passthru plan 03:00.0 --for libvirt --bind runtime
  passthru plan 01:00 --for libvirt --vm win11 --bind libvirt-hook
  passthru plan 01:00.0 --for proxmox -o plan.json
  passthru plan 01:00.0 --for proxmox --script > plan.sh; sudo sh plan.sh
  passthru plan 01:00.0 --for proxmox --ansible > plan.yml")]
    Plan {
        /// Select by address, slot, ID or words of the name; a GPU includes its other functions
        #[arg(value_name = "DEVICE", required = true)]
        devices: Vec<String>,
        /// Set the hypervisor: proxmox, libvirt, esxi, xen and others (passthru generate
        /// targets); the default is the host's
        #[arg(long = "for", value_name = "TARGET", value_parser = listed::<Target>(targets), hide_possible_values = true)]
        target: Option<Target>,
        /// Set the guest: its number on Proxmox VE, its name for libvirt and most others
        #[arg(long, value_name = "ID")]
        vm: Option<String>,
        /// Set the binding method: modprobe-ids, command-line-ids, initramfs-tools-script,
        /// udev-rule, service, runtime, libvirt-hook and others, which an unknown word
        /// lists; the default depends on the host. A method that binds later than the host
        /// drivers is refused
        #[arg(long, value_name = "METHOD", value_parser = listed::<Method>(methods), hide_possible_values = true)]
        bind: Option<Method>,
        /// Also remove settings that have no effect beside the plan: units that unload the
        /// card's drivers, and lines that blacklist them
        #[arg(long)]
        clean: bool,
        #[command(flatten)]
        vm_options: VmOptionArgs,
        /// Print only the edits, as a diff for patch -p1; refused while a blocker remains
        #[arg(long, conflicts_with = "json")]
        patch: bool,
        /// Print the plan as a shell script, which refuses to run if the host has changed,
        /// and has an undo
        #[arg(long, conflicts_with_all = ["json", "patch"])]
        script: bool,
        /// Print the plan as an Ansible playbook, which refuses to run if the host has
        /// changed, and has an undo (--tags undo)
        #[arg(long, conflicts_with_all = ["json", "patch", "script"])]
        ansible: bool,
        /// Write the plan as JSON to a file that only its owner can read
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Plan to release a card from vfio-pci to its host drivers
    #[cfg(not(target_family = "wasm"))]
    #[command(after_help = "\
The plan removes the card's IDs from ids= of vfio-pci and from the kernel command line,
lines that blacklist its drivers unless another card needs them, and overrides by
address, also those that passthru did not write. passthru apply applies the plan,
passthru undo undoes it.

Examples:
  passthru release 01:00.0
  passthru release 01:00.0 -o release.json; sudo passthru apply release.json")]
    Release {
        /// Select by address, slot, ID or words of the name; a GPU includes its other functions
        #[arg(value_name = "DEVICE", required = true)]
        devices: Vec<String>,
        /// Write the plan as JSON to a file that only its owner can read
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    #[cfg(target_os = "linux")]
    /// Apply a plan (reversible)
    #[command(after_help = "\
Files are replaced atomically, one by one; then commands run. A journal in
/var/lib/passthru, readable only by root, keeps the previous state. After an
interruption, apply --resume finishes and undo reverts. The plan is refused if a file, a
device or the kernel has changed since it was made, and if an edit removes a setting
that the plan does not name. With --root, commands are listed, not run.

Exit status: 0 done; 1 refused, or a command failed; 2 wrong usage or unreadable input.

Examples:
  passthru plan 01:00.0 --for proxmox --vm 100 -o plan.json
  passthru apply plan.json --dry-run
  passthru apply plan.json
  passthru apply plan.json --accept display --yes
  passthru apply plan.json --confirm-within 10m   undone unless kept
  passthru apply plan.json --now              bind without a reboot, if safe
  passthru apply plan.json --root /mnt --chroot
  passthru apply --resume")]
    Apply(Apply),
    #[cfg(target_os = "linux")]
    /// Undo the last applied plan: restore its files, then regenerate from them
    #[command(after_help = "\
A file that has changed since is not overwritten, unless --overwrite names it.

Examples:
  passthru undo
  passthru undo --yes
  passthru undo --overwrite /etc/default/grub
  passthru undo --root /mnt")]
    Undo(Undo),
    #[cfg(target_os = "linux")]
    /// Keep a plan that apply --confirm-within would undo
    Keep(Keep),
    #[cfg(not(target_family = "wasm"))]
    /// Verify after the reboot that a plan worked, with reasons if not
    #[command(after_help = "\
PLAN defaults to the last plan that was applied here. Exit status: 0 every function of
the plan is bound to vfio-pci and no check fails; 1 otherwise; 2 wrong usage or
unreadable input.

Examples:
  sudo passthru verify
  passthru verify plan.json
  passthru verify plan.json --from host.json    for another host, from a capture")]
    Verify {
        /// Read the plan from this file, as passthru plan -o writes it
        #[arg(value_name = "PLAN")]
        plan: Option<PathBuf>,
    },
    /// Convert a VM configuration to another hypervisor's, and list settings that are not
    /// converted
    #[command(after_help = "\
Add the host (--root or --from) if a whole slot is assigned or the target needs IDs:
the configuration does not have them. Disks and networks are not converted.

Examples:
  passthru convert /etc/pve/qemu-server/105.conf --to libvirt --root /
  passthru convert win11.xml --to proxmox --vm 105
  passthru convert start-vm.sh --to libvirt -o win11.xml
  passthru convert 105.conf --to esxi --from lspci.txt --json")]
    Convert(Convert),
    /// Show the steps inside the guest: drivers, MSI, code 43, display
    #[command(after_help = "\
Linux: nouveau, NVIDIA's kernel modules by generation and branch, the initramfs. Windows:
MSI by PowerShell and .reg, removal of a driver in safe mode, code 43 by driver version.
Both: the display of a card without a monitor.

Examples:
  passthru guest 01:00.0 --os windows --driver 551.86
  passthru guest 01:00.0 --os debian --driver 570 -o guest-files
  passthru guest 'rtx 3060' --os windows --looking-glass 2560x1440
  passthru guest 01:00.0 --os windows -o . --instance 'PCI\\VEN_10DE&DEV_...\\4'")]
    Guest(Guest),
    /// Explain a finding code, a setting or a message
    #[command(
        after_help = "Examples:\n  passthru explain vfio-ids-missing-function\n  passthru explain amd_iommu=on\n  passthru explain vfio_virqfd\n  passthru explain \"group 1 is not viable\""
    )]
    Explain {
        /// Explain this code, setting, name or message
        #[arg(value_name = "WHAT", value_parser = suggested(codes), hide_possible_values = true)]
        what: String,
    },
    /// Look up names of IDs, and IDs of names
    #[cfg(not(target_family = "wasm"))]
    #[command(
        after_help = "Examples:\n  passthru ids 10de:2d04\n  passthru ids 10de\n  passthru ids 0c0330\n  passthru ids 'PCI\\VEN_10DE&DEV_2D04'\n  passthru ids rtx 3060 ti\n\nThe names are built in, or those of the system's pci.ids if that is newer."
    )]
    Ids {
        /// Look up an ID (10de:2d04, with its subsystem 10de:2d04:10b0:205e), a vendor
        /// (10de), a class (0300) or words of a name
        #[arg(value_name = "ID|WORDS", required = true)]
        words: Vec<String>,
    },
    /// Print the output of lspci, byte for byte, without lspci
    #[cfg(not(target_family = "wasm"))]
    #[command(after_help = "\
Examples:
  passthru lspci -nnk
  passthru lspci -vvv -s 01:00.0
  passthru lspci -tvnn
  passthru lspci -F dump.txt -vvvnn       from a dump of lspci -xxxx
  passthru lspci -vv --pciutils 3.9       as lspci of Debian 12")]
    Lspci(Lspci),
    /// Inspect, check and edit option ROMs
    Rom(CommandOf<Rom>),
    /// Write all analyzed facts to one file that can be shared
    #[command(after_help = "\
MAC addresses, UUIDs and serial numbers are replaced by placeholders; passwords, keys
and notes of guests are removed, and of services only the lines that unbind drivers are
kept. Names stay: read the file before you share it. --from reads it.

Examples:
  passthru capture -o host.json
  passthru doctor --from host.json")]
    Capture {
        /// Write to this file
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Write an HTML report: topology, IOMMU groups, findings, plan
    #[command(after_help = "\
The page is self-contained: it fetches and runs nothing. Placeholders are those of
passthru capture. With devices it includes their plan. Its date is today, or that of
SOURCE_DATE_EPOCH.

Examples:
  passthru report -o host.html
  passthru report 01:00.0 --for proxmox --vm 100 -o host.html
  passthru report 01:00.0 --from host.json -o host.html")]
    Report {
        /// Select the devices to pass through
        #[arg(value_name = "DEVICE")]
        devices: Vec<String>,
        /// Set the hypervisor; the default is the host's
        #[arg(long = "for", value_name = "TARGET", value_parser = listed::<Target>(targets), hide_possible_values = true)]
        target: Option<Target>,
        /// Set the guest: its number on Proxmox VE, its name for libvirt
        #[arg(long, value_name = "ID")]
        vm: Option<String>,
        /// Write to this file
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Compare two captures of a host
    #[cfg(not(target_family = "wasm"))]
    #[command(after_help = "\
OLD and NEW are snapshots of passthru capture, directories, or pasted texts. Facts that
only one of them has are not compared. Exit status: 0 no blocking difference; 1 a
blocking difference; 2 wrong usage or unreadable input.

Examples:
  passthru capture -o before.json        then update the kernel or the firmware
  passthru capture -o after.json
  passthru diff before.json after.json")]
    Diff {
        /// Read the older state
        #[arg(value_name = "OLD")]
        old: PathBuf,
        /// Read the newer state
        #[arg(value_name = "NEW")]
        new: PathBuf,
    },
    /// Print shell completions, man pages, or the tables of findings, inputs and targets
    #[cfg(not(target_family = "wasm"))]
    Generate(CommandOf<Generate>),
}

/// The definition of the command with the commands of its commands: pages and completions of `help`
/// have them all.
#[cfg(not(target_family = "wasm"))]
pub(super) fn whole_command() -> clap::Command {
    let now = |command, augment: fn(clap::Command) -> clap::Command| {
        augment(command).defer(|augmented| augmented)
    };
    Cli::command()
        .mut_subcommand("rom", |rom| now(rom, CommandOf::<Rom>::augment_args))
        .mut_subcommand("generate", |generate| {
            now(generate, CommandOf::<Generate>::augment_args)
        })
}

// As arguments, the commands of a command are deferred, too.
#[derive(Args, Debug)]
pub(super) struct CommandOf<T: Subcommand> {
    #[command(subcommand)]
    pub(super) command: T,
}
