//! The configuration that is converted.

use super::format::Format;
use crate::assigned::AssignedFunction;
use crate::proxmox::{PciCfg, VmId};

/// A configuration, and further known facts.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The text.
    pub text: &'a str,
    /// The format that it is in.
    pub format: Format,
    /// The host's functions: IDs for formats that need them, and the functions of a slot that is
    /// assigned entirely.
    pub functions: &'a [AssignedFunction],
    /// Proxmox VE's resource mappings.
    pub mappings: Option<&'a PciCfg>,
    /// The node of the machine, which selects among the mappings' functions.
    pub node: Option<&'a str>,
    /// The machine's number on Proxmox VE.
    pub number: Option<VmId>,
}

impl<'a> Source<'a> {
    /// `text` without further facts; `None` if it is in no known format.
    #[must_use]
    pub fn of(text: &'a str) -> Option<Self> {
        Some(Self {
            text,
            format: Format::of(text)?,
            functions: &[],
            mappings: None,
            node: None,
            number: None,
        })
    }
}
