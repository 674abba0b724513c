//! The declaration of a boot loader: its detection, the place of its options, and their change.
//! Each loader has a file in `boot/loaders/` with its declaration, and nothing else of this crate
//! refers to a loader by its variant.

use crate::boot::change::OptionsChange;
use crate::boot::configured_options::ConfiguredOptions;
use crate::boot::menu::Menu;
use crate::boot::place::Place;
use crate::boot::step::Steps;
use crate::boot::variable_file::VariableFile;
use crate::error::Error;
use host_tree::{Edit, Evidence, HostTree};

/// A boot loader.
pub(in crate::boot) struct BootLoader {
    /// The name in sentences.
    pub(in crate::boot) name: &'static str,
    /// Evidence that the host boots with it; one rule suffices.
    pub(in crate::boot) rules: &'static [Rule],
    /// The way to change its options.
    pub(in crate::boot) change: Change,
    /// The step that applies changed files.
    pub(in crate::boot) refresh: Refresh,
    /// The options in its files, if [`Change`] does not include them.
    pub(in crate::boot) configured: Option<fn(&dyn HostTree) -> Vec<ConfiguredOptions>>,
    /// Whether its files exist on no other host, so that they are read for any detected loader.
    pub(in crate::boot) is_only_system: bool,
    /// Common configuration files that the loader does not read.
    pub(in crate::boot) unread: &'static [&'static str],
    /// Such files whose options tools copy into the loader's at an installation.
    pub(in crate::boot) copied: &'static [&'static str],
    /// Evidence that changes of `/etc` are lost on a reboot or rebuild; its argument is the
    /// evidence of the loader.
    pub(in crate::boot) etc_not_kept: Option<FindLine>,
    /// A manual change of the kernel options.
    pub(in crate::boot) by_hand: ByHand,
    /// Its row of the documentation.
    pub(in crate::boot) page: Page,
}

/// A manual change of the kernel options in a file that is not in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// The place of the options in the file: `GRUB_CMDLINE_LINUX_DEFAULT`.
    pub place: &'static str,
    /// The step that brings the change into effect, in the imperative: `run update-grub`. The
    /// command of [`LoaderKind::refresh`](super::LoaderKind::refresh), if it has one, replaces it.
    pub refresh: &'static str,
}

impl BootLoader {
    /// A loader with no more than the others have.
    pub(in crate::boot) const fn new(name: &'static str, change: Change, page: Page) -> Self {
        Self {
            name,
            rules: &[],
            change,
            refresh: Refresh::Not,
            configured: None,
            is_only_system: false,
            unread: &[],
            copied: &[],
            etc_not_kept: None,
            by_hand: ByHand {
                place: "the kernel options",
                refresh: "save it: the loader reads it at the next boot",
            },
            page,
        }
    }
}

/// Finds a line in addition to the evidence of the loader.
type FindLine = fn(&dyn HostTree, &[Evidence]) -> Option<Evidence>;

/// The way to change options.
pub(in crate::boot) enum Change {
    /// By edits of a menu's files, which the loader reads itself.
    Menu(&'static Menu),
    /// By an edit of one variable.
    Variable(&'static VariableFile),
    /// By edits of files.
    Edits(fn(&dyn HostTree, &OptionsChange) -> Result<Vec<Edit>, Error>),
    /// By its steps.
    Steps(fn(&dyn HostTree, &OptionsChange) -> Result<Steps, Error>),
}

/// The step that applies changed files.
pub(in crate::boot) enum Refresh {
    /// No command is needed.
    Not,
    /// This command.
    Run(&'static [&'static str]),
    /// Commands found by the steps, as the documentation describes them.
    Found(&'static str),
}

/// The row of the documentation, in Markdown.
pub(in crate::boot) struct Page {
    /// The evidence of the loader.
    pub(in crate::boot) found_by: &'static str,
    /// The changed file.
    pub(in crate::boot) changes: &'static str,
    /// The programs that agree with it.
    pub(in crate::boot) checked_by: &'static str,
}

/// Signs of a loader, all of which are required.
pub(in crate::boot) struct Rule {
    /// The question that it answers.
    pub(in crate::boot) given: Given,
    /// Among the rules of one question those with a smaller rank are compared first; of one rank
    /// in the order of the list of loaders.
    pub(in crate::boot) rank: u8,
    /// The signs; none where the question is enough.
    pub(in crate::boot) signs: &'static [Sign],
}

/// The question that a rule answers, in this order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::boot) enum Given {
    /// The entire system is built or deployed from a configuration, which also has the kernel
    /// options.
    WholeSystem,
    /// Whether a program installs the loader and fills its partitions.
    Installer,
    /// The builder of a unified kernel image, where one runs.
    UnifiedImage,
    /// The writer of the entries of this program, where it started the kernel or its files alone
    /// are there.
    Started(&'static Program),
}

/// A sign of a loader.
pub(in crate::boot) enum Sign {
    /// An option of the running kernel whose value begins with this, in any case.
    Option(&'static str, &'static str),
    /// A path that is there.
    Path(&'static str),
    /// A path that is shown to be missing.
    NoPath(&'static str),
    /// A file.
    File(&'static str),
    /// A file that is there, or may be.
    PerhapsFile(&'static str),
    /// A line in one of these files, without the blanks around it.
    Line(&'static [Place], fn(&str) -> bool),
    /// A variable of a file that a shell sources, with one of these values.
    Variable(&'static str, &'static str, &'static [&'static str]),
    /// The program that started the kernel.
    StartedBy(&'static Program),
    /// One of these.
    Any(&'static [Sign]),
    /// The lines that a function finds; empty if the sign is absent.
    Found(fn(&dyn HostTree) -> Vec<Evidence>),
}

/// A program that starts kernels, and its traces.
#[derive(PartialEq, Eq)]
pub(in crate::boot) struct Program {
    /// The start of its name in the EFI variable `LoaderInfo`, and in the output of `bootctl
    /// status`.
    pub(in crate::boot) calls_itself: Option<&'static str>,
    /// A part of the path of its EFI program, in lower case.
    pub(in crate::boot) efi_path: Option<&'static str>,
    /// The start of the name of its EFI program, in lower case, if no other program's path has its
    /// word.
    pub(in crate::boot) efi_names: &'static [&'static str],
    /// Its trace in the options of the kernel.
    pub(in crate::boot) trace: Option<Trace>,
    /// Its files, which show it where the running kernel does not.
    pub(in crate::boot) files: &'static [Place],
    /// Whether it is the kernel, started by the firmware.
    pub(in crate::boot) is_kernel: bool,
    /// Whether it is common: files of another program decide only if its files are known to be
    /// absent, or the kernel's options have no trace of it.
    pub(in crate::boot) is_common: bool,
}

impl Program {
    /// A program without known signs.
    pub(in crate::boot) const NEW: Self = Self {
        calls_itself: None,
        efi_path: None,
        efi_names: &[],
        trace: None,
        files: &[],
        is_kernel: false,
        is_common: false,
    };
}

/// A program's trace in the options of the kernel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::boot) enum Trace {
    /// `BOOT_IMAGE=`, without an `initrd=` of the loader.
    BootImage,
    /// `BOOT_IMAGE=` and `initrd=`.
    BootImageAndInitrd,
    /// An `initrd=` with backslashes, as of other programs, too: it is compatible, but no proof.
    /// With this file it is not compatible.
    EfiInitrd {
        /// The file of another program.
        unless: &'static str,
    },
}
