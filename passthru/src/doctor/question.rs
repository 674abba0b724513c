//! The question that the doctor answers.

use pci_core::Address;

use crate::target::Target;

/// What the findings are about.
///
/// ```
/// use passthru::Target;
/// use passthru::doctor::Question;
/// // Can 01:00.0 be given to a guest of Proxmox VE?
/// let question = Question {
///     devices: vec!["01:00.0".parse()?],
///     target: Some(Target::Proxmox),
/// };
/// # Ok::<(), pci_core::AddressError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The functions that are to be passed through; empty for what the host's own
    /// settings mean to pass through.
    pub devices: Vec<Address>,
    /// The hypervisor; `None` for the one that the input shows.
    pub target: Option<Target>,
}
