//! Common data of all functions of a listing.

use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::names::Words;
use super::options::{Domains, OutputForm, OutputOptions, OutputVerbosity, Path};
use super::output_function::OutputFunction;
use super::topology::Topology;
use crate::Address;
use crate::lspci::version::Version;
use crate::names::Names;

/// Options, names, and the topology.
pub(super) struct Page<'a> {
    pub(super) options: &'a OutputOptions,
    pub(super) words: Words<'a>,
    domains: bool,
    topology: Option<Topology>,
}

impl<'a> Page<'a> {
    /// The data for printing `functions`.
    pub(super) fn new(
        functions: &[&OutputFunction<'_>],
        names: Names<'a>,
        options: &'a OutputOptions,
    ) -> Self {
        let other_domains = functions
            .iter()
            .any(|function| function.address.domain() != 0);
        let path = options.path != Path::Address;
        Self {
            options,
            words: Words::new(names, options.numbers),
            domains: other_domains,
            topology: path.then(|| Topology::new(functions, options.version)),
        }
    }

    pub(super) fn version(&self) -> Version {
        self.options.version
    }

    pub(super) fn verbosity(&self) -> OutputVerbosity {
        self.options.verbosity
    }

    /// Writes a function's address, or its path.
    pub(super) fn address(&self, out: &mut dyn Write, address: Address) -> fmt::Result {
        let domains = match (self.options.domains, self.options.form) {
            (Domains::Always, _) => true,
            (Domains::WhereNeeded, OutputForm::Text | OutputForm::Tree) => self.domains,
            (Domains::WhereNeeded, OutputForm::Machine | OutputForm::MachineCompatible) => {
                address.domain() != 0
            }
        };
        let hops = self
            .topology
            .as_ref()
            .map(|topology| topology.path(address));
        let hops = hops.unwrap_or_else(|| Vec::from([address]));
        for (at, hop) in hops.iter().enumerate() {
            if at == 0 && domains {
                write!(out, "{:04x}:", hop.domain())?;
            }
            if at > 0 {
                out.write_char('/')?;
            }
            if at == 0 || self.options.path == Path::BridgesAndBuses {
                write!(out, "{:02x}:", hop.bus())?;
            }
            write!(out, "{:02x}.{}", hop.device(), hop.function())?;
        }
        Ok(())
    }
}
