//! Reset methods in a function's registers.

use alloc::vec::Vec;
use core::fmt;

use super::capabilities::Capabilities;
use super::conventional::{AdvancedFeatures, Express, PowerManagement};
use super::space::ConfigSpace;
use super::structure::ConventionalStructure;

/// A reset method that a function's registers offer, in the order in which Linux tries them
/// (`pci_reset_fn_methods` in `drivers/pci/pci.c`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum ResetMethod {
    /// Function Level Reset (PCI Express).
    Flr,
    /// Function Level Reset (Advanced Features).
    AfFlr,
    /// Transition from D3hot to D0.
    Pm,
}

impl fmt::Display for ResetMethod {
    /// As in sysfs `reset_method`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flr => "flr",
            Self::AfFlr => "af_flr",
            Self::Pm => "pm",
        })
    }
}

/// The reset methods that a function's registers offer.
///
/// Linux may have more, or fewer: firmware and device-specific methods come first, a bus reset
/// last, and quirks remove broken ones. sysfs lists the result in `reset_method`.
///
/// ```
/// use pci_core::config::{ConfigSpace, ResetMethod, ResetMethods};
/// let mut bytes = [0; 256];
/// bytes[0x06] = 0x10;
/// bytes[0x34] = 0x60;
/// bytes[0x60..0x68].copy_from_slice(&[0x01, 0x70, 0x03, 0x00, 0, 0, 0, 0]);
/// bytes[0x70..0x76].copy_from_slice(&[0x13, 0x00, 0x06, 0x03, 0, 0]);
/// let methods = ResetMethods::read(ConfigSpace::new(&bytes));
/// assert_eq!(methods.methods, [ResetMethod::AfFlr, ResetMethod::Pm]);
/// assert!(methods.whole);
/// assert!(!ResetMethods::read(ConfigSpace::new(&bytes[..64])).whole);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ResetMethods {
    /// The methods, in the order in which Linux tries them.
    pub methods: Vec<ResetMethod>,
    /// Whether all relevant registers are in the input; if not, there may be more methods.
    pub whole: bool,
}

impl ResetMethods {
    /// Reads the methods from the registers.
    #[must_use]
    pub fn read(space: ConfigSpace<'_>) -> Self {
        let list = Capabilities::read(space);
        let mut read = Self {
            methods: Vec::new(),
            whole: list.end.is_complete(),
        };
        let function_level_reset = Express::has_function_level_reset;
        read.add(space, &list, ResetMethod::Flr, function_level_reset);
        let af = AdvancedFeatures::has_function_level_reset;
        read.add(space, &list, ResetMethod::AfFlr, |found| af(*found));
        let pm = PowerManagement::resets_on_return_to_d0;
        read.add(space, &list, ResetMethod::Pm, |found| pm(*found));
        read
    }

    fn add<T: ConventionalStructure>(
        &mut self,
        space: ConfigSpace<'_>,
        list: &Capabilities,
        method: ResetMethod,
        resets: impl FnOnce(&T) -> bool,
    ) {
        let Some(found) = list.find(T::ID) else {
            return;
        };
        match T::read(space, found.offset) {
            Some(structure) if resets(&structure) => self.methods.push(method),
            Some(_) => {}
            None => self.whole = false,
        }
    }
}
