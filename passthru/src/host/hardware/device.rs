//! One PCI function, as all sources together show it.

use host_tree::{Evidence, Lookup};
use iommu::MemberKind;
use pci_core::config::ResetMethods;
use pci_core::lspci::RegionKind;
use pci_core::sysfs::{ResourceKind, SysfsDevice};
use pci_core::{Address, ClassCode, PciId, SubsystemId, VendorId};

use super::placement::Placement;
use super::region::{ListedRegion, Region};
use crate::host::fact::Fact;

/// Driver of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Driver {
    /// This driver.
    Bound(Fact<String>),
    /// No driver; the line shows it.
    Unbound(Evidence),
    /// Not in the input.
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

    /// Whether it is bound, and one that `is_wanted`.
    pub(crate) fn is_bound_to(&self, is_wanted: impl FnOnce(&str) -> bool) -> bool {
        self.name().is_some_and(is_wanted)
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
    /// The name that the source prints, if the database has none.
    pub source_name: Option<String>,
    /// The driver.
    pub driver: Driver,
    /// The module of the driver, if known: the driver `i801_smbus` is in the module `i2c_i801`.
    pub driver_module: Option<String>,
    /// The string that module aliases are matched against.
    pub modalias: Option<String>,
    /// The driver that an earlier listing of the same text shows, if another one was bound then.
    pub earlier_driver: Option<Box<Fact<String>>>,
    /// The modules that can drive it.
    pub modules: Vec<String>,
    /// Whether the firmware set it up as the display to boot on.
    pub boot_display: Option<Box<Fact<bool>>>,
    /// The reset methods that the kernel offers, in its order.
    pub reset_methods: Option<Vec<String>>,
    /// Reset methods in the configuration space, if a listing includes it.
    pub reset_capabilities: Option<ResetMethods>,
    /// The memory that it claims, where the input shows how much.
    pub memory: Option<Vec<Fact<Region>>>,
    /// Its regions and its expansion ROM, where a listing of lspci shows all of them.
    pub listed_regions: Option<Vec<Fact<ListedRegion>>>,
    /// Its slot, NUMA node and link, where a listing of lspci shows them.
    pub listed_placement: Option<Box<Placement>>,
    /// MMIO space that a guest needs for it, in MB, by Microsoft's `SurveyDDA.ps1`.
    pub surveyed_mmio_mb: Option<Box<Fact<u64>>>,
    /// Whether the bridge has a conventional PCI hot-plug controller, if a listing shows its
    /// capabilities.
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
            earlier_driver: None,
            boot_display: None,
            reset_methods: None,
            reset_capabilities: None,
            memory: None,
            listed_regions: None,
            listed_placement: None,
            surveyed_mmio_mb: None,
            hot_plug_bridge: None,
            sysfs: None,
            is_only_named: false,
        }
    }

    /// Whether the function has an expansion ROM BAR; `None` if not in the input.
    #[must_use]
    pub fn has_option_rom(&self) -> Option<bool> {
        let sysfs = self.sysfs.as_ref().map(|sysfs| &sysfs.resources);
        if let Some(Lookup::Found(resources)) = sysfs {
            let mut resources = resources.iter();
            return Some(resources.any(|resource| {
                resource.kind == ResourceKind::ExpansionRom && resource.size().is_some()
            }));
        }
        let mut regions = self.listed_regions.as_ref()?.iter();
        Some(regions.any(|fact| fact.value.region.kind == RegionKind::Rom))
    }

    /// Its slot, NUMA node and link: from sysfs, otherwise from lspci.
    #[must_use]
    pub fn placement(&self) -> Placement {
        let found = self.sysfs.as_deref().map(Placement::of_sysfs);
        let found = found.unwrap_or_default();
        match &self.listed_placement {
            Some(listed) => found.or(listed),
            None => found,
        }
    }

    /// Whether the function is known to be a bridge.
    #[must_use]
    pub fn is_bridge(&self) -> bool {
        self.class
            .as_ref()
            .is_some_and(|class| class.value.is_bridge())
    }

    /// Whether the function is part of Intel's or AMD's chipset: on bus 0 of an x86 machine.
    #[must_use]
    pub(crate) fn is_of_chipset(&self) -> bool {
        let vendor = self.id.as_ref().map(|id| id.value.vendor);
        self.address.bus() == 0 && matches!(vendor, Some(VendorId::INTEL | VendorId::AMD))
    }

    /// Whether the function is known to be a PCI-to-PCI bridge, such as a root port: it stays on
    /// the host and does not block the group.
    #[must_use]
    pub fn is_pci_bridge(&self) -> bool {
        self.class
            .as_ref()
            .is_some_and(|class| class.value.is_pci_bridge())
    }

    /// Whether the function stays on the host without blocking its group: a PCI-to-PCI bridge, or a
    /// host bridge without a known driver. AMD's processors have a host bridge before the ports of
    /// each slot, in the slot's group; no kernel has a driver for it (Linux
    /// Documentation/driver-api/vfio.rst: only functions with a driver matter).
    #[must_use]
    pub(crate) fn does_not_block_group(&self) -> bool {
        let class = self.class.as_ref().map(|class| class.value);
        let is_host_bridge = class.is_some_and(|class| class.is_a(ClassCode::HOST_BRIDGE));
        self.is_pci_bridge() || (is_host_bridge && !matches!(self.driver, Driver::Bound(_)))
    }

    /// The kind of group member. A PCI-to-PCI bridge without known capabilities is assumed to be a
    /// PCI Express port, except with subtractive decoding, which no port has.
    #[must_use]
    pub(crate) fn member_kind(&self) -> MemberKind {
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

    /// Whether the function is known to be a display controller.
    #[must_use]
    pub fn is_display(&self) -> bool {
        self.class
            .as_ref()
            .is_some_and(|class| class.value.is_display())
    }

    /// Whether the function is at the place of a virtual function of Intel's graphics: 00:02.1 to
    /// 00:02.7.
    pub(crate) fn is_at_graphics_function(&self) -> bool {
        let address = self.address;
        let is_place = address.bus() == 0 && address.slot().device() == 2;
        is_place && address.function() > 0 && (self.class.is_none() || self.is_display())
    }

    /// Whether the function is known to be a 3D controller (class 0302h): graphics without outputs.
    #[must_use]
    pub(crate) fn is_3d_controller(&self) -> bool {
        let class = self.class.as_ref().map(|class| class.value);
        class.is_some_and(|class| (class.base, class.sub) == (0x03, 0x02))
    }

    /// Whether the function is an accelerator by its class (12h) or its maker: accelerators and
    /// FPGAs have other classes, too.
    #[must_use]
    pub(crate) fn is_accelerator(&self) -> bool {
        // Global Unichip (Coral), Hailo, Xilinx, Altera (pci.ids).
        const MAKERS: [u16; 4] = [0x1ac1, 0x1e60, 0x10ee, 0x1172];
        let is_of_class = self
            .class
            .as_ref()
            .is_some_and(|class| class.value.base == 0x12);
        let id = self.id.as_ref().map(|id| id.value.vendor.0);
        is_of_class || id.is_some_and(|id| MAKERS.contains(&id)) && !self.is_bridge()
    }

    /// Whether the function is on a card of a kind that is neither display, network, storage nor
    /// USB: a capture card, a tuner, a sound card, serial ports, an accelerator. Functions of
    /// Intel's and AMD's chipsets have the same classes.
    #[must_use]
    pub(crate) fn is_other_card(&self) -> bool {
        let vendor = self.id.as_ref().map(|id| id.value.vendor);
        if self.address.bus() == 0 || matches!(vendor, Some(VendorId::INTEL | VendorId::AMD)) {
            return false;
        }
        let is_first = self.address.function() == 0;
        let is_class = self.class.as_ref().is_some_and(|class| {
            // PCI Code and ID Assignment Specification 1.11.
            match (class.value.base, class.value.sub) {
                (0x04, 0x01 | 0x03) => is_first,
                (0x00, 0x00) | (0x04 | 0x07 | 0x0b | 0x10 | 0x11 | 0xff, _) | (0x08, 0x80) => true,
                _ => false,
            }
        });
        is_class || self.is_accelerator()
    }

    /// Whether both are known to have the same vendor and device id.
    #[must_use]
    pub(crate) fn same_id(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (Some(a), Some(b)) => a.value == b.value,
            _ => false,
        }
    }
}
