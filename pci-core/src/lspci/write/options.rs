//! What to print: the options of `lspci(8)`.

use super::select::{IdSelection, SlotSelection};
use crate::lspci::read::Numbers;
use crate::lspci::version::Version;

/// What [`write`](super::write()) prints and how. The default is `lspci` without
/// options.
///
/// ```
/// use pci_core::lspci::{write::Drivers, write::Options, write::Verbosity, write::Version};
/// use pci_core::lspci::Numbers;
/// // lspci -nnk -s 01:00, as Debian 12 prints it
/// let options = Options {
///     version: Version::V3_9,
///     numbers: Numbers::Both,
///     drivers: Drivers::Shown,
///     slots: "01:00".parse()?,
///     ..Options::default()
/// };
/// assert_eq!(options.verbosity, Verbosity::Brief);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Which `lspci` is written like.
    pub version: Version,
    /// The form: text, `-m`, `-mm`, `-t`.
    pub form: Form,
    /// `-v`, `-vv`, `-vvv`.
    pub verbosity: Verbosity,
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
    /// `-s`: only these places.
    pub slots: SlotSelection,
    /// `-d`: only these ids.
    pub ids: IdSelection,
}

impl Options {
    /// Whether neither `-s` nor `-d` leaves anything out.
    pub(super) fn selects_all(&self) -> bool {
        self.slots == SlotSelection::default() && self.ids == IdSelection::default()
    }
}

/// The form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// For people to read.
    #[default]
    Text,
    /// `-m`: the backward-compatible machine-readable form. Without `-v` it is
    /// the same as `-mm`; with it, the first tag is `Device` where `-vmm` has
    /// `Slot`.
    MachineCompatible,
    /// `-mm`: the machine-readable form; with `-v` a tag and its value on each
    /// line.
    Machine,
    /// `-t`: the buses and bridges as a tree.
    Tree,
}

/// How much is said of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verbosity {
    /// One line.
    #[default]
    Brief,
    /// `-v`: flags, regions and the titles of capabilities.
    Verbose,
    /// `-vv`: every register that is of use.
    VeryVerbose,
    /// `-vvv`: all that can be decoded.
    Everything,
}

/// Whether the kernel's drivers are shown. `-v` shows them, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Drivers {
    /// They are not.
    #[default]
    Hidden,
    /// `-k`: the driver that holds a function, and the modules that can.
    Shown,
}

/// When the domain is part of an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Domains {
    /// Where some function is in a domain other than 0; in machine-readable
    /// forms, for those that are.
    #[default]
    WhereNeeded,
    /// `-D`: always.
    Always,
}

/// What stands for a function's place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Path {
    /// Its address.
    #[default]
    Address,
    /// `-P`: the path through the bridges, `00:02.0/00.0`.
    Bridges,
    /// `-PP`: the same with each bus, `00:02.0/01:00.0`.
    BridgesAndBuses,
}

/// How much of the configuration space is dumped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hex {
    /// Nothing.
    #[default]
    Nothing,
    /// `-x`: the header, 64 bytes, or 128 of a CardBus bridge.
    Header,
    /// `-xxx`: 256 bytes.
    Conventional,
    /// `-xxxx`: 4096 bytes.
    Extended,
}

/// Whose view of addresses and interrupts is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// The kernel's, where it is known.
    #[default]
    Kernel,
    /// `-b`: that of the function's registers.
    Bus,
}
