//! The reasons why a ROM was not read, and possible fixes.

use std::io;

use pci_core::Address;

use super::function::{Function, RomResource};
use super::kernel_log::Complaint;
use crate::failure::{Cause, ErrorKind, into_error};
use crate::text::{Text, text};

/// The reason why a ROM was not read.
#[derive(Debug)]
pub(crate) enum DumpCause {
    /// There is no function at this address.
    NoFunction {
        /// The address.
        address: Address,
    },
    /// The kernel has no `rom` file for the function: it has no BAR for a ROM.
    NoRom {
        /// The address.
        address: Address,
    },
    /// The file shows the copy in memory that firmware ran, not the card's ROM.
    Shadow {
        /// The address.
        address: Address,
    },
    /// The content is a copy that firmware ran and changed.
    Copied {
        /// The address.
        address: Address,
        /// The evidence.
        text: String,
    },
    /// The file could not be read.
    Unreadable {
        /// The address.
        address: Address,
        /// The error of reading it.
        error: io::Error,
        /// Facts of the function in sysfs.
        function: Box<Function>,
        /// The kernel's message.
        complaint: Option<Complaint>,
    },
    /// The reading was interrupted, after which the ROM was switched off again.
    Interrupted,
    /// The ROM was read, but could not be disabled again: it remains readable.
    StaysOn {
        /// The address.
        address: Address,
        /// The error of writing 0.
        error: io::Error,
    },
}

into_error!(DumpCause);

impl Cause for DumpCause {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoFunction { .. } => ErrorKind::BadDevice,
            Self::NoRom { .. } | Self::Shadow { .. } | Self::Copied { .. } => ErrorKind::Refused,
            Self::Unreadable { .. } | Self::Interrupted | Self::StaysOn { .. } => ErrorKind::System,
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { error, .. } | Self::StaysOn { error, .. } => Some(error),
            _ => None,
        }
    }

    fn text(&self) -> Text {
        match self {
            Self::NoFunction { address } => text!(
                "there is no PCI function {address}",
                address = address.to_string()
            ),
            Self::NoRom { address } => text!(
                "{address} has no ROM that the kernel can read: it has no expansion ROM BAR, as is \
                 common for integrated GPUs and cards in laptops; its code is in the system's \
                 firmware",
                address = address.to_string()
            ),
            Self::Shadow { address } => text!(
                "{address} is the boot display: the kernel shows the copy of its ROM that firmware \
                 has run and changed, which guests cannot use; boot with another card as primary \
                 display, then dump it",
                address = address.to_string()
            ),
            Self::Copied {
                address,
                text: reason,
            } => text!(
                "{address}: guests cannot use this ROM: {reason}",
                address = address.to_string(),
                reason = Text::of_english(reason)
            ),
            Self::Unreadable {
                address,
                error,
                function,
                complaint,
            } => {
                let mut text = text!(
                    "{address}: cannot read its ROM: {error}",
                    address = address.to_string(),
                    error = error.to_string()
                );
                if let Some(complaint) = complaint {
                    text = text.then(&text!("kernel log: \"{line}\"", line = complaint.line));
                }
                let ways = ways(function, error, complaint.as_ref());
                ways.iter().fold(text, |text, way| text.then(way))
            }
            Self::Interrupted => text!("interrupted: the ROM is disabled again"),
            Self::StaysOn { address, error } => text!(
                "{address}: cannot disable its ROM: {error}; write 0 to its rom file",
                address = address.to_string(),
                error = error.to_string()
            ),
        }
    }
}

/// Possible fixes, by the facts about the function.
fn ways(function: &Function, error: &io::Error, complaint: Option<&Complaint>) -> Vec<Text> {
    if error.kind() == io::ErrorKind::PermissionDenied {
        return vec![text!("only root may read it")];
    }
    let mut ways = Vec::new();
    let found = complaint.and_then(|complaint| complaint.found);
    let asleep = function
        .power_state
        .as_deref()
        .filter(|state| state.starts_with("D3"));
    if let Some(state) = asleep {
        ways.push(text!(
            "the function is suspended ({state}): write \"on\" to its power/control, then retry",
            state
        ));
    }
    let is_intel_display = function.id.is_some_and(|id| id.vendor.0 == 0x8086)
        && function.class.is_some_and(|class| class.is_display());
    if is_intel_display {
        ways.push(text!(
            "Intel's integrated GPUs have no ROM: it is in the system's firmware, and this is \
             harmless"
        ));
        return ways;
    }
    match (found, &function.driver) {
        (Some(0xffff), Some(driver)) if driver != "vfio-pci" => ways.push(text!(
            "0xffff means no response, and the driver {driver} is bound: unbind it or bind \
             vfio-pci, then retry",
            driver
        )),
        (Some(0xffff), _) => ways.push(text!(
            "0xffff means no response: start and stop a guest with it once, which resets it, or \
             boot with another primary display, then retry"
        )),
        (Some(found), _) => ways.push(text!(
            "{found} is not the start of a ROM: the BAR shows other data, or the ROM is empty",
            found = format!("{found:#06x}")
        )),
        (None, _) if function.rom == RomResource::None => {
            ways.push(text!("its expansion ROM BAR has no address"));
        }
        (None, _) if complaint.is_none() => {
            ways.push(text!("for details, run: dmesg | grep ROM"));
        }
        _ => {}
    }
    ways
}
