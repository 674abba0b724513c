//! PCI Express: what a function is in the hierarchy, what its link runs at, and how
//! it is reset.

mod capability;
mod device;
mod device_2;
mod latency;
mod link;
mod link_2;
mod root;
mod slot;

pub use capability::{DeviceType, Express, ExpressCapabilities, ExpressFlags};
pub use device::{
    DeviceCapabilities, DeviceCapabilityFlags, DeviceControl, DeviceControlFlags, DeviceStatus,
    PayloadSize, SlotPowerLimit,
};
pub use device_2::{
    Device2, DeviceCapabilities2, DeviceCapability2Flags, DeviceControl2, DeviceControl2Flags,
    EmergencyPowerReduction, ObffEnable, ObffSupport, TphCompleter,
};
pub use latency::{AcceptableL0sLatency, AcceptableL1Latency, L0sExitLatency, L1ExitLatency};
pub use link::{
    Aspm, Link, LinkCapabilities, LinkCapabilityFlags, LinkControl, LinkControlFlags, LinkSpeed,
    LinkStatus, LinkStatusFlags, LinkWidth,
};
pub use link_2::{
    CrosslinkResolution, DownstreamComponentPresence, Link2, LinkCapabilities2,
    LinkCapability2Flags, LinkControl2, LinkControl2Flags, LinkStatus2, LinkStatus2Flags,
    SupportedLinkSpeeds,
};
pub use root::{Root, RootCapabilities, RootControl, RootStatus, RootStatusFlags};
pub use slot::{
    Indicator, Slot, SlotCapabilities, SlotCapabilityFlags, SlotControl, SlotControlFlags,
    SlotStatus,
};
