//! Traits of capability structures.

use host_tree::Lookup;

use super::capabilities::{Capabilities, ListEnd};
use super::capability_id::{CapabilityId, ExtendedCapabilityId};
use super::extended_capabilities::ExtendedCapabilities;
use super::space::ConfigSpace;

/// A capability structure in the first 256 bytes, one of [`conventional`](super::conventional).
/// [`ConfigSpace::capability`] returns the first of its kind; [`Capabilities`] lists all.
///
/// ```
/// use pci_core::config::conventional::Express;
/// use pci_core::config::{CapabilityId, ConventionalStructure};
/// assert_eq!(Express::ID, CapabilityId::PCI_EXPRESS);
/// ```
pub trait ConventionalStructure: Sized {
    /// Its capability ID.
    const ID: CapabilityId;

    /// Parses the structure at `offset`; `None` if a mandatory part is not in the input.
    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self>;
}

/// An extended capability structure, one of [`extended`](super::extended).
/// [`ConfigSpace::extended_capability`] returns the first of its kind; [`ExtendedCapabilities`]
/// lists all.
///
/// ```
/// use pci_core::config::extended::AccessControlServices;
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// use host_tree::Lookup;
/// let mut bytes = [0; 4096];
/// bytes[0x100..0x108].copy_from_slice(&[0x0d, 0x00, 0x01, 0x00, 0x5f, 0x00, 0x1d, 0x00]);
/// let found = AccessControlServices::read(ConfigSpace::new(&bytes), 0x100).unwrap();
/// assert_eq!(found.control.flags, AccessControlServices::ISOLATION);
/// // Not in the first 256 bytes.
/// let space = ConfigSpace::new(&bytes[..256]);
/// assert_eq!(AccessControlServices::read(space, 0x100), None);
/// ```
pub trait ExtendedStructure: Sized {
    /// Its extended capability ID.
    const ID: ExtendedCapabilityId;

    /// Parses the structure at `offset`; `None` if a mandatory part is not in the input.
    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self>;
}

impl ConfigSpace<'_> {
    /// The first structure of this kind in the first 256 bytes.
    ///
    /// [`Lookup::Absent`] only if the list was followed to its end.
    ///
    /// ```
    /// use pci_core::config::{ConfigSpace, conventional::PowerManagement};
    /// use host_tree::Lookup;
    /// let mut bytes = [0; 256];
    /// let absent = ConfigSpace::new(&bytes).capability::<PowerManagement>();
    /// assert_eq!(absent, Lookup::Absent);
    /// bytes[0x06] = 0x10;
    /// bytes[0x34] = 0x60;
    /// bytes[0x60..0x68].copy_from_slice(&[0x01, 0x00, 0x03, 0x00, 0x08, 0, 0, 0]);
    /// let found = ConfigSpace::new(&bytes).capability::<PowerManagement>();
    /// assert!(matches!(found, Lookup::Found(_)));
    /// let unseen = ConfigSpace::new(&bytes[..64]).capability::<PowerManagement>();
    /// assert_eq!(unseen, Lookup::NotShown);
    /// ```
    #[must_use]
    pub fn capability<T: ConventionalStructure>(self) -> Lookup<T> {
        let list = Capabilities::read(self);
        let offset = list.find(T::ID).map(|capability| capability.offset);
        answer(offset, list.end, |offset| T::read(self, offset))
    }

    /// The first extended structure of this kind.
    ///
    /// [`Lookup::Absent`] only if the list was followed to its end.
    #[must_use]
    pub fn extended_capability<T: ExtendedStructure>(self) -> Lookup<T> {
        let list = ExtendedCapabilities::read(self);
        let offset = list.find(T::ID).map(|capability| capability.offset);
        answer(offset, list.end, |offset| T::read(self, offset))
    }
}

fn answer<T>(offset: Option<u16>, end: ListEnd, read: impl FnOnce(u16) -> Option<T>) -> Lookup<T> {
    match offset {
        Some(offset) => read(offset).map_or(Lookup::NotShown, Lookup::Found),
        None if end.is_complete() => Lookup::Absent,
        None => Lookup::NotShown,
    }
}
