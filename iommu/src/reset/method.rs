//! Reset methods of a function.

use core::fmt;

use pci_core::config::conventional::{AdvancedFeatures, Express, PowerManagement};
use pci_core::config::{self, ResetMethods};
use pci_core::lspci::{Details, Record, Verbosity};

/// A reset method, named as in sysfs `reset_method` (Documentation/ABI/testing/sysfs-bus-pci of
/// Linux). Ordered as the kernel tries them (`pci_reset_fn_methods`, drivers/pci/pci.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ResetMethod {
    /// A device-specific method of Linux.
    DeviceSpecific,
    /// ACPI `_RST`.
    Acpi,
    /// Function Level Reset (PCI Express).
    Flr,
    /// Function Level Reset (Advanced Features, conventional PCI).
    AfFlr,
    /// Transition to D3hot and back.
    Pm,
    /// Bus reset, if the function is alone on its bus.
    Bus,
    /// Bus reset below a CXL port.
    CxlBus,
}

impl ResetMethod {
    const WORDS: [(Self, &'static str); 7] = [
        (Self::DeviceSpecific, "device_specific"),
        (Self::Acpi, "acpi"),
        (Self::Flr, "flr"),
        (Self::AfFlr, "af_flr"),
        (Self::Pm, "pm"),
        (Self::Bus, "bus"),
        (Self::CxlBus, "cxl_bus"),
    ];

    /// Parses the word in sysfs.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let mut words = Self::WORDS.into_iter();
        words
            .find(|(_, known)| *known == word)
            .map(|(method, _)| method)
    }

    /// Whether it resets only this function.
    #[must_use]
    pub(crate) const fn is_of_the_function(self) -> bool {
        !matches!(self, Self::Bus | Self::CxlBus)
    }
}

impl fmt::Display for ResetMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.into_iter().find(|(method, _)| method == self);
        f.write_str(word.map_or("", |(_, word)| word))
    }
}

impl From<config::ResetMethod> for ResetMethod {
    /// The same method, as registers offer it.
    fn from(method: config::ResetMethod) -> Self {
        match method {
            config::ResetMethod::AfFlr => Self::AfFlr,
            config::ResetMethod::Pm => Self::Pm,
            // There are three.
            _ => Self::Flr,
        }
    }
}

/// The methods that the registers of an `lspci -vv` record offer, from its hex bytes if present;
/// `None` if it shows no capabilities.
#[must_use]
pub fn methods_of_record(record: &Record) -> Option<ResetMethods> {
    let space = record.config.space();
    if !space.is_empty() {
        return Some(ResetMethods::read(space));
    }
    if record.form.verbosity != Verbosity::VeryVerbose {
        return None;
    }
    let nothing = Details::default();
    let details = record.details.as_deref().unwrap_or(&nothing);
    if details.capabilities_end.is_some() {
        return None;
    }
    let express = details.capability::<Express>();
    let features = details.capability::<AdvancedFeatures>();
    let power = details.capability::<PowerManagement>();
    let offered = [
        (
            config::ResetMethod::Flr,
            express.is_some_and(|express| express.value.has_function_level_reset()),
        ),
        (
            config::ResetMethod::AfFlr,
            features.is_some_and(|features| features.value.has_function_level_reset()),
        ),
        (
            config::ResetMethod::Pm,
            power.is_some_and(|power| power.value.resets_on_return_to_d0()),
        ),
    ];
    let offered = offered.into_iter().filter(|(_, offered)| *offered);
    Some(ResetMethods {
        methods: offered.map(|(method, _)| method).collect(),
        whole: true,
    })
}
