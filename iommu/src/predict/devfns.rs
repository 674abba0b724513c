//! A set of functions of one bus.

use pci_core::Address;

/// Device and function numbers of a bus, one bit each, as in the low byte of a requester ID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Devfns([u64; 4]);

impl Devfns {
    pub(super) const ALL: Self = Self([u64::MAX; 4]);

    /// Adds the function at `address`; returns whether it was present.
    pub(super) fn insert(&mut self, address: Address) -> bool {
        let devfn = address.requester_id().ari_function();
        self.insert_devfn(devfn)
    }

    /// Adds a device and function number; returns whether it was present.
    pub(super) fn insert_devfn(&mut self, devfn: u8) -> bool {
        let bit = 1 << (devfn % 64);
        let Some(word) = self.0.get_mut(usize::from(devfn / 64)) else {
            return false;
        };
        let was_there = *word & bit != 0;
        *word |= bit;
        was_there
    }

    /// Whether the set contains the function at `address`.
    pub(super) fn contains(self, address: Address) -> bool {
        let devfn = address.requester_id().ari_function();
        let word = self.0.get(usize::from(devfn / 64));
        word.is_some_and(|word| word & 1 << (devfn % 64) != 0)
    }
}
