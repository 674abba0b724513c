//! The ways to reset one function.

use core::fmt;

use pci_core::config::ConfigSpace;
use pci_core::config::conventional::{AdvancedFeatures, Express, PowerManagement};
use pci_core::lspci::{Details, Record, Verbosity};
use pci_core::tree::Lookup;

/// A way to reset a function, by the word that `reset_method` in sysfs has for it
/// (Documentation/ABI/testing/sysfs-bus-pci of Linux). Ordered as the kernel tries
/// them (`pci_reset_fn_methods`, drivers/pci/pci.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ResetMethod {
    /// A method that Linux has for this device alone.
    DeviceSpecific,
    /// The firmware's `_RST`.
    Acpi,
    /// Function Level Reset of PCI Express.
    Flr,
    /// Function Level Reset of conventional PCI.
    AfFlr,
    /// To D3hot and back.
    Pm,
    /// A reset of the bus, where the function is alone on it.
    Bus,
    /// The same below a CXL port.
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

    /// The method that sysfs has this word for.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let mut words = Self::WORDS.into_iter();
        words
            .find(|(_, known)| *known == word)
            .map(|(method, _)| method)
    }

    /// Whether it resets this function and nothing else.
    #[must_use]
    pub const fn is_of_the_function(self) -> bool {
        !matches!(self, Self::Bus | Self::CxlBus)
    }
}

impl fmt::Display for ResetMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.into_iter().find(|(method, _)| method == self);
        f.write_str(word.map_or("", |(_, word)| word))
    }
}

/// The methods that a function's configuration space offers. What is behind a
/// capability list that is not shown is `NotShown`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetCapabilities {
    /// Function Level Reset of PCI Express: bit 28 of the Device Capabilities (PCI
    /// Express Base Specification 6.3, section 7.5.3.3).
    pub flr: Lookup<bool>,
    /// Function Level Reset of conventional PCI (Advanced Features; PCI ECN
    /// "Conventional Advanced Capabilities").
    pub af_flr: Lookup<bool>,
    /// A reset on the way from D3hot to D0: No_Soft_Reset is clear (PCI Bus Power
    /// Management Interface Specification 1.2, section 3.2.4).
    pub pm: Lookup<bool>,
}

impl ResetCapabilities {
    /// What `space` offers.
    #[must_use]
    pub fn read(space: ConfigSpace<'_>) -> Self {
        Self {
            flr: space
                .capability::<Express>()
                .map(|express| express.has_function_level_reset()),
            af_flr: space
                .capability::<AdvancedFeatures>()
                .map(|features| features.has_function_level_reset()),
            pm: space
                .capability::<PowerManagement>()
                .map(PowerManagement::resets_on_return_to_d0),
        }
    }

    /// What a record of `lspci -vv` says, by its bytes where it has any; `None` where
    /// it shows no capabilities.
    #[must_use]
    pub fn of_record(record: &Record) -> Option<Self> {
        let space = record.config.space();
        if !space.is_empty() {
            return Some(Self::read(space));
        }
        if record.form.verbosity != Verbosity::VeryVerbose {
            return None;
        }
        let nothing = Details::default();
        let details = record.details.as_deref().unwrap_or(&nothing);
        if details.capabilities_end.is_some() {
            return None;
        }
        let said = |answer: Option<bool>| answer.map_or(Lookup::Absent, Lookup::Found);
        Some(Self {
            flr: said(
                details
                    .capability::<Express>()
                    .map(|express| express.value.has_function_level_reset()),
            ),
            af_flr: said(
                details
                    .capability::<AdvancedFeatures>()
                    .map(|features| features.value.has_function_level_reset()),
            ),
            pm: said(
                details
                    .capability::<PowerManagement>()
                    .map(|power| power.value.resets_on_return_to_d0()),
            ),
        })
    }

    /// The methods that are there, or `None` where not all of it is shown.
    #[must_use]
    pub fn methods(&self) -> Option<Vec<ResetMethod>> {
        let all = [
            (ResetMethod::Flr, &self.flr),
            (ResetMethod::AfFlr, &self.af_flr),
            (ResetMethod::Pm, &self.pm),
        ];
        let mut found = Vec::new();
        for (method, offered) in all {
            match offered {
                Lookup::Found(true) => found.push(method),
                Lookup::Found(false) | Lookup::Absent => {}
                Lookup::NotShown | Lookup::Unreadable(_) => return None,
            }
        }
        Some(found)
    }
}
