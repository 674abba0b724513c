//! Observations of one function in one place of a source.

use host_tree::Evidence;
use pci_core::config::ResetMethods;
use pci_core::sysfs::SysfsDevice;
use pci_core::{Address, ClassCode, PciId, SubsystemId};

use super::precedence::Field;
use super::source::Source;
use crate::host::fact::Fact;
use crate::host::hardware::esxi_ownership::EsxiFunction;
use crate::host::hardware::placement::Placement;
use crate::host::hardware::region::{ListedRegion, Region};

/// A field of a function and its value.
#[derive(Clone, Debug)]
pub(in crate::host) enum Value {
    Id(PciId),
    Class(ClassCode),
    Revision(u8),
    Subsystem(SubsystemId),
    /// The name that the source prints.
    Name(String),
    /// The driver; `None` where the source shows that there is none.
    Driver(Option<String>),
    /// The module of the driver.
    DriverModule(String),
    Modalias(String),
    /// The modules that can drive it.
    Modules(Vec<String>),
    BootDisplay(bool),
    ResetMethods(Vec<String>),
    ResetCapabilities(ResetMethods),
    /// All its memory BARs.
    Memory(Vec<Fact<Region>>),
    /// All its regions and its expansion ROM.
    ListedRegions(Vec<Fact<ListedRegion>>),
    /// Its slot, NUMA node and link.
    ListedPlacement(Box<Placement>),
    /// The MMIO space in MB that a guest needs for it.
    SurveyedMmio(u64),
    HotPlugBridge(bool),
    /// Its owner under ESXi, with the related settings.
    Owner(Box<EsxiFunction>),
}

impl Value {
    /// The field that it is of.
    pub(in crate::host) const fn field(&self) -> Field {
        match self {
            Self::Id(_) => Field::Id,
            Self::Class(_) => Field::Class,
            Self::Revision(_) => Field::Revision,
            Self::Subsystem(_) => Field::Subsystem,
            Self::Name(_) => Field::Name,
            Self::Driver(_) => Field::Driver,
            Self::DriverModule(_) => Field::DriverModule,
            Self::Modalias(_) => Field::Modalias,
            Self::Modules(_) => Field::Modules,
            Self::BootDisplay(_) => Field::BootDisplay,
            Self::ResetMethods(_) => Field::ResetMethods,
            Self::ResetCapabilities(_) => Field::ResetCapabilities,
            Self::Memory(_) => Field::Memory,
            Self::ListedRegions(_) => Field::ListedRegions,
            Self::ListedPlacement(_) => Field::ListedPlacement,
            Self::SurveyedMmio(_) => Field::SurveyedMmio,
            Self::HotPlugBridge(_) => Field::HotPlugBridge,
            Self::Owner(_) => Field::Owner,
        }
    }
}

/// The value of one field, as one line shows it.
#[derive(Clone, Debug)]
pub(in crate::host) struct Observation {
    pub(in crate::host) value: Value,
    /// The source, where it is another than that of the entry: the registers that lspci
    /// dumps.
    pub(in crate::host) source: Option<Source>,
    /// The line that shows it, where it is another than the entry's.
    pub(in crate::host) line: Option<Evidence>,
    /// Whether the value certainly belongs to this function: it is printed as a number, and no line
    /// before it can be missing.
    pub(in crate::host) is_sure: bool,
}

/// The observations of one function in one place: a record of a listing, a directory in sysfs,
/// lines of a log.
#[derive(Clone, Debug)]
pub(in crate::host) struct Entry {
    pub(in crate::host) address: Address,
    pub(in crate::host) source: Source,
    /// The first line of the entry.
    pub(in crate::host) shown: Evidence,
    /// Whether this entry alone proves that the host has the function.
    pub(in crate::host) naming: Naming,
    /// The observations, the ID first: if the ID is another device's, the rest is not a
    /// contradiction.
    pub(in crate::host) observations: Vec<Observation>,
    /// The function's directory in sysfs, which has further observations.
    pub(in crate::host) sysfs: Option<Box<SysfsDevice>>,
}

/// The way in which an entry names its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Naming {
    /// In a listing.
    Listed,
    /// As the subject of the line.
    Subject,
    /// Among other functions: ignored if there is a listing.
    Mention,
    /// All functions of a slot, by the first.
    Slot,
}

impl Entry {
    /// An entry of a listing, without observations yet.
    pub(in crate::host) const fn listed(address: Address, source: Source, shown: Evidence) -> Self {
        Self {
            address,
            source,
            shown,
            naming: Naming::Listed,
            observations: Vec::new(),
            sysfs: None,
        }
    }

    /// An entry that names a function.
    pub(in crate::host) const fn named(
        address: Address,
        source: Source,
        shown: Evidence,
        naming: Naming,
    ) -> Self {
        Self {
            address,
            source,
            shown,
            naming,
            observations: Vec::new(),
            sysfs: None,
        }
    }

    /// Adds a value from the entry's first line.
    pub(in crate::host) fn see(&mut self, value: Option<Value>) {
        self.observations.extend(value.map(|value| Observation {
            value,
            source: None,
            line: None,
            is_sure: true,
        }));
    }

    /// Adds a value from another line of the entry.
    pub(in crate::host) fn see_at(&mut self, value: Value, line: Evidence) {
        self.observations.push(Observation {
            value,
            source: None,
            line: Some(line),
            is_sure: true,
        });
    }

    /// Adds a value from the entry's first line that is printed as a name, or that may belong to
    /// another function.
    pub(in crate::host) fn suppose(&mut self, value: Value, line: Option<Evidence>) {
        self.observations.push(Observation {
            value,
            source: None,
            line,
            is_sure: false,
        });
    }

    /// Adds a value from a part of the entry that is a separate source.
    pub(in crate::host) fn see_in(&mut self, source: Source, value: Option<Value>) {
        self.observations.extend(value.map(|value| Observation {
            value,
            source: Some(source),
            line: None,
            is_sure: false,
        }));
    }

    /// The id that it shows.
    pub(in crate::host) fn id(&self) -> Option<PciId> {
        self.observations.iter().find_map(|seen| match seen.value {
            Value::Id(id) => Some(id),
            _ => None,
        })
    }
}
