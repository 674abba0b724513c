//! Output options, as in `lspci(8)`.

use super::select::{IdSelection, SlotSelection};
use crate::lspci::read::Numbers;
use crate::lspci::version::Version;

/// Options of [`write`](super::write()). The default is `lspci` without options.
///
/// ```
/// use pci_core::lspci::{write::Drivers, write::OutputOptions, write::OutputVerbosity, write::Version};
/// use pci_core::lspci::Numbers;
/// // lspci -nnk -s 01:00, as Debian 12 prints it
/// let options = OutputOptions {
///     version: Version::V3_9,
///     numbers: Numbers::Both,
///     drivers: Drivers::Shown,
///     slots: "01:00".parse()?,
///     ..OutputOptions::default()
/// };
/// assert_eq!(options.verbosity, OutputVerbosity::Brief);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputOptions {
    /// Release to imitate.
    pub version: Version,
    /// The form: text, `-m`, `-mm`, `-t`.
    pub form: OutputForm,
    /// `-v`, `-vv`, `-vvv`.
    pub verbosity: OutputVerbosity,
    /// `-n`, `-nn`.
    pub numbers: Numbers,
    /// `-k`.
    pub drivers: Drivers,
    /// `-D`.
    pub domains: Domains,
    /// `-P`, `-PP`.
    pub path: Path,
    /// `-x`, `-xxx`, `-xxxx`.
    pub hex: Hex,
    /// `-b`.
    pub view: View,
    /// `-s`: selected addresses.
    pub slots: SlotSelection,
    /// `-d`: selected IDs.
    pub ids: IdSelection,
}

impl OutputOptions {
    /// Whether `-s` and `-d` select all functions.
    pub(super) fn selects_all(&self) -> bool {
        self.slots == SlotSelection::default() && self.ids == IdSelection::default()
    }
}

/// Output form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OutputForm {
    /// Human-readable.
    #[default]
    Text,
    /// `-m`: the backward-compatible machine-readable form. Without `-v` it equals `-mm`; with
    /// `-v`, the first tag is `Device` instead of `Slot`.
    MachineCompatible,
    /// `-mm`: the machine-readable form; with `-v` one tag and value per line.
    Machine,
    /// `-t`: the buses and bridges as a tree.
    Tree,
}

/// Verbosity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutputVerbosity {
    /// One line.
    #[default]
    Brief,
    /// `-v`: flags, regions and the titles of capabilities.
    Verbose,
    /// `-vv`: all useful registers.
    VeryVerbose,
    /// `-vvv`: everything that can be decoded.
    Everything,
}

/// Whether kernel drivers are printed. `-v` prints them, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Drivers {
    /// Hidden.
    #[default]
    Hidden,
    /// `-k`: the bound driver, and the usable modules.
    Shown,
}

/// When addresses include the domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Domains {
    /// If some function is in a domain other than 0; in machine-readable forms, for these functions
    /// only.
    #[default]
    WhereNeeded,
    /// `-D`: always.
    Always,
}

/// Form of a function's address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Path {
    /// Address.
    #[default]
    Address,
    /// `-P`: the path through the bridges, `00:02.0/00.0`.
    Bridges,
    /// `-PP`: the same with each bus, `00:02.0/01:00.0`.
    BridgesAndBuses,
}

/// Dumped part of the configuration space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hex {
    /// None.
    #[default]
    Nothing,
    /// `-x`: the header, 64 bytes, or 128 for a CardBus bridge.
    Header,
    /// `-xxx`: 256 bytes.
    Conventional,
    /// `-xxxx`: 4096 bytes.
    Extended,
}

/// View of addresses and interrupts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// The kernel's, if known.
    #[default]
    Kernel,
    /// `-b`: the function's registers.
    Bus,
}
