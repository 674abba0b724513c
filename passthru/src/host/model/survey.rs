//! The survey of a Windows host.

use pci_core::Address;
use pci_core::listing::windows::SurveyedDevice;
use pci_core::notation::LocationPath;

/// Results of Microsoft's `SurveyDDA.ps1`, and the evidence for their functions.
#[derive(Debug, Default)]
pub(in crate::host) struct Survey {
    pub(in crate::host) source: String,
    pub(in crate::host) devices: Vec<SurveyedDevice>,
    /// The functions at location paths, by the text's other listings.
    pub(in crate::host) paths: Vec<(LocationPath, Address)>,
}
