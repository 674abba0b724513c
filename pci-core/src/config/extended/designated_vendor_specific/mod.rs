//! Whatever any vendor chose: CXL keeps its registers here.

mod capability;
mod cxl;
mod cxl_device;
mod cxl_flex_bus;

pub use capability::{DesignatedVendorSpecific, DvsecHeader};
pub use cxl::{
    Cxl, CxlDvsecId, CxlGpfDevice, CxlGpfPort, CxlNonCxlFunctionMap, CxlPortControl,
    CxlPortExtensions, CxlRegisterBlock, CxlRegisterBlockId, GpfTimeout,
};
pub use cxl_device::{
    CxlDevice, CxlDeviceCapabilities, CxlDeviceCapabilityFlags, CxlDeviceControl,
    CxlDeviceControlFlags, CxlDeviceStatus, CxlRange, CxlRangeSize, CxlRangeSizeFlags,
};
pub use cxl_flex_bus::{
    CxlFlexBusCapabilities, CxlFlexBusControl, CxlFlexBusPort, CxlFlexBusStatus,
};
