//! What all capability structures have in common, and how to ask for one.

use super::capabilities::{Capabilities, ListEnd};
use super::capability_id::{CapabilityId, ExtendedCapabilityId};
use super::extended_capabilities::ExtendedCapabilities;
use super::space::ConfigSpace;
use crate::tree::Lookup;

/// A capability structure in the first 256 bytes.
pub trait ConventionalStructure: Sized {
    /// The id that it has in the list.
    const ID: CapabilityId;

    /// Reads the structure that begins at `offset`; `None` where a part of it that
    /// every such structure has was not shown.
    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self>;
}

/// A capability structure from 0x100 on.
pub trait ExtendedStructure: Sized {
    /// The id that it has in the list.
    const ID: ExtendedCapabilityId;

    /// Reads the structure that begins at `offset`; `None` where a part of it that
    /// every such structure has was not shown.
    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self>;
}

impl ConfigSpace<'_> {
    /// The first structure of this kind in the first 256 bytes.
    ///
    /// [`Lookup::Absent`] is the answer only where the list was followed to its
    /// end.
    ///
    /// ```
    /// use pci_core::config::{ConfigSpace, conventional::PowerManagement};
    /// use pci_core::tree::Lookup;
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

    /// The first structure of this kind from 0x100 on.
    ///
    /// [`Lookup::Absent`] is the answer only where the list was followed to its
    /// end.
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
        None if end.is_whole() => Lookup::Absent,
        None => Lookup::NotShown,
    }
}
