//! The request for a plan.

use hostconf::binding::method::Method;
use pci_core::Address;

use super::vm_options::VmOptions;
use crate::target::Target;

/// The request for a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The functions to assign; a graphics card is complete
    /// ([`Host::card_of`](crate::Host::card_of)).
    pub devices: Vec<Address>,
    /// The hypervisor; `None` for the one that the input shows.
    pub target: Option<Target>,
    /// The guest: its number on Proxmox VE, its name for libvirt.
    pub vm: Option<String>,
    /// The binding method; `None` selects one by the host's facts.
    pub bind: Option<Method>,
    /// The VM options.
    pub vm_options: VmOptions,
    /// Whether settings that no longer have an effect beside the plan are removed too.
    pub clean: bool,
}

impl Request {
    /// Sets an option of `passthru plan` by its word, without its dashes: `clean`, or a VM option
    /// ([`VmOptions::set`]).
    ///
    /// # Errors
    /// If it is not an option, or its value is invalid.
    pub fn set(&mut self, option: &str) -> crate::Result<()> {
        if option == "clean" {
            self.clean = true;
            return Ok(());
        }
        self.vm_options.set(option)
    }
}
