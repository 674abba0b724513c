//! One difference, and all of them.

use pci_core::Address;
use serde::Serialize;

use crate::host::Host;
use crate::text::Text;
use crate::verdict::Verdict;

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// Subject, a stable word: `device-moved`, `driver`, `iommu-group`.
    pub kind: &'static str,
    /// Verdict for passthrough, in the doctor's words.
    pub verdict: Verdict,
    /// The functions that it is about, as they are addressed in the older look.
    pub devices: Vec<Address>,
    /// One sentence.
    pub title: Text,
    /// The older value; `None` if there was none.
    pub before: Option<String>,
    /// The newer value; `None` if there is none.
    pub after: Option<String>,
}

impl Difference {
    pub(super) fn new(kind: &'static str, verdict: Verdict, title: Text) -> Self {
        Self {
            kind,
            verdict,
            devices: Vec::new(),
            title,
            before: None,
            after: None,
        }
    }

    pub(super) fn of(mut self, devices: impl IntoIterator<Item = Address>) -> Self {
        self.devices.extend(devices);
        self
    }

    pub(super) fn was(mut self, before: impl Into<String>) -> Self {
        self.before = Some(before.into());
        self
    }

    pub(super) fn is(mut self, after: impl Into<String>) -> Self {
        self.after = Some(after.into());
        self
    }
}

/// Whether the host's settings mean to pass the function through, or do so.
pub(super) fn is_intended(host: &Host, address: Address) -> bool {
    host.intended().any(|device| device.address == address)
}
