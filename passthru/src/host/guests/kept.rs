//! Functions that stay with the host's driver: the text is about no assignment, or the driver shares
//! the function.

use pci_core::Address;

use crate::host::state::Host;

impl Host {
    /// Whether the text is about a device that the host itself uses, and nothing in the input is of an
    /// assignment.
    pub(crate) fn uses_device_itself(&self) -> bool {
        self.words.statements.host_use.is_some()
            && self.words.subject.is_none()
            && self.of_guest.is_none()
            && !self.guests.has_parts
            && !self.is_for_container()
            && !self.names_vfio()
            && self.named.assignments().is_empty()
            && self.guests.proxmox_vms.is_empty()
            && self.guests.domains.is_empty()
            && self.guests.vmx_files.is_empty()
            && self.guests.running.is_empty()
    }

    /// Whether the text is about sharing of the processor's graphics by their driver: by virtual
    /// functions, or by GVT-g where no setting or guest has the function.
    pub(crate) fn shares_graphics(&self, address: Address) -> bool {
        let stated = &self.words.statements;
        let device = self.devices.get(&address);
        let is_reserved = || {
            self.is_assigned_in_a_guest(address)
                || device.is_some_and(|one| self.is_taken_by_id(one) || self.is_overridden(one))
        };
        let is_meant = self
            .words
            .meant
            .is_some_and(|one| one.slot() == address.slot());
        let is_of_gvt_g = stated.gvt_g.is_some() && !is_meant && !is_reserved();
        address.bus() == 0
            && address.function() == 0
            && (stated.graphics_vfs.is_some() || is_of_gvt_g)
    }
}
