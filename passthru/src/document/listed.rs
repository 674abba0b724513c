//! `passthru list --json`: its form.

use pci_core::{Address, ClassCode, DeviceId, SubsystemId, VendorId};
use serde::Serialize;

/// `passthru list --json`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct List {
    /// The version of this form.
    pub schema: &'static str,
    /// The functions, by address.
    pub devices: Vec<ListedDevice>,
    /// Functions whose addresses are not in the input, in the order of the input; empty in a list
    /// of chosen functions.
    pub without_address: Vec<ListedDeviceWithoutAddress>,
}

/// A function whose address is not in the input.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ListedDeviceWithoutAddress {
    /// Vendor id.
    pub vendor: Option<VendorId>,
    /// Device id.
    pub device: Option<DeviceId>,
    /// The card that it is on.
    pub subsystem: Option<SubsystemId>,
    /// The class.
    pub class_code: Option<ClassCode>,
    /// The revision, two hex digits.
    pub revision: Option<String>,
    /// The name that the source prints.
    pub name: Option<String>,
    /// The driver, where it is shown.
    pub driver: Option<String>,
    /// The way to it from its root bridge, as Windows writes it.
    pub location_path: Option<String>,
    /// Whether it is present now, if known.
    pub present: Option<bool>,
}

/// One function of a list.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ListedDevice {
    /// Where it is.
    pub address: Address,
    /// Vendor id.
    pub vendor: Option<VendorId>,
    /// Device id.
    pub device: Option<DeviceId>,
    /// The card that it is on.
    pub subsystem: Option<SubsystemId>,
    /// The class.
    pub class_code: Option<ClassCode>,
    /// The revision, two hex digits.
    pub revision: Option<String>,
    /// The vendor's name.
    pub vendor_name: Option<String>,
    /// The device's name.
    pub device_name: Option<String>,
    /// The driver: `null` both for none and for unknown.
    pub driver: Option<String>,
    /// Whether the input shows the driver.
    pub driver_known: bool,
    /// The modules that can drive it.
    pub modules: Vec<String>,
    /// Its IOMMU group: `null` when the input shows none.
    pub iommu_group: Option<u32>,
    /// The upstream bridge: `null` on a root bus, and if not in the input.
    pub parent: Option<Address>,
    /// The upstream bridge on the root bus.
    pub root_port: Option<Address>,
    /// The physical slot, as the firmware names it.
    pub physical_slot: Option<String>,
    /// The reset methods that the kernel offers, in its order: `null` when the input
    /// does not show them.
    pub reset_methods: Option<Vec<String>>,
    /// Particularities of its reset, by its IDs.
    pub reset_quirks: Vec<ResetQuirk>,
    /// Effect of a reset of its bus: `null` if not in the input, or if a list would name too many
    /// functions.
    pub bus_reset: Option<BusReset>,
    /// The base address registers in use: `null` when the input does not show them.
    pub bars: Option<Vec<Bar>>,
    /// MMIO space that it needs in a guest: `null` if not in the input.
    pub mmio: Option<Mmio>,
    /// The memory that the firmware reserves for it: `null` if not in the input.
    pub reserved_memory: Option<Vec<ReservedMemory>>,
}

/// A particularity of the reset of a function.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ResetQuirk {
    /// `no-bus-reset`, `no-pm-reset`, `no-flr`, `own-method`, `vendor-reset` or
    /// `reported`.
    pub quirk: &'static str,
    /// The device.
    pub description: &'static str,
    /// The source of that.
    pub source: &'static str,
}

/// Effect of a reset of a function's bus.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BusReset {
    /// The bridge that does it; `null` where there is none, on a root bus and where a
    /// function hangs after it.
    pub bridge: Option<Address>,
    /// The functions that it also resets, without the function itself.
    pub also_resets: Vec<Address>,
    /// The function because of which Linux does none.
    pub prevented_by: Option<Address>,
}

/// Address space that memory needs, in bytes.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Mmio {
    /// Below 4 GiB.
    pub low: u64,
    /// Above.
    pub high: u64,
    /// Above, where each BAR has its largest size.
    pub high_resized: u64,
    /// The smallest power of two that fits the BARs above 4 GiB: a guest's window.
    pub high_window: u64,
}

/// Memory that the firmware reserves for a function or for its group.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReservedMemory {
    /// Its first address, in hex.
    pub first: String,
    /// Its last address, in hex.
    pub last: String,
    /// Whether the kernel ignores the reservation while the function is assigned; otherwise the
    /// function cannot be assigned.
    pub relaxable: bool,
}

/// A base address register.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Bar {
    /// Its number, 0 to 5.
    pub bar: u8,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// `io` or `memory`.
    pub kind: &'static str,
    /// Whether it is prefetchable.
    pub prefetchable: bool,
    /// Whether it may be above 4 GiB.
    pub is_64_bit: bool,
    /// The supported sizes, in bytes: empty if it cannot be resized.
    pub resizable_to: Vec<u64>,
}
