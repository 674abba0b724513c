//! `passthru lspci`: the output of lspci without lspci.

use std::path::PathBuf;

use clap::{ArgAction, Args};
use host_tree::{DENIED, HostTree};
use pci_core::lspci::Numbers;
use pci_core::lspci::write::{
    Domains, Drivers, Hex, IdSelection, OutputForm, OutputOptions, OutputVerbosity,
    Path as BridgePath, SlotSelection, Version, View,
};
use pci_core::names::LoadedNames;

use super::input::file_bytes;
use super::outcome::file_error;
use crate::lspci::{self, LspciCause};
use crate::names::NameDatabase;
use crate::text::{Text, text};

// The output options of `lspci(8)`.
#[derive(Debug, Args)]
pub(super) struct Lspci {
    /// Be verbose; twice: more; three times: everything
    #[arg(short = 'v', action = ArgAction::Count)]
    verbosity: u8,
    /// Show numbers instead of names; twice: both
    #[arg(short = 'n', action = ArgAction::Count)]
    numbers: u8,
    /// Show the driver in use and the modules that match
    #[arg(short = 'k')]
    drivers: bool,
    /// Show the PCI tree
    #[arg(short = 't')]
    tree: bool,
    /// Machine-readable output; with -v a tag and a value on each line
    #[arg(short = 'm', action = ArgAction::Count)]
    machine_readable: u8,
    /// Dump the header of the configuration space; -xxx: 256 bytes; -xxxx: 4096
    #[arg(short = 'x', action = ArgAction::Count)]
    hex: u8,
    /// Show addresses and interrupts from the bus's view
    #[arg(short = 'b')]
    bus: bool,
    /// Always show the domain
    #[arg(short = 'D')]
    domains: bool,
    /// Show the path through the bridges; twice: with each bus
    #[arg(short = 'P', action = ArgAction::Count)]
    path: u8,
    /// Show only these slots: [[[[DOMAIN]:]BUS]:][DEVICE][.[FUNCTION]]
    #[arg(short = 's', value_name = "SLOT")]
    slots: Vec<SlotSelection>,
    /// Show only these IDs: [VENDOR]:[DEVICE][:CLASS[:PROG_IF]]
    #[arg(short = 'd', value_name = "ID")]
    ids: Vec<IdSelection>,
    /// Read names from this pci.ids file
    #[arg(short = 'i', value_name = "FILE")]
    names: Option<PathBuf>,
    /// Read a dump of lspci -x (-xxx, -xxxx) instead of the host
    #[arg(short = 'F', value_name = "FILE")]
    dump: Option<PathBuf>,
    /// Print as this release of pciutils: 3.9, 3.13 or 3.15
    #[arg(long, value_name = "RELEASE", default_value_t)]
    pciutils: Version,
}

impl Lspci {
    fn options(&self) -> OutputOptions {
        let slots = self.slots.iter().copied();
        let ids = self.ids.iter().copied();
        OutputOptions {
            version: self.pciutils,
            form: match (self.tree, self.machine_readable) {
                (true, _) => OutputForm::Tree,
                (false, 0) => OutputForm::Text,
                (false, 1) => OutputForm::MachineCompatible,
                (false, _) => OutputForm::Machine,
            },
            verbosity: match self.verbosity {
                0 => OutputVerbosity::Brief,
                1 => OutputVerbosity::Verbose,
                2 => OutputVerbosity::VeryVerbose,
                _ => OutputVerbosity::Everything,
            },
            numbers: match self.numbers {
                0 => Numbers::None,
                1 => Numbers::Only,
                _ => Numbers::Both,
            },
            drivers: if self.drivers {
                Drivers::Shown
            } else {
                Drivers::Hidden
            },
            domains: if self.domains {
                Domains::Always
            } else {
                Domains::WhereNeeded
            },
            path: match self.path {
                0 => BridgePath::Address,
                1 => BridgePath::Bridges,
                _ => BridgePath::BridgesAndBuses,
            },
            hex: match self.hex {
                0 => Hex::Nothing,
                1 | 2 => Hex::Header,
                3 => Hex::Conventional,
                _ => Hex::Extended,
            },
            view: if self.bus { View::Bus } else { View::Kernel },
            slots: slots.fold(SlotSelection::default(), SlotSelection::and),
            ids: ids.fold(IdSelection::default(), IdSelection::and),
        }
    }

    /// The output for its dump.
    pub(super) fn print_dump(
        &self,
        path: &std::path::Path,
        names: &NameDatabase,
    ) -> Result<String, Text> {
        let bytes = file_bytes(path).map_err(|error| error.text())?;
        let text = String::from_utf8_lossy(&bytes);
        lspci::from_dump(&text, &self.options(), self.names(names)?.names())
            .map_err(|error| file_error(path, error).0)
    }

    /// The output for the host of `tree`.
    pub(super) fn print_host(
        &self,
        tree: &dyn HostTree,
        names: &NameDatabase,
    ) -> Result<String, Text> {
        let names = self.names(names)?;
        lspci::of_host(tree, &self.options(), names.names()).map_err(|error| match error.cause() {
            Some(LspciCause::Unreadable(reason)) if reason == DENIED => {
                text!("{error}; retry with sudo", error = error.text())
            }
            _ => error.text(),
        })
    }

    /// The dump that it names.
    pub(super) fn dump(&self) -> Option<&std::path::Path> {
        self.dump.as_deref()
    }

    /// The requested names, by default `names`.
    fn names(&self, names: &NameDatabase) -> Result<NameDatabase, Text> {
        let Some(path) = &self.names else {
            return Ok(names.clone());
        };
        let bytes = file_bytes(path).map_err(|error| error.text())?;
        let loaded = LoadedNames::parse(bytes);
        let loaded = loaded.map_err(|error| file_error(path, error.to_string()).0)?;
        Ok(loaded.into())
    }
}
