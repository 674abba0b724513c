//! Why functions are not assigned to a domain.

use pci_core::Slot;

use super::tree::XmlError;

/// Why functions cannot be added to a domain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassDomainError {
    /// The text is not the XML of a domain.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// There is no `<devices>` with an end tag, to put hostdevs in.
    #[error("expected <devices> with an end tag in the domain")]
    NoDevices,
    /// The guest has no place left for the functions of a slot: no root port, and no room for
    /// one more.
    #[error("expected a free slot in the guest for {0}, found none")]
    NoFreeSlot(Slot),
    /// A setting beside which libvirt refuses huge pages.
    #[error(
        "libvirt refuses huge pages beside {element} (line {line}): remove that element with virsh \
         edit first, or plan without huge pages"
    )]
    HugePages {
        /// The element.
        element: String,
        /// Its line, from 1.
        line: u32,
    },
}
