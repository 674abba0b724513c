//! One PCI function, as all sources together show it.

use host_tree::Evidence;
use iommu::MemberKind;
use pci_core::config::ResetMethods;
use pci_core::sysfs::SysfsDevice;
use pci_core::{Address, ClassCode, PciId, SubsystemId, VendorId};

use super::region::{ListedRegion, Region};
use crate::host::fact::Fact;

/// Who holds a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Driver {
    /// This driver.
    Bound(Fact<String>),
    /// No driver; the line shows it.
    Unbound(Evidence),
    /// The input does not say.
    NotShown,
}

impl Driver {
    /// The driver's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Bound(driver) => Some(&driver.value),
            Self::Unbound(_) | Self::NotShown => None,
        }
    }
}

/// One PCI function, as all sources together show it; each field with the line
/// that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Device {
    /// Where it is.
    pub address: Address,
    /// The first line that shows it.
    pub shown: Evidence,
    /// Vendor and device id.
    pub id: Option<Fact<PciId>>,
    /// The class.
    pub class: Option<Fact<ClassCode>>,
    /// The revision.
    pub revision: Option<u8>,
    /// The card that it is on.
    pub subsystem: Option<Fact<SubsystemId>>,
    /// The name that the source prints, where the database has none.
    pub source_name: Option<String>,
    /// Who holds it.
    pub driver: Driver,
    /// The module of the driver that holds it, where it is shown: the driver
    /// `i801_smbus` is in the module `i2c_i801`.
    pub driver_module: Option<String>,
    /// What module aliases are matched against.
    pub modalias: Option<String>,
    /// The modules that can drive it.
    pub modules: Vec<String>,
    /// Whether the firmware set it up as the display to boot on.
    pub boot_display: Option<Fact<bool>>,
    /// The reset methods that the kernel offers, in its order.
    pub reset_methods: Option<Vec<String>>,
    /// What its configuration space offers for resetting it, where a listing shows
    /// that.
    pub reset_capabilities: Option<ResetMethods>,
    /// The memory that it claims, where the input shows how much.
    pub memory: Option<Vec<Fact<Region>>>,
    /// Its regions and its expansion ROM, where a listing of lspci shows all of them.
    pub listed_regions: Option<Vec<Fact<ListedRegion>>>,
    /// How much memory-mapped I/O space a guest needs for it, in MB, where
    /// Microsoft's `SurveyDDA.ps1` says so.
    pub surveyed_mmio_mb: Option<Fact<u64>>,
    /// Whether it has a hot-plug controller of conventional PCI, which bridges may
    /// have, where a listing shows that.
    pub hot_plug_bridge: Option<bool>,
    /// All that sysfs shows of it, where the input has that.
    pub sysfs: Option<Box<SysfsDevice>>,
    /// Whether only a message or a line of the log names it, and no listing.
    pub is_only_named: bool,
}

impl Device {
    pub(in crate::host) fn new(address: Address, shown: Evidence) -> Self {
        Self {
            address,
            shown,
            id: None,
            class: None,
            revision: None,
            subsystem: None,
            source_name: None,
            driver: Driver::NotShown,
            driver_module: None,
            modalias: None,
            modules: Vec::new(),
            boot_display: None,
            reset_methods: None,
            reset_capabilities: None,
            memory: None,
            listed_regions: None,
            surveyed_mmio_mb: None,
            hot_plug_bridge: None,
            sysfs: None,
            is_only_named: false,
        }
    }

    /// Whether it is known to be a bridge.
    #[must_use]
    pub fn is_bridge(&self) -> bool {
        self.class
            .as_ref()
            .is_some_and(|class| class.value.is_bridge())
    }

    /// Whether it is a part of Intel's or AMD's chipset: on bus 0 of an x86 machine.
    #[must_use]
    pub fn is_of_chipset(&self) -> bool {
        let vendor = self.id.as_ref().map(|id| id.value.vendor);
        self.address.bus() == 0 && matches!(vendor, Some(VendorId::INTEL | VendorId::AMD))
    }

    /// Whether it is known to be a PCI-to-PCI bridge, such as a root port: it
    /// stays with the host and stands in no guest's way.
    #[must_use]
    pub fn is_pci_bridge(&self) -> bool {
        self.class
            .as_ref()
            .is_some_and(|class| class.value.is_pci_bridge())
    }

    /// Whether it stays with the host and keeps no other function of its group from a
    /// guest: a PCI-to-PCI bridge, or a host bridge that no driver is shown to have.
    /// AMD's processors have such a bridge before the ports of each slot, in the
    /// slot's group; no kernel has a driver for it (Linux
    /// Documentation/driver-api/vfio.rst: only what has a driver counts).
    #[must_use]
    pub fn stands_in_no_way(&self) -> bool {
        let class = self.class.as_ref().map(|class| class.value);
        let is_host_bridge = class.is_some_and(|class| class.is_a(ClassCode::HOST_BRIDGE));
        self.is_pci_bridge() || (is_host_bridge && !matches!(self.driver, Driver::Bound(_)))
    }

    /// What may drive it, as far as its group goes. Where nothing shows what a
    /// PCI-to-PCI bridge has, it counts as a port of PCI Express, as nearly all are,
    /// but for one that decodes subtractively, which no port does.
    #[must_use]
    pub fn member_kind(&self) -> MemberKind {
        let subtractive = |class: &Fact<ClassCode>| class.value.prog_if == Some(1);
        if !self.is_pci_bridge() {
            MemberKind::Function
        } else if self
            .hot_plug_bridge
            .unwrap_or_else(|| self.class.as_ref().is_some_and(subtractive))
        {
            MemberKind::HotPlugBridge
        } else {
            MemberKind::Port
        }
    }

    /// Whether it is known to be a display controller.
    #[must_use]
    pub fn is_display(&self) -> bool {
        self.class
            .as_ref()
            .is_some_and(|class| class.value.is_display())
    }

    /// Whether both are known to have the same vendor and device id.
    #[must_use]
    pub fn same_id(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (Some(a), Some(b)) => a.value == b.value,
            _ => false,
        }
    }

    /// The name for people: from the database, or else as the source has it.
    #[must_use]
    pub fn name(&self) -> String {
        let names = crate::names::names();
        match (&self.id, &self.source_name) {
            (Some(id), Some(name)) if names.device(id.value).is_none() => name.clone(),
            (Some(id), _) => names.device_text(id.value).to_string(),
            (None, Some(name)) => name.clone(),
            (None, None) => "(not shown)".to_owned(),
        }
    }
}
