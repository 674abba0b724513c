//! The survey of a Windows host.

use pci_core::Address;
use pci_core::listing::windows::SurveyedDevice;
use pci_core::notation::LocationPath;

/// What Microsoft's `SurveyDDA.ps1` says, and what shows of which functions.
#[derive(Debug, Default)]
pub(in crate::host) struct Survey {
    pub(in crate::host) source: String,
    pub(in crate::host) devices: Vec<SurveyedDevice>,
    /// The functions at location paths, by the text's other listings.
    pub(in crate::host) paths: Vec<(LocationPath, Address)>,
}
