//! `lspci` output for a host without lspci.
//!
//! ```
//! use pci_core::lspci::write::OutputOptions;
//! use passthru::lspci;
//! let dump = "00:03.0 0200: 8086:100e\n00: 86 80 0e 10 07 01 00 00 03 00 00 02 00 00 00 00\n";
//! let text = lspci::from_dump(dump, &OutputOptions::default(), pci_core::Names::embedded())?;
//! assert!(text.starts_with("00:03.0 Ethernet controller: Intel Corporation 82540EM"));
//! # Ok::<(), passthru::Error>(())
//! ```

use crate::failure::{Cause, ErrorKind, Place, into_error};
use crate::text::{Text, text};
use host_tree::{HostTree, Lookup};
use hostconf::binding::kernel_facts;
use hostconf::binding::kernel_facts::Which;
use pci_core::Names;
use pci_core::lspci::write::{
    Domains, Drivers, Hex, IdSelection, OutputForm, OutputFunction, OutputOptions, OutputVerbosity,
    Path, SlotSelection, View, write,
};
use pci_core::lspci::{Numbers, dump};
use pci_core::modules::Modules;
use pci_core::sysfs::{self, Depth, Facts, SysfsDevice, Wanted};

/// A word that is not an output option of lspci.
#[derive(Debug)]
struct OptionCause {
    word: String,
    expected: String,
}

into_error!(OptionCause, LspciCause);

impl Cause for OptionCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::BadRequest
    }

    fn place(&self) -> Place {
        Place::bytes(0..self.word.len()).with_help(&self.expected)
    }

    fn text(&self) -> Text {
        text!(
            "\"{word}\" is not an output option of lspci: expected {expected}",
            word = self.word,
            expected = Text::of_english(&self.expected)
        )
    }
}

/// Parses options such as `-nnk` and `-s 01:00.0` by `lspci(8)`: `-v`, `-n`, `-k`, `-t`, `-m`,
/// `-x`, `-b`, `-D`, `-P`, `-s` and `-d`.
///
/// # Errors
///
/// When a word is none of these, or a place or id is none.
///
/// ```
/// use pci_core::lspci::{Numbers, write::Drivers, write::OutputVerbosity};
/// let options = passthru::lspci::options("-nnkv -s 01:00.0")?;
/// assert_eq!((options.numbers, options.drivers), (Numbers::Both, Drivers::Shown));
/// assert_eq!(options.verbosity, OutputVerbosity::Verbose);
/// assert!(passthru::lspci::options("-F dump.txt").is_err());
/// # Ok::<(), passthru::Error>(())
/// ```
pub fn options(words: &str) -> crate::Result<OutputOptions> {
    let mut options = OutputOptions::default();
    let mut letters = String::new();
    let mut words = words.split_ascii_whitespace();
    while let Some(word) = words.next() {
        let refused = |word: &str, expected: String| OptionCause {
            word: word.to_owned(),
            expected,
        };
        let mut rest = word
            .strip_prefix('-')
            .filter(|rest| !rest.is_empty())
            .ok_or_else(|| refused(word, text!("a word that starts with -").into()))?;
        while let Some(letter) = rest.chars().next() {
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            match letter {
                's' | 'd' => {
                    // Its value follows at once, or as the next word.
                    let value = if rest.is_empty() {
                        words.next().unwrap_or_default()
                    } else {
                        std::mem::take(&mut rest)
                    };
                    if letter == 's' {
                        let slot = value.parse::<SlotSelection>();
                        let slot = slot.map_err(|error| refused(value, error.to_string()))?;
                        options.slots = options.slots.and(slot);
                    } else {
                        let id = value.parse::<IdSelection>();
                        let id = id.map_err(|error| refused(value, error.to_string()))?;
                        options.ids = options.ids.and(id);
                    }
                }
                'v' | 'n' | 'k' | 't' | 'm' | 'x' | 'b' | 'D' | 'P' => letters.push(letter),
                _ => {
                    let expected = text!("-v, -n, -k, -t, -m, -x, -b, -D, -P, -s or -d").into();
                    return Err(refused(word, expected).into());
                }
            }
        }
    }
    let count = |wanted: char| letters.chars().filter(|letter| *letter == wanted).count();
    options.form = match (count('t'), count('m')) {
        (1.., _) => OutputForm::Tree,
        (0, 0) => OutputForm::Text,
        (0, 1) => OutputForm::MachineCompatible,
        (0, _) => OutputForm::Machine,
    };
    options.verbosity = match count('v') {
        0 => OutputVerbosity::Brief,
        1 => OutputVerbosity::Verbose,
        2 => OutputVerbosity::VeryVerbose,
        _ => OutputVerbosity::Everything,
    };
    options.numbers = match count('n') {
        0 => Numbers::None,
        1 => Numbers::Only,
        _ => Numbers::Both,
    };
    if count('k') > 0 {
        options.drivers = Drivers::Shown;
    }
    if count('D') > 0 {
        options.domains = Domains::Always;
    }
    if count('b') > 0 {
        options.view = View::Bus;
    }
    options.path = match count('P') {
        0 => Path::Address,
        1 => Path::Bridges,
        _ => Path::BridgesAndBuses,
    };
    options.hex = match count('x') {
        0 => Hex::Nothing,
        1 | 2 => Hex::Header,
        3 => Hex::Conventional,
        _ => Hex::Extended,
    };
    Ok(options)
}

/// Reason why there is no output.
#[derive(Debug)]
pub(crate) enum LspciCause {
    /// The input does not list functions.
    NotShown,
    /// The system denies reading the list of functions; its reason.
    Unreadable(String),
    /// The text is not a dump.
    Dump(pci_core::Error),
    /// The text could not be written; does not occur for strings.
    Write(std::fmt::Error),
}

impl Cause for LspciCause {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotShown | Self::Unreadable(_) => ErrorKind::NotShown,
            Self::Dump(_) => ErrorKind::BadText,
            Self::Write(_) => ErrorKind::Internal,
        }
    }

    fn place(&self) -> Place {
        match self {
            Self::Dump(error) => Place {
                line: error.line(),
                span: error.offset().map(|at| at..at.saturating_add(1)),
                ..Place::default()
            },
            _ => Place::default(),
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Dump(error) => Some(error),
            _ => None,
        }
    }

    fn text(&self) -> Text {
        match self {
            Self::NotShown => {
                text!("/sys/bus/pci/devices is not in the input; to read a dump: -F FILE")
            }
            Self::Unreadable(reason) => text!(
                "/sys/bus/pci/devices: {reason}",
                reason = Text::of_english(reason)
            ),
            Self::Dump(error) => Text::of_english(error.to_string()),
            Self::Write(error) => Text::of_english(error.to_string()),
        }
    }
}

/// Prints a dump of `lspci -x` or its longer forms in lspci's text form.
///
/// # Errors
///
/// If the text is not a dump.
pub fn from_dump(text: &str, options: &OutputOptions, names: Names<'_>) -> crate::Result<String> {
    let functions = dump::parse(text).map_err(LspciCause::Dump)?;
    let functions: Vec<OutputFunction<'_>> = functions.iter().map(OutputFunction::from).collect();
    print(&functions, options, names)
}

/// Prints the functions of the host of `tree` in lspci's text form. Only printing registers wakes a
/// sleeping function.
///
/// # Errors
///
/// When the tree does not list its functions.
pub fn of_host(
    tree: &dyn HostTree,
    options: &OutputOptions,
    names: Names<'_>,
) -> crate::Result<String> {
    let depth = match (options.verbosity, options.hex, options.form, options.path) {
        (OutputVerbosity::Brief, Hex::Nothing, OutputForm::Tree, _) => Depth::Header,
        (OutputVerbosity::Brief, Hex::Nothing, _, Path::Address) => Depth::NoWake,
        (OutputVerbosity::Brief, Hex::Nothing, _, _) => Depth::Header,
        (_, Hex::Nothing, OutputForm::Machine | OutputForm::MachineCompatible, Path::Address) => {
            Depth::NoWake
        }
        (_, Hex::Extended, _, _) => Depth::Full,
        _ => Depth::Capabilities,
    };
    let facts = if options.verbosity == OutputVerbosity::Brief && options.hex == Hex::Nothing {
        // The line of each function; with -k its label, too.
        Facts::IDENTITY | Facts::LABEL
    } else {
        Facts::IDENTITY
            | Facts::IOMMU_GROUP
            | Facts::RESOURCES
            | Facts::NUMA
            | Facts::INTERRUPTS
            | Facts::FIRMWARE
            | Facts::PHYSICAL_SLOT
    };
    let found = sysfs::read_wanted(tree, Wanted { facts, depth });
    match &found.coverage {
        Lookup::Unreadable(reason) => return Err(LspciCause::Unreadable(reason.to_string()).into()),
        Lookup::Absent | Lookup::NotShown if found.devices.is_empty() => {
            return Err(LspciCause::NotShown.into());
        }
        _ => {}
    }
    let mut functions: Vec<OutputFunction<'_>> =
        found.devices.iter().map(OutputFunction::from).collect();
    if options.drivers == Drivers::Shown || options.verbosity != OutputVerbosity::Brief {
        let release = kernel_facts::release(tree, Which::Running);
        let modules =
            release.and_then(|(release, _)| Modules::read(tree, &release.to_string()).found());
        if let Some(modules) = modules {
            for (function, device) in functions.iter_mut().zip(&found.devices) {
                add_modules(function, device, &modules);
            }
        }
    }
    print(&functions, options, names)
}

fn print(
    functions: &[OutputFunction<'_>],
    options: &OutputOptions,
    names: Names<'_>,
) -> crate::Result<String> {
    let mut text = String::new();
    write(functions, names, options, &mut text).map_err(LspciCause::Write)?;
    Ok(text)
}

/// The modules that support a function, by the running kernel's lists.
fn add_modules(function: &mut OutputFunction<'_>, device: &SysfsDevice, modules: &Modules) {
    if let (Some(kernel), Lookup::Found(modalias)) = (&mut function.kernel, &device.modalias) {
        let found = modules.resolve(modalias);
        kernel.modules = found.into_iter().map(str::to_owned).collect();
    }
}

#[cfg(test)]
mod tests;
