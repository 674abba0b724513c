//! What can be typed: one definition, from which `--help` comes too.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use hostconf::binding::method::Method;

use super::apply::{Apply, Keep, Undo};
use super::convert::Convert;
use super::generate::Generate;
use super::guest::Guest;
use super::input::Input;
use super::lspci::Lspci;
use super::rom::Rom;
use super::values::{listed, suggested};
use super::vm_options::VmOptionArgs;
use crate::doctor::codes;
use crate::render::{Detail, View};
use crate::target::Target;
use crate::text::Language;
use crate::verdict::Verdict;

/// The words of all targets.
fn targets() -> Vec<&'static str> {
    Target::ALL.map(Target::word).to_vec()
}

/// The words of all ways to bind.
fn methods() -> Vec<&'static str> {
    Method::ALL.iter().map(|method| method.word()).collect()
}

/// The command line as typed.
#[derive(Debug, Parser)]
#[command(
    name = "passthru",
    version,
    about = "Diagnose and plan PCI passthrough: what is wrong with a host, the line that proves \
             it, and the exact edits",
    after_help = "\
Examples:
  passthru                                    this machine in one screen
  passthru doctor 01:00.0                     what is wrong with passing 01:00.0 through
  passthru doctor lspci.txt dmesg.txt         the same for a host somebody pasted
  lspci -nnk | passthru doctor --from -       the same from a pipe
  passthru doctor thread.md --machine pve     the same for one of a thread's machines
  passthru ask post.txt                       one shell line for what the text lacks
  passthru plan 01:00.0 --for proxmox --vm 100
  passthru plan 01:00.0 --for proxmox --vm 100 -o plan.json
  passthru apply plan.json                    carry it out; passthru undo takes it back
  passthru explain amd_iommu=on

Exit status: 0 nothing stands in the way; 1 a blocker, fix, security or impossible
finding, or no plan can be made; 2 wrong usage or unreadable input.
Nothing is written but by apply and undo, what -o names, and the switch of a ROM by
rom dump."
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) input: Input,
    /// Print JSON, whose fields stay, instead of text
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Do not send what is longer than the screen through a pager (PASSTHRU_PAGER, PAGER or
    /// less)
    #[arg(long, global = true)]
    pub(super) no_pager: bool,
    /// Print the answers of doctor, check and explain in this language: en or zh-CN; by
    /// default that of LC_ALL, LC_MESSAGES or LANG. JSON is in English
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = language)]
    pub(super) lang: Option<Language>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

impl Cli {
    /// Whether the command prints nothing and asks nothing until it is done: what shows its
    /// progress does not come between.
    pub(super) fn is_quiet(&self) -> bool {
        let stdin = Path::new("-");
        let named = match &self.command {
            Some(Command::Apply(_) | Command::Undo(_) | Command::Rom(_) | Command::Lspci(_)) => {
                return false;
            }
            Some(Command::Doctor { devices, .. }) => devices.as_slice(),
            _ => &[],
        };
        let is_typed = self.input.from.iter().any(|path| path == stdin)
            || named.iter().any(|word| word == "-");
        !is_typed
    }
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DoctorFormat {
    /// For people
    Text,
    /// One document, as --json
    Json,
    /// A finding a line
    Jsonl,
    /// For the textfile collector of node_exporter
    Prometheus,
}

/// Which part of the doctor's answer is printed.
#[derive(Debug, Args)]
pub(super) struct ViewArgs {
    /// Print every finding with every line, also those that need no change
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Print the verdicts and the titles of faults alone
    #[arg(short, long)]
    quiet: bool,
    /// Print the findings with these verdicts alone: blocker,fix
    #[arg(long, value_name = "VERDICT", value_delimiter = ',', value_parser = verdict)]
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
        format!("a language is one of {}", tags.join(", "))
    })
}

/// A verdict by its word.
fn verdict(word: &str) -> Result<Verdict, String> {
    let mut all = Verdict::ALL.into_iter();
    all.find(|verdict| verdict.word() == word).ok_or_else(|| {
        let words: Vec<&str> = Verdict::ALL.iter().map(|verdict| verdict.word()).collect();
        format!("a verdict is one of {}", words.join(", "))
    })
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List PCI devices: names, ids, class, driver, IOMMU group; of one device, BARs
    /// and reset methods, too
    #[command(
        after_help = "Examples:\n  passthru list\n  passthru list nic\n  passthru list 01:00\n  passthru list 'rtx 3060' --json\n  passthru list --tree"
    )]
    List {
        /// Address (01:00.0), slot (01:00), ID (10de:2d04), kind (gpu, nic, nvme, usb, hba,
        /// audio) or words of the name
        #[arg(value_name = "DEVICE")]
        devices: Vec<String>,
        /// Draw what hangs on which bridge; of chosen devices, the way to them
        #[arg(long, conflicts_with = "json")]
        tree: bool,
    },
    /// Show the IOMMU groups as they are, or as they would be
    #[command(after_help = "\
A prediction follows the rules of Linux 6.1 to 7.2, from the configuration space of
all functions: run it as root, or give it the output of `sudo lspci -vvvnnxxxx`. On
the running machine it wakes functions that sleep.

Examples:
  passthru groups
  passthru groups --from dmesg.txt --from lspci.txt
  sudo passthru groups --predict
  sudo passthru groups 01:00 --predict        what holds others to it
  sudo passthru groups --with pcie_acs_override=downstream
  sudo passthru groups --with card=00:1c.4,like=01:00   a second card like that of 01:00
  sudo passthru groups 01:00 --with moved=01:00,00:1c.4
  sudo passthru groups --with port=00:1c.5,like=00:1c.4 --with card=00:1c.5,10de:2d04
  passthru groups --predict --kernel 6.12.80 --from lspci.txt")]
    Groups {
        /// Only the groups of these, or of a kind (gpu, nic, nvme, usb, hba, audio); with a
        /// prediction, what else is in them, why, and what would part it
        #[arg(value_name = "DEVICE")]
        devices: Vec<String>,
        /// The groups that Linux would form, and why each function is where it is
        #[arg(long)]
        predict: bool,
        /// Predict them with a kernel option set: pcie_acs_override=,
        /// pci=disable_acs_redir= or pci=config_acs=; or with other hardware:
        /// card=PORT for a card below a port, of which card=PORT,ID,ID tells the ids and
        /// card=PORT,like=SLOT which one it is like; moved=SLOT,PORT for a card that goes
        /// there; port=ADDRESS,like=PORT for another root port. May be given more than
        /// once
        #[arg(long, value_name = "CHANGE")]
        with: Vec<String>,
        /// Predict those of another kernel, or of one with the series "Fix incorrect
        /// iommu_groups with PCIe ACS": pcie-acs-2025
        #[arg(long, value_name = "RELEASE")]
        kernel: Option<String>,
    },
    /// Say what is wrong, needless or unknown, worst first, with the proof
    #[command(after_help = "\
Examples:
  passthru doctor
  passthru doctor 01:00.0 --for proxmox
  passthru doctor post.txt
  passthru doctor post.txt --show-input
  passthru doctor --root examples/hosts/proxmox-rtx5060ti/after 01:00.0
  passthru doctor --format jsonl              a finding a line, for logs
  passthru doctor --format prometheus > /var/lib/prometheus/node-exporter/passthru.prom")]
    Doctor {
        /// The devices that are to be passed through; a file is taken as --from
        #[arg(value_name = "DEVICE|FILE")]
        devices: Vec<String>,
        /// The hypervisor: proxmox, libvirt, esxi, xen and others; docs/targets.md
        /// lists them
        #[arg(long = "for", value_name = "TARGET", value_parser = listed::<Target>(targets), hide_possible_values = true)]
        target: Option<Target>,
        /// Print for people, as one JSON document, as JSON lines, or as metrics for
        /// Prometheus
        #[arg(long, value_enum, value_name = "FORMAT", conflicts_with = "json")]
        format: Option<DoctorFormat>,
        /// Print the pasted texts instead, each line with the source that recognises it in
        /// the margin; ? is a line that none does
        #[arg(long, conflicts_with_all = ["json", "format"])]
        show_input: bool,
        #[command(flatten)]
        view: ViewArgs,
    },
    /// Say for each card whether this host can assign it, and the cost for the host
    #[command(after_help = "\
The verdicts are: ready, no-problem-shown, not-prepared (a plan prepares the host),
not-enough-shown, needs-fix, blocked, impossible. Exit status: 0 one card at least can
be assigned, as far as the input shows; 1 none can; 2 wrong usage or unreadable input.

Examples:
  passthru check
  passthru check post.txt
  passthru check 'rtx 3060' --for proxmox")]
    Check {
        /// Only these; a file is taken as --from
        #[arg(value_name = "DEVICE|FILE")]
        devices: Vec<String>,
        /// The hypervisor; found by itself where the host shows it
        #[arg(long = "for", value_name = "TARGET")]
        target: Option<Target>,
    },
    /// Print one shell line that gathers the facts that the input does not show
    #[command(after_help = "\
The line only reads, runs nothing that is not installed, and masks serial numbers, MAC
addresses, UUIDs, passwords and keys; as root it shows more. Its output is an input like
any other. Without an input it gathers all that a verdict may rest on. --for hyper-v
prints a line for PowerShell, --for esxi one for ESXi.

Examples:
  passthru ask
  passthru ask post.txt
  passthru ask 01:00.0 --from post.txt
  passthru ask | ssh root@host sh | passthru doctor --from -
  passthru ask --for hyper-v")]
    Ask {
        /// The devices that are to be passed through; a file is taken as --from
        #[arg(value_name = "DEVICE|FILE")]
        devices: Vec<String>,
        /// The hypervisor; found by itself where the input shows it
        #[arg(long = "for", value_name = "TARGET")]
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
        /// Address, slot, id or words of the name; a graphics card goes whole
        #[arg(value_name = "DEVICE", required = true)]
        devices: Vec<String>,
        /// The hypervisor: proxmox, libvirt, xen, incus and others, of which
        /// docs/targets.md has a list; found by itself where the host shows it
        #[arg(long = "for", value_name = "TARGET", value_parser = listed::<Target>(targets), hide_possible_values = true)]
        target: Option<Target>,
        /// The guest: its number on Proxmox VE, its name for libvirt and most others
        #[arg(long, value_name = "ID")]
        vm: Option<String>,
        /// How vfio-pci gets the functions, by a word of docs/driver-binding.md:
        /// modprobe-ids, command-line-ids, initramfs-tools-script, udev-rule, service,
        /// runtime, libvirt-hook and others; without it the host's facts choose. A way
        /// that does not have them before their drivers is refused, with the reason
        #[arg(long, value_name = "METHOD", value_parser = listed::<Method>(methods), hide_possible_values = true)]
        bind: Option<Method>,
        #[command(flatten)]
        vm_options: VmOptionArgs,
        /// Print the edits alone, as a diff that patch -p1 reads; none while
        /// something stands in the way
        #[arg(long, conflicts_with = "json")]
        patch: bool,
        /// Print the plan as a shell script, which refuses where files differ, and
        /// takes itself back
        #[arg(long, conflicts_with_all = ["json", "patch"])]
        script: bool,
        /// Print the plan as an Ansible playbook, which refuses where files differ, and
        /// takes itself back with --tags undo
        #[arg(long, conflicts_with_all = ["json", "patch", "script"])]
        ansible: bool,
        /// Write the plan as JSON to a file, for its owner alone: texts of guests are in it
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Plan how a card that is bound to vfio-pci goes back to its driver
    #[command(after_help = "\
Its ids leave the ids= of vfio-pci and the kernel command line, lines that blacklist its
drivers go unless another card needs them, and overrides by address end. Whoever wrote
these does not matter. passthru apply carries the plan out, passthru undo takes it back.

Examples:
  passthru release 01:00.0
  passthru release 01:00.0 -o release.json; sudo passthru apply release.json")]
    Release {
        /// Address, slot, id or words of the name; a graphics card goes whole
        #[arg(value_name = "DEVICE", required = true)]
        devices: Vec<String>,
        /// Write the plan as JSON to a file, for its owner alone
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Carry a plan out, so that it can be taken back exactly
    #[command(after_help = "\
Files are replaced one by one, each whole; then commands run. A journal in
/var/lib/passthru, for root alone, holds how all was. Interrupted at any point, the
next passthru says so; apply --resume finishes, undo takes back. It is refused where a
file, a device or the kernel is not what the plan was made for, and where an edit takes
away a setting that the plan does not name. In a tree (--root) commands are listed.

Exit status: 0 done; 1 refused, or a command failed; 2 wrong usage or unreadable input.

Examples:
  passthru plan 01:00.0 --for proxmox --vm 100 -o plan.json
  passthru apply plan.json --dry-run
  passthru apply plan.json
  passthru apply plan.json --accept display --yes
  passthru apply plan.json --confirm-within 10m   undone unless passthru keep runs
  passthru apply plan.json --now              bind without a reboot, where that is safe
  passthru apply plan.json --root /mnt --chroot
  passthru apply --resume")]
    Apply(Apply),
    /// Take the newest plan back: files byte for byte, then what reads them
    #[command(after_help = "\
What somebody changed since is not overwritten, unless its path is given. Without a
transaction that is done or open there is nothing to take back.

Examples:
  passthru undo
  passthru undo --yes
  passthru undo --overwrite /etc/default/grub
  passthru undo --root /mnt")]
    Undo(Undo),
    /// Keep a plan that apply --confirm-within would undo
    Keep(Keep),
    /// Check after the reboot whether a plan worked, and why not
    #[command(after_help = "\
Without PLAN it is the newest that was applied here. Exit status: 0 every function of
the plan is on vfio-pci and no check fails; 1 otherwise; 2 wrong usage or unreadable
input.

Examples:
  sudo passthru verify
  passthru verify plan.json
  passthru verify plan.json --from host.json    on another machine, from a capture")]
    Verify {
        /// The plan, as passthru plan -o writes it
        #[arg(value_name = "PLAN")]
        plan: Option<PathBuf>,
    },
    /// Write one hypervisor's machine for another: what is passed through, and what has
    /// no counterpart
    #[command(after_help = "\
Name the host too (--root or --from) where a whole slot is passed or the target wants
ids: only the host knows them. Disks and networks stay where they are.

Examples:
  passthru convert /etc/pve/qemu-server/105.conf --to libvirt --root /
  passthru convert win11.xml --to proxmox --vm 105
  passthru convert start-vm.sh --to libvirt -o win11.xml
  passthru convert 105.conf --to esxi --from lspci.txt --json")]
    Convert(Convert),
    /// Say what is done inside the guest: drivers, interrupts by message, code 43, a screen
    #[command(after_help = "\
Linux: nouveau, NVIDIA's kernel modules by generation and branch, the initramfs. Windows:
MSI by PowerShell and .reg, cleaning out a driver in safe mode, what code 43 means with
the driver. Both: what shows the picture where the card has no monitor.

Examples:
  passthru guest 01:00.0 --os windows --driver 551.86
  passthru guest 01:00.0 --os debian --driver 570 -o guest-files
  passthru guest 'rtx 3060' --os windows --looking-glass 2560x1440
  passthru guest 01:00.0 --os windows -o . --instance 'PCI\\VEN_10DE&DEV_...\\4&2C'")]
    Guest(Guest),
    /// Explain a finding's code or a setting
    #[command(
        after_help = "Examples:\n  passthru explain vfio-ids-missing-function\n  passthru explain amd_iommu=on\n  passthru explain vfio_virqfd\n  passthru explain \"group 1 is not viable\""
    )]
    Explain {
        /// A code, a setting as it is typed, or its name
        #[arg(value_name = "WHAT", value_parser = suggested(codes), hide_possible_values = true)]
        what: String,
    },
    /// Names for ids, ids for names
    #[command(
        after_help = "Examples:\n  passthru ids 10de:2d04\n  passthru ids 10de\n  passthru ids 0c0330\n  passthru ids 'PCI\\VEN_10DE&DEV_2D04'\n  passthru ids rtx 3060 ti\n\nThe names are this program's own, or those of the system's pci.ids where that is newer."
    )]
    Ids {
        /// An id (10de:2d04, with its card 10de:2d04:10b0:205e), a vendor (10de), a class
        /// (0300) or words of a name
        #[arg(value_name = "ID|WORDS", required = true)]
        words: Vec<String>,
    },
    /// Print what lspci prints, byte for byte, where there is none
    #[command(after_help = "\
Examples:
  passthru lspci -nnk
  passthru lspci -vvv -s 01:00.0
  passthru lspci -tvnn
  passthru lspci -F dump.txt -vvvnn       a dump that lspci -xxxx printed
  passthru lspci -vv --pciutils 3.9       as the lspci of Debian 12 says it")]
    Lspci(Lspci),
    /// Option ROMs
    #[command(subcommand)]
    Rom(Rom),
    /// Write all that the analysis reads into one file that can be shared
    #[command(after_help = "\
MAC addresses, UUIDs and serial numbers are replaced, each by the same stand-in
throughout the file; passwords, keys and notes of guests are hidden, and of
services only what removes a driver is kept. Names stay: read the file before you
hand it on. Give it back with --from.

Examples:
  passthru capture -o host.json
  passthru doctor --from host.json")]
    Capture {
        /// The file to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Write one page for a browser: topology, IOMMU groups, findings, plan
    #[command(after_help = "\
The page holds all that it shows: it fetches nothing and runs nothing. Stand-ins are as
in passthru capture. With devices it has their plan, too.

Examples:
  passthru report -o host.html
  passthru report 01:00.0 --for proxmox --vm 100 -o host.html
  passthru report 01:00.0 --from host.json -o host.html")]
    Report {
        /// The devices that are to be passed through
        #[arg(value_name = "DEVICE")]
        devices: Vec<String>,
        /// The hypervisor; found by itself where the host shows it
        #[arg(long = "for", value_name = "TARGET", value_parser = listed::<Target>(targets), hide_possible_values = true)]
        target: Option<Target>,
        /// The guest: its number on Proxmox VE, its name for libvirt
        #[arg(long, value_name = "ID")]
        vm: Option<String>,
        /// The file to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Say what changed between two looks at a host that matters to passthrough
    #[command(after_help = "\
OLD and NEW are snapshots of passthru capture, directories, or pasted texts. What one of
them does not show is no difference. Exit status: 0 nothing that stands in the way now;
1 a difference that does; 2 wrong usage or unreadable input.

Examples:
  passthru capture -o before.json        then update the kernel or the firmware
  passthru capture -o after.json
  passthru diff before.json after.json")]
    Diff {
        /// The older look
        #[arg(value_name = "OLD")]
        old: PathBuf,
        /// The newer one
        #[arg(value_name = "NEW")]
        new: PathBuf,
    },
    /// Print completions for a shell, or man pages
    #[command(subcommand)]
    Generate(Generate),
}
