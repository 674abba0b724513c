//! The conventional capabilities: the lines `Capabilities: [40] …` of `-v`.

mod advanced_features;
mod agp;
mod capability;
mod enhanced_allocation;
mod express;
mod hyper_transport;
mod intel_capabilities;
mod interrupts;
mod list;
mod pci_x;
mod power_management;
mod vendor_specific;

pub(super) use list::{first, write};
