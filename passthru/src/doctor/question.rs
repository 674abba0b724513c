//! The question that the doctor answers.

use pci_core::Address;

use crate::target::Target;

/// Subject of the findings.
///
/// ```
/// use passthru::Target;
/// use passthru::doctor::Question;
/// // Can 01:00.0 be given to a guest of Proxmox VE?
/// let question = Question {
///     devices: vec!["01:00.0".parse()?],
///     target: Some(Target::Proxmox),
/// };
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The functions to be passed through; empty for those that the host is configured to pass
    /// through.
    pub devices: Vec<Address>,
    /// The hypervisor; `None` for the one that the input shows.
    pub target: Option<Target>,
}
