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
    /// Functions whose addresses the input does not show, in the order of the input;
    /// none where the list is of chosen functions.
    pub without_address: Vec<ListedDeviceWithoutAddress>,
}

/// One function whose address the input does not show.
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
    /// Whether it is in the machine now, where that is shown.
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
    /// The driver that holds it: `null` both for none and for not shown.
    pub driver: Option<String>,
    /// Whether the input shows who holds it.
    pub driver_known: bool,
    /// The modules that can drive it.
    pub modules: Vec<String>,
    /// Its IOMMU group: `null` when the input shows none.
    pub iommu_group: Option<u32>,
    /// The bridge that it is behind: `null` on a root bus, and where the input does
    /// not show it.
    pub parent: Option<Address>,
    /// The bridge on the root bus that it is behind.
    pub root_port: Option<Address>,
    /// The physical slot, as the firmware names it.
    pub physical_slot: Option<String>,
    /// The reset methods that the kernel offers, in its order: `null` when the input
    /// does not show them.
    pub reset_methods: Option<Vec<String>>,
    /// What is special about its reset, by its ids.
    pub reset_quirks: Vec<ResetQuirk>,
    /// What a reset of its bus does: `null` where the input does not show it, and where a
    /// list would name too many functions so.
    pub bus_reset: Option<BusReset>,
    /// The base address registers in use: `null` when the input does not show them.
    pub bars: Option<Vec<Bar>>,
    /// How much address space its memory needs in a guest: `null` when the input does
    /// not show it.
    pub mmio: Option<Mmio>,
    /// The memory that the firmware keeps for it: `null` when the input does not show
    /// it.
    pub reserved_memory: Option<Vec<ReservedMemory>>,
}

/// What is special about the reset of a function.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ResetQuirk {
    /// `no-bus-reset`, `no-pm-reset`, `no-flr`, `own-method`, `vendor-reset` or
    /// `reported`.
    pub quirk: &'static str,
    /// What the function is.
    pub description: &'static str,
    /// Where that stands.
    pub source: &'static str,
}

/// What a reset of a function's bus does.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BusReset {
    /// The bridge that does it; `null` where there is none, on a root bus and where a
    /// function hangs after it.
    pub bridge: Option<Address>,
    /// What it takes along, the function itself left out.
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
    /// The smallest power of two that has room for what is above: a guest's window.
    pub high_window: u64,
}

/// Memory that the firmware keeps for a function, or one of its group.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReservedMemory {
    /// Its first address, in hex.
    pub first: String,
    /// Its last address, in hex.
    pub last: String,
    /// Whether the kernel lets go of it when a guest takes the function; where not, no
    /// guest gets it.
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
    /// Whether it may be read ahead.
    pub prefetchable: bool,
    /// Whether it may lie above 4 GiB.
    pub is_64_bit: bool,
    /// The sizes that it can be given, in bytes: none where it cannot be resized.
    pub resizable_to: Vec<u64>,
}
