//! Proxmox VE.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::AddressOrSlot;
use crate::error::{Error, Result};
use crate::padded::padded;

/// The addresses of a `hostpciN` setting: one or more, separated by semicolons; one without a
/// function is a slot, with all of its functions. `host=` is optional (`man qm.conf`, option
/// hostpci).
///
/// ```
/// use pci_core::notation::HostAddresses;
/// let card: HostAddresses = "host=01:00".parse()?;
/// assert!(card.covers("01:00.1".parse()?));
/// assert_eq!(card.to_string(), "0000:01:00");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostAddresses {
    first: AddressOrSlot,
    others: Vec<AddressOrSlot>,
}

impl HostAddresses {
    /// One function or slot.
    #[must_use]
    pub const fn new(first: AddressOrSlot) -> Self {
        Self {
            first,
            others: Vec::new(),
        }
    }

    /// Adds an address.
    #[must_use]
    pub fn and(mut self, other: AddressOrSlot) -> Self {
        self.others.push(other);
        self
    }

    /// The addresses and slots, in order.
    pub fn iter(&self) -> impl Iterator<Item = AddressOrSlot> {
        core::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// Whether the function at `address` is included.
    #[must_use]
    pub fn covers(&self, address: crate::Address) -> bool {
        self.iter().any(|one| one.covers(address))
    }
}

impl fmt::Display for HostAddresses {
    /// Without `host=`: only the value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            write!(f, "{}", self.first)?;
            self.others.iter().try_for_each(|one| write!(f, ";{one}"))
        })
    }
}

impl FromStr for HostAddresses {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let value = text.strip_prefix("host=").unwrap_or(text);
        let mut offset = text.len() - value.len();
        let mut addresses = value.split(';').map(|one| {
            let at = offset;
            offset += one.len() + 1;
            one.parse::<AddressOrSlot>()
                .map_err(|error| error.within(at))
        });
        let first = addresses
            .next()
            .unwrap_or(Err(Error::syntax(0, "an address or a slot")))?;
        let others = addresses.collect::<Result<_, _>>()?;
        Ok(Self { first, others })
    }
}
