//! The configuration that is converted.

use super::format::Format;
use crate::assigned::AssignedFunction;
use crate::proxmox::{PciCfg, VmId};

/// A configuration, and what is known beside it.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The text.
    pub text: &'a str,
    /// The format that it is in.
    pub format: Format,
    /// The host's functions: ids for formats that want them, and which functions a slot has that
    /// is assigned whole.
    pub functions: &'a [AssignedFunction],
    /// Proxmox VE's resource mappings.
    pub mappings: Option<&'a PciCfg>,
    /// The machine's number on Proxmox VE.
    pub number: Option<VmId>,
}

impl<'a> Source<'a> {
    /// `text`, of which nothing else is known; `None` when it is in no format.
    #[must_use]
    pub fn of(text: &'a str) -> Option<Self> {
        Some(Self {
            text,
            format: Format::of(text)?,
            functions: &[],
            mappings: None,
            number: None,
        })
    }
}
