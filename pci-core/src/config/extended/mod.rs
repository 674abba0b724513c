//! The capability structures from 0x100 on.

mod access_control_services;
mod address_translation_services;
mod alternative_routing_id;
mod device_serial_number;
mod page_request_interface;
mod pasid;
mod resizable_bar;
mod sr_iov;
mod vendor_specific;

pub use access_control_services::{
    AccessControlServices, AcsCapabilities, AcsCapabilityFlags, AcsControl, AcsControlFlags,
};
pub use address_translation_services::{
    AddressTranslationServices, AtsCapabilities, AtsCapabilityFlags, AtsControl, AtsControlFlags,
};
pub use alternative_routing_id::{AlternativeRoutingId, AriCapabilities, AriControl, AriFlags};
pub use device_serial_number::DeviceSerialNumber;
pub use page_request_interface::{PageRequestInterface, PriControl, PriStatus};
pub use pasid::{Pasid, PasidCapabilities, PasidCapabilityFlags, PasidControl};
pub use resizable_bar::{ResizableBar, ResizableBars, VfResizableBars};
pub use sr_iov::{SrIov, SrIovCapabilities, SrIovCapabilityFlags, SrIovControl, SrIovStatus};
pub use vendor_specific::{VendorSpecificExtended, VendorSpecificHeader};
